import { type Page, expect, test as base } from 'playwright/test';

import { copyOfDemo } from './demo.js';
import { Server } from './server.js';

export { expect } from 'playwright/test';
export type { Locator, Page } from 'playwright/test';

/** A merchant's shop that a test made for itself. */
export interface Shop {
  readonly email: string;
  readonly password: string;
  readonly secretKey: string;
}

interface PerTest {
  /** What pages report as errors; a test that expects some takes them out. */
  complaints: string[];
  /** A shop of the test's own, with its owner signed in. */
  shop: Shop;
  /** Starts another server on a copy of the demo, for what the shared one must not be used for. */
  startServer: (settings?: Readonly<Record<string, string>>) => Promise<Server>;
}

interface PerWorker {
  /** The server with the demo, shared by the tests of a worker. */
  server: Server;
}

/** Playwright's `test` with the server running; every page must be free of errors when the test ends. */
export const test = base.extend<PerTest & { checked: undefined }, PerWorker>({
  server: [
    async ({}, use) => {
      const server = await Server.start(copyOfDemo());
      await use(server);
      await end(server);
    },
    { scope: 'worker' },
  ],
  baseURL: async ({ server }, use) => use(server.url),
  complaints: async ({}, use) => use([]),
  checked: [
    async ({ context, complaints }, use) => {
      context.on('weberror', (error) => complaints.push(error.error().message));
      context.on('console', (message) => {
        if (message.type() === 'error') {
          complaints.push(message.text());
        }
      });
      await use(undefined);
      expect(complaints).toEqual([]);
    },
    { auto: true },
  ],
  shop: async ({ page }, use, { testId }) => {
    const email = `ada.${testId.slice(-12)}@example.com`;
    const password = 'correct horse battery';
    const response = await page.request.post('/auth/sign-up', {
      data: { shop: 'Blue Note', name: 'Ada', email, password, zone: 'Europe/Berlin', currency: 'EUR' },
    });
    const { keys } = (await response.json()) as { keys: { secretKey: string } };
    await use({ email, password, secretKey: keys.secretKey });
  },
  startServer: async ({}, use) => {
    const started: Server[] = [];
    await use(async (settings) => {
      const server = await Server.start(copyOfDemo(), settings);
      started.push(server);
      return server;
    });
    for (const server of started) {
      await end(server);
    }
  },
});

/** Signs in by the form, and waits for the overview. */
export async function signIn(
  page: Page,
  { email, password }: { email: string; password: string },
  url = '',
): Promise<void> {
  await page.goto(`${url}/console/`);
  await page.getByLabel('E-mail').fill(email);
  await page.getByLabel('Password', { exact: true }).fill(password);
  await page.getByRole('button', { name: 'Sign in' }).click();
  await expect(page.getByRole('heading', { level: 1, name: 'Overview' })).toBeVisible();
}

/** Asks the admin API with a secret key, as a merchant's server does. */
export async function ask(page: Page, key: string, query: string, variables: object = {}): Promise<unknown> {
  const response = await page.request.post('/graphql/admin', {
    headers: { authorization: `Bearer ${key}`, accept: 'application/graphql-response+json', cookie: '' },
    data: { query, variables },
  });
  return response.json();
}

/** Ends a server; every book must be right. */
async function end(server: Server): Promise<void> {
  await server.stop();
  server.verify();
}
