import { enter } from "./enter";
import { expect, test, type Page } from "./test";

const desk = (page: Page, stage: string, more: object = {}) => page.request.post("/v1/fake/desk", { data: { stage, ...more } });

test.beforeEach(async ({ page }) => {
  await page.request.post("/v1/session", { data: { name: "alice", password: "Belltower-1" } });
  await page.request.post("/v1/me/state", { data: { to: "sign_in" } });
  await page.goto("/desk");
  await desk(page, "ringing");
});

const saved = async (page: Page) => (await (await page.request.get("/v1/calls/c-7001/summary")).json()) as { disposition: string[]; state: string; note: string; articles: string[]; ticket: string };
const choose = (page: Page, word: string) => page.getByRole("group", { name: "结果" }).getByText(word, { exact: true }).click();

test("agt_02_agt_09_an_offer_shows_the_customer_his_greeting_and_the_past", async ({ page }) => {
  await expect(page.getByText("张先生您好，我是您的专属顾问")).toBeVisible();
  await expect(page.getByText("原因：年采购额前 5%")).toBeVisible();
  await expect(page.getByText("耳机底座故障")).toBeVisible();
  await expect(page.locator("dl", { hasText: "运营商" }).locator("dt")).toHaveText(["号码", "归属地", "运营商", "单位", "等级", "最近订单", "其他联系人"]);
});

test("agt_02_an_offer_is_shown_on_every_page", async ({ page }) => {
  await page.goto("/calls");
  await expect(page.getByRole("region", { name: "来电" })).toContainText("张伟");
  await page.getByRole("button", { name: "打开工作台" }).click();
  await expect(page).toHaveURL("/desk");
});

test("agt_04_wrap_up_cannot_be_left_without_the_summary_and_takes_one_to_what_is_missing", async ({ page }) => {
  await desk(page, "wrap_up");
  await expect(page.getByText(/还剩 0:\d\d/)).toBeVisible();
  await page.getByRole("button", { name: /我的状态/ }).click();
  await page.getByRole("menuitem", { name: "结束话后处理" }).click();
  await expect(page.getByText("小结还没有填写，不能结束话后处理")).toBeVisible();
  await expect(page.getByRole("radio", { name: "咨询" })).toBeFocused();
  await choose(page, "售后");
  await choose(page, "维修");
  await page.getByRole("button", { name: "保存并结束话后处理" }).click();
  await expect(page.getByRole("radio", { name: "是", exact: true })).toBeFocused();
  await page.getByRole("radiogroup", { name: "是否解决" }).getByText("否").click();
  await page.getByRole("combobox", { name: "产品" }).click();
  // Where motion is reduced, what opens is measured where it stands, not on its way there.
  await expect(page.getByTitle("专业版")).toBeInViewport({ ratio: 1 });
  await page.getByTitle("专业版").click();
  await page.getByLabel("备注").fill("底座换新，周五前寄到");
  await page.getByRole("button", { name: "保存并结束话后处理" }).click();
  await expect(page.getByText("等待来电")).toBeVisible();
  expect(await saved(page)).toMatchObject({ state: "filled", disposition: ["service", "repair"] });
});

test("agt_04_a_draft_outlives_a_reload_and_a_server_that_is_away", async ({ page }) => {
  await desk(page, "talk");
  await page.getByLabel("备注").fill("客户问报价");
  await choose(page, "投诉");
  await page.getByRole("radiogroup", { name: "是否解决" }).getByText("是").click();
  await page.reload();
  await expect(page.getByLabel("备注")).toHaveValue("客户问报价");
  await page.route("**/v1/calls/c-7001/summary", (route) => (route.request().method() === "PUT" ? route.abort() : route.continue()));
  await page.getByRole("button", { name: "保存", exact: true }).click();
  await expect(page.getByText("恢复后自动保存")).toBeVisible();
  await page.unroute("**/v1/calls/c-7001/summary");
  await expect(page.getByText("已保存")).toBeVisible();
  expect(await saved(page)).toMatchObject({ state: "filled", note: "客户问报价" });
});

test("agt_04_a_whole_summary_is_sent_before_the_time_runs_out", async ({ page }) => {
  await desk(page, "talk");
  await choose(page, "已通知");
  await desk(page, "wrap_up", { left_ms: 8_000 });
  await expect(page.getByText("已保存")).toBeVisible();
  expect(await saved(page)).toMatchObject({ state: "filled", disposition: ["notified"] });
});

test("agt_04_a_summary_is_written_and_put_right_afterwards", async ({ page }) => {
  await page.request.post("/v1/me/state", { data: { to: "sign_in" } });
  await page.getByRole("listitem").filter({ hasText: "138" }).getByRole("button", { name: "未填写小结" }).click();
  const drawer = page.getByRole("dialog");
  await drawer.getByText("已通知", { exact: true }).click();
  await drawer.getByRole("button", { name: "保存" }).click();
  await expect(drawer.getByText("已保存")).toBeVisible();
  await page.keyboard.press("Escape");
  await expect(page.getByRole("button", { name: "notified" })).toBeVisible();
});

