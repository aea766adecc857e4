import type { Checked, CounterExample, Mistake, Simulated, SimulatorStep } from "../../src/api/flows.ts";
import { type Draft, heard, read } from "../../src/pages/flows/model/draft.ts";
import { none, ok, refuse, type Asked, type Route } from "./server.ts";

// Flows that can be drawn on. The checker here knows the few mistakes that pages are tested with; the real one is
// bell-ivr's.

const WELCOME = `# 400 热线：来电者在转人工之前听到的内容
flow = "welcome"
version = 3
language = "zh-CN"
recording = "on"
start = "answer"

[nodes.answer]
do = "answer"
next = "notice"

# 通话会录音，所以每个人都要听完这一段。
[nodes.notice]
do = "play"
notice = true
prompt = ["您好，欢迎致电星光商店。", "为提升服务质量，本次通话将被录音。"]
next = "office-hours"

[nodes.office-hours]
do = "hours"
week = { mon-fri = "09:00-18:00", sat = "10:00-16:00" }
open = "menu"
closed = "message"

[nodes.office-hours.except]
"2026-10-01..2026-10-07" = "closed"

[nodes.menu]
do = "menu"
prompt = "产品咨询请按1，技术支持请按2，售后服务请按3，人工服务请按0，重听请按井号键。"
keys = { 1 = "sales", 2 = "support", 3 = "order", 0 = "sales", "#" = "repeat" }
wrong_key = "抱歉，您的输入有误，请重新选择。"
otherwise = "sales"

[nodes.order]
do = "collect"
prompt = "请输入订单号，按井号键结束。"
into = "order"
min = 4
max = 12
next = "after-sales"
otherwise = "after-sales"

[nodes.sales]
do = "queue"
queue = "售前咨询"
on_timeout = "busy"
on_no_agent = "message"
after_agent = "rate"

[nodes.support]
do = "queue"
queue = "技术支持"
skills = { "网络" = 3 }
on_timeout = "busy"
on_no_agent = "message"
after_agent = "rate"

[nodes.after-sales]
do = "queue"
queue = "售后服务"
priority = 5
on_timeout = "busy"
on_no_agent = "message"
after_agent = "rate"

[nodes.rate]
do = "survey"
question = "service"
prompt = "请为本次服务评分：满意请按1，一般请按2，不满意请按3。"
scores = { 1 = 5, 2 = 3, 3 = 1 }
next = "bye"

[nodes.busy]
do = "callback"
queue = "售后服务"
next = "bye"
otherwise = "message"

[nodes.message]
do = "record"
queue = "售后服务"
prompt = "请在提示音后留言，按井号键结束。"
next = "bye"
otherwise = "bye"

[nodes.bye]
do = "hangup"
prompt = "感谢您的来电，再见。"
`;

const words = (value: unknown) => (typeof value === "string" ? value : "");
const ago = (hours: number) => new Date(Date.now() - hours * 3_600_000).toISOString();
interface Kept { text: string; versions: { version: number; published_at: string; by: string; comment: string; text: string }[] }

const flows = new Map<string, Kept>([
  [
    "welcome",
    {
      text: WELCOME,
      versions: [
        { version: 3, published_at: ago(26), by: "管理员", comment: "订单号收集，售后优先", text: WELCOME },
        { version: 2, published_at: ago(24 * 9), by: "管理员", comment: "国庆假期时间", text: WELCOME.replace("version = 3", "version = 2").replace("priority = 5\n", "").replace('3 = "order"', '3 = "after-sales"') },
        { version: 1, published_at: ago(24 * 40), by: "管理员", comment: "第一版", text: WELCOME.replace("version = 3", "version = 1").replace("3 = \"order\", ", "").replace("售后服务请按3，", "") },
      ],
    },
  ],
  ["night", { text: 'flow = "night"\nversion = 1\nlanguage = "zh-CN"\nrecording = "off"\nstart = "answer"\n\n[nodes.answer]\ndo = "answer"\nnext = "closed"\n\n[nodes.closed]\ndo = "hangup"\nprompt = "您好，现在是非工作时间，请明天再拨。"\n', versions: [] }],
]);

