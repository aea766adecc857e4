import { none, ok, refuse, type Answer, type Route } from "./server.ts";

// Accounts, the log and the configuration of a made-up centre.

const ago = (hours: number) => new Date(Date.now() - hours * 3_600_000).toISOString();

const people = [
  { user: "u1", name: "chen.xy", display_name: "陈小雨", unit: "2", unit_name: "售前一组", roles: [{ role: "agent" }], agent: "a1001", state: "active", second_factor: false, last_sign_in: ago(1) },
  { user: "u2", name: "wang.li", display_name: "王立", unit: "2", unit_name: "售前一组", roles: [{ role: "supervisor" }, { role: "agent" }], agent: "sup1", state: "active", second_factor: true, last_sign_in: ago(2) },
  { user: "u3", name: "root", display_name: "管理员", unit: "2", unit_name: "信息部", roles: [{ role: "super_admin" }], agent: null, state: "active", second_factor: true, last_sign_in: ago(0.2) },
  { user: "u5", name: "zhou.yan", display_name: "周燕", unit: "2", unit_name: "售后组", roles: [{ role: "agent" }], agent: "a1003", state: "locked", second_factor: false, last_sign_in: ago(30) },
  { user: "u6", name: "xu.ming", display_name: "徐明", unit: "2", unit_name: "质检部", roles: [{ role: "qa" }], agent: null, state: "disabled", second_factor: false, last_sign_in: ago(900) },
];

const roles = [
  { role: "super_admin", zh: "超级管理员", en: "super administrator", shipped: true, second_factor: true, permissions: { "call.read": "tenant", "live.read": "tenant", "recording.play": "tenant", "recording.export": "tenant", "config.read": "tenant", "flow.publish": "tenant", "user.write": "tenant", "policy.write": "tenant" } },
  { role: "dept_admin", zh: "部门管理员", en: "department administrator", shipped: true, permissions: { "call.read": "department", "live.read": "department", "recording.play": "department", "config.read": "department", "flow.publish": "department", "user.write": "department" } },
  { role: "supervisor", zh: "班长", en: "supervisor", shipped: true, permissions: { "call.read": "team", "call.listen": "team", "call.barge": "team", "live.read": "team", "recording.play": "team", "config.read": "team" } },
  { role: "auditor", zh: "审计用户", en: "auditor", shipped: true, permissions: { "call.read": "tenant", "live.read": "tenant", "recording.play": "tenant", "audit.read": "tenant", "audit.verify": "tenant" } },
  { role: "agent", zh: "坐席", en: "agent", shipped: true, permissions: { "desk.use": "own", "call.read": "own", "recording.play": "own" } },
];

const actions = ["session.sign_in", "user.create", "user.unlock", "flow.publish", "config.apply", "recording.play", "call.listen", "report.export"];
const log = Array.from({ length: 240 }, (_, place) => {
  const action = actions[(place * 5) % actions.length]!;
  const refused = place % 17 === 3;
  return { seq: 4_812 - place, at: ago(place * 0.7 + 0.1), kind: place % 23 === 5 ? "stranger" : "user", user: "u3", name: ["管理员", "王立", "审计员"][place % 3]!, address: `192.0.2.${20 + (place % 9)}`, action, object: action.startsWith("flow") ? "welcome 第 3 版" : action.startsWith("user") ? "zhou.yan" : action.startsWith("recording") ? "录音 r-19987" : "", outcome: refused ? "refused" : "done", why: refused ? "超出权限范围" : null, details: { 浏览器: "Chrome 141" }, hash: (place * 2_654_435_761 % 4_294_967_296).toString(16).padStart(8, "0").repeat(8) };
});

