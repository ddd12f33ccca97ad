import { ask, expect, test } from './test.js';

test('a reward with codes of the merchant is made, and its pool counts them', async ({ page, shop }) => {
  await ask(page, shop.secretKey, 'mutation($i: UnitUpsertInput!) { unitUpsert(input: $i) { unit { id } } }', {
    i: { slug: 'notes', name: 'note', namePlural: 'notes' },
  });
  await page.goto('/console/rewards');
  await expect(page.getByText('No reward yet')).toBeVisible();
  await page.getByRole('link', { name: 'Add reward' }).click();
  await page.getByRole('button', { name: 'Add reward' }).click();
  await expect(page.getByRole('textbox', { name: 'Name' })).toHaveAccessibleDescription(/./);

  await page.getByRole('textbox', { name: 'Name' }).fill('A night at the opera');
  await page.getByRole('textbox', { name: 'Costs' }).fill('1500');
  await page.getByRole('textbox', { name: 'Amount' }).fill('20');
  await page.getByRole('combobox', { name: 'Codes' }).click();
  await page.getByRole('option', { name: /upload/ }).click();
  await page.getByRole('button', { name: 'Add reward' }).click();
  await expect(page.getByRole('heading', { level: 1, name: 'A night at the opera' })).toBeVisible();
  await expect(page.getByText('€20.00 off, for 1,500 notes')).toBeVisible();

  await page.getByRole('button', { name: 'Upload codes' }).click();
  await page.getByRole('textbox', { name: 'Codes' }).fill('OPERA-1\nOPERA-2\nOPERA-2\n\nOPERA-3\n');
  await expect(page.getByText('3 codes to upload.')).toBeVisible();
  await expect(page.getByText(/Line 3: /)).toBeVisible();
  await page.getByRole('button', { name: 'Upload the others' }).click();
  await expect(page.getByText('3 codes were added.')).toBeVisible();

  await page.getByRole('link', { name: 'Rewards' }).click();
  await expect(page.getByRole('row', { name: /A night at the opera/ })).toContainText('3 left');
});
