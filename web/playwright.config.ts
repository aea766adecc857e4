import { defineConfig } from "@playwright/test";

const port = Number(process.env["CONSOLE_PORT"] ?? 5199);

// Debian's Chromium with a microphone that plays tones. `FAKE` serves the pages by the fake server.
export default defineConfig({
  testDir: "e2e",
  outputDir: "test-results",
  // A machine that does other things takes its time.
  timeout: 60_000,
  expect: { timeout: 15_000 },
  workers: 1,
  reporter: [["list"]],
  use: {
    baseURL: `http://127.0.0.1:${port}`,
    locale: "zh-CN",
    timezoneId: "Asia/Shanghai",
    // What moves under the mouse can be missed.
    contextOptions: { reducedMotion: "reduce" },
    trace: "retain-on-failure",
    launchOptions: {
      executablePath: process.env["CHROMIUM"] ?? "/usr/bin/chromium",
      args: [
        "--no-sandbox",
        "--disable-background-networking",
        "--disable-quic",
        "--disable-component-update",
        "--disable-sync",
        "--use-fake-device-for-media-stream",
        "--use-fake-ui-for-media-stream",
      ],
    },
  },
  webServer: {
    command: `npx vite preview --host 127.0.0.1 --port ${port} --strictPort`,
    env: { FAKE: "1" },
    port,
    reuseExistingServer: false,
  },
});
