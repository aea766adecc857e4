import { none, ok, refuse, type Route } from "./server.ts";

// Programs of others that are told, and reviews of what people may, of a made-up centre.

const ago = (hours: number) => new Date(Date.now() - hours * 3_600_000).toISOString();
const events = ["call.started", "call.answered", "call.ended", "recording.ready", "account.notice"];
const told = { made_by: "root", made: ago(400), cursor: "evt_4811", waiting: 0, tries: 0, failing_since: null, next_try: null };
const webhooks = [
  { webhook: "1", name: "客户管理系统", url: "https://crm.example.com/hooks/calls", events: ["call.started", "call.ended"], state: "on", ...told },
  { webhook: "2", name: "短信平台", url: "https://sms.example.com/notices", events: ["account.notice"], state: "on", ...told, waiting: 3, tries: 7, failing_since: ago(1), next_try: ago(-0.2) },
];
const attempts = Array.from({ length: 24 }, (_, place) => {
  const failed = place % 6 === 1;
  return { attempt: String(24 - place), event: `evt_${4811 - place}`, kind: events[place % events.length]!, at: ago(place * 0.2 + 0.05), took_ms: 24 + ((place * 7) % 40), status: failed ? 503 : 204, error: failed ? "status 503: maintenance" : null };
});

const open = { review: "2", opened: ago(30), opened_by: "root", ends: ago(-300), closed: null as string | null, asked: 4, decided: 1, removed: 0 };
const reviews = [open, { review: "1", opened: ago(2200), opened_by: "root", ends: ago(1900), closed: ago(1950), asked: 4, decided: 4, removed: 1 }];
const asked = [
  { user: "u1", name: "chen.xy", display_name: "陈小雨", role: "agent" },
  { user: "u2", name: "wang.li", display_name: "王立", role: "supervisor" },
  { user: "u3", name: "root", display_name: "管理员", role: "super_admin" },
  { user: "u5", name: "zhou.yan", display_name: "周燕", role: "agent" },
].map((one, place) => ({ ...one, place: null, since: ago(4000), confirmed: ago(2100), verdict: (place === 1 ? "kept" : null), decided_by: place === 1 ? "root" : null, decided_at: place === 1 ? ago(3) : null, can: one.name !== "root" && place !== 1 }));

const hook = (id: string | undefined) => webhooks.find(({ webhook }) => webhook === id);

export const securityRoutes: Route[] = [
  ["GET", "/webhooks", () => ok({ items: webhooks, events })],
  ["POST", "/webhooks", ({ body }) => {
    if (!String(body["url"]).startsWith("https://")) return refuse(409, "webhook_refused", "地址必须为 https；内网地址须先在配置的 [outgoing] 中允许");
    const made = { ...told, webhook: String(webhooks.length + 1), name: String(body["name"]), url: String(body["url"]), events: body["events"] as string[], state: "on" };
    webhooks.push(made);
    return { status: 201, body: { webhook: made, secret: "whsec_MDEyMzQ1Njc4OWFiY2RlZjAxMjM0NTY3ODlhYmNkZWY=" } };
  }],
  ["PATCH", "/webhooks/{webhook}", ({ params, body }) => {
    const found = hook(params["webhook"]);
    if (!found) return refuse(404, "not_found", "没有找到");
    const { new_secret, ...changed } = body;
    Object.assign(found, changed, { tries: 0, failing_since: null, next_try: null });
    return ok({ webhook: found, secret: new_secret ? "whsec_ZmVkY2JhOTg3NjU0MzIxMGZlZGNiYTk4NzY1NDMyMTA=" : null });
  }],
  ["DELETE", "/webhooks/{webhook}", ({ params }) => {
    webhooks.splice(webhooks.findIndex(({ webhook }) => webhook === params["webhook"]), 1);
    return none;
  }],
  ["POST", "/webhooks/{webhook}/replay", ({ params }) => ok(hook(params["webhook"]))],
  ["GET", "/webhooks/{webhook}/attempts", () => ok({ items: attempts, next: null })],
  ["GET", "/access-reviews", () => ok({ items: reviews, due: 2 })],
  ["POST", "/access-reviews", () => {
    const made = { ...open, review: String(reviews.length + 1), opened: ago(0), closed: null, decided: 0 };
    reviews.unshift(made);
    return { status: 201, body: made };
  }],
  ["GET", "/access-reviews/{review}/items", () => ok({ items: asked })],
  ["POST", "/access-reviews/{review}/items", ({ body }) => {
    const found = asked.find(({ user, role }) => user === body["user"] && role === body["role"]);
    if (!found?.can) return refuse(409, "review_not_asked", "此角色不在本次复核中，或已处理");
    Object.assign(found, { verdict: body["verdict"] === "keep" ? "kept" : "removed", decided_by: "root", decided_at: ago(0), can: false });
    open.decided++;
    return none;
  }],
  ["POST", "/access-reviews/{review}/close", () => {
    open.closed = ago(0);
    return none;
  }],
];
