import { expect, test } from "./test";
import { enter } from "./enter";

test("inb_35: a newcomer goes from step to step, leaves one out, comes back to it, and reloads", async ({ page }) => {
  await enter(page, "root", "/first-run");
  await expect(page.getByRole("heading", { name: "公司" })).toBeVisible();
  await page.getByLabel("公司名称").fill("星光商店");
  await page.getByLabel("时区", { exact: true }).fill("Asia/Nowhere");
  await page.getByRole("button", { name: "保存并继续" }).click();
  await expect(page.getByText("there is no time zone")).toBeVisible();
  await page.getByLabel("时区", { exact: true }).fill("Asia/Shanghai");
  await page.keyboard.press("Escape");
  await page.getByRole("button", { name: "保存并继续" }).click();

  await expect(page.getByRole("heading", { name: "线路" })).toBeVisible();
  await page.getByRole("button", { name: "检测线路" }).click();
  await expect(page.getByText("请输入运营商服务器地址")).toBeVisible();
  await page.getByLabel("运营商服务器地址").fill("sip.carrier.example");
  await page.getByLabel("用户名", { exact: true }).fill("0571");
  await page.getByLabel("密码", { exact: true }).fill("wrong");
  await page.getByRole("button", { name: "检测线路" }).click();
  await expect(page.getByRole("alert").filter({ hasText: "拒绝了用户名或密码" })).toContainText("请让运营商重置密码");
  await page.getByLabel("密码", { exact: true }).fill("Tiger-7");
  await page.getByRole("button", { name: "检测线路" }).click();
  await expect(page.getByText("用户名和密码正确")).toBeVisible();
  await page.getByRole("button", { name: "保存并继续" }).click();

  await expect(page.getByRole("heading", { name: "号码" })).toBeVisible();
  await page.getByRole("button", { name: "暂时跳过这一步" }).click();
  await expect(page.getByRole("heading", { name: "第一位坐席" })).toBeVisible();
  await page.reload();
  await expect(page.getByRole("button", { name: /号码\s*已跳过/ })).toBeVisible();
  await page.getByRole("button", { name: /线路\s*已完成/ }).click();
  await expect(page.getByText("已保存密码；留空则不变")).toBeVisible();
  await expect(page.getByLabel("密码", { exact: true })).toHaveValue("");
  await page.getByRole("button", { name: /试打一次/ }).click();
  await expect(page.getByText("请先完成“号码”一步")).toBeVisible();
  await page.getByRole("button", { name: /号码\s*已跳过/ }).click();
  await page.getByLabel("号码", { exact: true }).fill("400-123-4567");
  await page.getByRole("radio", { name: "指定时间" }).check();
  await page.getByLabel("开始", { exact: true }).fill("9");
  await page.getByRole("button", { name: "保存并继续" }).click();
  await expect(page.getByText("格式如 09:00")).toBeVisible();
  await page.getByLabel("开始", { exact: true }).fill("09:00");
  await page.getByRole("button", { name: "保存并继续" }).click();

  await expect(page.getByRole("heading", { name: "第一位坐席" })).toBeVisible();
  await page.getByRole("button", { name: "保存并继续" }).click();
  await expect(page.getByRole("heading", { name: "试打一次" })).toBeVisible();
  await page.getByRole("button", { name: "开始试打" }).click();
  await expect(page.getByRole("alert").filter({ hasText: "系统繁忙" })).toBeVisible();
  await page.getByRole("button", { name: "开始等待来电" }).click();
  await expect(page.getByRole("alert").filter({ hasText: "线路显示的号码是 057187654321" })).toContainText("请返回“号码”一步");
});

test("inb_35: who may not change everything is not offered it", async ({ page }) => {
  await enter(page, "ada", "/first-run");
  await expect(page.getByText("您没有权限")).toBeVisible();
});

test("inb_35: a step is sent with the version that the step before it made, however busy the browser", async ({ page }) => {
  // What waits for nothing but its turn comes late.
  await page.addInitScript(() => {
    const plain = window.setTimeout;
    window.setTimeout = ((act: () => void, after = 0, ...rest: unknown[]) => plain(act, Math.max(after, 400), ...rest)) as typeof window.setTimeout;
  });
  await enter(page, "root", "/first-run?step=number");
  const made: unknown[] = [];
  const sent: unknown[] = [];
  page.on("request", (request) => {
    if (request.method() === "PUT") sent.push(Number(new URL(request.url()).searchParams.get("base_version")));
  });
  page.on("response", async (response) => {
    if (response.request().method() === "PUT") made.push(((await response.json()) as { version?: number }).version);
  });
  await page.getByLabel("号码", { exact: true }).fill("400-123-4567");
  // The next form is sent in the same breath in which it appears.
  await page.evaluate(() => {
    const save = () => [...document.querySelectorAll("button")].find((one) => one.textContent === "保存并继续")?.click();
    const next = new MutationObserver(() => {
      if (document.querySelector("h2")?.textContent !== "第一位坐席") return;
      next.disconnect();
      save();
    });
    next.observe(document.body, { childList: true, subtree: true, characterData: true });
    save();
  });
  await expect.poll(() => made).toHaveLength(2);
  expect(sent[1], `sent ${sent.join(", ")}, made ${made.join(", ")}`).toBe(made[0]);
  await expect(page.getByRole("heading", { name: "试打一次" })).toBeVisible();
});

test("inb_35: a step that somebody else was faster than is read anew, and sent once more as it was filled in", async ({ page }) => {
  await enter(page, "root", "/first-run");
  await page.getByLabel("公司名称").fill("星光商店");
  const faster = await page.evaluate(async () => {
    const company = JSON.stringify({ name: "月光商店", zone: "Asia/Shanghai", language: "zh-CN" });
    return (await fetch("/v1/first-run/company?base_version=1", { method: "PUT", body: company, headers: { "content-type": "application/json" } })).status;
  });
  expect(faster).toBe(200);
  await page.getByRole("button", { name: "保存并继续" }).click();
  await expect(page.getByRole("alert")).toContainText("其他人已修改配置");
  await expect(page.getByRole("button", { name: /公司\s*已完成/ })).toBeVisible();
  await expect(page.getByLabel("公司名称")).toHaveValue("星光商店");
  await page.getByRole("button", { name: "保存并继续" }).click();
  await expect(page.getByRole("heading", { name: "线路" })).toBeVisible();
});
