import { expect, signIn, test } from './test.js';

test('a draft is replayed over what members did, its result is read, and then it is published', async ({ page, startServer }) => {
  test.slow(); // a server of its own, whose rules it changes
  const server = await startServer();
  await signIn(page, server.demo().staff, server.url);
  await page.getByRole('link', { name: 'Programs', exact: true }).click();
  await page.locator('tbody a').first().click();
  await page.getByRole('link', { name: 'Edit' }).click();
  await page.getByRole('main').locator('button[aria-expanded=false]').first().click();
  const points = page.getByRole('textbox', { name: 'Points' }).first();
  const before = Number(await points.inputValue());
  await points.fill(String(before * 2));
  await page.getByRole('textbox', { name: 'Note' }).fill('Twice as many');
  await page.getByRole('button', { name: 'Save draft' }).click();
  await expect(page.getByText('Twice as many').first()).toBeVisible();

  await page.getByRole('button', { name: 'Publish' }).click();
  await page.getByRole('link', { name: 'Replay it first' }).click();
  await expect(page.getByText('Nothing was replayed yet')).toBeVisible();
  await page.getByRole('button', { name: '30 days' }).click();
  await page.getByRole('button', { name: 'Replay the draft' }).click();
  const result = page.getByRole('region', { name: 'What it would have changed' });
  await expect(result.getByText(/activities of .* members were played/)).toBeVisible({ timeout: 60_000 });
  await expect(result.getByText(/^\+[\d,]+$/).first()).toBeVisible();
  const gains = page.getByRole('table', { name: 'Who would have gained most' });
  await expect(gains.getByRole('link')).toHaveCount(10);
  await expect(gains.getByRole('link').first()).not.toHaveText('Member');
  await expect(page.getByRole('region', { name: 'What is not played' })).toBeVisible();

  await page.reload();
  await expect(result.getByText(/activities of .* members were played/)).toBeVisible();
  await page.getByRole('button', { name: 'Publish' }).click();
  await page.getByRole('dialog').getByRole('button', { name: 'Publish' }).click();
  const all = page.getByRole('dialog').getByRole('button', { name: 'Publish all the same' });
  await expect(page.getByText('The rules are live.').or(all)).toBeVisible();
  if (await all.isVisible()) {
    await all.click();
  }
  await expect(page.getByText('The rules are live.')).toBeVisible();
  await expect(page.getByText('There is no draft to replay now: edit the rules first.')).toBeVisible();
});
