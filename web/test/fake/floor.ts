import type { Activity, AgentView, CallView, Live, Presence, QueueView } from "../../src/api/types.ts";
import { phones } from "./phones.ts";
import { ok, refuse, type Route } from "./server.ts";

// A floor at work: queues, people and calls that are made up, and change while one looks on.

const ago = (ms: number) => new Date(Date.now() - ms).toISOString();
const s = 1_000;
const min = 60 * s;

type Person = [agent: string, name: string, presence: Presence, activity: Activity, since: number, queues: string[], skills: string[], call?: string, reason?: string];

const people: Person[] = [
  ["a1001", "陈小雨", "available", "talking", 4 * min + 12 * s, ["售前咨询", "售后服务"], ["英语"], "c-301"],
  ["a1002", "李明", "available", "talking", 1 * min + 3 * s, ["售后服务"], [], "c-302"],
  ["a1003", "周燕", "break", "idle", 12 * min + 40 * s, ["售后服务"], [], undefined, "用餐"],
  ["a1004", "王磊", "available", "idle", 35 * s, ["售前咨询"], ["英语"]],
  ["a1005", "赵静", "available", "wrap_up", 22 * s, ["售后服务", "投诉处理"], []],
  ["a1006", "孙浩", "available", "talking", 9 * min + 48 * s, ["技术支持"], ["网络", "英语"], "c-303"],
  ["a1007", "吴倩", "available", "offered", 6 * s, ["技术支持"], ["网络"], "c-306"],
  ["a1008", "郑凯", "available", "talking", 31 * s, ["投诉处理"], [], "c-304"],
  ["a1009", "冯雪", "signed_out", "idle", 74 * min, ["售前咨询"], []],
  ["a1010", "何勇", "available", "unreachable", 3 * min, ["技术支持"], []],
  ["a1011", "林芳", "available", "idle", 2 * min + 8 * s, ["售后服务"], []],
  ["a1012", "高翔", "available", "talking", 2 * min + 51 * s, ["售前咨询"], [], "c-305"],
];

type Talk = [call: string, caller: string, region: string, queue: string | null, stage: string, since: number, started: number, agent?: string, more?: Partial<CallView>];

const talks: Talk[] = [
  ["c-301", "13800138000", "北京", "售前咨询", "talk", 4 * min + 12 * s, 5 * min, "a1001"],
  ["c-302", "02161234567", "上海", "售后服务", "talk", 1 * min + 3 * s, 2 * min, "a1002"],
  ["c-303", "13900139000", "广东 深圳", "技术支持", "talk", 9 * min + 48 * s, 11 * min, "a1006", { supervised_by: ["班长台"] }],
  ["c-304", "057187654321", "浙江 杭州", "投诉处理", "talk", 31 * s, 80 * s, "a1008", { vip: true }],
  ["c-305", "18600186000", "湖北 武汉", "售前咨询", "hold", 2 * min + 51 * s, 4 * min, "a1012"],
  ["c-306", "15200152000", "四川 成都", "技术支持", "ringing", 48 * s, 70 * s, "a1007"],
  ["c-307", "13700137000", "陕西 西安", "技术支持", "queue", 41 * s, 66 * s],
  ["c-308", "01062345678", "北京", "技术支持", "queue", 26 * s, 52 * s, undefined, { vip: true, priority: 10 }],
  ["c-309", "15900159000", "江苏 南京", "售后服务", "queue", 11 * s, 30 * s],
  ["c-310", "18800188000", "辽宁 沈阳", null, "ivr", 9 * s, 9 * s],
];

