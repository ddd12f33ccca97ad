import { violations } from './axe.js';
import { type Page, expect, signIn, test } from './test.js';

const OUTSIDE = ['/console/sign-in', '/console/sign-up', '/console/join?token=none'];
const LISTS = [
  '/console/members',
  '/console/members?query=nobody-is-called-so',
  '/console/programs',
  '/console/rewards',
  '/console/redemptions',
  '/console/reviews',
  '/console/coalitions',
  '/console/keys',
  '/console/audit-log',
];
const OTHERS = ['/console/', '/console/rewards/new', '/console/webhooks', '/console/settings', '/console/no-such-page'];

/** The rules that another colour scheme can break. */
const COLOUR_RULES = ['color-contrast', 'link-in-text-block'];

/** What axe finds that keeps people out: the rule, and where. */
async function barriers(page: Page, colorScheme: 'light' | 'dark'): Promise<readonly string[]> {
  await expect(page.getByRole('heading', { level: 1 })).toBeVisible();
  await expect(page.getByLabel(/^Loading|^Counting/)).toHaveCount(0);
  return (await violations(page, colorScheme === 'light' ? undefined : COLOUR_RULES))
    .filter(({ impact }) => impact === 'serious' || impact === 'critical')
    .flatMap(({ id, nodes }) => nodes.map(({ html, failureSummary }) => `${id}: ${html} ${failureSummary ?? ''}`));
}

async function overflow(page: Page): Promise<number> {
  return page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth);
}

/** The address of the first thing in a list. */
async function firstOf(page: Page, list: string): Promise<string> {
  await page.goto(list);
  return (await page.locator('tbody a').first().getAttribute('href')) ?? '';
}

/** The address of something in a list, by its name. */
async function linkOf(page: Page, list: string, name: string): Promise<string> {
  await page.goto(list);
  return (await page.getByRole('link', { name }).first().getAttribute('href')) ?? '';
}

const WIDTHS = [1440, 390];
const SCHEMES = ['light', 'dark'] as const;

/** Looks at a page light and dark, on a desktop and on a phone. */
async function look(page: Page, path: string): Promise<void> {
  await page.goto(path);
  for (const width of WIDTHS) {
    await page.setViewportSize({ width, height: 900 });
    for (const colorScheme of SCHEMES) {
      await page.emulateMedia({ colorScheme });
      if (path.startsWith('/console')) {
        await expect(page.locator('html')).toHaveAttribute('data-mantine-color-scheme', colorScheme);
      }
      expect.soft(await barriers(page, colorScheme), `${path}, ${colorScheme}, ${width}`).toEqual([]);
      expect.soft(await overflow(page), `${path} is wider than ${width}`).toBe(0);
    }
  }
}

test.describe.configure({ mode: 'parallel' });

test('no page of the shop keeps anybody out, and each fits', async ({ page }) => {
  test.setTimeout(300_000);
  for (const path of ['/shop', '/shop/cart', '/shop/harbour-club', '/shop/harbour-club/partners/quay-hotels', '/shop/sign-in']) {
    await look(page, path);
  }
  await page.getByRole('button', { name: /\d+ points/ }).first().click();
  await page.goto('/shop');
  await page.getByRole('button', { name: 'Add Night Ferry to the cart' }).click();
  for (const path of ['/shop/cart', '/shop/account']) {
    await look(page, path);
  }
});

test('no page of a brand keeps anybody out, and each fits', async ({ page }) => {
  test.setTimeout(300_000);
  const hotels = '/shop/harbour-club/partners/quay-hotels';
  await look(page, `${hotels}/office`);
  await page.goto('/shop/harbour-club/sign-in');
  await page.getByRole('textbox', { name: 'Your name' }).fill('Ada Axelrod');
  await page.getByRole('button', { name: 'Join' }).click();
  await look(page, hotels);
  await page.getByRole('button', { name: 'Get a code' }).click();
  await page.getByRole('button', { name: 'Link', exact: true }).click();
  for (const path of [hotels, `${hotels}?offer=QH-LOFT`, `${hotels}?notice=CODE_INVALID`]) {
    await look(page, path);
  }
});

test('no page about partners keeps anybody out, and each fits', async ({ page, server }) => {
  test.setTimeout(300_000);
  await signIn(page, server.demo('harbour-club').staff);
  const market = await linkOf(page, '/console/partners', 'Tide Market');
  for (const path of ['/console/partners', market, '/console/settlements']) {
    await look(page, path);
  }
});

test('no list of the console keeps anybody out, and each fits', async ({ page, server }) => {
  test.setTimeout(600_000);
  await signIn(page, server.demo().staff);
  for (const path of LISTS) {
    await look(page, path);
  }
});

test('no other page of the console keeps anybody out, and each fits', async ({ page, server }) => {
  test.setTimeout(600_000);
  for (const path of OUTSIDE) {
    await look(page, path);
  }
  await page.setViewportSize({ width: 1440, height: 900 });
  await signIn(page, server.demo().staff);
  const program = await firstOf(page, '/console/programs');
  const things = [await firstOf(page, '/console/members'), program, `${program}/draft`, `${program}/replay`, await firstOf(page, '/console/rewards')];
  for (const path of [...OTHERS, ...things]) {
    await look(page, path);
  }
});
