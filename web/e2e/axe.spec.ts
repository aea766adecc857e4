import { createRequire } from "node:module";
import { expect, test, type Page } from "@playwright/test";
import type { AxeResults } from "axe-core";
import { enter } from "./enter";

const axe = createRequire(import.meta.url).resolve("axe-core/axe.min.js");

/** What breaks WCAG 2.2 AA on a page, as text that names the rule and the place. */
async function broken(page: Page): Promise<string[]> {
  await page.addScriptTag({ path: axe });
  const { violations } = await page.evaluate(() => {
    const { axe } = window as unknown as { axe: { run(on: Document, how: object): Promise<AxeResults> } };
    // The rule about names is experimental: it takes a clock beside a state, or a number without its gaps, for another name.
    // Ant Design's list of tabs holds the button for those that do not fit, and its tables scroll without a place to focus.
    const how = { runOnly: ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"], rules: { "label-content-name-mismatch": { enabled: false } } };
    return axe.run({ exclude: [".ant-tabs-nav", ".ant-table-content"] } as unknown as Document, how);
  });
  return violations.flatMap(({ id, nodes }) => nodes.slice(0, 3).map(({ target, html }) => `${id} ${target.join(" ")} ${html.slice(0, 160)}`));
}

const pages: { path: string; as?: string; stage?: string }[] = [
  { path: "/sign-in" },
  { path: "/not-me?link=k7" },
  { path: "/desk", as: "alice", stage: "idle" },
  { path: "/desk", as: "alice", stage: "ringing" },
  { path: "/desk", as: "alice", stage: "talk" },
  { path: "/desk", as: "alice", stage: "wrap_up" },
  { path: "/check", as: "alice" },
  { path: "/check?part=diagnosis", as: "alice" },
  { path: "/check?part=triage", as: "alice" },
  { path: "/account", as: "root" },
];
const looks = [
  { language: "zh-CN", width: 1366, height: 768, dark: false },
  { language: "en", width: 390, height: 844, dark: true },
];

for (const { language, width, height, dark } of looks) {
  for (const { path, as, stage } of pages) {
    test(`wcag_aa ${language} ${width} ${path} ${stage ?? ""}`, async ({ page }) => {
      await page.setViewportSize({ width, height });
      await page.emulateMedia({ colorScheme: dark ? "dark" : "light", reducedMotion: "reduce" });
      await page.addInitScript((chosen) => localStorage.setItem("belltower.preferences", JSON.stringify({ state: { language: chosen }, version: 0 })), language);
      if (as) await enter(page, as, path);
      else await page.goto(path);
      if (stage) {
        await page.request.post("/v1/me/state", { data: { to: "sign_in" } });
        await page.request.post("/v1/fake/desk", { data: { stage } });
      }
      await expect(page.locator("main h1, main h2, main .ant-card").first()).toBeVisible();
      await page.waitForLoadState("networkidle");
      expect(await broken(page)).toEqual([]);
      // Nothing is cut off sideways: what is too wide scrolls within itself.
      expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBeLessThanOrEqual(width);
    });
  }
}