function check(text: string): Checked {
  const now = read(text);
  if ("unreadable" in now) return { mistakes: [{ ...now.unreadable, remedy: null }], proof: null };
  const { draft } = now;
  const mistakes = draft.nodes.flatMap(({ ways, line }): Mistake[] => ways.filter(({ dangling, to }) => dangling || to === "").map(({ to, label }) => ({ line, column: 1, problem: to ? `没有名为“${to}”的节点` : `${label} 没有去处`, remedy: "连接到一个节点，或改正名称" })));
  if (mistakes.length > 0) return { mistakes, proof: null };
  const found = counterExamples(draft);
  return { mistakes: [], proof: { ok: found.length === 0, depth: 1, situations: 46 + draft.nodes.length, warnings: [], counter_examples: found } };
}

function counterExamples(draft: Draft): CounterExample[] {
  const paths = new Map<string, { node: string; label?: string }[]>([[draft.start, []]]);
  const open = [draft.start];
  for (let name = open.shift(); name !== undefined; name = open.shift()) {
    const node = draft.nodes.find((one) => one.name === name);
    for (const way of node?.ways ?? []) {
      if (!way.to || paths.has(way.to)) continue;
      const label = way.label === "key" ? `key ${way.of}` : way.label === "next" ? "then" : way.label;
      paths.set(way.to, [...(paths.get(name) ?? []), { node: name, label }]);
      open.push(way.to);
    }
  }
  const unreachable = draft.nodes.filter(({ name }) => !paths.has(name)).map((node): CounterExample => ({ problem: `没有来电能到达节点“${node.name}”`, code: "unreachable", line: node.line, path: [] }));
  const silent = draft.nodes
    .filter((node) => node.do === "menu" && !node.ways.some(({ label, to }) => label === "key" && draft.nodes.some((one) => one.name === to && (one.do === "queue" || one.do === "transfer"))))
    .map((node): CounterExample => ({ problem: `菜单“${node.name}”没有任何按键能转人工`, code: "no_human", line: node.line, path: [...(paths.get(node.name) ?? []), { node: node.name }], heard: [] }));
  return [...unreachable, ...silent];
}

function simulate({ body }: Asked) {
  const now = read(words(body["text"]));
  if ("unreadable" in now) return refuse(422, "flow_unreadable", "流程文本无法识别", { remedy: "先修正文本错误" });
  const { draft } = now;
  const inputs = [...((body["steps"] as SimulatorStep[] | undefined) ?? [])];
  const said: Simulated = { steps: [], waits_for: null, end: null, tree: tree(draft) };
  let at: string | null = draft.start;
  let by: string | null = null;
  for (let turns = 0; at !== null && turns < 60; turns += 1) {
    const node = draft.nodes.find(({ name }) => name === at);
    if (!node) break;
    const prompts = [node.fields["prompt"]].flat().map((one) => heard(one, draft.language)).filter(Boolean);
    said.steps.push({ node: node.name, kind: node.do, heard: prompts, by });
    if (node.do === "hangup") {
      said.end = { cause: "flow_ended" };
      return ok(said);
    }
    const asks = ["menu", "collect", "survey", "language"].includes(node.do);
    const agent = node.do === "queue" || node.do === "transfer";
    let way = node.ways.find(({ label }) => label === "next" || label === "open") ?? node.ways.find(({ to }) => to !== null);
    by = way?.label === "open" ? "open" : "then";
    if (asks || agent) {
      const input = inputs.shift();
      if (!input) {
        said.waits_for = agent ? "agent" : "key";
        return ok(said);
      }
      if ("hang_up" in input) {
        said.end = { cause: "hung_up" };
        return ok(said);
      }
      if (agent) way = node.ways.find(({ label }) => label === "after_agent");
      else if ("press" in input) {
        way = node.ways.find(({ label, of }) => label === "key" && of === input.press) ?? node.ways.find(({ label }) => label === "next" || label === "otherwise");
        by = `key ${input.press}`;
      } else way = node.ways.find(({ label }) => label === "otherwise" || label === "next");
    }
    at = way?.again ? node.name : (way?.to ?? null);
  }
  said.end = { cause: "hung_up" };
  return ok(said);
}

