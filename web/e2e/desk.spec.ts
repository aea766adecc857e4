import { expect, test } from "./test";

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

test("tel_14_a_call_that_failed_is_tried_another_way_in_one_click_and_tel_13_a_retired_mode_stays_in_the_history", async ({ page }) => {
  await page.getByRole("button", { name: "签入", exact: true }).click();
  await page.getByRole("combobox", { name: "呼叫方式" }).click();
  await expect(page.locator(".ant-select-item-option")).toHaveText(["网页电话", "双呼"]);
  await page.keyboard.press("Escape");
  await expect(page.getByText("优呼叫（已停用）")).toBeVisible();
  const dial = async (number: string) => {
    const answered = page.waitForResponse((response) => response.url().endsWith("/v1/calls") && response.request().method() === "POST");
    await page.getByLabel("电话号码").fill(number);
    await page.getByRole("button", { name: "呼叫", exact: true }).click();
    await answered;
  };
  await dial("138 0000 1111");
  await page.reload();
  await dial("13800002222");
  await page.request.post("/v1/fake/desk", { data: { stage: "talk" } });
  await expect(page.getByRole("button", { name: "挂机" })).toBeVisible();
  await page.request.post("/v1/fake/desk", { data: { stage: "idle" } });
  await expect(page.getByText("138 0000 2222 没有接通：对方忙")).toBeVisible();
  const asked = page.waitForRequest((request) => request.url().endsWith("/v1/calls") && request.method() === "POST");
  await page.getByRole("button", { name: "双呼" }).click();
  expect((await asked).postDataJSON()).toMatchObject({ to: "13800002222", mode: "double", again: expect.stringMatching(/^c-/) });
});

test("tel_16_a_weak_network_is_said_beside_the_call", async ({ page }) => {
  await page.request.post("/v1/fake/desk", { data: { stage: "talk", quality: "weak" } });
  await expect(page.getByText("网络较差，语音可能断续")).toBeVisible();
});

test("agt_12_the_end_of_the_shift_is_said_and_does_not_touch_a_call", async ({ page }) => {
  await page.request.post("/v1/me/state", { data: { to: "sign_in" } });
  await page.request.post("/v1/fake/desk", { data: { stage: "talk", shift_over: true } });
  const said = page.getByRole("status").filter({ hasText: "下班时间已到" });
  await expect(said).toContainText("没有通话时将于");
  await expect(page.getByText("138 0013 8000").first()).toBeVisible();
  await said.getByRole("button", { name: "签出" }).click();
  await expect(said).toHaveCount(0);
});