function queue(name: string, answered: number, abandoned: number, level: number | null, estimate: number | null): QueueView {
  const own = people.filter((person) => person[5].includes(name));
  const count = (test: (person: Person) => boolean) => own.filter(test).length;
  const waiting = talks.filter((talk) => talk[3] === name && (talk[4] === "queue" || talk[4] === "ringing"));
  return {
    queue: name,
    waiting: waiting.length,
    longest_wait_ms: Math.max(0, ...waiting.map((talk) => talk[5])),
    agents: {
      available: count(([, , presence, activity]) => presence === "available" && activity === "idle"),
      talking: count(([, , , activity]) => activity === "talking" || activity === "offered"),
      wrap_up: count(([, , , activity]) => activity === "wrap_up"),
      break: count(([, , presence]) => presence === "break"),
      signed_in: count(([, , presence]) => presence !== "signed_out"),
    },
    answered,
    abandoned,
    service_level_permille: level,
    estimated_wait_ms: estimate,
  };
}

/** The live view of a floor. */
export function liveView(): Live {
  const agents = people.map(([agent, display_name, presence, activity, since, queues, skills, call, reason]): AgentView => ({
    agent, display_name, presence, activity, since: ago(since), queues, skills, call: call ?? null, reason: reason ?? null,
  }));
  const calls = talks.map(([call, caller, region, of, stage, since, started, agent, more]): CallView => ({
    call, direction: "inbound", caller, called: "4008001234", region, queue: of, agent: agent ?? null, stage, since: ago(since), started: ago(started), legs: [], recording: true, ...more,
  }));
  return {
    seq: 1,
    at: ago(0),
    queues: [queue("售前咨询", 214, 6, 931, 12 * s), queue("售后服务", 178, 9, 902, 20 * s), queue("技术支持", 96, 14, 768, 95 * s), queue("投诉处理", 23, 0, 957, 0)],
    agents,
    calls,
    trunks: [{ trunk: "运营商甲", up: true, since: ago(86_400_000) }, { trunk: "运营商乙", up: false, since: ago(4 * min), cause: "timeout" }],
    phones,
    alerts: [
      { code: "help", level: "warning", agent: "a1008", call: "c-304", since: ago(14 * s) },
      { code: "trunk_down", level: "critical", trunk: "运营商乙", since: ago(4 * min), text: "OPTIONS 没有应答；呼出改走运营商甲" },
      { code: "queue_wait", level: "warning", queue: "技术支持", since: ago(11 * s) },
      {
        code: "phone_lost", agent: "a1010", since: ago(3 * min),
        lost: { phone: "1010", why: "transport_lost", zh: "与话机的连接断开", en: "the connection to the phone closed", remedy_zh: "检查话机的网络、电源和安全软件，或换用其他网络；恢复后自动重新注册", remedy_en: "check the network, power and security software of the phone, or try another network; it registers again by itself" },
      },
    ],
    figures: { offered: 540, answered: 511, abandoned: 29, service_level_permille: 893, service_level_target: { within_ms: 30_000, permille: 900 } },
  };
}

/** A working day until now, in the order of the states. */
function segments() {
  const plan: [Presence, Activity, number, string?][] = [["available", "idle", 3], ["available", "offered", 0.2], ["available", "talking", 6], ["available", "wrap_up", 1], ["available", "idle", 2], ["available", "talking", 11], ["available", "wrap_up", 0.8], ["break", "idle", 10, "小休"], ["available", "idle", 1], ["available", "talking", 4], ["available", "wrap_up", 1.4]];
  const found: object[] = [];
  let at = Date.now() - 170 * min;
  for (let place = 0; at < Date.now() - 60_000; place += 1) {
    const [presence, activity, minutes, reason] = plan[place % plan.length]!;
    const to = at + minutes * min * (1 + (place % 3) / 4);
    found.push({ from: new Date(at).toISOString(), to: to > Date.now() ? null : new Date(to).toISOString(), presence, activity, reason: reason ?? null });
    at = to;
  }
  return found;
}

export const floorRoutes: Route[] = [
  ["GET", "/live", () => ok(liveView())],
  ["GET", "/agents/{agent}/timeline", ({ params }) => (people.some(([agent]) => agent === params["agent"]) ? ok({ agent: params["agent"], segments: segments() }) : refuse(404, "not_found", "没有这个坐席"))],
];
