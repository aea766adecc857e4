import { expect, test } from "./test";
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

test("inb_06: a prompt is recorded in the browser, checked, heard and saved", async ({ page }) => {
  await enter(page, "root", "/prompts");
  await expect(page.getByRole("row", { name: /welcome/ }).getByText("流程 · welcome · notice")).toBeVisible();
  await expect(page.getByRole("button", { name: "删除 welcome" })).toBeDisabled();
  await page.getByRole("button", { name: "新建提示音" }).click();
  const drawer = page.getByRole("dialog");
  await drawer.getByLabel("名称").fill("holiday");
  await drawer.getByText("现场录音").click();
  await drawer.getByRole("button", { name: "开始录音" }).click();
  await expect(drawer.getByRole("timer")).toBeVisible();
  const sent = page.waitForRequest((request) => request.url().endsWith("/v1/prompts/holiday/check"));
  await drawer.getByRole("button", { name: "停止" }).click();
  const headers = await (await sent).allHeaders();
  expect(headers["content-type"]).toBe("audio/wav");
  expect(Number(headers["content-length"])).toBeGreaterThan(1_000);
  await expect(drawer.getByText("可以使用：来电者会听到 3.2 秒")).toBeVisible();
  await expect(drawer.getByText(/背景噪声只比人声低/)).toBeVisible();
  await expect(drawer.locator("audio")).toHaveAttribute("src", /^blob:/);
  await drawer.getByRole("button", { name: "保存并生效" }).click();
  await expect(page.getByText(/已生效：配置第 \d+ 版/)).toBeVisible();
  await expect(page.getByRole("row", { name: /holiday/ })).toBeVisible();
});

test("inb_23: numbers are masked until somebody says why, and for ever takes a second person", async ({ page }) => {
  await enter(page, "root", "/lists");
  await expect(page.getByText("反复骚扰")).toBeVisible();
  await expect(page.getByText(/138\s?1234/)).toHaveCount(0);
  await page.getByRole("button", { name: "显示完整号码" }).click();
  await page.getByLabel("查看完整号码的原因（记入审计日志）").fill("客户投诉");
  await page.getByRole("button", { name: "确 定" }).or(page.getByRole("button", { name: "确定" })).click();
  await expect(page.getByText(/138\s?1234\s?5678/)).toBeVisible();
  await page.getByRole("row", { name: /威胁坐席/ }).getByRole("button", { name: "批准" }).or(page.getByRole("row", { name: /威胁坐席/ }).getByRole("button", { name: "批 准" })).click();
  await expect(page.getByRole("row", { name: /威胁坐席/ }).getByText("生效")).toBeVisible();
  await page.getByRole("button", { name: "加入号码" }).click();
  const dialog = page.getByRole("dialog");
  await dialog.getByLabel("号码", { exact: true }).fill("13900139000");
  await dialog.getByLabel("原因", { exact: true }).fill("恶意占线");
  await dialog.getByLabel("期限").click();
  await page.getByText("永久（需另一人审批）").click();
  await dialog.getByRole("button", { name: "加入号码" }).click();
  await expect(page.getByText("已提交，另一人批准后生效")).toBeVisible();
  await page.getByRole("tab", { name: "被拦截的客户" }).click();
  await expect(page.getByText(/可能误伤客户/)).toBeVisible();
});

test("a webhook is set up, its secret shown once, and its attempts can be told again", async ({ page }) => {
  await enter(page, "root", "/users?tab=webhooks");
  await expect(page.getByText("未送达").first()).toBeVisible();
  await page.getByRole("button", { name: "新增 Webhook" }).click();
  const dialog = page.getByRole("dialog");
  await dialog.getByLabel("名称").fill("工单系统");
  await dialog.getByLabel("地址").fill("http://192.168.1.9/hook");
  await dialog.getByRole("button", { name: /确\s*定/ }).click();
  await expect(dialog.getByText("地址必须为 https")).toBeVisible();
  await dialog.getByLabel("地址").fill("https://tickets.example.com/hook");
  await dialog.getByRole("button", { name: /确\s*定/ }).click();
  await expect(page.getByTestId("webhook-secret")).toHaveText(/^whsec_/);
  await page.getByRole("row", { name: /客户管理系统/ }).getByRole("button", { name: "推送记录" }).click();
  await expect(page.getByText("status 503: maintenance").first()).toBeVisible();
});

test("sec_06: roles are confirmed or taken away in a review", async ({ page }) => {
  await enter(page, "root", "/users?tab=reviews");
  await expect(page.getByText("有 2 个角色超过规定时间未复核")).toBeVisible();
  await page.getByRole("button", { name: /复\s*核/, exact: true }).first().click();
  const row = page.getByRole("row", { name: /陈小雨/ });
  await row.getByRole("button", { name: /保\s*留/ }).click();
  await expect(row.getByText("保留 · root")).toBeVisible();
  await expect(page.getByRole("row", { name: /管理员 root/ }).getByText("由他人复核")).toBeVisible();
});

test("tel_23: a part is switched on by itself", async ({ page }) => {
  await enter(page, "root", "/config/modules");
  await expect(page.getByRole("switch", { name: "质检评分" })).not.toBeChecked();
  await page.getByRole("switch", { name: "质检评分" }).click();
  await expect(page.getByRole("switch", { name: "质检评分" })).toBeChecked();
});
