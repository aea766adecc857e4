import type { Article, Customer, CustomerChange, Dispositions, Script, Summary, SummaryText, Ticket } from "../../src/api/work.ts";
import type { Said } from "../../src/api/said.ts";
import { isLeaf, missingOf } from "../../src/work/summary.ts";
import { layoutOf } from "./layouts.ts";
import { none, ok, refuse, tell, type Route } from "./server.ts";

const ago = (ms: number) => new Date(Date.now() - ms).toISOString();
const hour = 3_600_000;
const day = 24 * hour;

export const dispositions: Dispositions = {
  name: "sales",
  tree: [
    {
      code: "ask", zh: "咨询", en: "Question",
      children: [
        { code: "price", zh: "价格", en: "Price", effect: "done", required: ["resolved"], children: [] },
        { code: "feature", zh: "功能", en: "Features", effect: "done", required: ["resolved", "product"], children: [] },
        { code: "other", zh: "其他", en: "Other", effect: "done", required: ["resolved", "note"], children: [] },
      ],
    },
    {
      code: "service", zh: "售后", en: "Service",
      children: [
        { code: "repair", zh: "维修", en: "Repair", effect: "retry", required: ["resolved", "product", "note"], children: [] },
        { code: "return", zh: "退货", en: "Return", effect: "done", required: ["resolved"], children: [] },
      ],
    },
    { code: "complaint", zh: "投诉", en: "Complaint", effect: "retry", required: ["resolved", "note"], children: [] },
    { code: "notified", zh: "已通知", en: "Notified", effect: "done", children: [] },
    {
      code: "failed", zh: "未接通本人", en: "Not reached",
      children: [
        { code: "wrong_number", zh: "号码错误", en: "Wrong number", effect: "update_data", children: [] },
        { code: "not_the_person", zh: "非本人", en: "Not the person", effect: "invalid", children: [] },
        { code: "empty_number", zh: "空号", en: "Empty number", effect: "invalid", children: [] },
      ],
    },
  ],
  fields: [
    { name: "product", zh: "产品", en: "Product", kind: "choice", choices: [{ code: "a1", zh: "标准版", en: "Standard" }, { code: "a2", zh: "专业版", en: "Professional" }] },
    { name: "call_back", zh: "需要回访", en: "Call back", kind: "yes_no" },
  ],
  rule: { required: true, within_ms: 30_000 },
};

const words: SummaryText = { disposition: [], resolved: null, note: "", fields: {} };
const summaries = new Map<string, Summary>();

/** The summary of a call; an empty one to begin with. */
export function summaryOf(call: string): Summary {
  const found = summaries.get(call) ?? { call, agent: "alice", state: "open", due: null, articles: [], ticket: null, ...words };
  summaries.set(call, found);
  return found;
}

/** Begins anew, as a fresh call would. */
export function forgetSummary(call: string): void {
  summaries.delete(call);
  changes.length = 0;
  Object.assign(customer, fresh());
}

/** What is missing before the work after a call may be ended. */
export const summaryMissing = (call: string): string[] => missingOf(dispositions, summaryOf(call));

const fresh = (): Customer => ({
  number: "13800138000",
  region: { province: "广东", city: "深圳" },
  carrier: "中国移动",
  class: "vip",
  class_reason: "年采购额前 5%",
  greeting: { zh: "张先生您好，我是您的专属顾问，请问有什么可以帮您？", en: "Good day, Mr Zhang, this is your personal adviser. What can I do for you?" },
  lists: ["重点维护"],
  name: "张伟",
  contacts: [{ name: "李娜", number: "13900139000", relation: "同事" }],
  fields: { company: "深圳市示例科技有限公司", level: "金卡", last_order: "DD-20261102 专业版 20 席" },
  layout: layoutOf("2"),
  history: [
    { call: "c-19988", at: ago(2 * day), direction: "inbound", agent: "李明", queue: "售后服务", outcome: "answered", disposition: "售后 / 维修", note: "耳机底座故障，已寄新件，客户要求周五前到。" },
    { call: "c-19950", at: ago(9 * day), direction: "outbound", agent: "陈小雨", queue: "售前咨询", outcome: "answered", disposition: "咨询 / 价格", note: "询问专业版 20 席报价，已发邮件。" },
    { call: "c-19901", at: ago(31 * day), direction: "inbound", agent: null, queue: "售前咨询", outcome: "abandoned", disposition: null, note: null },
  ],
  tickets: [],
  crm: { state: "ok" },
});
const customer = fresh();
const changes: CustomerChange[] = [];

function change(field: string, before: unknown, after: unknown, call: string | null): void {
  if (before === after || after === undefined) return;
  changes.unshift({ at: ago(0), by: "陈小雨", call, field, old: typeof before === "string" ? before : null, new: typeof after === "string" ? after : null });
}

