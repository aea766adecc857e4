import type { FirstRun, StepName } from "../../src/api/firstRun.ts";
import { ok, refuse, type Asked, type Route } from "./server.ts";

// One centre for each session, so that tests do not meet; the session's own object is its key.
const runs = new WeakMap<object, FirstRun>();

function begun(): FirstRun {
  return {
    version: 1,
    steps: [
      { step: "company", state: "open", lacks: ["name"] },
      { step: "trunk", state: "open", lacks: ["trunk"] },
      { step: "number", state: "open", lacks: ["number"] },
      { step: "agent", state: "open", lacks: ["browser_phone"] },
      { step: "test_call", state: "open", lacks: ["test_call"] },
    ],
    next: "company",
    closed: false,
    company: { name: "", zone: "Asia/Shanghai", language: "zh-CN" },
    trunk: null,
    number: null,
    agent: null,
    desk: ["http://127.0.0.1:8080"],
  };
}

function runOf({ me }: Asked): FirstRun {
  const key = me ?? {};
  const run = runs.get(key) ?? begun();
  runs.set(key, run);
  return run;
}

function stands(run: FirstRun, step: StepName, state: "done" | "open" | "skipped") {
  run.steps = run.steps.map((one) => (one.step === step ? { ...one, state, lacks: state === "done" ? [] : one.lacks } : one));
  run.next = run.steps.find((one) => one.state === "open")?.step ?? null;
  return ok(run);
}

const put = (step: StepName, take: (run: FirstRun, body: Record<string, unknown>) => void): Route => [
  "PUT",
  `/first-run/${step}`,
  (asked) => {
    const run = runOf(asked);
    if (asked.query.get("base_version") !== String(run.version)) return refuse(409, "config_changed", "配置已被他人修改", { version: run.version, difference: "" });
    if (asked.body["zone"] === "Asia/Nowhere") {
      return refuse(422, "config_wrong", "配置有错误", { mistakes: [{ line: 5, column: 8, problem: 'there is no time zone "Asia/Nowhere"', remedy: "write a name of the tz database, such as Asia/Shanghai" }] });
    }
    take(run, asked.body);
    run.version += 1;
    return stands(run, step, "done");
  },
];

const advice = (code: string, level: string, zh: string, remedy_zh: string) => ok({ code, level, zh, en: code, remedy_zh, remedy_en: remedy_zh && code });

export const firstRunRoutes: Route[] = [
  ["GET", "/first-run", (asked) => ok(runOf(asked))],
  put("company", (run, body) => (run.company = body as FirstRun["company"])),
  put("trunk", (run, body) => {
    run.trunk = { name: "carrier", address: String(body["address"]), from: ["203.0.113.7"], transport: "udp", register: body["register"] === true, username: typeof body["username"] === "string" ? body["username"] : "", has_password: body["register"] === true, strip: "" };
  }),
  put("number", (run, body) => {
    run.number = { number: String(body["number"]), arrives_as: (body["arrives_as"] as string | null) ?? null, flow: "welcome", hours: (body["hours"] as { days: number[]; from: string; until: string } | null) ?? null };
  }),
  put("agent", (run, body) => {
    run.agent = { agent: String(body["agent"]), display_name: String(body["display_name"]) };
  }),
  ["POST", "/first-run/trunk/check", ({ body }) =>
    body["password"] === "wrong"
      ? advice("wrong_password", "failed", "运营商有应答，但拒绝了用户名或密码（403）。", "请重新输入（区分大小写）；如果确认无误，请让运营商重置密码，并询问是否限制了登录的 IP 地址。")
      : advice("registered", "ok", "运营商有应答，用户名和密码正确。", "")],
  ["POST", "/first-run/{step}/skip", (asked) => stands(runOf(asked), asked.params["step"] as StepName, asked.body["skipped"] ? "skipped" : "open")],
  ["POST", "/first-run/test-call", () => refuse(503, "unavailable", "系统繁忙，无法拨打", { remedy: "请稍后再试" })],
  ["GET", "/first-run/arrivals", () =>
    ok({
      items: [{ at: new Date().toISOString(), trunk: "carrier", called: "057187654321", caller: null, call: null, cause: "number_unknown" }],
      advice: { code: "number_unknown", level: "failed", zh: "来电已到达，但线路显示的号码是 057187654321，系统里没有这个号码。", en: "number_unknown", remedy_zh: "请返回“号码”一步，把它填为“线路显示的号码”。", remedy_en: "number_unknown" },
      at: new Date().toISOString(),
    })],
];
