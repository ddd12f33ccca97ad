import { execFileSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';

import { defineConfig } from 'playwright/test';

const finder = fileURLToPath(new URL('../../scripts/chromium.sh', import.meta.url));
const executablePath = execFileSync(finder, { encoding: 'utf8' }).trim();

/** Flows through the console and the demo shop: a real Chromium, the real server, the demo that `make run` loads. */
export default defineConfig({
  testDir: '.',
  globalSetup: './demo.ts',
  outputDir: '../../node_modules/.guerdon-e2e',
  forbidOnly: true,
  fullyParallel: false,
  workers: 2,
  timeout: 60_000,
  expect: { timeout: 10_000 },
  reporter: [['list']],
  use: {
    locale: 'en-US',
    timezoneId: 'America/New_York',
    viewport: { width: 1280, height: 900 },
    contextOptions: { reducedMotion: 'reduce' },
    trace: 'retain-on-failure',
    launchOptions: {
      executablePath,
      args: ['--no-sandbox', '--disable-gpu', '--disable-background-networking', '--disable-component-update'],
    },
  },
});
