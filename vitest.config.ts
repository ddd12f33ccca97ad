import { playwright } from '@vitest/browser-playwright';
import { defineConfig } from 'vitest/config';

const chromium = process.env['CHROMIUM_PATH'];

const workspaces = ['widgets', 'console'] as const;

/** Per workspace: `*.test.ts` runs in Node, `*.browser.test.ts` in the Chromium that CHROMIUM_PATH names. */
export default defineConfig({
  test: {
    projects: workspaces.flatMap((workspace) => [
      {
        extends: `./${workspace}/vite.config.ts`,
        root: workspace,
        test: {
          name: `unit:${workspace}`,
          environment: 'node',
          include: ['src/**/*.test.{ts,tsx}'],
          exclude: ['src/**/*.browser.test.{ts,tsx}'],
        },
      },
      {
        extends: `./${workspace}/vite.config.ts`,
        root: workspace,
        test: {
          name: `browser:${workspace}`,
          include: ['src/**/*.browser.test.{ts,tsx}'],
          browser: {
            enabled: true,
            headless: true,
            screenshotFailures: false,
            provider: playwright({
              launchOptions: {
                ...(chromium === undefined ? {} : { executablePath: chromium }),
                args: ['--no-sandbox', '--disable-gpu', '--disable-background-networking', '--disable-component-update'],
              },
            }),
            instances: [{ browser: 'chromium' }],
          },
        },
      },
    ]),
  },
});
