import { ask, expect, test } from './test.js';

const UNIT = 'mutation($i: UnitUpsertInput!) { unitUpsert(input: $i) { userErrors { message } } }';
const CREATE = 'mutation($i: ProgramCreateInput!) { programCreate(input: $i) { program { id } findings { path } userErrors { message } } }';

test('rules of any kind are edited in a form made from the API, or as text', async ({ page, shop }) => {
  await ask(page, shop.secretKey, UNIT, { i: { slug: 'money', name: 'euro', namePlural: 'euros', currency: 'EUR' } });
  const rules = { storedValue: { unit: 'money', currency: 'EUR', topUp: { minimum: 500 } } };
  expect(await ask(page, shop.secretKey, CREATE, { i: { slug: 'wallet', name: 'Wallet', rules } })).toMatchObject({
    data: { programCreate: { findings: [], userErrors: [] } },
  });
  await page.goto('/console/programs');
  await expect(page.getByRole('row', { name: /Wallet/ })).toContainText('Stored value');
  await page.getByRole('link', { name: 'Wallet' }).click();
  await page.getByRole('link', { name: 'Edit draft' }).click();

  const wrong = page.getByRole('alert', { name: /to mend/ });
  const minimum = page.getByRole('textbox', { name: 'Minimum, EUR', exact: true });
  await expect(minimum).toHaveValue('5.00');
  await page.getByRole('textbox', { name: 'Maximum, EUR', exact: true }).fill('1');
  await expect(wrong).toContainText(/top up, m\w+imum: /);
  await page.getByRole('textbox', { name: 'Maximum, EUR', exact: true }).fill('');
  await expect(wrong).toHaveCount(0);

  await page.getByText('JSON', { exact: true }).click();
  const text = page.getByLabel('Rules as JSON');
  await expect(text).toHaveValue(/"topUp": \{\n {4}"minimum": 500/);
  await text.fill(JSON.stringify({ ...rules.storedValue, topUp: { minimum: 500, maximum: 100 } }));
  await expect(wrong).toContainText(/storedValue\.topUp\.\w+: /);
  await text.fill(JSON.stringify({ ...rules.storedValue, topDown: true }));
  await expect(wrong).toContainText(/topDown/);

  await text.fill(JSON.stringify({ ...rules.storedValue, topUp: { minimum: 1000 } }, null, 2));
  await expect(wrong).toHaveCount(0);
  await page.getByRole('button', { name: 'Save draft' }).click();
  await expect(page.getByRole('heading', { level: 1, name: 'Wallet', exact: true })).toBeVisible();
  await page.getByRole('link', { name: 'Edit draft' }).click();
  await expect(minimum).toHaveValue('10.00');
});