function tree(draft: Draft): string[] {
  return ["call", ...draft.nodes.flatMap(({ name, do: word, ways }) => [` -> [${name}] ${word}`, ...ways.map(({ label, of, to }) => `    ├─ ${label}${of ? ` ${of}` : ""} -> ${to ?? "the call ends"}`)])];
}

const draftOf = (kept: Kept) => {
  const now = read(kept.text);
  return "draft" in now ? now.draft : null;
};

const flowOf = ({ params }: Asked) => flows.get(params["flow"] ?? "");
const missing = () => refuse(404, "not_found", "没有这个流程");

const empty = `flow = "empty"
version = 1
language = "zh-CN"
start = "answer"

[nodes.answer]
do = "answer"
next = "notice"

[nodes.notice]
do = "play"
notice = true
prompt = "为提升服务质量，本次通话将被录音。"
next = "end"

[nodes.end]
do = "hangup"
prompt = "感谢您的来电，再见。"
`;

export const flowRoutes: Route[] = [
  ["GET", "/flows", () => ok([...flows].map(([name, kept]) => ({ name, title: name === "welcome" ? "400 热线" : "夜间", nodes: draftOf(kept)?.nodes.length ?? 0, used_by: name === "welcome" ? ["4008001234", "057187654321"] : [], version: draftOf(kept)?.version ?? 1, ok: check(kept.text).proof?.ok ?? false })))],
  ["GET", "/flows/{flow}", (asked) => {
    const kept = flowOf(asked);
    return kept ? ok({ name: asked.params["flow"], text: kept.text, version: draftOf(kept)?.version, ...check(kept.text) }) : missing();
  }],
  ["POST", "/flows/{flow}/check", ({ body }) => ok(check(words(body["text"])))],
  ["POST", "/flows/{flow}/simulate", simulate],
  ["GET", "/flows/{flow}/versions", (asked) => ok({ items: flowOf(asked)?.versions ?? [], next: null })],
  ["GET", "/flows/{flow}/versions/{version}", (asked) => {
    const found = flowOf(asked)?.versions.find(({ version }) => String(version) === asked.params["version"]);
    return found ? ok({ text: found.text }) : missing();
  }],
  ["GET", "/flows/{flow}/stats", ({ params }) => (params["flow"] === "welcome" ? ok({ calls: 3_184, nodes: [{ node: "menu", keys: { 1: 702, 2: 1_190, 3: 640, 0: 322, "#": 44 } }, { node: "rate", keys: { 1: 611, 2: 90, 3: 41 } }], disorders: [{ menu: "menu", key: "2", chosen: 1_190, before: "1", before_chosen: 702, of: 2_898 }] }) : ok({ calls: 0, nodes: [] }))],
  ["PUT", "/flows/{flow}", (asked) => {
    const text = words(asked.body["text"]);
    const name = asked.params["flow"] ?? "";
    const kept = flowOf(asked) ?? { text: "", versions: [] };
    if (!check(text).proof?.ok) return refuse(422, "flow_broken", "流程没有通过证明，不能发布");
    const version = (kept.versions[0]?.version ?? 0) + 1;
    flows.set(name, kept);
    kept.text = text.replace(/^version = \d+/m, `version = ${version}`);
    kept.versions.unshift({ version, published_at: new Date().toISOString(), by: asked.me?.display_name ?? "", comment: words(asked.body["comment"]), text: kept.text });
    return ok({ version });
  }],
  ["GET", "/prompts/{prompt}/audio", () => none],
  ["GET", "/flow-templates", () => {
    const text = flows.get("welcome")?.text ?? "";
    const service = { name: "service", zh: "通用客服：一句欢迎语，一个队列", en: "any business: a welcome and one queue", text };
    return ok({ items: [{ name: "empty", zh: "空白流程", en: "nothing but the notice", text: empty }, service, { name: "e-commerce", zh: "电商", en: "a shop with orders, returns and products", text }] });
  }],
  ["DELETE", "/flows/{flow}", ({ params }) => {
    flows.delete(params["flow"] ?? "");
    return ok({ version: 9 });
  }],
];
