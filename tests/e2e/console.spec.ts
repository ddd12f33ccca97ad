import { expect, signIn, test } from './test.js';

test('the owner finds a member, reads why they have their points, and gives some by hand', async ({ page, server }) => {
  await signIn(page, server.demo().staff);
  await expect(page.getByText('2,357')).toBeVisible();
  await expect(page.getByRole('slider', { name: 'Day' })).toBeVisible();

  await page.getByRole('link', { name: 'Members' }).click();
  await page.getByRole('searchbox', { name: 'Search members' }).fill('customer23569@');
  await expect(page.getByRole('row')).toHaveCount(2);
  await page.getByRole('cell', { name: 'customer23569@' }).locator('..').getByRole('link').click();

  const purchase = page.getByRole('button', { name: /Purchase of order CD-\d+: \+25 points/ });
  await purchase.click();
  const steps = page.getByRole('list', { name: 'Explanation' }).getByRole('listitem');
  await expect(steps.first()).toHaveText(/1 point per dollar gives 25\.\d+: 1 for every 1\.00 USD of 25\.\d+ USD\./);
  await expect(page.getByText(/25\.\d+ is cut off to 25\./)).toBeVisible();

  await page.getByRole('button', { name: 'Adjust points' }).click();
  await page.getByRole('button', { name: 'Give', exact: true }).click();
  await expect(page.getByText('Say why; it stays in the ledger.')).toBeVisible();
  await page.getByRole('textbox', { name: 'Points' }).fill('1250');
  await page.getByRole('textbox', { name: 'Reason' }).fill('Sorry for the scratched record');
  await page.getByRole('button', { name: 'Give 1,250 points' }).click();
  await expect(page.getByText('The points were adjusted.')).toBeVisible();

  await page.reload();
  await expect(page.getByText('1,250', { exact: true })).toBeVisible();
  await expect(page.getByText('+1,250')).toBeVisible();
  await expect(page.getByText(/1,?250 points given by hand: Sorry for the scratched record/)).toBeVisible();
  await page.getByRole('link', { name: 'Audit log' }).click();
  await expect(page.getByRole('row', { name: /Robin Vale points\.adjusted/ })).toBeVisible();
});

test('a wrong password is told, and an address inside leads to the sign-in', async ({ page, server, complaints }) => {
  await page.goto('/console/keys');
  await expect(page).toHaveURL(/\/console\/sign-in$/);
  await page.getByLabel('E-mail').fill(server.demo().staff.email);
  await page.getByLabel('Password', { exact: true }).fill('not this one');
  await page.getByRole('button', { name: 'Sign in' }).click();

  await expect(page.getByRole('alert')).toHaveText('This e-mail address and password do not match.');
  expect(complaints.splice(0)).toEqual([expect.stringContaining('401')]); // Chromium reports the answer itself
});

test('who signs out cannot go back', async ({ page, shop }) => {
  await page.goto('/console/');
  await expect(page.getByRole('button', { name: 'Blue Note, Live: switch' })).toBeVisible();
  expect(shop.secretKey).toMatch(/^gsk_live_/);
  await page.getByRole('button', { name: 'Your account' }).click();
  await page.getByRole('menuitem', { name: 'Sign out' }).click();
  await expect(page.getByRole('heading', { name: 'Sign in' })).toBeVisible();

  await page.goto('/console/members');
  await expect(page).toHaveURL(/\/console\/sign-in$/);
});
