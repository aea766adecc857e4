import { test as plain } from "@playwright/test";

export { expect, type Page } from "@playwright/test";

/** A test of the console against a fake server that knows nothing of the tests before. */
export const test = plain.extend<{ fresh: void }>({
  fresh: [
    async ({ request }, use) => {
      await request.post("/v1/fake/reset");
      await use();
    },
    { auto: true },
  ],
});
