import { expect, test } from "@playwright/test";
import { enter } from "./enter";

test("sec_14: the log is searched and verified", async ({ page }) => {
  await enter(page, "ada", "/audit");
  await page.getByLabel("操作，如 user.").fill("flow.");
  await page.getByLabel("操作，如 user.").press("Enter");
  await expect(page.getByText("flow.publish").first()).toBeVisible();
  await expect(page.getByText("user.unlock")).toHaveCount(0);
  await page.getByRole("button", { name: "校验完整性" }).click();
  await expect(page.getByText("4812 条记录逐条相链")).toBeVisible();
});

test("sec_12: a locked account is unlocked, and a new password is shown once", async ({ page }) => {
  await enter(page, "root", "/users");
  await page.getByRole("button", { name: "操作: 周燕" }).click();
  await page.getByRole("menuitem", { name: "重置密码" }).click();
  await page.getByRole("dialog").getByRole("button", { name: "重置密码" }).click();
  await expect(page.getByText("Qp2-river-88")).toBeVisible();
});

test("sec_05: the matrix says how far each role reaches", async ({ page }) => {
  await enter(page, "root", "/users?tab=roles");
  await expect(page.getByRole("row", { name: /audit\.verify/ }).getByText("全部")).toHaveCount(1);
});

test("sec_10: a login is simulated, with the rule that shuts", async ({ page }) => {
  await enter(page, "root", "/users?tab=rules");
  await page.getByLabel("用户名").fill("chen.xy");
  await page.getByLabel("来源 IP").fill("203.0.113.8");
  await page.getByRole("button", { name: "模拟" }).click();
  await expect(page.getByRole("alert").getByText("拒绝登录")).toBeVisible();
  await expect(page.getByText("不在 192.0.2.0/24 内")).toBeVisible();
});

test("a mistake in the configuration stands at its place, and what is right is applied after a look", async ({ page }) => {
  await enter(page, "root", "/config");
  const text = page.getByRole("textbox", { name: "配置文本" });
  const was = await text.inputValue();
  await text.fill(was.replace("calls_max = 200", 'calls_max = "many"'));
  await expect(page.getByText("1 处错误")).toBeVisible();
  await expect(page.getByRole("button", { name: "应用" })).toBeDisabled();
  await text.fill(was.replace("calls_max = 200", "calls_max = 300"));
  await expect(page.getByText("检查通过")).toBeVisible();
  await page.getByRole("button", { name: "应用" }).click();
  await expect(page.getByRole("dialog").getByText("calls_max = 300")).toBeVisible();
  await page.getByRole("dialog").getByRole("button", { name: "应用" }).click();
  await expect(page.getByText("已生效：第 8 版")).toBeVisible();
});
