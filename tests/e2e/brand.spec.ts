import { type Page, expect, test } from './test.js';

const CLUB = '/shop/harbour-club';
const HOTELS = `${CLUB}/partners/quay-hotels`;
const AIR = `${CLUB}/partners/harbour-air`;

/** Becomes somebody whom no brand knows. */
async function join(page: Page, name: string): Promise<void> {
  await page.goto(`${CLUB}/sign-in`);
  await page.getByRole('textbox', { name: 'Your name' }).fill(name);
  await page.getByRole('button', { name: 'Join' }).click();
  await expect(page.getByRole('heading', { level: 1, name: 'One club, every harbour.' })).toBeVisible();
}

/** Gets a code at the club, and gives it to the brand. */
async function link(page: Page, brand: string): Promise<void> {
  await page.goto(brand);
  await page.getByRole('button', { name: 'Get a code' }).click();
  await expect(page.getByText(/^Your code is [0-9A-Z]{4}-[0-9A-Z]{4}\./)).toBeVisible();
  await page.getByRole('button', { name: 'Link', exact: true }).click();
  await expect(page.getByText('Welcome: from now on you earn and spend here.')).toBeVisible();
}

async function knots(page: Page): Promise<number> {
  const shown = await page.locator('.balance').innerText();
  return Number(shown.replaceAll(/\D/g, ''));
}

/** All that the browser was sent, to be looked through at the end; what is gone by then was not kept by anybody. */
function listen(page: Page): () => Promise<readonly string[]> {
  const sent: Promise<string>[] = [];
  page.on('response', (response) => {
    sent.push(
      response.text().then(
        (text) => `${JSON.stringify(response.headers())} ${text}`,
        () => '', // a redirect has no body
      ),
    );
  });
  return () => Promise.all(sent);
}

test('a shopper is linked, earns, pays with knots, cancels, and is forgotten', async ({ page }) => {
  const sent = listen(page);
  await page.goto(HOTELS);
  await expect(page.getByRole('heading', { name: 'Harbour Club members earn here' })).toBeVisible();
  await expect(page.getByRole('button', { name: /^Book/ })).toHaveCount(0);
  await join(page, 'Nina Novak');
  await page.goto(HOTELS);
  await page.getByRole('textbox', { name: 'Give it to Quay Hotels' }).fill('0000-0000');
  await page.getByRole('button', { name: 'Link', exact: true }).click();
  await expect(page.getByRole('alert')).toContainText('That code is not good');
  await link(page, HOTELS);
  await expect(page.getByRole('heading', { name: 'Welcome back, Nina Novak Crew' })).toBeVisible();
  await expect(page.getByText('100 more, and they pay for something here.')).toBeVisible();
  await expect(page.getByText('Nothing yet. Here it is 3 knots for every dollar.')).toBeVisible();

  await page.getByRole('button', { name: 'Book: The lighthouse' }).click();
  const chosen = page.getByRole('region', { name: 'The lighthouse' });
  await expect(chosen.getByText('987 knots')).toBeVisible();
  await expect(chosen.getByRole('spinbutton', { name: 'Knots to use' })).toHaveCount(0); // there are none yet
  await chosen.getByRole('button', { name: 'Book for $329.00' }).click();
  await expect(page.getByRole('heading', { name: /^Booked\. Your number is QH-\w{8}\.$/ })).toBeVisible();
  await expect.poll(() => knots(page)).toBe(987);

  await page.getByRole('button', { name: 'Book: Cabin room' }).click();
  const cabin = page.getByRole('region', { name: 'Cabin room' });
  await cabin.getByRole('spinbutton', { name: 'Knots to use' }).fill('900');
  await cabin.getByRole('button', { name: 'Work it out' }).click();
  await expect(cabin.getByText('−$9.00')).toBeVisible();
  await expect(cabin.getByText('420 knots')).toBeVisible();
  await cabin.getByRole('button', { name: 'Book for $140.00' }).click();
  await expect(page.getByRole('heading', { name: /^Booked\./ })).toBeVisible();
  expect(await knots(page)).toBe(987 - 900 + 420);
  await page.getByRole('button', { name: 'Cancel it' }).click();
  await expect(page.getByText('knots that paid for it are yours again', { exact: false })).toBeVisible();
  expect(await knots(page)).toBe(987);

  await page.getByText('What Quay Hotels sees').click();
  await page.getByRole('button', { name: 'Unlink me' }).click();
  await expect(page.getByRole('heading', { name: 'Quay Hotels does not know you yet' })).toBeVisible();
  await page.goto(CLUB);
  await expect(page.locator('guerdon-panel .amount strong').first()).toHaveText('987');

  const all = await sent();
  expect(all.length).toBeGreaterThan(10);
  expect(all.filter((text) => /gpt_(live|test)_\w|gsk_(live|test)_\w/.test(text))).toEqual([]);
});

test('miles become knots, and are miles again', async ({ page }) => {
  await join(page, 'Miro Marin');
  await link(page, AIR);
  await expect(page.getByText('5,000 miles with Harbour Air', { exact: false })).toBeVisible();
  await page.getByRole('spinbutton', { name: 'Miles' }).fill('1000');
  await page.getByRole('button', { name: 'Into knots' }).click();
  await expect(page.getByRole('heading', { name: '1,000 miles became 500 knots.' })).toBeVisible();
  expect(await knots(page)).toBe(500);
  await expect(page.getByText('They pay for $5.00 here.')).toBeVisible();
  await page.getByRole('button', { name: 'Undo' }).click();
  await expect(page.getByText('Undone. All is as it was before.')).toBeVisible();
  await expect(page.getByText('5,000 miles with Harbour Air', { exact: false })).toBeVisible();
  expect(await knots(page)).toBe(0);
  await page.getByRole('button', { name: 'From knots' }).click();
  await expect(page.getByRole('alert')).toHaveText('You do not have that many knots.');
});

test('a brand takes its statement home, and works it out again', async ({ page, server }) => {
  await page.goto(HOTELS);
  await page.getByRole('link', { name: 'For Quay Hotels’s own people: statements' }).click();
  await expect(page.getByRole('heading', { level: 1, name: 'Quay Hotels and Harbour Club' })).toBeVisible();
  const started = page.waitForEvent('download');
  await page.getByRole('link', { name: /^Statement \d+ as CSV$/ }).last().click();
  const download = await started;
  expect(download.suggestedFilename()).toMatch(/^statement-quay-hotels-\d+\.csv$/);
  server.checkStatement(await download.path());
});
