import { expect, test } from "./test";
import { enter } from "./enter";

test("tel_08: a phone's sheet holds what is typed into it, and a new password once", async ({ page }) => {
  await enter(page, "root", "/phones");
  await expect(page.getByRole("row", { name: /1007.*密码错误.*还可尝试 2 次/ })).toBeVisible();
  await expect(page.getByRole("row", { name: /1009.*暂时锁定.*没有分配坐席/ })).toBeVisible();
  await page.getByLabel("搜索号码、坐席或地址").fill("yealink");
  await expect(page.getByRole("row", { name: /1004/ })).toHaveCount(0);
  await page.getByRole("link", { name: "话机 1001 的配置单" }).click();
  await expect(page.getByText("192.0.2.10:5061")).toBeVisible();
  await expect(page.getByText("密码不再有人知道")).toBeVisible();
  await expect.poll(() => page.getByAltText("包含以上各项的二维码").evaluate((image: HTMLImageElement) => image.naturalWidth)).toBeGreaterThan(0);
  await page.getByRole("button", { name: "重置密码" }).click();
  await page.getByRole("tooltip").getByRole("button", { name: "重置密码" }).click();
  await expect(page.getByText("k7mq3xw9d2hv8bnf")).toBeVisible();
  await expect(page.getByText("新密码只显示这一次")).toBeVisible();
  // Paper holds the sheet and nothing that is pressed.
  await page.emulateMedia({ media: "print" });
  await expect(page.getByText("k7mq3xw9d2hv8bnf")).toBeVisible();
  await expect(page.getByRole("button", { name: "打印" })).toBeHidden();
  await expect(page.getByRole("navigation")).toBeHidden();
  await page.emulateMedia({ media: "screen" });
  // Left, it is gone.
  await page.getByRole("link", { name: "返回话机列表" }).click();
  await page.getByRole("link", { name: "话机 1001 的配置单" }).click();
  await expect(page.getByText("密码不再有人知道")).toBeVisible();
  await expect(page.getByText("k7mq3xw9d2hv8bnf")).toHaveCount(0);
});

test("tel_08: a phone that is a browser, one that is not there, and an unencrypted one say so", async ({ page }) => {
  await enter(page, "root", "/phones/1001-web");
  await expect(page.getByRole("alert")).toContainText("浏览器话机不需要配置单");
  await page.goto("/phones/7");
  await expect(page.getByRole("alert")).toContainText("没有这部话机");
  await page.goto("/phones/1007");
  await expect(page.getByRole("alert").filter({ hasText: "经 UDP 注册，途中没有加密" })).toBeVisible();
});

test("sec_25: who may not reset passwords is not offered it, and at the desk there are no sheets", async ({ page }) => {
  await enter(page, "ada", "/phones/1001");
  await expect(page.getByText("192.0.2.10:5061")).toBeVisible();
  await expect(page.getByRole("button", { name: "重置密码" })).toHaveCount(0);
  await page.context().clearCookies();
  await enter(page, "sam", "/phones");
  await expect(page.getByText("您没有权限")).toBeVisible();
});

test("dia_08: an agent's phones tell when they were away, why, and where they came from", async ({ page }) => {
  await enter(page, "root", "/phones/1001");
  const desk = page.getByRole("region", { name: "话机 1001 的上线和离线" });
  await expect(desk).toContainText("话机到期没有续注册");
  await expect(desk).toContainText("密码错误");
  await expect(desk).toContainText("3 次");
  await expect(desk.getByRole("listitem")).toHaveText([/192\.0\.2\.31/, /198\.51\.100\.7/]);
  // A browser has no sheet, but comes and goes as well.
  await page.goto("/phones/1001-web");
  await expect(page.getByRole("region", { name: "话机 1001-web 的上线和离线" })).toContainText("从未注册");
  // Who looks at the floor finds it with the agent, in his language.
  await page.goto("/wallboard");
  await page.getByRole("button", { name: /陈小雨/ }).first().click();
  const drawer = page.getByRole("dialog");
  await expect(drawer.getByRole("heading", { name: "话机的上线和离线" })).toBeVisible();
  await expect(drawer.getByRole("region", { name: "话机 1001 的上线和离线" })).toContainText("最近一次离线");
});
