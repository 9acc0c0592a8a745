import { defineConfig, devices } from "@playwright/test";
import { runningStack, STACK_FILES_VARIABLE } from "#e2e/rig/running-stack";
import { CHROMIUM_FLAGS } from "#lib/commands/chromium";

const report = process.env.PLAYWRIGHT_JSON_OUTPUT_FILE;
const { CHROMIUM_PATH, E2E_ARTIFACTS } = process.env;
// Known in the workers; the main process reads this file before the stacks are there.
const baseURL = process.env[STACK_FILES_VARIABLE] ? runningStack().apps[0]?.url : undefined;

export default defineConfig({
  testDir: "e2e",
  testMatch: "**/*.e2e.ts",
  outputDir: E2E_ARTIFACTS ?? ".holdpoint/e2e-results/last",
  globalSetup: "./e2e/rig/playwright-setup.ts",
  // Each worker has a stack of its own: a bank that misbehaves in one story is nobody else's trouble.
  workers: 2,
  fullyParallel: false,
  // A test that passes at the second try has found something.
  retries: 0,
  forbidOnly: true,
  // Two workers and their stacks share two cores: slow is not yet wrong. Where the product promises a time, its story says so.
  timeout: 180_000,
  expect: { timeout: 30_000 },
  reporter: report ? [["list"], ["json", { outputFile: report }]] : "list",
  use: {
    ...(baseURL ? { baseURL } : {}),
    locale: "en-GB",
    timezoneId: "Europe/Kyiv",
    screenshot: "only-on-failure",
    trace: "retain-on-failure",
    launchOptions: { args: CHROMIUM_FLAGS, ...(CHROMIUM_PATH ? { executablePath: CHROMIUM_PATH } : {}) },
  },
  projects: [{ name: "chromium", use: { ...devices["Desktop Chrome"], viewport: { width: 1366, height: 900 } } }],
});
