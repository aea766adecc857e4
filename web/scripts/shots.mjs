// Pictures of every page, in both languages, both appearances and two sizes, served by the fake server:
//   npm run shots              all of them, into shots/
//   npm run shots -- desk      those whose names contain a word
//   npm run shots -- --docs    those that docs/ keeps, into docs/shots/
import { mkdirSync } from "node:fs";
import { chromium } from "@playwright/test";
import { createServer } from "vite";
import { shots, shown } from "../e2e/shots.mjs";

const docs = process.argv.includes("--docs");
const words = process.argv.slice(2).filter((word) => word !== "--docs");
const chosen = shots.filter(({ name }) => (docs ? shown.includes(name) : words.length === 0 || words.some((word) => name.includes(word))));
const into = docs ? "../docs/shots" : "shots";
const quick = process.env["QUICK"] === "1";
const sizes = { wide: { width: 1366, height: 768 }, phone: { width: 390, height: 844 } };
const looks = docs
  ? [["zh-CN", "light", "wide"], ["en", "light", "wide"], ["zh-CN", "light", "phone"], ["en", "light", "phone"]]
  : quick
  ? [["zh-CN", "light", "wide"], ["en", "dark", "phone"]]
  : ["zh-CN", "en"].flatMap((language) => ["light", "dark"].flatMap((look) => ["wide", "phone"].map((size) => [language, look, size])));

process.env["FAKE"] = "1";
const server = await createServer({ server: { host: "127.0.0.1", port: 5198 }, logLevel: "error" });
await server.listen();
const base = server.resolvedUrls.local[0].replace(/\/$/, "");
const browser = await chromium.launch({
  executablePath: process.env["CHROMIUM"] ?? "/usr/bin/chromium",
  args: ["--no-sandbox", "--disable-background-networking", "--disable-component-update", "--disable-sync", "--use-fake-device-for-media-stream", "--use-fake-ui-for-media-stream"],
});
mkdirSync(into, { recursive: true });

/** Waits until a page shows more than that it is loading; the first visit of a server that has just begun takes its time. */
async function drawn(page) {
  await page.locator("h1, h2, form, .ant-card").first().waitFor({ timeout: 20_000 });
  await page.waitForFunction('document.querySelector(".ant-spin-spinning, [role=status] .ant-spin") === null');
  await page.evaluate("document.fonts.ready.then(() => null)");
}

let failed = false;
for (const shot of chosen) {
  for (const [language, look, size] of looks) {
    if (docs && size === "phone" && !shot.name.startsWith("desk")) continue;
    const context = await browser.newContext({ baseURL: base, viewport: sizes[size], colorScheme: look, timezoneId: "Asia/Shanghai", permissions: ["notifications"], hasTouch: size === "phone" });
    await context.addInitScript((chosen) => localStorage.setItem("belltower.preferences", JSON.stringify({ state: { language: chosen }, version: 0 })), language);
    const page = await context.newPage();
    page.on("pageerror", (error) => {
      failed = true;
      console.error(`${shot.name}: ${error.message}`);
    });
    if (shot.as) await page.request.post(`${base}/v1/session`, { data: { name: shot.as, password: "Belltower-1" } });
    await page.goto(base + shot.path);
    try {
      await drawn(page);
      await shot.then?.(page, { language, size });
      await drawn(page);
    } catch (error) {
      failed = true;
      console.error(`${shot.name} ${language} ${look} ${size}: ${error.message.split("\n")[0]}`);
    }
    await page.waitForLoadState("networkidle").catch(() => {});
    await page.waitForTimeout(400);
    await page.screenshot({ path: `${into}/${shot.name}-${language}${docs ? "" : `-${look}`}${docs && size === "wide" ? "" : `-${size}`}.png` });
    await context.close();
  }
}
await browser.close();
await server.close();
process.exit(failed ? 1 : 0);
