import { test as plain } from "@playwright/test";

export { expect, type Page } from "@playwright/test";

/** A test of the console against a fake server that knows nothing of the tests before. */
export const test = plain.extend<{ fresh: void }>({
  fresh: [
    async ({ page, request }, use) => {
      await request.post("/v1/fake/reset");
      await use();
      // What is on its way when a test is over is no fault of it.
      await page.unrouteAll({ behavior: "ignoreErrors" });
    },
    { auto: true },
  ],
});
