import { expect, test } from './test.js';

test('a merchant makes a shop, gets its keys once, and begins', async ({ page, complaints }) => {
  await page.goto('/console/sign-in');
  await page.getByRole('link', { name: 'Make a shop' }).click();
  await page.getByLabel('Name of the shop').fill('Corner Books');
  await page.getByRole('combobox', { name: 'Time zone' }).fill('Berlin');
  await page.getByRole('option', { name: 'Europe/Berlin' }).click();
  await page.getByRole('combobox', { name: 'Currency' }).fill('euro');
  await page.getByRole('option', { name: 'EUR, Euro' }).click();
  await page.getByLabel('Your name').fill('Ada');
  await page.getByLabel('E-mail').fill('ada@books.example');
  await page.getByLabel('Password', { exact: true }).fill('ada@books.example');
  await page.getByRole('button', { name: 'Make the shop' }).click();
  await expect(page.getByLabel('Password', { exact: true })).toHaveAccessibleDescription(/Use something else than your e-mail/);
  expect(complaints.splice(0)).toEqual([expect.stringContaining('400')]); // Chromium reports the refusal itself

  await page.getByLabel('Password', { exact: true }).fill('correct horse battery');
  await page.getByRole('button', { name: 'Make the shop' }).click();
  await expect(page.getByRole('heading', { name: 'Your shop is ready' })).toBeVisible();
  await expect(page.getByText(/^gsk_live_\w{36}$/)).toBeVisible();
  await expect(page.getByText(/^gpk_live_\w{36}$/)).toBeVisible();
  await expect(page.getByText(/^gsk_test_\w{36}$/)).toBeVisible();
  await expect(page.getByText(/^gpk_test_\w{36}$/)).toBeVisible();

  await page.getByRole('button', { name: 'To the console' }).click();
  await expect(page.getByRole('button', { name: 'Corner Books, Live: switch' })).toBeVisible();
  await page.getByRole('link', { name: 'Settings' }).click();
  await expect(page.getByRole('combobox', { name: 'Time zone' })).toHaveValue('Europe/Berlin');
  await expect(page.getByRole('textbox', { name: 'Currency' })).toHaveValue('EUR');
});

test('where sign-up is closed nobody is led there, and the page says so', async ({ page, startServer }) => {
  const server = await startServer({ GUERDON_SIGNUP_OPEN: 'false' });
  await page.goto(`${server.url}/console/sign-up`);
  await expect(page.getByText('Nobody can make a shop here by themselves.')).toBeVisible();
  await page.getByRole('link', { name: 'Sign in' }).click();
  const asked = page.waitForResponse('**/auth/sign-up');
  await page.reload();
  expect(await (await asked).json()).toEqual({ open: false });

  await expect(page.getByRole('button', { name: 'Sign in' })).toBeVisible();
  await expect(page.getByRole('link', { name: 'Make a shop' })).toHaveCount(0);
});
