import { expect, test } from "./test";
import { enter } from "./enter";

test("rpt_01: a report's totals are reconciled with the call records", async ({ page }) => {
  await enter(page, "sam", "/reports");
  await expect(page.getByRole("img", { name: "话务量图" })).toBeVisible();
  await expect(page.getByText("接通率 = 接听 ÷ 呼入")).toBeVisible();
  await page.getByRole("button", { name: "与通话记录对账" }).click();
  await expect(page.getByText("对账一致")).toBeVisible();
});

test("rpt_02, rpt_04, rpt_12: agents, hours of the week and the service level, each with its formula", async ({ page }) => {
  await enter(page, "sam", "/reports");
  await page.getByRole("tab", { name: "坐席" }).click();
  await expect(page.getByText("每位坐席按自己的通话段计时")).toBeVisible();
  await expect(page.getByText("归评价前最后通话的坐席")).toBeVisible();
  await expect(page.getByRole("columnheader", { name: "满意度" })).toBeVisible();
  await expect(page.getByText(/service：\d\.\d\d \/ 5（满分 .*%）/).first()).toBeVisible();
  await page.getByRole("tab", { name: "时段热力" }).click();
  await expect(page.getByTitle("周二 10 点：28 通呼入")).toBeVisible();
  await page.getByRole("tab", { name: "服务水平" }).click();
  await expect(page.getByText("30 秒内接听 ÷ 进入队列的呼入")).toBeVisible();
});

test("rec_12: a recording is found and played, with the listener's name in sight", async ({ page }) => {
  await enter(page, "sam", "/recordings?number=13800138000");
  await page.getByRole("button", { name: "播放 138 0013 8000 的录音" }).click();
  await expect(page.getByRole("button", { name: "暂停" })).toBeVisible();
  await expect(page.getByText(/王立 · \d{4}-\d\d-\d\d/)).toBeVisible();
});

test("rec_12: a recording is named by the customer, whoever called", async ({ page }) => {
  await enter(page, "sam", "/recordings?direction=outbound");
  await expect(page.getByRole("button", { name: /^播放 .* 的录音/ }).first()).toBeVisible();
  await expect(page.getByRole("button", { name: /播放 400/ })).toHaveCount(0);
});

test("rec_13, sec_25: chosen recordings are exported with a reason, by nobody who may not", async ({ page }) => {
  await enter(page, "sam", "/recordings");
  await expect(page.getByRole("button", { name: /播放 .* 的录音/ }).first()).toBeVisible();
  await expect(page.getByRole("button", { name: /导出/ })).toHaveCount(0);
  await enter(page, "root", "/recordings");
  const exported = page.getByRole("button", { name: /导出（/ });
  await expect(exported).toBeDisabled();
  await page.getByRole("checkbox").nth(1).check();
  await exported.click();
  const dialog = page.getByRole("dialog");
  await dialog.getByRole("button", { name: /导\s?出/ }).click();
  await expect(dialog.getByText("请填写原因")).toBeVisible();
  await dialog.getByLabel("导出原因").fill("投诉 17");
  const download = page.waitForEvent("download");
  await dialog.getByRole("button", { name: /导\s?出/ }).click();
  expect((await download).suggestedFilename()).toBe("belltower-recordings.zip");
});

test("rec_13: an export waits for a second person, and is done once he has approved exactly that", async ({ page }) => {
  await enter(page, "root", "/recordings");
  const tell = (path: string, body: object) => page.evaluate(([path, body]) => fetch(`/v1/fake/exports${path}`, { method: "POST", headers: { "Content-Type": "application/json" }, body }), [path, JSON.stringify(body)] as const);
  await tell("", { alone_max: 1 });
  const chosen = page.getByRole("checkbox");
  const begin = page.getByRole("button", { name: /导出（/ });
  const dialog = page.getByRole("dialog");
  const act = (name: RegExp) => dialog.locator(".ant-modal-footer").getByRole("button", { name });

  await chosen.nth(1).check();
  await begin.click();
  await expect(dialog.getByText("须经另一人同意")).toHaveCount(0);
  await expect(act(/^导\s?出$/)).toBeEnabled();
  await act(/取\s?消/).click();
  await chosen.nth(2).check();
  await begin.click();
  await expect(dialog.getByText("导出这些录音须经另一人同意")).toBeVisible();
  await dialog.getByLabel("导出原因").fill("投诉 17");
  await act(/提交审批/).click();
  await expect(dialog.getByText("已提交，等待另一人审批")).toBeVisible();
  await expect(act(/^导\s?出$/)).toBeDisabled();
  await dialog.getByRole("button", { name: "查看审批" }).click();
  const request = page.locator(".ant-drawer").getByRole("row").filter({ hasText: "投诉 17" });
  await expect(request).toContainText("2 个录音");
  await expect(request.getByRole("button", { name: /同\s?意/ })).toBeDisabled();
  await page.keyboard.press("Escape");

  await tell("/answer", { state: "refused", answered_by: "林律师", because: "先问销售部" });
  await begin.click();
  await expect(dialog.getByText("上次的申请被 林律师 拒绝")).toBeVisible();
  await expect(dialog.getByText("先问销售部")).toBeVisible();
  await dialog.getByLabel("导出原因").fill("销售部已同意");
  await act(/提交审批/).click();
  await expect(dialog.getByText("已提交，等待另一人审批")).toBeVisible();
  await act(/取\s?消/).click();

  await tell("/answer", { state: "approved", answered_by: "林律师" });
  await begin.click();
  await expect(dialog.getByText("林律师 已同意导出这些录音")).toBeVisible();
  const download = page.waitForEvent("download");
  await act(/^导\s?出$/).click();
  expect((await download).suggestedFilename()).toBe("belltower-recordings.zip");
  await expect(begin).toBeDisabled();
  await chosen.nth(1).check();
  await chosen.nth(2).check();
  await begin.click();
  await dialog.getByLabel("导出原因").fill("再次核对");
  await act(/提交审批/).click();
  await expect(dialog.getByText("已提交，等待另一人审批")).toBeVisible();

  await tell("/answer", { state: "approved", answered_by: "林律师" });
  await dialog.getByRole("button", { name: "查看审批" }).click();
  const approved = page.locator(".ant-drawer").getByRole("row").filter({ hasText: "再次核对" });
  await expect(approved).toContainText("审批人 林律师");
  const again = page.waitForEvent("download");
  await approved.getByRole("button", { name: /导\s?出/ }).click();
  expect((await again).suggestedFilename()).toBe("belltower-recordings.zip");
  await expect(approved).toContainText("已执行");
});

test("dia_03: what does not work says what to do", async ({ page }) => {
  await enter(page, "root", "/health");
  await expect(page.getByText("有 1 项故障")).toBeVisible();
  await expect(page.getByText("检查到 203.0.113.5:5060 的网络和防火墙")).toBeVisible();
});