const CONFIG = `# 星光商店客服中心
[centre]
name = "星光商店客服中心"
zone = "Asia/Shanghai"
area_code = "571"

[policy]
calls_max = 200
ring_timeout = "20s"

[trunk.carrier]
from = ["203.0.113.0/28"]
to = ["sip.carrier.example"]
calls_max = 60

[number.4001234567]
flow = "welcome"

[queue.sales]
agents = ["sales-1", "sales-2"]
waiting_max = 30
wait_max = "5m"

[agent.sales-1]
endpoints = ["1001"]
wrap_up = "15s"

[crm]
url = "https://crm.example.com/customers/{number}"
name = "/name"
fields = { level = "/level", contract_no = "/contract/number" }
`;
let version = 7;
const texts = new Map([[7, CONFIG], [6, CONFIG.replace('ring_timeout = "20s"', 'ring_timeout = "30s"')], [5, CONFIG.replace("calls_max = 60", "calls_max = 30")]]);
/** A new version of the configuration: with this text, or with the text there was. */
function next(text = texts.get(version) ?? ""): Answer {
  texts.set((version += 1), text);
  return ok({ version });
}
const said = (value: unknown) => (typeof value === "string" ? value : "");

function mistakesOf(text: string) {
  return text.split("\n").flatMap((line, place) => (/^(calls_max|waiting_max) = "/.test(line) ? [{ file: null, line: place + 1, column: 1, problem: "应为整数", remedy: "去掉引号" }] : []));
}

const entries = [
  { entry: "1", number: "+8613812345678", state: "active", until: ago(-120) as string | null, reason: "反复骚扰", owner: "王立", by: "王立", source: "manual", calls: [] as string[], added_at: ago(48), approved_by: null, approved_at: null, ended_by: null as string | null, ended_at: null as string | null, mine: false },
  { entry: "2", number: "+8615900001234", state: "proposed", until: null, reason: "威胁坐席", owner: "王立", by: "王立", source: "manual", calls: [], added_at: ago(3), approved_by: null, approved_at: null, ended_by: null, ended_at: null, mine: false },
];

/** A tenth of a second of nothing, as callers would hear it. */
function silence(): Buffer {
  const audio = Buffer.alloc(800, 0xd5);
  const head = Buffer.from("RIFF....WAVEfmt ....................data....", "latin1");
  head.writeUInt32LE(836, 4);
  head.writeUInt32LE(16, 16);
  head.writeUInt16LE(6, 20);
  head.writeUInt16LE(1, 22);
  head.writeUInt32LE(8_000, 24);
  head.writeUInt32LE(8_000, 28);
  head.writeUInt16LE(1, 32);
  head.writeUInt16LE(8, 34);
  head.writeUInt32LE(800, 40);
  return Buffer.concat([head, audio]);
}

const prompts = [
  { name: "welcome", kind: "file", file: "welcome-3f2a90c1d4e5.wav", text: null as string | null, own: true, used_by: [{ kind: "flow", name: "welcome", at: "notice" }], problem: null, sound: { length_ms: 4_200, level_dbov: -21.6, peak_dbov: -4.1, noise_dbov: -58, silence_before_ms: 120, silence_after_ms: 180 } },
  { name: "music", kind: "file", file: "music-90c1d4e53f2a.mp3", text: null, own: true, used_by: [], problem: null, sound: { length_ms: 92_000, level_dbov: -23.8, peak_dbov: -5, noise_dbov: -40, silence_before_ms: 0, silence_after_ms: 200 } },
  { name: "zh-1f2e", kind: "speech", file: null, text: "产品咨询请按1，技术支持请按2，售后服务请按3，人工服务请按0。", own: false, used_by: [{ kind: "flow", name: "welcome", at: "menu" }], problem: null, sound: { length_ms: 8_900, level_dbov: -22, peak_dbov: -6, noise_dbov: -70, silence_before_ms: 80, silence_after_ms: 90 } },
];

const modules = [
  { module: "reports", zh: "更多报表与导出", en: "more reports, and exports", on: true },
  { module: "lists", zh: "名单：拒接、直通、分级", en: "lists of callers", on: true },
  { module: "quality", zh: "质检评分", en: "quality scores", on: false },
];

export const manageRoutes: Route[] = [
  ["GET", "/users", ({ query }) => ok({ items: people.filter(({ name, display_name }) => `${name} ${display_name}`.includes(query.get("text") ?? "")), next: null })],
  ["POST", "/users", ({ body }) => ok({ person: body, password: "Kx7-mango-41", waits_for: null })],
  ["POST", "/users/{user}/{act}", ({ params }) => ok({ password: params["act"] === "reset-password" ? "Qp2-river-88" : null })],
  ["GET", "/roles", () => ok({ items: roles, permissions: [] })],
  ["GET", "/login-rules", () => ok({ version: 2, rules: [{ name: "坐席只在公司", of: { kind: "role", id: "agent" }, must: { kind: "come_from", networks: ["192.0.2.0/24"] }, otherwise: "refuse" }, { name: "下班后双因素", of: { kind: "everybody" }, must: { kind: "come_within", week: { "mon-fri": "08:00-20:00" } }, otherwise: "second_factor" }] })],
  ["POST", "/login-rules/simulate", ({ body }) => {
    const inside = said(body["ip"]).startsWith("192.0.2.");
    return ok({ let_in: inside ? "yes" : "no", why: [{ rule: "坐席只在公司", text: inside ? "来自 192.0.2.0/24，符合" : `来自 ${said(body["ip"])}，不在 192.0.2.0/24 内` }] });
  }],
  ["GET", "/audit", ({ query }) => {
    const found = log.filter(({ name, action }) => name.includes(query.get("who") ?? "") && action.startsWith(query.get("what") ?? ""));
    const from = Number(query.get("cursor") ?? 0);
    return ok({ items: found.slice(from, from + 100), next: from + 100 < found.length ? String(from + 100) : null });
  }],
  ["POST", "/audit/verify", () => ok({ whole: true, records: 4_812, last: 4_812, hash: "00", breaks: [] })],
  ["GET", "/config", () => ok({ version, text: texts.get(version), files: {}, applied_at: ago(20), by: "管理员" })],
  ["POST", "/config/check", ({ body }) => ok({ mistakes: mistakesOf(said(body["text"])), warnings: [] })],
  ["PUT", "/config", ({ body }) => {
    if (body["base_version"] !== version) return refuse(409, "config_changed", "配置已被修改");
    return next(said(body["text"]));
  }],
  ["GET", "/config/versions", () => ok({ items: [...texts.keys()].sort((a, b) => b - a).map((one) => ({ version: one, applied_at: ago((8 - one) * 30), by: "管理员", comment: one === 6 ? "振铃改为 30 秒" : "" })), next: null })],
  ["GET", "/config/versions/{version}", ({ params }) => ok({ version: Number(params["version"]), text: texts.get(Number(params["version"])) ?? "" })],
  ["POST", "/config/roll-back", ({ body }) => next(texts.get(Number(body["version"])))],
  ["GET", "/lists", () => ok({ items: [{ name: "blocked", kind: "deny" }, { name: "vip", kind: "allow", queue: "售前咨询" }] })],
  ["GET", "/lists/{list}/entries", ({ query }) => ok({ items: entries.filter(({ ended_at }) => query.get("ended") === "true" || !ended_at).map((entry) => ({ ...entry, number: query.get("unmask") ? entry.number : entry.number.replace(/\d{4}(?=\d{4}$)/, "****") })), next: null, masked: !query.get("unmask"), active: 1, proposed: 1 })],
  ["POST", "/lists/{list}/entries", ({ body }) => {
    const entry = { entry: String(entries.length + 1), number: said(body["number"]), state: body["permanent"] ? "proposed" : "active", until: body["permanent"] ? null : ago(-24 * Number(body["days"] ?? 7)), reason: said(body["reason"]), owner: "管理员", by: "管理员", source: "manual", calls: [], added_at: ago(0), approved_by: null, approved_at: null, ended_by: null, ended_at: null, mine: true };
    entries.push(entry);
    return { status: 201, body: { entry } };
  }],
  ["POST", "/lists/{list}/entries/{entry}/{act}", ({ params }) => {
    const entry = entries.find((one) => one.entry === params["entry"]);
    if (entry) Object.assign(entry, params["act"] === "approve" ? { state: "active" } : { state: "removed", ended_by: "管理员", ended_at: ago(0) });
    return none;
  }],
  ["GET", "/reports/blocked-customers", () => ok({ items: [{ ...entries[0], list: "blocked", number: "+86138****5678", talked: 3, last_talk: ago(50), turned_away: 2 }], masked: true })],
  ["GET", "/prompts", () => ok({ items: prompts, speaker: true })],
  ["POST", "/prompts/{prompt}/check", () => ok({ ok: true, remarks: ["背景噪声只比人声低 18 dB：请在安静的房间录制（音乐可忽略）"], form: "WAV", rate_hz: 48_000, channels: 1, gain_db: 4.2, heard_ms: 3_200, sound: prompts[0]!.sound })],
  ["POST", "/prompts/{prompt}/preview", ({ response }) => {
    response.writeHead(200, { "Content-Type": "audio/wav" });
    response.end(silence());
    return undefined;
  }],
  ["PUT", "/prompts/{prompt}", ({ params }) => {
    const name = params["prompt"] ?? "";
    if (!prompts.some((prompt) => prompt.name === name)) prompts.push({ ...prompts[0]!, name, used_by: [] });
    return next();
  }],
  ["DELETE", "/prompts/{prompt}", ({ params }) => {
    prompts.splice(prompts.findIndex(({ name }) => name === params["prompt"]), 1);
    return next();
  }],
  ["GET", "/modules", () => ok({ items: modules })],
  ["PUT", "/modules/{module}", ({ params, body }) => {
    for (const one of modules) if (one.module === params["module"]) one.on = body["on"] === true;
    return next();
  }],
  ["GET", "/queues", () => ok({ items: [{ name: "售前咨询", agents: ["a1001", "a1004", "a1012"], strategy: "longest_idle", waiting_max: 30, wait_max: "5m" }, { name: "技术支持", agents: ["a1006", "a1007"], strategy: "skill", needs: { 网络: 3 }, waiting_max: 20, wait_max: "8m" }] })],
  ["GET", "/agents", () => ok({ items: [{ name: "a1001", display_name: "陈小雨", endpoints: ["1001", "1001-web"], wrap_up: "15s", skills: { 英语: 3 } }] })],
  ["GET", "/numbers", () => ok({ items: [{ name: "4008001234", flow: "welcome", after_hours: "night" }] })],
  ["GET", "/trunks", () => ok({ items: [{ name: "运营商甲", from: ["203.0.113.0/28"], calls_max: 60, number_format: "national" }] })],
  ["GET", "/policies", () => ok({ items: [{ key: "calls_max", value: "200", what: "calls at one time; further ones are refused with 503", what_zh: "同时通话上限，超出时以 503 拒绝", origin: "centre", source: "本中心配置" }, { key: "service_level_within", value: "30s", what: "a call answered within this time counts for the service level", what_zh: "在此时间内接听计入服务水平", origin: "shipped", source: "400 系统培训课程：30 秒内接听 90%" }, { key: "supervision_tone", value: "15s", what: "how often an agent hears a soft tone while a supervisor listens or whispers to him; zero for never", what_zh: "被监听或耳语时坐席听到提示音的间隔，零为不提示", origin: "centre", source: "本中心配置" }, { key: "call_hours", value: "09:00-20:00", what: "hours in which customers are called", what_zh: "可外呼时段", origin: "shipped", source: "行业规范", from: "2026-01-01", until: "2026-12-31" }], changes_on: "2027-01-01" })],
];
