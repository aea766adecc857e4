import { expect, test, type Page } from "./test";

// The fake server's people; see test/fake/people.ts.
async function signIn(page: Page, name: string) {
  if (page.url() === "about:blank") await page.goto("/");
  await page.getByLabel("用户名").fill(name);
  await page.getByLabel("密码").fill("Belltower-1");
  await page.getByRole("button", { name: "登录" }).click();
}

test("an agent starts at the desk and sees only what he may", async ({ page }) => {
  await signIn(page, "alice");
  await expect(page).toHaveURL("/desk");
  const nav = page.getByRole("navigation");
  await expect(nav.getByRole("link", { name: "通话记录" })).toBeVisible();
  await expect(nav.getByRole("link", { name: "配置" })).toHaveCount(0);
  await page.goto("/users");
  await expect(page.getByText("您没有权限")).toBeVisible();
});

test("where somebody wanted to go is where he gets after signing in", async ({ page }) => {
  await page.goto("/reports");
  await expect(page).toHaveURL("/sign-in?to=%2Freports");
  await signIn(page, "sam");
  await expect(page).toHaveURL("/reports");
});

test("the language changes at once and stays", async ({ page }) => {
  await signIn(page, "sam");
  await page.getByRole("button", { name: "账号菜单" }).click();
  // By the keyboard: a mouse that comes while the menu is still being placed is not noticed.
  await page.getByRole("menuitem", { name: "语言" }).press("ArrowRight");
  await page.getByRole("menuitem", { name: "English" }).press("Enter");
  await expect(page.getByRole("link", { name: "Call records" })).toBeVisible();
  await page.reload();
  await expect(page.getByRole("link", { name: "Call records" })).toBeVisible();
});
