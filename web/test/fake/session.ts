import type { StepAnswer } from "../../src/api/session.ts";
import { people } from "./people.ts";
import { closeSession, none, ok, openSession, refuse, type Answer, type Asked, type Route } from "./server.ts";

const secret = "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP";
const uri = `otpauth://totp/Belltower:root?secret=${secret}&issuer=Belltower`;
const recovery_codes = ["7f3k-9q2m", "x4np-t8wd", "m2vb-6hrc", "9kzt-d3ys", "c6wq-p7gn", "h8xm-2tfv", "r5jd-k9bz", "v3ys-w4qn"];

// Which step each of these people meets; the ticket is the name.
const firstStep: Record<string, StepAnswer> = {
  factor: { state: "second_factor", methods: ["totp", "recovery_code"], ticket: "sam" },
  enrol: { state: "enrol_totp", ticket: "root", secret, uri },
  fresh: { state: "change_password", why: "first_sign_in", ticket: "alice" },
};
const wrong = { attempts_left: 4, remedy: "检查大小写锁定键后重试" };

function entered({ response }: Asked, name: string, more: object = {}): Answer {
  const me = people[name];
  if (!me) return refuse(401, "login_refused", "登录步骤已超时");
  openSession(me, response);
  return ok({ state: "signed_in", me, ...more });
}

