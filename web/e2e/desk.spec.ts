import { expect, test } from "@playwright/test";

test.beforeEach(async ({ page }) => {
  await page.request.post("/v1/session", { data: { name: "alice", password: "Belltower-1" } });
  await page.request.post("/v1/me/state", { data: { to: "sign_out" } });
  await page.goto("/desk");
});

test("agt_03_an_agent_signs_in_takes_a_break_and_learns_why_no_calls_come", async ({ page }) => {
  await page.getByRole("button", { name: "为什么没有来电？" }).click();
  await expect(page.getByText("请签入")).toBeVisible();
  await page.getByRole("button", { name: "签入", exact: true }).click();
  await expect(page.getByText("等待来电")).toBeVisible();
  await page.getByRole("button", { name: /我的状态/ }).click();
  await page.getByRole("menuitem", { name: "用餐" }).click();
  await expect(page.getByRole("button", { name: "我的状态: 用餐" })).toBeVisible();
  await page.keyboard.press("Alt+r");
  await expect(page.getByRole("button", { name: "我的状态: 空闲" })).toBeVisible();
});

test("agt_02_an_offer_shows_who_calls_and_only_what_can_be_done", async ({ page }) => {
  await page.request.post("/v1/fake/desk", { data: { stage: "ringing" } });
  await expect(page.getByText("138 0013 8000").first()).toBeVisible();
  await expect(page.getByText("广东 深圳").first()).toBeVisible();
  await expect(page.getByRole("button", { name: "转接" })).toHaveCount(0);
  await page.request.post("/v1/fake/desk", { data: { stage: "talk" } });
  await page.getByRole("button", { name: "保持" }).click();
  await page.getByRole("button", { name: "取回" }).click();
  await page.getByRole("button", { name: "转接" }).click();
  await expect(page.getByText("请稍后再试，或转给队列")).toBeVisible();
  await page.getByRole("listitem").filter({ hasText: "周燕" }).getByRole("button", { name: "先咨询" }).click();
  await expect(page.getByRole("button", { name: "完成转接" })).toBeVisible();
});

test("agt_10_the_device_check_measures_hears_and_gives_a_report", async ({ page }) => {
  await page.getByRole("button", { name: /网页电话/ }).click();
  await page.getByRole("button", { name: "设备检测" }).click();
  await page.getByRole("button", { name: "开始检测" }).click();
  const report = page.getByRole("link", { name: "下载检测报告" });
  await expect(report).toBeVisible({ timeout: 25_000 });
  const results = decodeURIComponent((await report.getAttribute("href")) ?? "");
  for (const check of ["microphone", "level", "network", "server", "echo"]) expect(results).toMatch(new RegExp(`"${check}": {\\s*"ok": true`));
});
