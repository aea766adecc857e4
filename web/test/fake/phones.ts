import type { PhoneView } from "../../src/api/types.ts";
import { ok, refuse, type Route } from "./server.ts";

const ago = (minutes: number) => new Date(Date.now() - minutes * 60_000).toISOString();

/** Phones in every state. */
export const phones: PhoneView[] = [
  { phone: "1001", agent: "a1001", registered: true, since: ago(190), address: "192.0.2.31:5061", user_agent: "Yealink SIP-T31G 124.86.0.40" },
  { phone: "1004", agent: "a1004", registered: true, since: ago(42), address: "192.0.2.34:5061", user_agent: "Linphone-Desktop/5.2.4" },
  { phone: "1006", agent: "a1006", registered: false, since: ago(12), address: "192.0.2.36:49152", user_agent: "MicroSIP/3.21.5", cause: "expired" },
  { phone: "1007", agent: "a1007", registered: false, since: ago(3), address: "192.0.2.37:5060", refused: "wrong_password", attempts_left: 2 },
  { phone: "1009", agent: null, registered: false, since: ago(1), address: "203.0.113.77:5060", refused: "wrong_password", attempts_left: 0 },
];

// A drawing that stands for a code; what real ones hold is tried against the real server.
const code = (cells: number) =>
  `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${cells} ${cells}" shape-rendering="crispEdges"><rect width="${cells}" height="${cells}" fill="#fff"/>${Array.from({ length: cells * cells }, (_, place) => place)
    .filter((place) => (place * 2_654_435_761) % 7 < 3)
    .map((place) => `<rect x="${place % cells}" y="${Math.floor(place / cells)}" width="1" height="1"/>`)
    .join("")}</svg>`;

function sheetOf(endpoint: string, password: string | null) {
  const secure = endpoint !== "1007";
  const transport = secure ? "tls" : "udp";
  const proxy = secure ? "192.0.2.10:5061" : "192.0.2.10:5060";
  const sheet = [
    { field: "user", zh: "账号（区分大小写）", en: "user name (case matters)", value: endpoint },
    { field: "domain", zh: "SIP 域", en: "SIP domain", value: "belltower" },
    { field: "proxy", zh: "外呼代理（地址：端口）", en: "outbound proxy (address:port)", value: proxy },
    { field: "transport", zh: "传输方式", en: "transport", value: transport },
    { field: "codecs", zh: "语音编码", en: "codecs", value: "PCMA, PCMU, G722" },
    { field: "dtmf", zh: "按键方式", en: "keys", value: "RFC 4733 / SIP INFO" },
    ...(password === null ? [] : [{ field: "password", zh: "密码（区分大小写）", en: "password (case matters)", value: password }]),
  ];
  const agent = phones.find(({ phone }) => phone === endpoint)?.agent ?? null;
  return {
    endpoint, agent, user: endpoint, domain: "belltower", proxy, port: secure ? 5061 : 5060, transport, secure, password, sheet,
    fingerprint: secure ? "3F:9A:11:7C:5E:02:B8:64:D1:AA:90:47:6B:EE:13:58:21:C7:F4:0D:99:36:8B:72:E5:1F:A0:4C:DD:63:28:B1" : null,
    text: sheet.map(({ field, value }) => `${field}=${value}`).join("\n"), qr_svg: code(33), linphone: "<config/>",
  };
}

const sheet = (endpoint: string, password: string | null) => {
  if (endpoint.endsWith("-web")) return refuse(409, "no_desk_phone", `话机 ${endpoint} 不使用密码注册：它是浏览器或外线号码`, { remedy: "浏览器话机不需要配置单，坐席登录即可使用" });
  return endpoint.startsWith("10") ? ok(sheetOf(endpoint, password)) : refuse(404, "not_found", "没有这部话机");
};

const lost = { at: ago(204), why: "timeout", zh: "话机到期没有续注册", en: "it did not register again in time" };
const refused = { at: ago(1_500), why: "wrong_password", zh: "密码错误", en: "the password is wrong" };

/** Each agent has a desk phone that was away a while ago, and a browser that was never there. */
const presenceOf = (agent: string) => {
  const phone = agent.slice(1);
  return {
    since: ago(7 * 24 * 60),
    phones: [
      { endpoint: phone, registered: phone !== "1006", since: ago(phone === "1006" ? 12 : 190), last_register: ago(190), last_lost: lost, last_refused: refused, lost: 3, addresses: [{ at: ago(190), ip: "192.0.2.31" }, { at: ago(2_900), ip: "198.51.100.7" }] },
      { endpoint: `${phone}-web`, registered: false, since: null, last_register: null, last_lost: null, last_refused: null, lost: 0, addresses: [] },
    ],
  };
};

export const phoneRoutes: Route[] = [
  ["GET", "/agents/{agent}/presence", ({ params }) => ok(presenceOf(params["agent"] ?? ""))],
  ["GET", "/endpoints/{endpoint}/provisioning", ({ params }) => sheet(params["endpoint"] ?? "", null)],
  ["POST", "/endpoints/{endpoint}/reset-password", ({ params }) => sheet(params["endpoint"] ?? "", "k7mq3xw9d2hv8bnf")],
];
