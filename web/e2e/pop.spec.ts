import { expect, test, type Page } from "./test";
import { enter } from "./enter";

const shown = (page: Page) => page.getByRole("list", { name: "显示的资料" }).locator("li");
const preview = (page: Page) => page.getByRole("region", { name: /预览/ }).locator("dt");
const save = (page: Page) => page.getByRole("button", { name: /^保\s*存$/ });
const labels = ["号码", "归属地", "运营商", "单位", "等级", "最近订单", "其他联系人"];

test("agt_02_a_team_chooses_its_fields_by_the_keyboard_and_its_agents_see_them", async ({ page }) => {
  await enter(page, "root", "/pop?unit=2");
  await expect(preview(page)).toHaveText(labels);
  await expect(page.getByText("单独设置", { exact: true })).toBeVisible();
  const up = page.getByRole("button", { name: "上移：等级" });
  await up.focus();
  for (const place of [3, 2, 1, 0]) {
    await page.keyboard.press("Enter");
    await expect(shown(page).nth(place)).toContainText("等级");
  }
  await expect(page.getByRole("button", { name: "下移：等级" })).toBeFocused();
  await expect(page.getByText("等级：第 1 项，共 7 项")).toBeAttached();
  await page.getByRole("button", { name: "移除：运营商" }).click();
  const code = page.getByLabel("其他资料的代码");
  await code.fill("合同");
  await expect(page.getByText("只能用小写字母、数字和下划线")).toBeVisible();
  await code.fill("name");
  await expect(page.getByText("姓名始终显示在最上方")).toBeVisible();
  await code.fill("birthday");
  await code.press("Enter");
  await page.getByRole("button", { name: "contract_no" }).click();
  const wanted = ["等级", "号码", "归属地", "单位", "最近订单", "其他联系人", "birthday", "contract_no"];
  await expect(preview(page)).toHaveText(wanted);
  await page.keyboard.press("Control+s");
  await expect(page.getByText("已保存，从下一次弹屏起生效")).toBeVisible();

  await enter(page, "alice", "/calls");
  await page.request.post("/v1/me/state", { data: { to: "sign_in" } });
  await page.request.post("/v1/fake/desk", { data: { stage: "ringing" } });
  // What nobody knows of the customer is left out; his number is the head of the pop.
  await expect(page.getByRole("region", { name: "来电" }).locator("dt")).toHaveText(["等级", "归属地", "单位", "最近订单", "其他联系人"]);
});

test("agt_02_a_unit_follows_the_one_above_until_it_chooses_and_again_afterwards", async ({ page }) => {
  await enter(page, "root", "/pop?unit=4");
  await expect(page.getByText("与「客户服务部」相同")).toBeVisible();
  await page.getByRole("button", { name: "地址" }).click();
  await save(page).click();
  await expect(page.getByText("单独设置", { exact: true })).toBeVisible();
  await page.getByRole("button", { name: "跟随「客户服务部」" }).click();
  await expect(preview(page)).toHaveText(["号码", "归属地", "运营商", "其他联系人"]);
  await save(page).click();
  await expect(page.getByText("与「客户服务部」相同")).toBeVisible();
  // What the department chooses is what its team sees.
  await page.request.put("/v1/units/3/customer-layout", { data: { fields: ["region", "level"] } });
  await page.reload();
  await expect(preview(page)).toHaveText(["归属地", "等级"]);
});

test("agt_02_changes_of_a_layout_are_not_lost_unasked", async ({ page }) => {
  await enter(page, "root", "/pop?unit=2");
  await page.getByRole("button", { name: "移除：归属地" }).click();
  page.once("dialog", (dialog) => void dialog.dismiss());
  await page.getByRole("menuitem", { name: "用户" }).click();
  await expect(page.getByText("未保存")).toBeVisible();
  await page.getByRole("button", { name: "放弃修改" }).click();
  await expect(preview(page)).toHaveText(labels);
});

test("agt_02_who_else_saves_the_same_layout_is_told_of", async ({ page }) => {
  await enter(page, "root", "/pop?unit=2");
  await page.getByRole("button", { name: "移除：运营商" }).click();
  await page.request.put("/v1/units/2/customer-layout", { data: { fields: ["number", "level"] } });
  await save(page).click();
  const conflict = page.getByRole("alert").filter({ hasText: "其他人已保存" });
  await expect(conflict).toContainText("现在是：号码、等级");
  await expect(save(page)).toBeDisabled();
  await conflict.getByRole("button", { name: "保留我的修改" }).click();
  await save(page).click();
  await expect(page.getByText("已保存，从下一次弹屏起生效")).toBeVisible();
  expect(await (await page.request.get("/v1/units/2/customer-layout")).json()).toEqual({ fields: ["number", "region", "company", "level", "last_order", "contacts"] });
});

test("agt_02_a_refusal_says_what_is_wrong_and_keeps_what_was_chosen", async ({ page }) => {
  await enter(page, "root", "/pop?unit=2");
  await page.getByRole("button", { name: "移除：运营商" }).click();
  await page.route("**/v1/units/2/customer-layout", (route) =>
    route.request().method() === "PUT" ? route.fulfill({ status: 403, contentType: "application/problem+json", body: JSON.stringify({ status: 403, code: "forbidden", detail: "超出您的权限范围", remedy: "请联系管理员" }) }) : route.fallback(),
  );
  await save(page).click();
  const refusal = page.getByRole("alert").filter({ hasText: "超出您的权限范围" });
  await expect(refusal).toContainText("请联系管理员");
  await expect(page.getByText("未保存")).toBeVisible();
  await page.unrouteAll();
  await save(page).click();
  await expect(page.getByText("已保存，从下一次弹屏起生效")).toBeVisible();
});

test("agt_02_fields_are_dragged_into_order", async ({ page }) => {
  await enter(page, "root", "/pop?unit=2");
  await shown(page).nth(4).dragTo(shown(page).nth(0));
  await expect(shown(page).nth(0)).toContainText("等级");
});
