import { expect, test, type Page } from "./test";
import { enter } from "./enter";

// Every page says that it is loading, that something failed and how to try again, that there is nothing, and that one may not.

interface Place {
  as: string;
  path: string;
  /** What it asks for first. */
  asks: string;
  /** What the server says where there is nothing yet, and what the page says then. */
  nothing?: { said: unknown; words: string };
}

const none = { items: [], next: null };
const places: Place[] = [
  { as: "sam", path: "/calls", asks: "/v1/calls", nothing: { said: none, words: "没有符合条件的通话" } },
  { as: "root", path: "/calls/c-1", asks: "/v1/calls/c-1" },
  { as: "sam", path: "/recordings", asks: "/v1/recordings", nothing: { said: none, words: "没有符合条件的录音" } },
  { as: "sam", path: "/reports", asks: "/v1/reports/volume", nothing: { said: { from: "2026-11-01T00:00:00Z", to: "2026-11-02T00:00:00Z", zone: "Asia/Shanghai", rows: [], totals: {} }, words: "这段时间没有通话" } },
  { as: "root", path: "/flows", asks: "/v1/flows", nothing: { said: none, words: "还没有流程" } },
  { as: "root", path: "/flows/welcome", asks: "/v1/flows/welcome" },
  { as: "root", path: "/config", asks: "/v1/config" },
  { as: "root", path: "/config/queues", asks: "/v1/queues", nothing: { said: none, words: "还没有配置" } },
  { as: "root", path: "/config/policies", asks: "/v1/policies" },
  { as: "root", path: "/config/versions", asks: "/v1/config/versions", nothing: { said: none, words: "还没有历史版本" } },
  { as: "root", path: "/phones", asks: "/v1/agents", nothing: { said: none, words: "还没有话机" } },
  { as: "root", path: "/phones/1001", asks: "/v1/endpoints/1001/provisioning" },
  { as: "root", path: "/users", asks: "/v1/users", nothing: { said: none, words: "没有符合条件的用户" } },
  { as: "root", path: "/users?tab=approvals", asks: "/v1/approvals", nothing: { said: none, words: "没有待审批的请求" } },
  { as: "ada", path: "/audit", asks: "/v1/audit", nothing: { said: none, words: "没有符合条件的记录" } },
  { as: "root", path: "/health", asks: "/v1/health" },
  { as: "alice", path: "/desk", asks: "/v1/me/desk" },
  { as: "root", path: "/prompts", asks: "/v1/prompts", nothing: { said: { items: [], speaker: false }, words: "还没有提示音" } },
  { as: "root", path: "/pop", asks: "/v1/units", nothing: { said: { units: [], projects: [] }, words: "还没有部门和班组" } },
  { as: "root", path: "/pop?unit=2", asks: "/v1/units/2/customer-layout" },
  { as: "root", path: "/lists", asks: "/v1/lists", nothing: { said: none, words: "还没有配置名单" } },
  { as: "alice", path: "/account", asks: "/v1/sessions" },
];

/** Answers what a page asks for first by `how`; the live floor stays silent, so that it fills in nothing. */
async function answerBy(page: Page, asks: string, how: Parameters<Page["route"]>[1]): Promise<void> {
  await page.route((url) => url.pathname === asks, how);
  if (asks === "/v1/agents" || asks === "/v1/me/desk") await page.routeWebSocket("**/v1/events", () => {});
}

for (const { as, path, asks, nothing } of places) {
  test(`${path} says that it is loading, has failed, has nothing`, async ({ page }) => {
    await enter(page, as, "/nowhere");
    let release = () => {};
    const held = new Promise<void>((resolve) => (release = resolve));
    await answerBy(page, asks, async (route) => {
      await held;
      await route.fulfill({ status: 500, contentType: "application/problem+json", body: JSON.stringify({ status: 500, code: "internal", detail: "磁盘读取失败", remedy: "请联系管理员" }) });
    });
    await page.goto(path);
    await expect(page.locator("main [role=status]").first()).toBeVisible();
    release();
    const failure = page.locator("main [role=alert]").filter({ hasText: "磁盘读取失败" }).first();
    await expect(failure).toContainText("请联系管理员");
    await page.unrouteAll();
    if (nothing) {
      await answerBy(page, asks, (route) => route.fulfill({ json: nothing.said }));
    }
    await failure.getByRole("button", { name: "重试" }).click();
    await expect(failure).toHaveCount(0);
    if (nothing) await expect(page.locator("main").getByText(nothing.words).first()).toBeVisible();
  });
}

