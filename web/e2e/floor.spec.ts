import { expect, test } from "./test";
import { enter } from "./enter";

test("rpt_12: the wallboard shows the service level with its formula", async ({ page }) => {
  await enter(page, "sam", "/wallboard");
  await expect(page.getByText("89.3%")).toBeVisible();
  await page.getByRole("img", { name: "服务水平" }).hover();
  await expect(page.getByText("30 秒内接听的呼入 ÷ 进入队列的呼入")).toBeVisible();
});

test("every number of the wallboard opens the calls behind it", async ({ page }) => {
  await enter(page, "sam", "/wallboard");
  await page.getByRole("button", { name: "技术支持: 等待 3" }).click();
  await expect(page.getByRole("dialog")).toContainText("137 0013 7000");
  await page.keyboard.press("Escape");
  await page.getByRole("button", { name: "今日放弃" }).click();
  await expect(page).toHaveURL(/\/calls\?.*outcome=abandoned/);
});

test("rec_18, rec_19: a supervisor with a phone gets what he may do, an auditor nothing", async ({ page }) => {
  await enter(page, "sam", "/wallboard");
  for (const mode of ["监听", "耳语", "强插", "接管"]) await expect(page.getByRole("button", { name: `${mode}: 陈小雨` })).toBeVisible();
  // The policy wants the agent told.
  await page.getByRole("button", { name: "监听: 陈小雨" }).hover();
  await expect(page.getByRole("tooltip")).toContainText("坐席会听到提示音（每 15s 一次）");
  await page.getByRole("button", { name: "监听: 陈小雨" }).click();
  const bar = page.getByRole("status").filter({ hasText: "退出监控" });
  await expect(bar).toContainText("坐席会听到提示音");
  await bar.getByText("强插").click();
  await expect(bar).not.toContainText("坐席会听到提示音");
  await bar.getByRole("button", { name: "退出监控" }).click();
  await page.context().clearCookies();
  await enter(page, "ada", "/wallboard");
  await expect(page.getByText("陈小雨")).toBeVisible();
  await expect(page.getByRole("button", { name: "监听: 陈小雨" })).toHaveCount(0);
});

test("inb_29: a call for help stands first, with the way into the call", async ({ page }) => {
  await enter(page, "sam", "/wallboard");
  const first = page.locator("ul[aria-live] > li").first();
  await expect(first).toContainText("郑凯 请求帮助");
  await expect(first.getByRole("button", { name: "强插: 郑凯" })).toBeVisible();
});

test("dia_08: a lost phone is told with its reason, what to do, and the way to its history, in both languages", async ({ page }) => {
  await enter(page, "sam", "/wallboard");
  const alert = page.locator("ul[aria-live] > li").filter({ hasText: "何勇" });
  await expect(alert).toContainText("何勇 处于空闲，但话机已离线");
  await expect(alert).toContainText("1010 · 与话机的连接断开");
  await expect(alert).toContainText("恢复后自动重新注册");
  await alert.getByRole("button", { name: "查看 何勇 的话机记录" }).click();
  await expect(page.getByRole("dialog")).toContainText("何勇");
  await page.evaluate(() => localStorage.setItem("belltower.preferences", JSON.stringify({ state: { language: "en" }, version: 0 })));
  await page.reload();
  const english = page.locator("ul[aria-live] > li").filter({ hasText: "何勇" });
  await expect(english).toContainText("何勇 is available, but no call gets through: the phone is lost");
  await expect(english).toContainText("1010 · the connection to the phone closed");
  await expect(english).toContainText("it registers again by itself");
});

test("rec_12: calls are found by number and talk time, and the address says what was asked", async ({ page }) => {
  await enter(page, "root", "/calls");
  await page.getByLabel("主叫或被叫号码").fill("138 0013 8000");
  await expect(page).toHaveURL(/number=%2213800138000%22|number=138/);
  await expect(page.getByText("共 1 条")).toBeVisible();
  await page.getByRole("link", { name: "打开 13800138000 的通话" }).click();
  await expect(page).toHaveURL("/calls/c-1");
  await expect(page.getByRole("group", { name: /通话时间轴/ })).toContainText("排队");
});

test("dia_09: a call's page says why it went to whom", async ({ page }) => {
  await enter(page, "root", "/calls/c-1");
  await page.getByRole("button", { name: "没有合适的坐席" }).click();
  await expect(page.getByText("正在被分配其他来电")).toBeVisible();
  await page.getByRole("tab", { name: "语音质量" }).click();
  await expect(page.getByText("来路丢包")).toBeVisible();
});

test("dia_07, dia_05, dia_10: a call's page tells the worst five seconds, microphones and echo, and what helps", async ({ page }) => {
  await enter(page, "root", "/calls/c-1");
  await page.getByRole("tab", { name: "语音质量" }).click();
  const worst = page.getByRole("listitem").filter({ hasText: "最差 5 秒" });
  await expect(worst).toHaveCount(1);
  await expect(worst).toContainText("改用有线，停止下载，或使用低带宽编码");
  const agent = page.getByRole("region", { name: /^坐席 .* 的麦克风$/ });
  await expect(agent).toContainText("音量偏低");
  await expect(agent).toContainText("180 ms 后返回，低 14 dB");
  await expect(agent).toContainText("改用耳机，或调低扬声器音量");
  await expect(page.getByRole("region", { name: /^主叫 .* 的麦克风$/ })).toContainText("没有发现");
});

test("sec_25: who may not see traces is not shown the ladder, and nobody without the permission an export", async ({ page }) => {
  await enter(page, "alice", "/calls/c-1");
  await expect(page.getByRole("tab", { name: "路由决策" })).toBeVisible();
  await expect(page.getByRole("tab", { name: "信令图" })).toHaveCount(0);
  await page.goto("/calls");
  await expect(page.getByRole("heading", { name: "通话记录" })).toBeVisible();
  await expect(page.getByRole("button", { name: "导出" })).toHaveCount(0);
});

test("a recording plays on the time line", async ({ page }) => {
  await enter(page, "root", "/calls/c-1");
  await page.getByRole("button", { name: "播放" }).click();
  await expect(page.getByRole("button", { name: "暂停" })).toBeVisible();
  await expect.poll(() => page.locator("audio").evaluate((audio: HTMLAudioElement) => audio.currentTime)).toBeGreaterThan(0.3);
});

test("a call that is not there says so", async ({ page }) => {
  await enter(page, "root", "/calls/nothing");
  await expect(page.getByText("没有这通电话")).toBeVisible();
});
