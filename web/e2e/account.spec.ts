import { expect, test } from "./test";
import { enter } from "./enter";

test("agt_01_a_machine_is_signed_in_by_a_telephone_that_is", async ({ page, browser }) => {
  await page.goto("/sign-in");
  const begun = page.waitForResponse("**/v1/session/scan");
  await page.getByText("扫码", { exact: true }).click();
  const { uri } = (await (await begun).json()) as { uri: string };
  await expect(page.getByText(/秒内有效/)).toBeVisible();
  const context = await browser.newContext({ viewport: { width: 390, height: 844 }, hasTouch: true });
  const phone = await context.newPage();
  await enter(phone, "sam", new URL(uri).pathname);
  await expect(phone.getByText("192.168.1.20")).toBeVisible();
  await expect(page.getByText("已扫描，请在手机上确认")).toBeVisible();
  await phone.getByRole("button", { name: "确认登录" }).click();
  await expect(phone.getByText("已确认，电脑正在登录")).toBeVisible();
  await expect(page).toHaveURL("/wallboard");
  await context.close();
});

test("agt_01_a_code_that_is_refused_or_over_is_replaced_by_one_click", async ({ page }) => {
  await page.goto("/sign-in");
  const begun = page.waitForResponse("**/v1/session/scan");
  await page.getByText("扫码", { exact: true }).click();
  const { scan } = (await (await begun).json()) as { scan: string };
  await page.evaluate((scan) => fetch("/v1/session", { method: "POST", headers: { "Content-Type": "application/json" }, body: JSON.stringify({ name: "sam", password: "Belltower-1" }) }).then(() => fetch(`/v1/scans/${scan}/refuse`, { method: "POST" })), scan);
  await expect(page.getByText("手机上拒绝了这次登录")).toBeVisible();
  await page.getByRole("button", { name: "换一个二维码" }).click();
  await expect(page.getByText(/秒内有效/)).toBeVisible();
});

test("sec_09_a_passkey_is_made_and_taken_away", async ({ page, context }) => {
  const devtools = await context.newCDPSession(page);
  await devtools.send("WebAuthn.enable");
  await devtools.send("WebAuthn.addVirtualAuthenticator", { options: { protocol: "ctap2", transport: "internal", hasResidentKey: true, hasUserVerification: true, isUserVerified: true } });
  await page.route("**/v1/me/passkeys", async (route) => {
    if (route.request().method() !== "POST") return route.fallback();
    const response = await route.fetch();
    const body = (await response.json()) as { options: { publicKey: { rp: { id: string } } } };
    body.options.publicKey.rp.id = "localhost";
    await route.fulfill({ response, json: body });
  });
  const base = new URL(page.url() === "about:blank" ? (await page.goto("/sign-in"), page.url()) : page.url());
  base.hostname = "localhost";
  await page.goto(base.href);
  await page.evaluate(() => fetch("/v1/session", { method: "POST", headers: { "Content-Type": "application/json" }, body: JSON.stringify({ name: "sam", password: "Belltower-1" }) }));
  await page.goto(new URL("/account", base).href);
  await page.getByRole("button", { name: "添加通行密钥" }).click();
  await page.getByLabel("名称").fill("笔记本");
  const sent = page.waitForRequest((request) => request.url().endsWith("/me/passkeys") && request.method() === "PUT");
  await page.getByRole("button", { name: "创 建" }).or(page.getByRole("button", { name: "创建", exact: true })).click();
  expect((await sent).postDataJSON()).toMatchObject({ ticket: "p1", name: "笔记本", credential: { type: "public-key" } });
  // Who had no recovery codes gets some with the first passkey.
  await page.getByRole("button", { name: "我已妥善保存" }).click();
  await page.getByRole("listitem").filter({ hasText: "笔记本" }).getByRole("button", { name: "删除" }).click();
  await page.getByRole("button", { name: "确定" }).or(page.getByRole("button", { name: "确 定" })).click();
  await expect(page.getByText("还没有通行密钥")).toBeVisible();
});

test("sec_13_a_sign_in_from_a_new_device_is_told_and_not_me_freezes", async ({ page }) => {
  await enter(page, "sam", "/account");
  const notice = page.getByRole("listitem").filter({ hasText: "在新设备上登录" });
  await notice.getByRole("button", { name: "不是我" }).click();
  const frozen = page.waitForRequest("**/v1/session/not-me");
  await page.getByRole("tooltip").getByRole("button", { name: "不是我" }).click();
  expect((await frozen).postDataJSON()).toEqual({ link: "k7" });
});

test("sec_13_the_link_of_a_message_freezes_without_a_session", async ({ page }) => {
  await page.goto("/not-me?link=k7");
  await page.getByRole("button", { name: "不是我，冻结账号" }).click();
  await expect(page.getByText("账号已冻结")).toBeVisible();
});

test("the_sign_in_page_leads_to_the_companys_own", async ({ page }) => {
  await page.goto("/sign-in?to=%2Freports&failed=oidc_refused");
  await expect(page.getByRole("link", { name: "企业统一登录" })).toHaveAttribute("href", "/v1/session/oidc/corp?to=%2Freports");
  await expect(page.getByRole("alert")).toContainText("oidc_refused");
});