const closed: [as: string, paths: string[]][] = [
  ["alice", ["/wallboard", "/flows", "/flows/welcome", "/config", "/config/queues", "/phones", "/phones/1001", "/users", "/audit", "/health", "/reports", "/prompts", "/pop", "/lists"]],
  ["sam", ["/pop", "/phones", "/users", "/audit", "/health"]],
  ["ada", ["/desk"]],
  ["root", ["/desk"]],
];

for (const [as, paths] of closed) {
  test(`sec_25: ${as} is told that he may not, and nothing is asked for`, async ({ page }) => {
    await enter(page, as, "/nowhere");
    const asked: string[] = [];
    page.on("request", (request) => {
      const { pathname } = new URL(request.url());
      if (pathname.startsWith("/v1/") && !/^\/v1\/(me|events|fake|session)/.test(pathname)) asked.push(pathname);
    });
    for (const path of paths) {
      await page.goto(path);
      await expect(page.getByText("您没有权限"), path).toBeVisible();
    }
    expect(asked).toEqual([]);
  });
}

test("the wallboard says that it is loading, and that the server cannot be reached, and comes back", async ({ page }) => {
  await enter(page, "sam", "/nowhere");
  let reachable = false;
  let waiting = true;
  await page.routeWebSocket("**/v1/events", (socket) => {
    if (reachable) return void socket.connectToServer();
    if (!waiting) void socket.close();
  });
  await page.goto("/wallboard");
  await expect(page.locator("main [role=status]").first()).toBeVisible();
  waiting = false;
  await page.reload();
  const failure = page.locator("main [role=alert]");
  await expect(failure).toContainText("无法连接服务器");
  reachable = true;
  await failure.getByRole("button", { name: "重试" }).click();
  await expect(page.getByText("今日接听")).toBeVisible();
});

test("a diagnosis that the server does not answer says so, beside what the browser found", async ({ page }) => {
  await enter(page, "alice", "/check?part=diagnosis");
  await page.route("**/v1/me/diagnosis", (route) => route.fulfill({ status: 500, contentType: "application/problem+json", body: JSON.stringify({ status: 500, code: "internal" }) }));
  await page.getByRole("button", { name: "开始诊断" }).click();
  await expect(page.getByText(/发现 \d+ 处/)).toBeVisible({ timeout: 35_000 });
  await expect(page.locator("main").getByText("服务器没有正确应答。请稍后重试。").first()).toBeVisible();
});

test("a question mark shows what the keyboard does, to each what he has; in a field it is a question mark", async ({ page }) => {
  await enter(page, "alice", "/desk");
  await expect(page.getByRole("heading", { name: "坐席工作台" })).toBeVisible();
  await page.keyboard.press("?");
  const dialog = page.getByRole("dialog", { name: "键盘快捷键" });
  await expect(dialog.getByRole("region", { name: "坐席" })).toContainText("Alt+A");
  await expect(dialog.getByRole("region", { name: "流程编辑器" })).toHaveCount(0);
  await page.keyboard.press("Escape");
  await expect(dialog).toHaveCount(0);
  await enter(page, "root", "/calls");
  await page.getByLabel("主叫或被叫号码").press("?");
  await expect(dialog).toHaveCount(0);
  await page.getByRole("heading", { name: "通话记录" }).click();
  await page.keyboard.press("?");
  await expect(dialog.getByRole("region", { name: "流程编辑器" })).toContainText("Ctrl+Z");
  await expect(dialog.getByRole("region", { name: "坐席" })).toHaveCount(0);
});
