import type { ApprovalView } from "../../src/api/approvals.ts";
import type { Me } from "../../src/api/types.ts";
import { none, ok, refuse, type Answer, type Asked, type Route } from "./server.ts";

// What waits for a second person, and exports of recordings that do.

const ago = (hours: number) => new Date(Date.now() - hours * 3_600_000).toISOString();
const ends = ago(-60);

const others: ApprovalView[] = [
  { approval: "ap3", asked_at: ago(1), asked_by: "王立", act: "export_recordings", subject: "r-19987 r-19986", export: { recordings: ["c-19987", "c-19986"], from: ago(30), to: ago(26) }, reason: "客户投诉调查", state: "waiting", ends, mine: false },
  { approval: "ap1", asked_at: ago(3), asked_by: "王立", act: "delete_recordings", subject: "2026-10 之前的测试录音 12 条", reason: "测试数据", state: "waiting", ends, mine: false },
  { approval: "ap2", asked_at: ago(28), asked_by: "管理员", act: "make_super_admin", subject: "徐明", reason: "项目交接", state: "approved", answered_by: "陈小雨", ends, mine: true },
];

/** For tests: how many recordings this session exports alone, and what it has asked for. */
const exporting = new WeakMap<Me, { aloneMax: number; asked: ApprovalView[] }>();
const of = (me: Me | null) => (me && exporting.get(me)) ?? { aloneMax: 1_000, asked: [] };

/** Why recordings are not exported now; undefined: they are. */
function exportRefused({ body, me }: Asked): Answer {
  if (!me?.permissions["recording.export"]) return refuse(403, "forbidden", "没有权限");
  if (!body["reason"] && !body["approval"]) return refuse(422, "reason_needed", "请填写原因");
  const recordings = body["recordings"] as string[];
  if (recordings.length > 50) return refuse(409, "export_too_many", `一次最多导出 50 个录音，您选了 ${recordings.length} 个：请减少选择`);
  const { aloneMax, asked } = of(me);
  if (recordings.length <= aloneMax) return undefined;
  const approved = asked.find(({ approval, state }) => approval === body["approval"] && state === "approved");
  if (approved) {
    approved.state = "used";
    return undefined;
  }
  const approval = `ex${asked.length + 1}`;
  asked.unshift({ approval, asked_at: ago(0), asked_by: me.display_name, act: "export_recordings", subject: recordings.join(" "), export: { recordings, from: ago(30), to: ago(2) }, reason: body["reason"] as string, state: "waiting", ends, mine: true });
  return refuse(409, "approval_needed", "需要另一位有权限的人审批，申请已提交", { approval });
}

export const approvalRoutes: Route[] = [
  ["GET", "/approvals", ({ me }) => ok({ items: [...of(me).asked, ...others], next: null })],
  ["POST", "/approvals/{id}/{how}", ({ me, params }) => {
    const found = of(me).asked.find(({ approval }) => approval === params["id"]);
    if (found && params["how"] === "withdraw") found.state = "withdrawn";
    return ok({});
  }],
  ["GET", "/recordings/export", ({ me }) => ok({ alone_max: of(me).aloneMax })],
  ["POST", "/recordings/export", (asked) => {
    const refused = exportRefused(asked);
    if (refused) return refused;
    // The end of a zip without files.
    asked.response.writeHead(200, { "Content-Type": "application/zip" }).end(Buffer.from("504b0506000000000000000000000000000000000000", "hex"));
    return undefined;
  }],
  ["POST", "/fake/exports", ({ me, body }) => {
    if (me) exporting.set(me, { aloneMax: Number(body["alone_max"]), asked: [] });
    return none;
  }],
  ["POST", "/fake/exports/answer", ({ me, body }) => {
    Object.assign(of(me).asked[0] ?? {}, body);
    return none;
  }],
];
