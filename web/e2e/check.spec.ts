import { expect, test, type Page } from "./test";

test.beforeEach(async ({ page }) => {
  await page.request.post("/v1/session", { data: { name: "alice", password: "Belltower-1" } });
});

async function fileOf(page: Page, button: string): Promise<Record<string, unknown>> {
  const download = page.waitForEvent("download");
  await page.getByRole("button", { name: button }).click();
  const stream = await (await download).createReadStream();
  let text = "";
  for await (const part of stream) text += String(part);
  return JSON.parse(text) as Record<string, unknown>;
}

test("agt_10_tel_18_the_device_check_measures_hears_and_gives_a_report_to_the_agent", async ({ page }) => {
  await page.goto("/check");
  const sent = page.waitForRequest("**/v1/me/device-report");
  await page.getByRole("button", { name: "开始检测" }).click();
  await page.getByRole("button", { name: "听到了" }).click({ timeout: 25_000 });
  const report = (await sent).postDataJSON() as { results: { check: string; level: string; figures: Record<string, number> }[] };
  expect(report.results.map(({ check }) => check)).toEqual(["permission", "microphone", "speaker", "route", "network", "echo"]);
  const of = (check: string) => report.results.find((result) => result.check === check);
  expect(of("echo")).toMatchObject({ level: "ok", figures: { recorded_ms: 5_000 } });
  expect(of("microphone")?.figures["speech_db"]).toBeGreaterThan(-50);
  for (const figure of ["down_kbps", "up_kbps", "rtt_ms", "jitter_ms", "loss_permille"]) expect(of("network")?.figures).toHaveProperty(figure);
  await expect(page.getByText("报告 R-17 已记入您的坐席档案")).toBeVisible();
  await expect(page.getByRole("row", { name: /上行速率/ })).toContainText("≥ 1.0 Mbit/s");
  await expect(page.getByText("一通电话实际约需 100 kbit/s")).toBeVisible();
  expect(await fileOf(page, "导出报告")).toMatchObject({ agent: "alice" });
});

test("agt_10_a_microphone_that_is_not_permitted_says_what_to_do_and_the_rest_is_still_checked", async ({ page }) => {
  await page.addInitScript(() => (navigator.mediaDevices.getUserMedia = () => Promise.reject(new DOMException("", "NotAllowedError"))));
  await page.goto("/check");
  await page.getByRole("button", { name: "开始检测" }).click();
  await expect(page.getByText("检测没有通过")).toBeVisible({ timeout: 25_000 });
  await expect(page.getByRole("listitem").filter({ hasText: "麦克风权限" })).toContainText("允许使用麦克风");
  await expect(page.getByRole("listitem").filter({ hasText: "5 秒回放" })).toContainText("跳过");
});

test("dia_03_one_click_looks_at_everything_within_half_a_minute", async ({ page }) => {
  await page.goto("/check?part=diagnosis");
  await page.getByRole("button", { name: "开始诊断" }).click();
  await expect(page.getByText(/用时 \d/)).toBeVisible({ timeout: 30_000 });
  await expect(page.getByRole("listitem").filter({ hasText: "话机注册" })).toContainText("请检查话机网线");
  for (const check of ["浏览器", "麦克风", "语音通路", "网络质量", "中继线路", "号码状态", "媒体端口", "最近一次通话语音"]) await expect(page.getByRole("listitem").filter({ hasText: check }).first()).toBeVisible();
});

test("dia_01_the_triage_ends_in_a_support_bundle_without_customers_numbers", async ({ page }) => {
  await page.goto("/check?part=triage");
  await page.getByRole("button", { name: "声音断续或延迟" }).click();
  await page.getByRole("button", { name: "只有我" }).click();
  await expect(page.getByText("改用有线网络")).toBeVisible();
  await page.getByRole("button", { name: "没有解决" }).click();
  await page.getByRole("button", { name: "开始诊断" }).click();
  await expect(page.getByRole("button", { name: "没有解决" })).toBeEnabled({ timeout: 30_000 });
  await page.getByRole("button", { name: "没有解决" }).click();
  await page.getByRole("textbox").fill("和 13800138000 通话时断续");
  const bundle = await fileOf(page, "下载诊断包");
  expect(bundle).toMatchObject({ user: "alice", trouble: "choppy", words: "和 *******8000 通话时断续" });
  expect((bundle["diagnosis"] as unknown[]).length).toBeGreaterThan(10);
});

const key = { sip_uri: "sip:1001-web@belltower", user: "1001-web", password: "p", realm: "belltower", ws_path: "/sip-silent", expires_at: "2099-01-01T00:00:00Z", codecs: ["opus"] };

