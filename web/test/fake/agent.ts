import type { DeskCall, Me } from "../../src/api/types.ts";
import { deskOf } from "./live.ts";
import { none, ok, refuse, tell, type Route } from "./server.ts";

const now = () => new Date().toISOString();

/** A call, as the desk shows it. */
const call = (stage: string): DeskCall => ({
  call: "c-7001", direction: "inbound", caller: "13800138000", called: "4008001234", region: "广东 深圳", queue: "sales", agent: "alice",
  stage, since: now(), started: now(), vip: true, recording: true,
});

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
    "POST",
    "/me/state",
    ({ me, body }) => {
      const to = String(body["to"]);
      const presence = to === "break" ? "break" : to === "sign_out" ? "signed_out" : "available";
      change(me, { presence, reason: body["reason"] ?? null, activity: "idle", wrap_up_until: null, offer: null, calls: [] });
      return none;
    },
  ],
  // For tests: brings the desk into a state, as a call would.
  ["POST", "/fake/desk", ({ me, body }) => {
    const stage = String(body["stage"]);
    const ringing = stage === "ringing";
    change(me, {
      activity: ringing ? "offered" : stage === "wrap_up" ? "wrap_up" : "talking",
      offer: ringing ? call(stage) : null,
      calls: ringing || stage === "wrap_up" ? [] : [call(stage)],
      wrap_up_until: stage === "wrap_up" ? new Date(Date.now() + 30_000).toISOString() : null,
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
      return none;
    },
  ],
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
