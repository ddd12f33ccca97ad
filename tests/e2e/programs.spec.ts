import { type Page, expect, test } from './test.js';

/** Asks what the cart of the page's "Try it" would earn, 20.00 as it opens. */
async function tryIt(page: Page, answer: string): Promise<void> {
  await page.getByRole('button', { name: 'What would it earn?' }).click();
  await expect(page.getByText(answer, { exact: true })).toBeVisible();
}

test('a program is made, mended where the server found fault, published, paused and resumed', async ({ page, shop }) => {
  expect(shop.secretKey).not.toBe('');
  await page.goto('/console/programs');
  await expect(page.getByText('No program yet')).toBeVisible();
  await page.getByRole('button', { name: 'Add program' }).click();
  await page.getByRole('textbox', { name: 'Name' }).fill('Blue Club');
  await page.getByRole('textbox', { name: 'One of them' }).fill('note');
  await page.getByRole('textbox', { name: 'Several of them' }).fill('notes');
  await page.getByRole('button', { name: 'Add', exact: true }).click();
  await expect(page.getByRole('heading', { level: 1, name: 'Edit Blue Club' })).toBeVisible();

  const wrong = page.getByRole('alert', { name: /to mend/ });
  const per = page.getByRole('textbox', { name: 'For every' });
  await per.fill('0');
  await page.getByRole('textbox', { name: 'Note' }).fill('The first rules');
  await expect(wrong).toContainText('Rule 1, per: ');
  await expect(per).toHaveAccessibleDescription(/^Must be at least 1/);
  await page.getByRole('button', { name: 'Save draft' }).click();
  await expect(wrong).toContainText('1 to mend');
  await expect(page).toHaveURL(/\/draft$/);

  await per.fill('2');
  await expect(wrong).toHaveCount(0);
  await expect(page.getByText('Spending: 1 note for every 2.00 EUR.')).toBeVisible();
  await page.getByRole('button', { name: 'Save draft' }).click();
  await expect(page.getByRole('heading', { level: 1, name: 'Blue Club', exact: true })).toBeVisible();
  await expect(page.getByText('The first rules').first()).toBeVisible();
  await tryIt(page, 'It would earn nothing.');

  await page.getByRole('button', { name: 'Publish' }).click();
  await page.getByRole('dialog').getByRole('button', { name: 'Publish' }).click();
  await expect(page.getByText('The rules are live.')).toBeVisible();
  await expect(page.getByText('Live', { exact: true }).nth(1)).toBeVisible();
  await tryIt(page, '+10 notes');

  await page.getByRole('button', { name: 'Pause' }).click();
  await page.getByRole('dialog').getByRole('button', { name: 'Pause' }).click();
  await expect(page.getByText('The program is paused.')).toBeVisible();
  await expect(page.getByText('Paused', { exact: true })).toBeVisible();
  await tryIt(page, 'It would earn nothing.');

  await page.getByRole('button', { name: 'Resume' }).click();
  await expect(page.getByText('The program counts again.')).toBeVisible();
  await tryIt(page, '+10 notes');
});

test('every kind is offered with a sentence, and its first rules are sound', async ({ page, shop }) => {
  test.slow(); // ten kinds, one after the other
  expect(shop.secretKey).not.toBe('');
  await page.goto('/console/programs');
  await page.getByRole('button', { name: 'Add program' }).click();
  await expect(page.getByRole('radio').first()).toBeVisible();
  const kinds = await page.getByRole('radio').evaluateAll((found) => found.map((one) => one.getAttribute('aria-label') ?? ''));
  expect(kinds.length).toBeGreaterThanOrEqual(3);
  for (const [index, kind] of kinds.entries()) {
    await page.getByRole('radio', { name: kind }).click();
    await page.getByRole('textbox', { name: 'Name' }).fill(`Kind ${index}`);
    if (kind.startsWith('Game:')) {
      await page.getByRole('textbox', { name: /reviewed for the law by/ }).fill('Ada’s lawyer');
    }
    await page.getByRole('button', { name: 'Add', exact: true }).click();
    await expect(page.getByRole('heading', { level: 1, name: `Edit Kind ${index}` })).toBeVisible();
    await expect(page.getByRole('region', { name: 'In words' }).getByRole('listitem').first()).toBeVisible();
    await expect(page.getByRole('alert')).toHaveCount(0);
    await page.getByRole('link', { name: 'Programs', exact: true }).click();
    await page.getByRole('button', { name: 'Add program' }).click();
  }
});
