import { expect, signIn, test } from './test.js';

test('a settlement is approved, paid, and its statement is right', async ({ page, server }) => {
  await signIn(page, server.demo('harbour-club').staff);
  await page.getByRole('link', { name: 'Settlements' }).click();
  const list = page.getByRole('table', { name: 'Settlements' });
  const draft = list.getByRole('row').filter({ has: page.getByRole('button', { name: 'Approve' }) }).last();
  const named = await draft.getByRole('button', { name: /^Lines of settlement/ }).getAttribute('aria-label');
  const number = named?.replace('Lines of settlement ', '') ?? '';
  const lines = page.getByRole('button', { name: `Lines of settlement ${number}`, exact: true });
  const row = list.getByRole('row').filter({ has: lines });
  await lines.click();
  await expect(page.getByRole('dialog').getByRole('row', { name: /^Due It pays \$/ })).toBeVisible();
  await page.keyboard.press('Escape');

  await row.getByRole('button', { name: 'Approve' }).click();
  await page.getByRole('dialog').getByRole('button', { name: 'Approve' }).click();
  await expect(page.getByText('The settlement is approved.')).toBeVisible();
  await row.getByRole('button', { name: 'Mark as paid' }).click();
  await page.getByRole('textbox', { name: 'Reference' }).fill('SEPA 4711');
  await page.getByRole('dialog').getByRole('button', { name: 'Mark as paid' }).click();
  await expect(row.getByText('SEPA 4711', { exact: false })).toBeVisible();
  await expect(row.getByText('Paid', { exact: true })).toBeVisible();

  const started = page.waitForEvent('download');
  await row.getByRole('link', { name: `Statement ${number} as CSV` }).click();
  const download = await started;
  expect(download.suggestedFilename()).toBe(`statement-quay-hotels-${number}.csv`);
  server.checkStatement(await download.path());
});

test('a partner is added with terms and a key, and frozen', async ({ page, server, playwright, baseURL }, { testId }) => {
  const name = `Reef Rentals ${testId.slice(-4)}`;
  await signIn(page, server.demo('harbour-club').staff);
  await page.getByRole('link', { name: 'Partners' }).click();
  const owed = page.getByRole('region', { name: 'What is owed now' });
  await expect(owed.getByText('Partners owe you')).toBeVisible();
  await expect(owed.getByText(/^Settled next after /)).toBeVisible();
  await page.getByRole('button', { name: 'Add partner' }).click();
  await page.getByRole('textbox', { name: 'Name' }).fill(name);
  await page.getByRole('button', { name: 'Add', exact: true }).click();
  await expect(page.getByRole('heading', { level: 1, name })).toBeVisible();
  await expect(page.getByText('None hold: it takes no part.')).toBeVisible();

  await page.getByRole('button', { name: 'New terms' }).click();
  await page.getByRole('textbox', { name: 'It pays' }).fill('0.02');
  await page.getByRole('textbox', { name: 'It gets' }).fill('0.01');
  await expect(page.getByText('$0.01 of each is yours (50%).', { exact: false })).toBeVisible();
  await page.getByRole('button', { name: 'Save the terms' }).click();
  await expect(page.getByText('$0.02 per knot')).toBeVisible();

  await page.getByRole('button', { name: 'Add key' }).click();
  await page.getByRole('textbox', { name: 'Name' }).fill('Till');
  await page.getByRole('button', { name: 'Make the key' }).click();
  const shown = page.getByRole('dialog', { name: 'The new key' });
  const key = await shown.getByText(/^gpt_live_\w{36}$/).innerText();
  await shown.getByRole('button', { name: 'Done' }).click();
  await expect(page.getByText(key)).toHaveCount(0);

  const elsewhere = await playwright.request.newContext(baseURL === undefined ? {} : { baseURL });
  const me = async (): Promise<unknown> => {
    const headers = { authorization: `Bearer ${key}` };
    return (await elsewhere.post('/graphql/partner', { headers, data: { query: '{ me { name state } }' } })).json();
  };
  expect(await me()).toMatchObject({ data: { me: { name, state: 'ACTIVE' } } });
  await page.getByRole('button', { name: 'Freeze' }).click();
  await page.getByRole('textbox', { name: 'Reason' }).fill('Its papers are missing');
  await page.getByRole('dialog').getByRole('button', { name: 'Freeze' }).click();
  await expect(page.getByRole('alert').getByText('Its papers are missing')).toBeVisible();
  expect(await me()).toMatchObject({ data: { me: { name, state: 'FROZEN' } } });
  await elsewhere.dispose();
});
