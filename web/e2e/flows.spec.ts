import { expect, test, type Page } from "./test";
import { enter } from "./enter";

const node = (page: Page, name: string) => page.locator(`.react-flow__node[data-id="${name}"]`);

test("inb_07: a menu is built by drawing and by its form, and the text follows", async ({ page }) => {
  await enter(page, "root", "/flows/night");
  await page.getByRole("button", { name: "添加“菜单”节点" }).click();
  await expect(node(page, "menu")).toBeVisible();
  await page.getByLabel("播放内容", { exact: true }).last().fill("产品咨询请按1，人工请按0。");
  await page.getByRole("button", { name: "添加“排队”节点" }).click();
  await page.getByRole("combobox", { name: "队列", exact: true }).fill("售前咨询");
  await page.keyboard.press("Escape");
  await page.getByRole("button", { name: "整理布局" }).click();
  // From the menu's row for new keys to the queue.
  await node(page, "menu").locator('.react-flow__handle[data-handleid="keys|+"]').dragTo(node(page, "queue").locator(".react-flow__handle-left"), { force: true });
  await page.getByRole("tab", { name: "文本" }).click();
  await expect(page.getByLabel("流程文本")).toHaveValue(/\[nodes\.menu\][^[]*prompt = "产品咨询请按1，人工请按0。"[^[]*keys = \{ 1 = "queue"/);
  await page.getByRole("button", { name: "撤销" }).click();
  await expect(page.getByLabel("流程文本")).not.toHaveValue(/keys = \{ 1 = "queue"/);
});

test("inb_09: a flow with a dead end is not published, and the way to it stands on the graph", async ({ page }) => {
  await enter(page, "root", "/flows/welcome");
  await page.getByRole("tab", { name: "文本" }).click();
  const text = page.getByLabel("流程文本");
  await text.fill((await text.inputValue()).replace(/keys = \{ 1 = "sales".*/, 'keys = { 1 = "order" }'));
  await page.getByRole("button", { name: "2 个反例" }).click();
  await expect(page.getByRole("button", { name: "发布" })).toBeDisabled();
  await page.getByRole("button", { name: "在图上显示路径" }).click();
  for (const [place, name] of ["answer", "notice", "office-hours", "menu"].entries()) await expect(node(page, name).getByText(String(place + 1), { exact: true })).toBeAttached();
  await text.waitFor({ state: "detached" });
  await page.getByRole("tab", { name: "文本" }).click();
  await text.fill((await text.inputValue()).replace('1 = "order"', '1 = "nowhere"'));
  await expect(page.getByRole("button", { name: "1 处错误" })).toBeVisible();
});

test("inb_08: a caller's way is walked before release, then published, then rolled back", async ({ page }) => {
  await enter(page, "root", "/flows/welcome");
  await page.getByRole("tab", { name: "模拟" }).click();
  await page.getByRole("button", { name: "开始模拟来电" }).click();
  await page.getByRole("button", { name: "2", exact: true }).click();
  await expect(page.getByText("等待坐席接听")).toBeVisible();
  await page.getByText("全部路径").click();
  await expect(page.getByText("[office-hours]")).toBeVisible();
  await page.getByRole("tab", { name: "文本" }).click();
  const text = page.getByLabel("流程文本");
  await text.fill((await text.inputValue()).replace("技术支持请按2", "技术问题请按2"));
  await page.getByRole("button", { name: "发布" }).click();
  await page.getByLabel("修改说明").fill("改提示音");
  await page.getByRole("dialog").getByRole("button", { name: "发布" }).click();
  await expect(page.getByText("已发布，新来电使用新版本")).toBeVisible();
  await page.getByRole("tab", { name: "版本" }).click();
  await page.getByRole("listitem").filter({ hasText: "第 3 版" }).getByRole("button", { name: "与编辑中的文本比较" }).click();
  await page.getByRole("button", { name: "回滚到此版本" }).click();
  await page.getByRole("dialog").getByRole("button", { name: "回滚到此版本" }).click();
  await expect(page.getByText("已回滚，新来电使用第 3 版的内容")).toBeVisible();
});

test("inb_05: a key that is chosen more often than one before it is flagged", async ({ page }) => {
  await enter(page, "root", "/flows/welcome");
  await page.getByRole("tab", { name: "检查" }).click();
  await expect(page.getByText("按键 2 被选择 41.1%，多于排在前面的 1（24.2%）")).toBeVisible();
});

test("who may not draw sees the flow and changes nothing", async ({ page }) => {
  await enter(page, "ada", "/flows/welcome");
  await expect(page.getByText("只读")).toBeVisible();
  await expect(page.getByRole("button", { name: "发布" })).toHaveCount(0);
  await expect(page.getByRole("button", { name: "添加“菜单”节点" })).toHaveCount(0);
});

test("inb_09: a flow is begun from nothing, published, and taken away again", async ({ page }) => {
  await enter(page, "root", "/flows");
  await page.getByRole("button", { name: "新建流程" }).click();
  const dialog = page.getByRole("dialog");
  await dialog.getByLabel("流程", { exact: true }).fill("welcome");
  await expect(dialog.getByText("已有同名流程")).toBeVisible();
  await expect(dialog.getByRole("radio", { name: "空白流程" })).toBeChecked();
  await dialog.getByLabel("流程", { exact: true }).fill("holiday");
  await dialog.getByRole("button", { name: "开始编辑" }).click();
  await expect(page.getByRole("heading", { name: "holiday" })).toBeVisible();
  await page.getByRole("tab", { name: "文本" }).click();
  await expect(page.getByLabel("流程文本")).toHaveValue(/^flow = "holiday"/);
  await page.getByRole("button", { name: "发布" }).click();
  await page.getByRole("dialog").getByRole("button", { name: "发布" }).click();
  await expect(page.getByText("与已发布版本一致")).toBeVisible();
  await page.goto("/flows");
  await expect(page.getByRole("button", { name: "删除流程 welcome" })).toBeDisabled();
  await page.getByRole("button", { name: "删除流程 holiday" }).click();
  await page.getByRole("dialog").getByRole("button", { name: /确\s?定/ }).click();
  await expect(page.getByRole("link", { name: "holiday" })).toHaveCount(0);
});
