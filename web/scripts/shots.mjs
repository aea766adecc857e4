// Pictures of every page, in both languages, both appearances and two sizes, served by the fake server:
//   npm run shots              all of them, into shots/
//   npm run shots -- desk      those whose names contain a word
import { mkdirSync } from "node:fs";
import { chromium } from "@playwright/test";
import { createServer } from "vite";
import { shots } from "../e2e/shots.mjs";

const wanted = process.argv.slice(2);
const quick = process.env["QUICK"] === "1";
const sizes = { wide: { width: 1366, height: 768 }, phone: { width: 390, height: 844 } };
const looks = quick
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
mkdirSync("shots", { recursive: true });

for (const shot of shots.filter(({ name }) => wanted.length === 0 || wanted.some((word) => name.includes(word)))) {
  for (const [language, look, size] of looks) {
    const context = await browser.newContext({ baseURL: base, viewport: sizes[size], colorScheme: look, timezoneId: "Asia/Shanghai", permissions: ["notifications"], hasTouch: size === "phone" });
    await context.addInitScript((chosen) => localStorage.setItem("belltower.preferences", JSON.stringify({ state: { language: chosen }, version: 0 })), language);
    const page = await context.newPage();
    page.on("pageerror", (error) => console.error(`${shot.name}: ${error.message}`));
    if (shot.as) await page.request.post(`${base}/v1/session`, { data: { name: shot.as, password: "Belltower-1" } });
    await page.goto(base + shot.path);
    try {
      await shot.then?.(page, { language, size });
    } catch (error) {
      console.error(`${shot.name} ${language} ${look} ${size}: ${error.message.split("\n")[0]}`);
    }
    await page.waitForLoadState("networkidle").catch(() => {});
    await page.waitForTimeout(400);
    await page.screenshot({ path: `shots/${shot.name}-${language}-${look}-${size}.png` });
    await context.close();
  }
}
await browser.close();
await server.close();
process.exit(0);