for (const { name, kind, name_typed, number, disposition, shown } of [
  { name: "a_wrong_number_records_the_right_one", kind: "号码错误", name_typed: "王芳", number: "13911112222", disposition: ["failed", "wrong_number"], shown: "13911112222" },
  { name: "a_wrong_name_keeps_the_true_result", kind: "只是姓名错误", name_typed: "王芳", number: null, disposition: ["notified"], shown: "王芳" },
  { name: "an_extra_contact_is_added_and_notified", kind: "另有联系人", name_typed: "赵六", number: "13911113333", disposition: ["notified"], shown: "赵六 13911113333" },
]) {
  test(`agt_06_${name}_and_the_old_value_stays_in_the_history`, async ({ page }) => {
    await desk(page, "talk");
    await choose(page, "已通知");
    await page.getByRole("button", { name: "更正机主信息" }).click();
    await page.getByRole("radio", { name: kind }).click();
    await page.getByRole("group", { name: "机主信息有误" }).getByLabel("姓名", { exact: true }).fill(name_typed);
    if (number) await page.getByLabel("电话号码").fill(number);
    await page.getByRole("button", { name: "保存", exact: true }).click();
    await expect(page.getByText("已保存")).toBeVisible();
    expect((await saved(page)).disposition).toEqual(disposition);
    await page.getByRole("button", { name: "资料变更记录" }).click();
    await expect(page.getByRole("dialog")).toContainText(shown);
  });
}

test("agt_14_the_script_follows_the_call_and_a_change_needs_no_reload", async ({ page }) => {
  await desk(page, "talk");
  await expect(page.getByText("先确认上次的问题是否已经解决")).toBeVisible();
  await page.request.post("/v1/fake/scripts", { data: { phase: "vip", zh: "请先感谢客户长期支持。" } });
  await expect(page.getByText("请先感谢客户长期支持。")).toBeVisible();
  await page.request.post("/v1/fake/scripts", { data: { phase: "vip", zh: "您好，我是您的专属顾问。\n先确认上次的问题是否已经解决，再询问本次需求。" } });
  await choose(page, "已通知");
  await expect(page.getByText("请问还有其他可以帮您的吗？")).toBeVisible();
});

test("agt_07_standard_answers_come_first_and_what_was_used_is_linked", async ({ page }) => {
  await desk(page, "talk");
  await page.getByRole("tab", { name: "知识库" }).click();
  const found = page.getByRole("tabpanel", { name: "知识库" }).getByRole("listitem");
  await expect(found.first()).toContainText("标准答案");
  await page.getByRole("searchbox", { name: "搜索知识库" }).fill("价格");
  await expect(found).toHaveCount(1);
  await found.getByRole("button").click();
  await page.getByRole("button", { name: "本次用到" }).click();
  await expect(page.getByRole("button", { name: "已关联到本次通话" })).toBeDisabled();
  expect((await saved(page)).articles).toEqual(["k-1"]);
});

test("agt_08_a_ticket_knows_the_call_and_what_was_promised_and_is_found_again", async ({ page }) => {
  await desk(page, "talk");
  await choose(page, "投诉");
  await page.getByLabel("备注").fill("快递破损");
  await page.getByRole("tab", { name: /工单/ }).click();
  await expect(page.getByLabel("主题")).toHaveValue("投诉");
  await expect(page.getByLabel("内容")).toHaveValue("快递破损");
  await page.getByText("3 天内", { exact: true }).click();
  await page.getByRole("button", { name: "建立工单" }).click();
  await expect(page.getByText(/请告知客户：.* 前回复/)).toBeVisible();
  expect((await saved(page)).ticket).toMatch(/^T-/);
  await page.request.post("/v1/me/state", { data: { to: "sign_in" } });
  await page.reload();
  const mine = page.getByRole("listitem").filter({ hasText: "耳机底座换新件" });
  await expect(mine).toContainText("已逾期");
  await mine.getByRole("button").click();
  await page.getByLabel("处理情况").fill("快递已签收");
  await page.getByRole("button", { name: "记录进展" }).click();
  await expect(page.getByRole("dialog")).toHaveCount(0);
});

test("agt_08_a_promise_that_is_overdue_is_told_with_the_way_to_its_ticket", async ({ page }) => {
  const told = { notice: "n7", kind: "promise_overdue", at: new Date().toISOString(), text: "工单 T-1041 对客户承诺的时间已过", ticket: "T-1041", promised_at: new Date(Date.now() - 3_600_000).toISOString(), seen: false };
  await page.route("**/v1/me/notices", (route) => route.fulfill({ json: { items: [told] } }));
  await enter(page, "sam", "/account");
  const toast = page.getByRole("alert").filter({ hasText: told.text });
  await expect(page.getByRole("listitem").filter({ hasText: told.text }).getByRole("link", { name: "打开工单" })).toBeVisible();
  await toast.getByRole("button", { name: "打开工单" }).click();
  await expect(page).toHaveURL(/\/tickets\?ticket=T-1041/);
  const ticket = page.getByRole("dialog").filter({ hasText: "耳机底座换新件" });
  await expect(ticket.getByText("已逾期")).toBeVisible();
  await ticket.getByRole("button", { name: "Close" }).or(ticket.getByRole("button", { name: "关闭" })).first().click();
  await expect(page).toHaveURL(/\/tickets$/);
  await expect(page.getByRole("listitem").filter({ hasText: "补开发票" }).getByText("即将到期")).toBeVisible();
});
