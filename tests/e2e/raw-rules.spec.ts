import { ask, expect, test } from './test.js';

const UNIT = 'mutation($i: UnitUpsertInput!) { unitUpsert(input: $i) { userErrors { message } } }';
const CREATE = 'mutation($i: ProgramCreateInput!) { programCreate(input: $i) { program { id } findings { path } userErrors { message } } }';

test('a program of a kind without a form is read in words, and its rules are edited as text', async ({ page, shop }) => {
  await ask(page, shop.secretKey, UNIT, { i: { slug: 'money', name: 'euro', namePlural: 'euros', currency: 'EUR' } });
  const rules = { storedValue: { unit: 'money', currency: 'EUR', topUp: { minimum: 500 } } };
  expect(await ask(page, shop.secretKey, CREATE, { i: { slug: 'wallet', name: 'Wallet', rules } })).toMatchObject({
    data: { programCreate: { findings: [], userErrors: [] } },
  });
  await page.goto('/console/programs');
  await expect(page.getByRole('row', { name: /Wallet/ })).toContainText('Stored value');
  await page.getByRole('link', { name: 'Wallet' }).click();
  await page.getByRole('link', { name: 'Edit draft' }).click();

  const text = page.getByLabel('Rules as JSON');
  await expect(text).toHaveValue(/"topUp": \{\n {4}"minimum": 500/);
  const wrong = page.getByRole('alert', { name: /to mend/ });
  await text.fill(JSON.stringify({ ...rules.storedValue, topUp: { minimum: 500, maximum: 100 } }));
  await expect(wrong).toContainText(/storedValue\.topUp\.\w+: /);
  await text.fill(JSON.stringify({ ...rules.storedValue, topDown: true }));
  await expect(wrong).toContainText(/topDown/);

  await text.fill(JSON.stringify({ ...rules.storedValue, topUp: { minimum: 1000 } }, null, 2));
  await expect(wrong).toHaveCount(0);
  await page.getByRole('button', { name: 'Save draft' }).click();
  await expect(page.getByRole('heading', { level: 1, name: 'Wallet', exact: true })).toBeVisible();
  await page.getByRole('link', { name: 'Edit draft' }).click();
  await expect(text).toHaveValue(/"minimum": 1000/);
});
