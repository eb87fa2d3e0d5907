// How the journeys run: twice, with scripts and without, in the machine's own Chromium, each
// worker against its own release binary (see support/server.ts).
// Not for: what a journey does.
import { defineConfig } from "@playwright/test";
import { chromium } from "./support/machine";

export default defineConfig({
  testDir: "tests",
  workers: 2,
  retries: 0,
  forbidOnly: Boolean(process.env.CI),
  // Bounds, not measures: newer Chromiums take seconds to open a window on two cores.
  timeout: 120_000,
  expect: { timeout: 15_000 },
  reporter: process.env.CI ? [["dot"]] : [["list"]],
  use: {
    locale: "fr-FR",
    timezoneId: "Europe/Paris",
    actionTimeout: 15_000,
    navigationTimeout: 30_000,
    trace: "retain-on-failure",
    launchOptions: {
      executablePath: chromium(),
      args: [
        "--no-sandbox",
        "--disable-gpu",
        "--disable-background-networking",
        "--disable-component-update",
        "--disable-sync",
        "--no-first-run",
      ],
    },
  },
  // A test says in its title which of the two it is for; most are for both.
  projects: [
    { name: "with-javascript", grepInvert: /@without-scripts/ },
    { name: "without-javascript", use: { javaScriptEnabled: false }, grepInvert: /@with-scripts/ },
  ],
});
