import { type Locator, type Page, expect, signIn, test } from './test.js';

/** A customer of the demo with some hundred points to spend. */
async function beSomebody(page: Page, url = ''): Promise<{ panel: Locator; points: number }> {
  await page.goto(`${url}/shop`);
  await page.getByRole('button', { name: 'Add Night Ferry to the cart' }).click();
  await page.getByRole('button', { name: 'Add Red Line Home to the cart' }).click();
  await page.getByRole('link', { name: 'Sign in' }).click();
  await page.getByRole('button', { name: /\d+ points/ }).first().click();
  await expect(page.getByRole('heading', { level: 1, name: 'Your cart' })).toBeVisible();
  const panel = page.locator('guerdon-panel');
  return { panel, points: await pointsOf(panel) };
}

async function pointsOf(panel: Locator): Promise<number> {
  const shown = await panel.locator('.amount strong').first().innerText();
  return Number(shown.replaceAll(',', ''));
}

/** Places the order; answers its number. */
async function placeOrder(page: Page): Promise<string> {
  await page.getByRole('button', { name: 'Place the order' }).click();
  await expect(page.getByRole('heading', { name: /^Thank you\. Order W-\w+ is placed\.$/ })).toBeVisible();
  return new URL(page.url()).searchParams.get('placed') ?? '';
}

test('a shopper sees what the cart earns, orders, has the points, and gets a code for them', async ({ page }) => {
  const { panel, points } = await beSomebody(page);
  await expect(panel.getByText('This cart would earn 29 points')).toBeVisible();
  await panel.getByText('Why?').click();
  await expect(panel.getByText('1 point per dollar gives 29.98: 1 for every 1.00 USD of 29.98 USD.')).toBeVisible();

  const order = await placeOrder(page);
  await expect(page.getByText('It earned 29 points.')).toBeVisible();
  await expect.poll(() => pointsOf(panel)).toBe(points + 29);
  await panel.getByText('History').click();
  await expect(panel.getByText(`order ${order}`)).toBeVisible();

  await panel.getByRole('button', { name: 'Redeem $5 off for 100 points' }).click();
  await panel.getByRole('button', { name: 'Yes, redeem' }).click();
  const ticket = panel.getByRole('group', { name: '$5 off is yours' });
  await expect(ticket).toBeVisible();
  await expect.poll(() => pointsOf(panel)).toBe(points + 29 - 100);
  const code = await ticket.locator('code').innerText();

  await page.getByRole('link', { name: 'Records' }).click();
  await page.getByRole('button', { name: 'Add High Country to the cart' }).click();
  await page.getByRole('button', { name: 'Add High Country to the cart' }).click();
  await page.getByRole('link', { name: /^Cart/ }).click();
  await page.getByRole('combobox', { name: 'Reward code' }).fill(code);
  await page.getByRole('button', { name: 'Apply' }).click();
  await expect(page.getByRole('term').filter({ hasText: '$5 off' })).toBeVisible();
  await expect(page.getByText('−$5.00')).toBeVisible();
  await placeOrder(page);
  await expect(page.getByText('It earned 22 points.')).toBeVisible();

  await page.getByRole('button', { name: `Return one Night Ferry of order ${order}` }).click();
  await expect(page.getByText('Returned. What it earned was taken back.')).toBeVisible();
  await expect.poll(() => pointsOf(panel)).toBe(points + 29 - 100 + 22 - 16);
});

test('a guest sees what joining would bring, and joins', async ({ page }) => {
  await page.goto('/shop');
  await page.getByRole('button', { name: 'Add Quartet No. 4 to the cart' }).click();
  await page.getByRole('link', { name: /^Cart/ }).click();
  const panel = page.locator('guerdon-panel');
  await expect(panel.getByText('Sign in and this cart earns 18 points')).toBeVisible();
  await panel.getByText('Sign in or join').click();
  await page.getByRole('textbox', { name: 'Your name' }).fill('Nina Novak');
  await page.getByRole('button', { name: 'Join' }).click();

  await expect(panel.getByText('Nina Novak’s rewards')).toBeVisible();
  expect(await pointsOf(panel)).toBe(0);
  await placeOrder(page);
  await expect.poll(() => pointsOf(panel)).toBe(18);
});

test('a server that dies after it has redeemed, before it could say so, has lost nothing', async ({ page, context, complaints, startServer }) => {
  const server = await startServer();
  const staff = await context.newPage();
  await signIn(staff, server.demo().staff, server.url);
  const { panel, points } = await beSomebody(page, server.url);
  const order = await placeOrder(page);
  await expect.poll(() => pointsOf(panel)).toBe(points + 29);

  await page.route('**/graphql/storefront', async (route) => {
    await route.fetch(); // the server does it, and
    await server.kill(); // dies, so that
    await route.abort('connectionreset'); // the answer never comes
  });
  await panel.getByRole('button', { name: 'Redeem $5 off for 100 points' }).click();
  await panel.getByRole('button', { name: 'Yes, redeem' }).click();
  await expect(panel.getByRole('group', { name: /^No answer came/ })).toBeVisible();

  await page.unroute('**/graphql/storefront');
  await server.startAgain();
  await panel.getByRole('button', { name: 'Try again' }).click();
  await expect(panel.getByRole('group', { name: '$5 off is yours' })).toBeVisible();
  await page.reload();
  await expect(page.getByText(`Thank you. Order ${order} is placed.`)).toBeVisible();
  await expect.poll(() => pointsOf(panel)).toBe(points + 29 - 100);

  await staff.reload();
  await expect(staff.getByRole('button', { name: 'CDNOW, Live: switch' })).toBeVisible();
  expect(complaints.splice(0)).toEqual([expect.stringContaining('ERR_CONNECTION_RESET')]);
});