// The three cases of the owner's data, as the server carries them out.
function correct({ owner }: SummaryText, call: string): void {
  if (!owner) return;
  if (owner.kind === "wrong_name" || (owner.kind === "wrong_number" && owner.name)) {
    change("name", customer.name, owner.name, call);
    customer.name = owner.name ?? customer.name;
  }
  if (owner.kind === "wrong_number") change("phone", customer.number, owner.number, call);
  if (owner.kind === "extra_contact") {
    change("contacts", null, `${owner.name} ${owner.number}`, call);
    customer.contacts = [...customer.contacts, { name: owner.name ?? "", number: owner.number ?? "" }];
  }
}

const articles: Article[] = [
  { article: "k-1", title: "专业版的价格", text: "专业版每席每年 1,200 元，20 席以上九折。\n报价有效期 30 天，可开增值税专用发票。", standard: true, queues: [], version: 1, updated: ago(1 * day), updated_by: "王立" },
  { article: "k-2", title: "退货的条件", text: "签收后 7 天内，未拆封可以退货。\n运费由责任方承担。", standard: true, queues: [], version: 2, updated: ago(2 * day), updated_by: "王立" },
  { article: "k-3", title: "耳机没有声音", text: "先检查静音开关，再换一个 USB 口；仍无声音请做设备检测。", standard: false, queues: [], version: 3, updated: ago(3 * day), updated_by: "王立" },
  { article: "k-4", title: "如何更换底座", text: "寄件地址发短信，旧件到付寄回。", standard: false, queues: [], version: 4, updated: ago(4 * day), updated_by: "王立" },
];

const tickets: Ticket[] = [
  { ticket: "T-1041", number: "13800138000", call: "c-19988", subject: "耳机底座换新件", text: "客户要求周五前收到，快递单号待补。", priority: "high", state: "open", promised_at: ago(26 * hour), overdue: true, opened: ago(2 * day), opened_by: "李明", agent: "alice", changes: [{ at: ago(30 * hour), by: "李明", text: "仓库已出库" }] },
  { ticket: "T-1057", number: "02161234567", subject: "补开发票", text: "", priority: "normal", state: "open", promised_at: ago(-0.5 * hour), stage: "near", overdue: false, opened: ago(4 * hour), opened_by: "陈小雨", agent: "alice", changes: [] },
];

const scripts: Script[] = [
  { phase: "opening", zh: "您好，示例公司，工号 1001 为您服务，请问有什么可以帮您？", en: "Good day, this is Example Company. How can I help you?", version: 3 },
  { phase: "vip", zh: "您好，我是您的专属顾问。\n先确认上次的问题是否已经解决，再询问本次需求。", en: "Good day, this is your personal adviser.\nAsk first whether the last matter is settled.", version: 2 },
  { phase: "complaint", zh: "非常抱歉给您带来不便，我先把情况完整记录下来。\n不打断，不争辩，复述要点确认。", en: "I am sorry for the trouble. Let me first take down all of it.\nDo not interrupt; repeat the main points.", version: 1 },
  { phase: "transferred", zh: "您好，我的同事已经把情况告诉我了，您不用重复。", en: "My colleague has told me everything; you need not say it again.", version: 1 },
  { phase: "closing", zh: "请问还有其他可以帮您的吗？\n感谢来电，稍后请为本次服务评分。", en: "Is there anything else?\nThank you for calling. Please rate this call afterwards.", version: 4 },
];

type Lines = Said["LinesView"];
const written = new Map<string, Lines[]>();

// The lines of the centre are in all calls; queues have none of their own until somebody writes them.
function versionsOf(queue: string, phase: string): Lines[] {
  const centre = queue === "*" ? scripts.filter((one) => one.phase === phase).map((one): Lines => ({ ...one, version: one.version ?? 1, at: ago(3 * day), by: "sam" })) : [];
  return written.get(`${queue} ${phase}`) ?? centre;
}

