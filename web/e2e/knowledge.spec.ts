import { expect, test } from "./test";
import { enter } from "./enter";

test("agt_07: an article is found, written, seen as agents see it, and deleted", async ({ page }) => {
  await enter(page, "root", "/knowledge");
  const list = page.getByRole("list", { name: "文章" });
  await expect(list.getByRole("listitem").first()).toContainText("标准答案");
  await page.getByPlaceholder("搜索文章").fill("没有的词");
  await expect(page.getByText("没有找到相关文章")).toBeVisible();
  await page.getByPlaceholder("搜索文章").fill("");
  await page.getByRole("button", { name: "新建文章" }).click();
  await page.getByRole("textbox", { name: "标题" }).fill("发票的开具");
  await page.keyboard.press("Control+s");
  await expect(page.getByText("请填写此项")).toBeVisible();
  await page.getByLabel("正文").fill("可开专用发票。\n三个工作日寄出。");
  await page.getByRole("switch", { name: "标准答案" }).click();
  const preview = page.getByRole("region", { name: /预览/ });
  await expect(preview.getByRole("heading", { name: "发票的开具" })).toBeVisible();
  await expect(preview.locator("p")).toHaveCount(2);
  await page.keyboard.press("Control+s");
  await expect(page.getByText("第 1 版 · 管理员")).toBeVisible();
  await expect(page).toHaveURL(/article=k-[0-9a-f]{16}/);
  await expect(list.getByText("发票的开具")).toBeVisible();
  await page.getByRole("button", { name: /^删\s*除$/ }).click();
  await page.getByRole("dialog").getByRole("button", { name: /^删\s*除$/ }).click();
  await expect(list.getByText("发票的开具")).toHaveCount(0);
  await expect(page.getByText("选择左侧的文章查看或修改")).toBeVisible();
});

test("changes are not lost unasked", async ({ page }) => {
  await enter(page, "root", "/knowledge?article=k-1");
  await page.getByRole("textbox", { name: "标题" }).fill("改了一半");
  page.once("dialog", (dialog) => void dialog.dismiss());
  await page.getByRole("button", { name: /退货的条件/ }).click();
  await expect(page.getByRole("textbox", { name: "标题" })).toHaveValue("改了一半");
  page.once("dialog", (dialog) => void dialog.accept());
  await page.getByRole("button", { name: /退货的条件/ }).click();
  await expect(page.getByRole("textbox", { name: "标题" })).toHaveValue("退货的条件");
});

test("two who write the same article both see what the other wrote", async ({ page }) => {
  await enter(page, "root", "/knowledge?article=k-1");
  await page.getByRole("textbox", { name: "标题" }).fill("我的标题");
  await page.request.put("/v1/knowledge/k-1", { data: { title: "对方的标题", text: "另一段", standard: true, queues: [], version: 1 } });
  const alert = page.getByRole("alert").filter({ hasText: "您修改期间" });
  await expect(alert).toContainText("已保存第 2 版");
  await expect(alert.getByText("对方的标题")).toBeVisible();
  await expect(page.getByRole("button", { name: /^保\s*存$/ })).toBeDisabled();
  await alert.getByRole("button", { name: "保留我的修改" }).click();
  await page.getByRole("button", { name: /^保\s*存$/ }).click();
  await expect(page.getByText("第 3 版 · 管理员")).toBeVisible();
  await page.getByRole("textbox", { name: "标题" }).fill("再改");
  await page.request.delete("/v1/knowledge/k-1");
  await expect(page.getByText("这篇文章已被删除")).toBeVisible();
  await page.getByRole("button", { name: "保留我的修改" }).click();
  await page.getByRole("button", { name: /^保\s*存$/ }).click();
  await expect(page.getByText("第 1 版 · 管理员")).toBeVisible();
});

test("who leads some queues writes for these", async ({ page }) => {
  await enter(page, "sam", "/knowledge?article=k-1");
  await expect(page.getByText("只有负责全部队列的人可以修改")).toBeVisible();
  await expect(page.getByRole("textbox", { name: "标题" })).toBeDisabled();
  await page.getByRole("button", { name: "新建文章" }).click();
  await page.getByRole("textbox", { name: "标题" }).fill("只给一队");
  await page.getByLabel("正文").fill("内容");
  await page.getByRole("button", { name: /^保\s*存$/ }).click();
  await expect(page.getByText("请填写此项")).toBeVisible();
  await page.getByLabel("适用队列").click();
  await page.getByTitle("技术支持").click();
  await page.getByRole("button", { name: /^保\s*存$/ }).click();
  await expect(page.getByText("第 1 版 · 王立")).toBeVisible();
});

test("who writes none does not see the page", async ({ page }) => {
  await enter(page, "alice", "/knowledge");
  await expect(page.getByText("您没有权限")).toBeVisible();
});

test("an article that cannot be read says why, and is read again", async ({ page }) => {
  await page.route("**/v1/knowledge/k-2", (route) => route.fulfill({ status: 500, contentType: "application/problem+json", body: JSON.stringify({ status: 500, code: "server_failed" }) }));
  await enter(page, "root", "/knowledge?article=k-2");
  await expect(page.getByText("服务器出错")).toBeVisible();
  await page.unrouteAll({ behavior: "wait" });
  await page.getByRole("button", { name: "重试" }).or(page.getByRole("button", { name: "重 试" })).click();
  await expect(page.getByRole("textbox", { name: "标题" })).toHaveValue("退货的条件");
});
