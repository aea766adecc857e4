import { expect, test, type Page } from "./test";

async function enter(page: Page, name: string, password = "Belltower-1") {
  await page.goto("/sign-in");
  await page.getByLabel("用户名").fill(name);
  await page.getByLabel("密码").fill(password);
  await page.getByRole("button", { name: "登录" }).click();
}

test("a wrong password is told exactly as the server says it", async ({ page }) => {
  await enter(page, "alice", "wrong");
  await expect(page.getByRole("alert")).toContainText("还可尝试 4 次");
});

test("a locked account says until when and offers to be unlocked by a second factor", async ({ page }) => {
  await enter(page, "locked");
  await expect(page.getByRole("alert")).toContainText("还需等待 13 分");
  await page.getByRole("button", { name: "用第二因素解锁" }).click();
  await page.getByLabel("第二步验证").fill("123456");
  await page.getByRole("button", { name: "解锁" }).click();
  await expect(page.getByText("账号已解锁")).toBeVisible();
});

test("a second factor is sent with its sixth digit", async ({ page }) => {
  await enter(page, "factor");
  await page.getByLabel("6 位验证码").fill("111111");
  await expect(page.getByRole("alert")).toContainText("验证码错误");
  await page.getByLabel("6 位验证码").fill("123456");
  await expect(page).toHaveURL("/wallboard");
});

test("an authenticator is set up, and recovery codes are shown before going on", async ({ page }) => {
  await enter(page, "enrol");
  await expect(page.getByText("JBSW Y3DP")).toBeVisible();
  await page.getByLabel("6 位验证码").fill("123456");
  await page.getByRole("button", { name: "确认并继续" }).click();
  await expect(page.getByText("7f3k-9q2m")).toBeVisible();
  await page.getByRole("button", { name: "我已妥善保存" }).click();
  await expect(page).toHaveURL("/wallboard");
});

test("a new password is checked while it is typed, and by the server", async ({ page }) => {
  await enter(page, "fresh");
  await page.getByLabel("新密码").fill("Password-1");
  await page.getByLabel("再输入一次").fill("Password-1");
  await page.getByRole("button", { name: "保存并登录" }).click();
  await expect(page.getByRole("alert")).toContainText("容易猜到");
  await page.getByLabel("新密码").fill("Kupfer-Glocke-7");
  await page.getByLabel("再输入一次").fill("Kupfer-Glocke-7");
  await page.getByRole("button", { name: "保存并登录" }).click();
  await expect(page).toHaveURL("/desk");
});

test("tel_12_a_server_that_does_not_answer_is_named_within_ten_seconds", async ({ page }) => {
  await page.goto("/sign-in");
  await page.route("**/v1/session", (route) => route.abort());
  await page.getByLabel("用户名").fill("alice");
  await page.getByLabel("密码").fill("Belltower-1");
  await page.getByRole("button", { name: "登录" }).click();
  await expect(page.getByRole("alert")).toContainText("登录服务没有及时响应", { timeout: 10_000 });
  await page.route("**/bell.svg", (route) => route.abort());
  await page.getByRole("button", { name: "登录" }).click();
  await expect(page.getByRole("alert")).toContainText("无法连接钟楼服务器", { timeout: 10_000 });
});
