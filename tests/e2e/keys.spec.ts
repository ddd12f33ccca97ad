import { ask, expect, test } from './test.js';

const ME = '{ me { role } }';

test('a key is made, shown once, works, and is revoked', async ({ page, shop, playwright, baseURL }) => {
  expect(await ask(page, shop.secretKey, ME)).toMatchObject({ data: { me: { role: 'ADMIN' } } });
  await page.goto('/console/keys');
  await page.getByRole('button', { name: 'Add key' }).click();
  await page.getByRole('textbox', { name: 'Name' }).fill('Warehouse');
  await page.getByRole('button', { name: 'Make the key' }).click();
  const shown = page.getByRole('dialog', { name: 'The new key' });
  const secret = await shown.getByText(/^gsk_live_\w{36}$/).innerText();
  await shown.getByRole('button', { name: 'Done' }).click();

  await page.reload();
  const row = page.getByRole('row', { name: /Warehouse/ });
  await expect(row).toContainText(`gsk_live_…${secret.slice(-4)}`);
  await expect(page.getByText(secret)).toHaveCount(0);

  const elsewhere = await playwright.request.newContext(baseURL === undefined ? {} : { baseURL });
  const use = (): ReturnType<typeof elsewhere.post> =>
    elsewhere.post('/graphql/admin', { headers: { authorization: `Bearer ${secret}` }, data: { query: ME } });
  expect((await use()).status()).toBe(200);

  await row.getByRole('button', { name: 'Revoke' }).click();
  await page.getByRole('dialog').getByRole('button', { name: 'Revoke' }).click();
  await expect(page.getByText('The key works no more.')).toBeVisible();
  await expect(row).toHaveCount(0);
  expect((await use()).status()).toBe(401);
  await elsewhere.dispose();

  await page.getByRole('checkbox', { name: 'Also those that work no more' }).check();
  await expect(row).toContainText('Revoked');
});