for (const { step, name, prepare } of [
  { step: "登录凭证", name: "key", prepare: (page: Page) => page.route("**/v1/me/voice", () => {}) },
  { step: "注册", name: "registration", prepare: async (page: Page) => {
    await page.route("**/v1/me/voice", (route) => route.fulfill({ json: key }));
    await page.routeWebSocket("**/sip-silent", () => {});
  } },
  // The fake server never answers an upgrade there.
  { step: "语音通道（WSS）", name: "socket", prepare: (page: Page) => page.route("**/v1/me/voice", (route) => route.fulfill({ json: { ...key, ws_path: "/sip-nowhere" } })) },
  { step: "本机网络（ICE）", name: "network", prepare: (page: Page) => page.addInitScript(() => {
    RTCPeerConnection.prototype.setLocalDescription = () => Promise.resolve();
  }) },
  { step: "麦克风", name: "microphone", prepare: (page: Page) => page.addInitScript(() => (navigator.mediaDevices.getUserMedia = () => Promise.reject(new DOMException("", "NotFoundError")))) },
]) {
  test(`tel_12_a_phone_that_does_not_start_names_its_step_within_ten_seconds_${name}`, async ({ page }) => {
    await prepare(page);
    await page.goto("/desk");
    // From when it says that it is connecting; the microphone's step may be over before one can look.
    const starting = name === "microphone" ? page.getByRole("banner") : page.getByRole("button", { name: "网页电话: 正在接通…" });
    await expect(starting).toBeVisible();
    const began = Date.now();
    await expect(page.getByText(`网页电话未就绪：${step}`)).toBeVisible({ timeout: 12_000 });
    expect(Date.now() - began).toBeLessThan(10_000);
    await expect(page.getByRole("status").filter({ hasText: "网页电话未就绪" }).getByRole("button", { name: "重试" })).toBeVisible();
  });
}

test("a second tab says that it is not the phone and can become it", async ({ page, context }) => {
  await page.route("**/v1/me/voice", () => {});
  await page.goto("/desk");
  await expect(page.getByRole("button", { name: "网页电话: 正在接通…" })).toBeVisible();
  const second = await context.newPage();
  await second.goto("/desk");
  await expect(second.getByText("同一浏览器的另一个标签页正在作为电话使用")).toBeVisible();
  await second.getByRole("status").getByRole("button", { name: "改在此页接听" }).click();
  await expect(page.getByText("同一浏览器的另一个标签页正在作为电话使用")).toBeVisible();
});

test("dia_03_a_clock_that_is_wrong_is_said", async ({ page }) => {
  // Every answer says it: the last one counts. Half a minute more, for an answer that was on its way for long.
  await page.route("**/v1/**", async (route) => {
    const response = await route.fetch();
    await route.fulfill({ response, headers: { ...response.headers(), date: new Date(Date.now() - 630_000).toUTCString() } });
  });
  await page.goto("/account");
  await expect(page.getByText("本机时钟比服务器快 10 分")).toBeVisible();
});

test("sec_26_the_end_of_a_session_is_warned_of_and_put_off", async ({ page }) => {
  let ends = Date.now() + 200_000;
  await page.route("**/v1/me", async (route) => {
    const response = await route.fetch();
    const me = (await response.json()) as object;
    await route.fulfill({ response, json: { ...me, session_ends: new Date(ends).toISOString() } });
  });
  await page.goto("/account");
  await expect(page.getByText(/后将自动退出登录/)).toBeVisible();
  ends = Date.now() + 1_800_000;
  await page.getByRole("button", { name: "保持登录" }).click();
  await expect(page.getByText(/后将自动退出登录/)).toHaveCount(0);
});

test("agt_01_an_unsupported_browser_gets_a_page_that_says_so", async ({ page }) => {
  await page.addInitScript(() => delete (AbortSignal as unknown as Record<string, unknown>)["any"]);
  await page.goto("/sign-in");
  await expect(page.getByRole("heading", { name: "请换用新版浏览器" })).toBeVisible();
  await expect(page.getByLabel("用户名")).toHaveCount(0);
});

test("of two tabs that open at once one is the phone and the other says so", async ({ page, context }) => {
  await context.route("**/v1/me/voice", () => {});
  const pages = [page, await context.newPage()];
  await Promise.all(pages.map((tab) => tab.goto("/desk")));
  const elsewhere = () => Promise.all(pages.map((tab) => tab.getByRole("button", { name: "网页电话: 在其他标签页" }).count()));
  await expect.poll(async () => (await elsewhere()).sort()).toEqual([0, 1]);
});
