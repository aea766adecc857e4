import { readFileSync } from "node:fs";
import { expect, test, type Page } from "./test";
import { offeredBy } from "../src/api/offers";
import { enter } from "./enter";

const { paths } = JSON.parse(readFileSync(new URL("../../docs/openapi.json", import.meta.url), "utf8")) as { paths: Record<string, unknown> };

const offered = offeredBy(Object.keys(paths));

/** Signs in where only the described paths are offered, and writes down what is asked for beyond them. */
async function enterDescribed(page: Page, as: string): Promise<string[]> {
  const missing: string[] = [];
  await enter(page, as, "/nowhere");
  await page.request.post("/v1/fake/offers", { data: { offers: Object.keys(paths) } });
  page.on("request", (request) => {
    const { pathname } = new URL(request.url());
    if (pathname.startsWith("/v1/") && !pathname.startsWith("/v1/fake/") && !offered(pathname)) missing.push(`${request.method()} ${pathname}`);
  });
  return missing;
}

/** Opens a page and every tab of it. */
async function walk(page: Page, path: string): Promise<void> {
  await page.goto(path);
  await expect(page.locator("h1, h2, .ant-card").first()).toBeVisible();
  const tabs = page.getByRole("tab");
  for (let place = 0; place < (await tabs.count()); place += 1) await tabs.nth(place).click();
  await page.waitForLoadState("networkidle");
}

const walks: Record<string, string[]> = {
  alice: ["/desk", "/calls", "/calls/c-1", "/check", "/check?part=diagnosis", "/check?part=triage", "/recordings", "/account"],
  sam: ["/wallboard", "/calls", "/calls/c-1", "/recordings", "/reports", "/flows", "/config", "/knowledge?article=k-1", "/scripts"],
  root: ["/calls/c-1", "/flows", "/flows/welcome", "/config", "/pop?unit=2", "/phones", "/phones/1001", "/users", "/health", "/account"],
  ada: ["/wallboard", "/audit", "/users"],
};

for (const [as, pages] of Object.entries(walks)) {
  test(`nothing is asked for that the server does not offer: ${as}`, async ({ page }) => {
    test.setTimeout(180_000);
    const missing = await enterDescribed(page, as);
    for (const path of pages) await walk(page, path);
    expect(missing).toEqual([]);
  });
}

test("nothing is asked for that the server does not offer: a call at the desk", async ({ page }) => {
  const missing = await enterDescribed(page, "alice");
  await page.goto("/desk");
  await page.request.post("/v1/me/state", { data: { to: "sign_in" } });
  for (const stage of ["ringing", "talk"]) {
    await page.request.post("/v1/fake/desk", { data: { stage } });
    await expect(page.getByText("138 0013 8000").first()).toBeVisible();
  }
  await page.request.post("/v1/fake/desk", { data: { stage: "wrap_up" } });
  await expect(page.getByRole("button", { name: "结束话后处理" }).first()).toBeVisible();
  await page.waitForLoadState("networkidle");
  expect(missing).toEqual([]);
});

test("an agent of the wallboard shows no day where the server keeps none", async ({ page }) => {
  const missing = await enterDescribed(page, "sam");
  await page.goto("/wallboard");
  await page.getByText("陈小雨").first().click();
  await expect(page.getByRole("dialog")).toContainText("售前咨询");
  expect(missing).toEqual([]);
});

test("before a sign-in a sign-on that is not there is asked for once", async ({ page }) => {
  let asked = 0;
  await page.route("**/v1/session/providers", (route) => {
    asked += 1;
    return route.fulfill({ status: 404, contentType: "application/problem+json", body: JSON.stringify({ status: 404, code: "not_found" }) });
  });
  await page.goto("/sign-in");
  await page.getByLabel("用户名").fill("factor");
  await page.getByLabel("密码").fill("Belltower-1");
  await page.getByRole("button", { name: "登录", exact: true }).click();
  await expect(page.getByText("验证码").first()).toBeVisible();
  await page.getByRole("button", { name: "换个账号登录" }).first().click();
  await expect(page.getByLabel("用户名")).toBeVisible();
  await page.evaluate(() => window.dispatchEvent(new Event("focus")));
  expect(asked).toBe(1);
});