export const workRoutes: Route[] = [
  ["GET", "/dispositions", () => ok(dispositions)],
  ["GET", "/calls/{call}/summary", ({ params }) => ok(summaryOf(params["call"] ?? ""))],
  [
    "PUT",
    "/calls/{call}/summary",
    ({ params, body }) => {
      const call = params["call"] ?? "";
      const text = body as unknown as SummaryText;
      const fields = missingOf(dispositions, text).map((field) => ({ field, problem: "必填" }));
      if (fields.length > 0) return refuse(422, "summary_incomplete", "小结还没有填完整", { fields, remedy: "请补充标出的项目" });
      if (!isLeaf(dispositions.tree, text.disposition)) return refuse(422, "summary_incomplete", "没有这个结果", { fields: [{ field: "disposition", problem: "未知" }] });
      correct(text, call);
      const saved: Summary = { ...summaryOf(call), ...text, state: "filled" };
      summaries.set(call, saved);
      return ok(saved);
    },
  ],
  ["POST", "/calls/{call}/articles", ({ params, body }) => {
    const found = summaryOf(params["call"] ?? "");
    found.articles = [...new Set([...found.articles, String(body["article"])])];
    return none;
  }],
  ["GET", "/customers/{number}", ({ params }) => {
    const number = params["number"] ?? "";
    const own = tickets.filter((ticket) => ticket.number === number);
    if (number === customer.number) return ok({ ...customer, layout: layoutOf("2"), tickets: own });
    return ok({ number, region: { province: "上海", city: "上海" }, carrier: "中国电信", class: "new", greeting: null, lists: [], name: null, contacts: [], fields: {}, layout: [], history: [], tickets: own, crm: { state: "down" } } satisfies Customer);
  }],
  ["PUT", "/customers/{number}", ({ body }) => {
    change("name", customer.name, body["name"], null);
    customer.name = String(body["name"]);
    Object.assign(customer.fields, body["fields"]);
    return ok(customer);
  }],
  ["GET", "/customers/{number}/changes", () => ok({ items: changes })],
  ["GET", "/knowledge", ({ query }) => {
    const q = (query.get("q") ?? "").trim();
    const found = articles.filter(({ title, text }) => q === "" || title.includes(q) || text.includes(q)).reverse();
    return ok({ items: found.map(({ article, title, text, standard }) => ({ article, title, excerpt: text.replaceAll("\n", " "), standard })) });
  }],
  ["GET", "/knowledge/{article}", ({ params }) => {
    const found = articles.find(({ article }) => article === params["article"]);
    return found ? ok(found) : refuse(404, "not_found", "没有这篇知识");
  }],
  ["PUT", "/knowledge/{article}", ({ params, body, me }) => {
    const found = articles.find(({ article }) => article === params["article"]);
    if (typeof body["version"] === "number" && body["version"] !== (found?.version ?? 0)) return refuse(409, "changed_meanwhile", "内容已被他人修改");
    const written: Article = { ...(body as unknown as Article), article: params["article"] ?? "", version: (found?.version ?? 0) + 1, updated: ago(0), updated_by: me?.display_name ?? "" };
    if (found) Object.assign(found, written);
    else articles.push(written);
    tell({ kind: "notice", notice: "knowledge" });
    return ok(written);
  }],
  ["DELETE", "/knowledge/{article}", ({ params }) => {
    const place = articles.findIndex(({ article }) => article === params["article"]);
    if (place < 0) return refuse(404, "not_found", "没有这篇知识");
    articles.splice(place, 1);
    tell({ kind: "notice", notice: "knowledge" });
    return none;
  }],
  ["GET", "/tickets", () => ok({ items: tickets.filter(({ state }) => state === "open"), next: null })],
  ["GET", "/tickets/{ticket}", ({ params }) => {
    const found = tickets.find(({ ticket }) => ticket === params["ticket"]);
    return found ? ok(found) : refuse(404, "not_found", "没有这张工单");
  }],
  ["POST", "/tickets", ({ body }) => {
    const ticket = { ...(body as unknown as Ticket), ticket: `T-${1060 + tickets.length}`, state: "open" as const, overdue: false, opened: ago(0), opened_by: "陈小雨", agent: "alice", changes: [] };
    tickets.push(ticket);
    if (ticket.call) summaryOf(ticket.call).ticket = ticket.ticket;
    return ok(ticket);
  }],
  ["PATCH", "/tickets/{ticket}", ({ params, body }) => {
    const ticket = tickets.find((each) => each.ticket === params["ticket"]);
    if (!ticket) return refuse(404, "not_found", "没有这张工单");
    ticket.changes?.push({ at: ago(0), by: "陈小雨", text: typeof body["text"] === "string" ? body["text"] : null, state: typeof body["state"] === "string" ? body["state"] : null });
    Object.assign(ticket, { ...body, text: ticket.text });
    return ok(ticket);
  }],
  ["GET", "/scripts", () => ok({ phases: scripts })],
  ["GET", "/scripts/{queue}/{phase}", ({ params }) => ok({ items: versionsOf(params["queue"] ?? "", params["phase"] ?? "") })],
  ["PUT", "/scripts/{queue}/{phase}", ({ params, body, me }) => {
    const { queue = "", phase = "" } = params;
    const before = versionsOf(queue, phase);
    const lines: Lines = { phase, zh: String(body["zh"]), en: String(body["en"]), version: (before[0]?.version ?? 0) + 1, at: ago(0), by: me?.name ?? "" };
    written.set(`${queue} ${phase}`, [lines, ...before]);
    tell({ kind: "notice", notice: "scripts" });
    return ok(lines);
  }],
  // For tests: a supervisor changes a line.
  ["POST", "/fake/scripts", ({ body }) => {
    const script = scripts.find(({ phase }) => phase === body["phase"]);
    if (script) script.zh = String(body["zh"]);
    tell({ kind: "notice", notice: "scripts" });
    return none;
  }],
];
