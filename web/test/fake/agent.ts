import type { CallRow, DeskCall, Me } from "../../src/api/types.ts";
import { deskOf } from "./live.ts";
import { forgetSummary, summaryMissing, summaryOf } from "./work.ts";
import { begun, none, ok, refuse, tell, type Route } from "./server.ts";

const now = () => new Date().toISOString();

/** A call, as the desk shows it. */
const call = (stage: string): DeskCall => ({
  call: "c-7001", direction: "inbound", caller: "13800138000", called: "4008001234", region: "广东 深圳", queue: "sales", agent: "alice",
  stage, since: now(), started: now(), vip: true, recording: true,
  legs: stage === "ringing" ? [] : [{ leg: 1, role: "caller", party: "13800138000", state: "answered", mos: 3.2, weak: true }, { leg: 2, role: "agent", party: "alice", state: "answered", mos: 4.3, weak: false }],
});

const row = (of: Partial<CallRow> & Pick<CallRow, "call">): CallRow => ({
  started: new Date(Date.now() - 40 * 60_000).toISOString(), direction: "inbound", caller: "13800138000", called: "4008001234", queue: "sales", agent: "alice", outcome: "answered", cause: "hung_up",
  ivr_ms: 12_000, wait_ms: 4_000, ring_ms: 3_000, talk_ms: 184_000, hold_ms: 0, wrap_up_ms: 21_000, recordings: [], ...of,
});

const dialled: CallRow[] = [];

function myCalls(): CallRow[] {
  const { state, disposition } = summaryOf("c-7001");
  return [
    ...dialled,
    row({ call: "c-7001", summary: state, disposition }),
    row({ call: "c-7000", caller: "02161234567", summary: "not_filled", talk_ms: 65_000 }),
    row({ call: "c-6999", direction: "outbound", caller: "4008001234", called: "18600186000", outcome: "missed", cause: "no_answer", talk_ms: 0, mode: "you" }),
  ];
}

function change(me: Me | null, what: object): void {
  const desk = deskOf(me);
  if (!desk) return;
  Object.assign(desk, what, { since: now() });
  tell({ kind: "change", desk }, (viewer) => viewer.name === me?.name);
}

export const agentRoutes: Route[] = [
  ["GET", "/me/desk", ({ me }) => ok(deskOf(me))],
  ["POST", "/me/voice", () => refuse(409, "no_browser_phone", "没有网页电话")],
  [
    "GET",
    "/me/calling-modes",
    () =>
      ok({
        items: [
          { mode: "browser", zh: "网页电话", en: "Browser", hint_zh: "用电脑耳机通话", hint_en: "By the headset of this machine" },
          { mode: "double", zh: "双呼", en: "Call both", hint_zh: "先呼您的手机，再呼对方", hint_en: "Your mobile first, then the other side" },
          { mode: "you", zh: "优呼叫", en: "You call", retired_at: "2024-08-01T00:00:00Z" },
        ],
        preferred: "browser",
      }),
  ],
  ["POST", "/calls", ({ body }) => {
    const call = `c-${8_000 + dialled.length}`;
    dialled.unshift(row({ call, direction: "outbound", caller: "4008001234", called: String(body["to"]), outcome: body["again"] ? "answered" : "missed", cause: body["again"] ? "hung_up" : "busy", talk_ms: 0, mode: typeof body["mode"] === "string" ? body["mode"] : null }));
    return ok({ call, again: body["again"] ?? null });
  }],
  ["GET", "/me/device-policy", () => ok({ rate_kbps_min: 1_000, rate_kbps_real: 100, rtt_ms_max: 300, jitter_ms_max: 30, loss_permille_max: 10 })],
  ["POST", "/me/device-report", () => ({ status: 201, body: { report: "R-17" } })],
  ["POST", "/me/device-report/probe", () => none],
  [
    "POST",
    "/me/diagnosis",
    () =>
      ok({
        took_ms: 840,
        checks: [
          { check: "login", level: "ok", found: "登录有效", code: "login_ok" },
          { check: "agent", level: "ok", found: "已签入，空闲", code: "agent_available" },
          { check: "endpoint", level: "failed", found: "话机 1001 未注册，最后一次注册在 08:12", remedy: "请检查话机网线，或重启话机", code: "endpoint_unregistered" },
          { check: "trunk", level: "ok", found: "运营商甲 正常", code: "trunk_up" },
          { check: "numbers", level: "warning", found: "外显号码 4008001234 今日被标记 3 次", remedy: "请告知班长更换外显号码", code: "number_flagged" },
          { check: "ice", level: "ok", found: "UDP 40000-40001 可达", code: "ice_ok" },
          { check: "media", level: "ok", found: "最近一次通话双向有声，MOS 4.3", code: "media_ok" },
        ],
      }),
  ],
  [
    "POST",
    "/me/state",
    ({ me, body }) => {
      const to = String(body["to"]);
      const finished = deskOf(me)?.wrap_up_call;
      if (finished && to === "end_wrap_up") {
        const fields = summaryMissing(finished).map((field) => ({ field, problem: "必填" }));
        if (fields.length > 0) return refuse(409, "summary_missing", "小结还没有填写，不能结束话后处理", { fields, remedy: "请填写标出的项目" });
      }
      const presence = to === "break" ? "break" : to === "sign_out" ? "signed_out" : "available";
      change(me, { presence, reason: body["reason"] ?? null, activity: "idle", wrap_up_until: null, wrap_up_call: null, offer: null, calls: [] });
      return none;
    },
  ],
  // For tests: brings the desk into a state, as a call would.
  ["POST", "/fake/desk", ({ me, body }) => {
    const stage = String(body["stage"]);
    const ringing = stage === "ringing";
    if (ringing) forgetSummary("c-7001");
    change(me, {
      activity: ringing ? "offered" : stage === "wrap_up" ? "wrap_up" : stage === "idle" ? "idle" : "talking",
      offer: ringing ? call(stage) : null,
      calls: ringing || stage === "wrap_up" || stage === "idle" ? [] : [call(stage)],
      wrap_up_until: stage === "wrap_up" ? new Date(Date.now() + Number(body["left_ms"] ?? 30_000)).toISOString() : null,
      quality: body["quality"] ? [{ at: now(), level: "weak" }] : [],
      shift: body["shift_over"] ? { ends: new Date(Date.now() - 60_000).toISOString(), signs_out_at: new Date(Date.now() + 600_000).toISOString() } : null,
      wrap_up_call: stage === "wrap_up" ? "c-7001" : null,
    });
    return none;
  }],
  [
    "POST",
    "/calls/{call}/actions",
    ({ me, body }) => {
      const stages: Record<string, string> = { hold: "hold", resume: "talk", consult: "consult", cancel_transfer: "talk" };
      const stage = stages[String(body["do"])];
      if (stage) change(me, { activity: "talking", calls: [call(stage)] });
      return begun;
    },
  ],
  ["GET", "/me/calls", () => ok({ items: myCalls(), next: null })],
  [
    "GET",
    "/transfer-targets",
    () =>
      ok([
        { kind: "agent", name: "bob", label: "李明", state: "talking", can: false, why: "target_busy", remedy: "请稍后再试，或转给队列" },
        { kind: "queue", name: "support", label: "技术支持", state: "0", can: true },
        { kind: "agent", name: "carol", label: "周燕", state: "idle", can: true },
      ]),
  ],
  [
    "GET",
    "/me/why-no-calls",
    () => ok({ reasons: [{ code: "signed_out", zh: "您已签出", en: "You are signed out", remedy_zh: "请签入", remedy_en: "Sign in to the floor" }], decisions: [] }),
  ],
];
