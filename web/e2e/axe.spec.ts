import { createRequire } from "node:module";
import { expect, test, type Page } from "./test";
import type { AxeResults } from "axe-core";
import { enter } from "./enter";

const axe = createRequire(import.meta.url).resolve("axe-core/axe.min.js");

// A recording of what was done makes axe many times slower.
test.use({ trace: "off" });

/**
 * What Ant Design builds otherwise than axe wants it: its list of tabs also holds the button for those that do not fit, and its
 * tables scroll without a `tabindex`, which browsers give to what scrolls and has nothing else to focus. A row that is half
 * scrolled out of a table is no smaller target: the next stroke brings it in.
 */
const known: { rule: string; within: string }[] = [
  { rule: "aria-required-children", within: ".ant-tabs-nav" },
  { rule: "scrollable-region-focusable", within: ".ant-table-content, .ant-table-body" },
  { rule: "target-size", within: ".ant-table-tbody-virtual-holder" },
];

/** What breaks WCAG 2.2 AA on a page, as text that names the rule and the place. */
async function broken(page: Page): Promise<string[]> {
  const violations = await page.evaluate(async () => {
    const { axe } = window as unknown as { axe: { run(on: Document, how: object): Promise<AxeResults> } };
    // The rule about names is experimental: it takes a clock beside a state, or a number without its gaps, for another name.
    const how = { runOnly: ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"], rules: { "label-content-name-mismatch": { enabled: false } } };
    const found = (await axe.run(document, how)).violations;
    return found.flatMap(({ id, nodes }) => nodes.map(({ target, html, any }) => ({ id, target: target.join(" "), html: html.slice(0, 160), why: any[0]?.message ?? "" })));
  });
  const excused = (one: { id: string; target: string }) => page.locator(one.target).first().evaluate((element, rules) => rules.some((within) => element.closest(within) !== null), known.filter(({ rule }) => rule === one.id).map(({ within }) => within));
  const counted = [];
  for (const one of violations) if (!(await excused(one))) counted.push(one);
  return counted.map(({ id, target, html, why }) => `${id} ${target} ${html} ${why}`);
}

type Step = (page: Page) => Promise<void>;
interface Place {
  path: string;
  as?: string;
  stage?: string;
  /** What is done there first; its name goes into the test's. */
  then?: Record<string, Step>;
}

const tab = (place: number): Step => (page) => page.getByRole("tab").nth(place).click();
const first = (selector: string): Step => (page) => page.locator(selector).first().click();

/** Draws the page light or dark, and waits until no colour is on its way to another one. */
async function look(page: Page, colorScheme: "light" | "dark"): Promise<void> {
  await page.emulateMedia({ colorScheme, reducedMotion: "reduce" });
  await expect(page.locator("html")).toHaveAttribute("data-appearance", colorScheme);
  const still = () => document.getAnimations().every(({ playState, effect }) => playState === "finished" || effect?.getComputedTiming().iterations === Infinity);
  await page.evaluate(() => new Promise((drawn) => requestAnimationFrame(() => requestAnimationFrame(drawn))));
  await page.waitForFunction(still);
}

const places: Place[] = [
  { path: "/sign-in" },
  { path: "/not-me?link=k7" },
  { path: "/setup" },
  { path: "/desk", as: "alice", stage: "idle" },
  { path: "/desk", as: "alice", stage: "ringing" },
  { path: "/desk", as: "alice", stage: "talk" },
  { path: "/desk", as: "alice", stage: "wrap_up" },
  { path: "/check", as: "alice" },
  { path: "/check?part=diagnosis", as: "alice" },
  { path: "/check?part=triage", as: "alice" },
  { path: "/account", as: "root" },
  { path: "/scan/s1", as: "root" },
  { path: "/nowhere", as: "root" },
  { path: "/users", as: "alice" },
  { path: "/wallboard", as: "sam" },
  { path: "/wallboard", as: "sam", then: { calls: first("main button[aria-label*=': ']") } },
  { path: "/wallboard", as: "ada" },
  { path: "/calls", as: "sam" },
  { path: "/tickets", as: "sam" },
  { path: "/tickets?ticket=T-1041", as: "sam" },
  { path: "/calls/c-1", as: "root" },
  { path: "/calls/c-1", as: "root", then: { story: tab(0), ladder: tab(1), decisions: tab(2), quality: tab(3), facts: tab(4) } },
  { path: "/recordings", as: "sam", then: { player: first(".ant-table-row button") } },
  { path: "/recordings", as: "root", then: { approvals: first("main .ant-badge button"), which: first(".ant-drawer summary") } },
  { path: "/reports", as: "sam", then: { volume: tab(0), agents: tab(1), heat: tab(2), level: tab(3) } },
  { path: "/first-run", as: "root", then: { next: first("nav ol button"), trunk: first("nav ol li:nth-child(2) button"), number: first("nav ol li:nth-child(3) button"), agent: first("nav ol li:nth-child(4) button"), test: first("nav ol li:nth-child(5) button") } },
  { path: "/flows", as: "root" },
  { path: "/flows/welcome", as: "root", then: { node: first(".react-flow__node"), text: tab(1), check: tab(2), simulate: tab(3), versions: tab(4) } },
  { path: "/flows/welcome", as: "ada" },
  { path: "/knowledge", as: "root" },
  { path: "/knowledge?article=k-1", as: "root" },
  { path: "/scripts", as: "root" },
  { path: "/pop", as: "root" },
  { path: "/pop?unit=2", as: "root", then: { own: first("main ol button[data-act=up]:not(:disabled)"), code: (page) => page.locator("#pop-field").fill("Nr"), none: (page) => page.getByRole("button", { name: /跟随|Follow/ }).click() } },
  { path: "/config", as: "root", then: { text: tab(0), queues: tab(1), agents: tab(2), numbers: tab(3), trunks: tab(4), policies: tab(5), versions: tab(6) } },
  { path: "/users", as: "root", then: { people: tab(0), roles: tab(1), approvals: tab(2), rules: tab(3) } },
  { path: "/users", as: "root", then: { new: first("main button.ant-btn-primary") } },
  { path: "/phones", as: "root" },
  { path: "/phones/1007", as: "root" },
  { path: "/phones/1001-web", as: "root" },
  { path: "/audit", as: "ada" },
  { path: "/health", as: "root" },
];
const sizes = [
  { language: "zh-CN", width: 1366, height: 768 },
  { language: "en", width: 390, height: 844 },
];

for (const { language, width, height } of sizes) {
  for (const { path, as, stage, then } of places) {
    const what = [language, width, path, as, stage, ...Object.keys(then ?? {})].filter(Boolean).join(" ");
    test(`wcag_aa ${what}`, async ({ page }) => {
      // A page of seven tabs is looked at fourteen times: ten seconds, or a minute on a machine that does other things.
      test.setTimeout(180_000);
      await page.setViewportSize({ width, height });
      await page.emulateMedia({ colorScheme: "light", reducedMotion: "reduce" });
      await page.addInitScript((chosen) => localStorage.setItem("belltower.preferences", JSON.stringify({ state: { language: chosen }, version: 0 })), language);
      if (as) await enter(page, as, path);
      else await page.goto(path);
      if (stage) {
        await page.request.post("/v1/me/state", { data: { to: "sign_in" } });
        await page.request.post("/v1/fake/desk", { data: { stage } });
      }
      await expect(page.locator("h1, h2, .ant-card").first()).toBeVisible();
      await page.waitForLoadState("networkidle");
      await page.addScriptTag({ path: axe });
      for (const [name, step] of Object.entries(then ?? { shown: async () => {} })) {
        await step(page);
        await expect(page.locator(".ant-spin-spinning:visible")).toHaveCount(0);
        for (const colorScheme of ["light", "dark"] as const) {
          await look(page, colorScheme);
          expect.soft(await broken(page), `${name} ${colorScheme}`).toEqual([]);
        }
        // Nothing is cut off sideways: what is too wide scrolls within itself.
        expect.soft(await page.evaluate(() => document.documentElement.scrollWidth), name).toBeLessThanOrEqual(width);
      }
    });
  }
}
