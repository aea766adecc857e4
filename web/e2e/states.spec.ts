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
  { as: "alice", path: "/account", asks: "/v1/sessions" },
];

/** Answers what a page asks for first by `how`; the live floor stays silent, so that it fills in nothing. */
async function answerBy(page: Page, asks: string, how: Parameters<Page["route"]>[1]): Promise<void> {
  await page.route((url) => url.pathname === asks, how);
  if (asks === "/v1/agents") await page.routeWebSocket("**/v1/events", () => {});
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
    await expect(failure).toContainText("请联系管理员", { timeout: 15_000 });
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
  ["alice", ["/wallboard", "/flows", "/flows/welcome", "/config", "/config/queues", "/phones", "/phones/1001", "/users", "/audit", "/health", "/reports", "/prompts", "/lists"]],
  ["sam", ["/phones", "/users", "/audit", "/health"]],
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
