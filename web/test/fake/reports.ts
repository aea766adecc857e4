import { everyCall } from "./records.ts";
import { ok, type Asked, type Route } from "./server.ts";

// Reports that are counted from the made-up calls, so that they reconcile.

const inbound = ({ query }: Asked) =>
  everyCall.filter(
    (call) =>
      call.direction === "inbound" && call.queue !== null && (!query.get("from") || call.started >= query.get("from")!) && (!query.get("to") || call.started < query.get("to")!) && (!query.get("queue") || call.queue === query.get("queue")),
  );

function bucket(at: string, by: string): string {
  const time = new Date(at);
  if (by === "day") time.setHours(0);
  time.setMinutes(0, 0, 0);
  return time.toISOString();
}

type Calls = typeof everyCall;
const sum = (calls: Calls, of: (call: Calls[number]) => number) => calls.reduce((total, call) => total + of(call), 0);
const isIn = (outcome: string) => (call: Calls[number]) => call.outcome === outcome;

function groups(calls: Calls, by: string): [string, Calls][] {
  const found = new Map<string, Calls[number][]>();
  for (const call of calls) {
    const at = bucket(call.started, by);
    found.set(at, [...(found.get(at) ?? []), call]);
  }
  return [...found].sort(([a], [b]) => a.localeCompare(b));
}

/** Every third caller is asked, and two in three of them answer; one in five gives 4 instead of 5. */
const votes = (calls: Calls) => {
  const asked = calls.filter((_, place) => place % 3 === 0);
  const given = asked.filter((_, place) => place % 3 !== 2);
  const lower = Math.floor(given.length / 5);
  const scales = given.length ? [{ question: "service", best: 5, given: given.length, score_sum: given.length * 5 - lower, best_given: given.length - lower }] : [];
  return { asked: asked.length, given: given.length, scales };
};

const volume = (calls: Calls) => {
  const [answered, abandoned] = [calls.filter(isIn("answered")), calls.filter(isIn("abandoned"))];
  return { offered: calls.length, answered: answered.length, abandoned: abandoned.length, left: calls.length - answered.length - abandoned.length, talk_ms: sum(answered, (call) => call.talk_ms), wait_ms: sum(calls, (call) => call.wait_ms) };
};
const service = (calls: Calls) => {
  const within = calls.filter((call) => call.outcome === "answered" && call.wait_ms <= 30_000).length;
  return { offered: calls.length, answered: calls.filter(isIn("answered")).length, answered_within: within, abandoned: calls.filter(isIn("abandoned")).length, service_level_permille: calls.length ? Math.round((within * 1000) / calls.length) : null };
};

const head = ({ query }: Asked) => ({ from: query.get("from"), to: query.get("to"), zone: "Asia/Shanghai" });

export const reportRoutes: Route[] = [
  ["GET", "/reports/volume", (asked) => ok({ ...head(asked), rows: groups(inbound(asked), asked.query.get("by") ?? "day").map(([at, calls]) => ({ at, ...volume(calls) })), totals: volume(inbound(asked)) })],
  ["GET", "/reports/service-level", (asked) => ok({ ...head(asked), within_ms: 30_000, target_permille: 900, rows: groups(inbound(asked), asked.query.get("by") ?? "day").map(([at, calls]) => ({ at, ...service(calls) })), totals: service(inbound(asked)) })],
  ["GET", "/reports/agents", (asked) => {
    const calls = inbound(asked).filter(isIn("answered"));
    const row = (own: Calls, shift: number) => ({ answered: own.length, missed: Math.round(own.length / 31), talk_ms: sum(own, (call) => call.talk_ms), hold_ms: sum(own, (call) => call.hold_ms), wrap_up_ms: sum(own, (call) => call.wrap_up_ms ?? 0), signed_in_ms: shift, break_ms: Math.round(shift * 0.08), votes: votes(own) });
    const names = [...new Set(calls.map(({ agent }) => agent ?? ""))].sort();
    const rows = names.map((agent) => ({ agent, ...row(calls.filter((call) => call.agent === agent), sum(calls.filter((call) => call.agent === agent), (call) => call.talk_ms) * 1.6 + 3_600_000) }));
    return ok({ ...head(asked), rows, totals: row(calls, rows.reduce((total, one) => total + one.signed_in_ms, 0)) });
  }],
  ["GET", "/reports/heat", (asked) => {
    // Calls come by day more than by night.
    const shape = (hour: number) => [0, 0, 0, 0, 0, 0, 1, 3, 8, 16, 20, 17, 9, 12, 18, 19, 15, 10, 6, 5, 4, 3, 2, 1][hour] ?? 0;
    const rows = Array.from({ length: 7 * 24 }, (_, place) => {
      const [weekday, hour] = [Math.floor(place / 24) + 1, place % 24];
      const offered = Math.round(shape(hour) * (weekday > 5 ? 0.35 : 1 + ((weekday * 7) % 5) / 10));
      return { weekday, hour, offered, answered: Math.round(offered * 0.93), abandoned: Math.round(offered * 0.05) };
    });
    return ok({ ...head(asked), rows, totals: {} });
  }],
  ["GET", "/reports/reconcile", (asked) => {
    const { offered, answered, abandoned, talk_ms } = volume(inbound(asked));
    const figures = { offered, answered, abandoned, talk_ms };
    return ok({ reports: figures, records: figures, equal: true, differences: [] });
  }],
  ["GET", "/health", () =>
    ok({
      ok: false, at: new Date().toISOString(), version: "0.4.0", started: new Date(Date.now() - 9 * 86_400_000).toISOString(),
      layers: [
        { layer: "machine", level: "ok", checks: [{ check: "时钟", level: "ok", found: "由 chrony 校准，偏差 0.4 ms" }, { check: "处理器", level: "ok", found: "负载 0.8，共 4 核" }, { check: "内存", level: "ok", found: "已用 1.9 GiB / 8 GiB" }] },
        { layer: "network", level: "ok", checks: [{ check: "SIP 端口", level: "ok", found: "udp 192.0.2.10:5060、tls 192.0.2.10:5061" }, { check: "话机", level: "ok", found: "11 台已注册" }] },
        { layer: "carriers", level: "failed", checks: [{ check: "运营商甲", level: "ok", found: "可用，应答 14 ms" }, { check: "运营商乙", level: "failed", found: "OPTIONS 4 分钟没有应答", remedy: "检查到 203.0.113.5:5060 的网络和防火墙，或联系运营商；呼出已改走运营商甲" }] },
        { layer: "media", level: "ok", checks: [{ check: "语音端口", level: "ok", found: "20000–29999 可用，已用 22" }, { check: "录音写入", level: "ok", found: "写入延迟 3 ms" }] },
        { layer: "storage", level: "warning", checks: [{ check: "磁盘", level: "warning", found: "剩余 17%，按目前速度 12 天后写满", remedy: "扩容磁盘，或缩短录音保存期；剩余 10% 时停止录音" }, { check: "数据库", level: "ok", found: "PostgreSQL 15，落后 0 条" }, { check: "日志", level: "ok", found: "落盘 0.9 ms" }] },
      ],
    })],
];