export const sessionRoutes: Route[] = [
  [
    "POST",
    "/session",
    (asked) => {
      const name = String(asked.body["name"]);
      if (name === "locked") {
        const locked_until = new Date(Date.now() + 14 * 60_000).toISOString();
        return refuse(401, "login_refused", "密码错误次数过多，账号已锁定 15 分钟", { locked_until, remedy: "可用身份验证器、通行密钥或恢复码解锁，或等待" });
      }
      if (asked.body["password"] !== "Belltower-1") return refuse(401, "login_refused", "用户名或密码错误（区分大小写），还可尝试 4 次", wrong);
      const step = firstStep[name];
      return step ? ok(step) : people[name] ? entered(asked, name) : refuse(401, "login_refused", "用户名或密码错误（区分大小写），还可尝试 4 次", wrong);
    },
  ],
  [
    "POST",
    "/session/second-factor",
    (asked) => (asked.body["code"] === "123456" ? entered(asked, String(asked.body["ticket"])) : refuse(401, "login_refused", "验证码错误或已使用，还可尝试 4 次", { remedy: "等待新的验证码并检查手机时间" })),
  ],
  ["POST", "/session/totp", (asked) => entered(asked, String(asked.body["ticket"]), { recovery_codes })],
  [
    "POST",
    "/session/password",
    (asked) =>
      String(asked.body["password"]).toLowerCase().includes("password")
        ? refuse(422, "password_weak", "含有容易猜到的内容（password），只相当于 3 个字符，至少需要 8 个", { remedy: "请使用更长、不含常见词的密码" })
        : entered(asked, String(asked.body["ticket"])),
  ],
  ["POST", "/session/unlock", ({ body }) => (body["code"] === "123456" ? none : refuse(401, "login_refused", "验证码错误"))],
  [
    "DELETE",
    "/session",
    ({ request }) => {
      closeSession(request);
      return none;
    },
  ],
  ["GET", "/me", ({ me }) => ok({ ...me, factors: { totp: me?.name === "root", passkeys: 0, recovery_codes: 8 }, password_ends: "2027-02-26T00:00:00.000Z" })],
  ["POST", "/me/password", ({ body }) => (body["old"] === "Belltower-1" ? none : refuse(401, "login_refused", "当前密码不正确"))],
  ["POST", "/me/totp", () => ok({ secret, uri })],
  ["PUT", "/me/totp", ({ body }) => (body["code"] === "123456" ? ok({ recovery_codes }) : refuse(422, "factor_refused", "验证码不正确，请检查手机时间"))],
  ["DELETE", "/me/totp", () => none],
  [
    "GET",
    "/sessions",
    ({ request }) =>
      ok({
        items: [
          { session: "1", user_agent: request.headers["user-agent"] ?? "", address: "192.168.1.20", begun: ago(3_600_000), active: ago(0), voice: true, current: true },
          { session: "2", user_agent: "Mozilla/5.0 (iPhone; CPU iPhone OS 19_0 like Mac OS X) Version/19.0 Mobile Safari/604.1", address: "10.20.0.7", begun: ago(90_000_000), active: ago(7_200_000), voice: false, current: false },
        ],
      }),
  ],
  ["DELETE", "/sessions/{session}", () => none],
  ["GET", "/session/providers", () => ok({ items: [{ provider: "corp", zh: "企业统一登录", en: "Company sign-on" }] })],
  ["POST", "/session/scan", ({ request }) => {
    const scan = `s${scans.size + 1}`;
    scans.set(scan, { state: "waiting", told: "", by: null });
    return ok({ scan, uri: `http://${request.headers.host ?? ""}/scan/${scan}`, secret: `x-${scan}`, expires_at: new Date(Date.now() + 60_000).toISOString() });
  }],
  ["GET", "/session/scan/{scan}", async ({ params, query }) => {
    const found = scans.get(params["scan"] ?? "");
    if (!found || query.get("secret") !== `x-${params["scan"]}`) return refuse(409, "scan_refused", "没有这个二维码");
    for (let turn = 0; turn < 100 && found.state === found.told; turn++) await new Promise((resolve) => setTimeout(resolve, 100));
    found.told = found.state;
    return ok({ state: found.state });
  }],
  ["POST", "/session/scan/{scan}/take", (asked) => {
    const found = scans.get(asked.params["scan"] ?? "");
    return found?.state === "confirmed" && found.by ? entered(asked, found.by) : refuse(409, "scan_refused", "还没有确认");
  }],
  ["GET", "/scans/{scan}", ({ params, request }) => {
    const found = scans.get(params["scan"] ?? "");
    if (!found) return refuse(409, "scan_refused", "二维码已失效", { remedy: "请在电脑上换一个二维码" });
    found.state = "seen";
    return ok({ device: request.headers["user-agent"] ?? "", ip: "192.168.1.20", at: ago(4_000) });
  }],
  ["POST", "/scans/{scan}/confirm", ({ params, me }) => {
    Object.assign(scans.get(params["scan"] ?? "") ?? {}, { state: "confirmed", by: me?.name });
    return none;
  }],
  ["POST", "/scans/{scan}/refuse", ({ params }) => {
    Object.assign(scans.get(params["scan"] ?? "") ?? {}, { state: "refused" });
    return none;
  }],
  ["POST", "/session/not-me", ({ body }) => (body["link"] === "k7" ? none : refuse(410, "link_over", "链接已失效"))],
  ["GET", "/me/notices", () => ok({ items: notices })],
  ["POST", "/me/notices/{notice}/seen", ({ params }) => {
    const found = notices.find(({ notice }) => notice === params["notice"]);
    if (found) found.seen = true;
    return none;
  }],
  ["GET", "/me/passkeys", () => ok({ items: passkeys })],
  ["POST", "/me/passkeys", ({ me }) => ok({ ticket: "p1", options: { publicKey: { rp: { id: "127.0.0.1", name: "Belltower" }, user: { id: "dTE", name: me?.name ?? "", displayName: me?.display_name ?? "" }, challenge: "Y2hhbGxlbmdl", pubKeyCredParams: [{ type: "public-key", alg: -7 }] } } })],
  ["PUT", "/me/passkeys", ({ body }) => {
    passkeys.push({ id: `k${passkeys.length}`, name: typeof body["name"] === "string" ? body["name"] : "", made: ago(0), used: null });
    return ok({ recovery_codes: passkeys.length === 1 ? recovery_codes : [] });
  }],
  ["DELETE", "/me/passkeys/{id}", ({ params }) => {
    passkeys.splice(passkeys.findIndex(({ id }) => id === params["id"]), 1);
    return none;
  }],
  ["GET", "/setup", () => ok({ needed: setUpNeeded, listener: "admin", code_needed: true })],
  [
    "POST",
    "/setup",
    ({ body }) => (body["code"] === "4711" ? ok({ state: "enrol_totp", ticket: "root", secret, uri }) : refuse(403, "set_up_elsewhere", "首个管理员只能在本机创建，或使用启动时显示的一次性代码", { remedy: "请输入程序启动时显示的代码" })),
  ],
];

const scans = new Map<string, { state: string; told: string; by: string | null }>();
const passkeys: { id: string; name: string; made: string; used: string | null }[] = [];
const notices = [{ notice: "n1", kind: "new_device", at: new Date(Date.now() - 1_800_000).toISOString(), text: "在新设备上登录：Chrome 156, Windows，192.168.1.77", link: "k7", seen: false }];
const setUpNeeded = process.env["FAKE_SETUP"] === "1";
const ago = (ms: number) => new Date(Date.now() - ms).toISOString();
