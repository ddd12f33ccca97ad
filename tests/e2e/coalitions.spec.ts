import { type Page, expect, signIn, test } from './test.js';

/** What the statement's address answers to who is signed in. */
async function statement(page: Page, path: string): Promise<{ status: number; text: string }> {
  const answer = await page.request.get(path);
  return { status: answer.status(), text: await answer.text() };
}

test('an operator invites a shop, which joins by the code, sees its side, and is unlinked', async ({ browser, page, server, shop, complaints }) => {
  const context = await browser.newContext({ locale: 'en-US', baseURL: server.url });
  context.on('weberror', (error) => complaints.push(error.error().message));
  const operator = await context.newPage();
  await signIn(operator, server.demo('harbour-club').staff);
  await operator.getByRole('link', { name: 'Partners' }).click();
  await operator.getByRole('link', { name: 'Quay Hotels' }).click();
  const own = operator.getByRole('region', { name: 'Own shop' });
  await own.getByRole('button', { name: 'Invite shop' }).click();
  await operator.getByRole('button', { name: 'Make the code' }).click();
  const code = await operator.getByText(/^join_\w+\.\S+$/).innerText();
  await operator.getByRole('button', { name: 'Done' }).click();

  expect(shop.email).toContain('@');
  await page.goto('/console/');
  await page.getByRole('link', { name: 'Coalitions' }).click();
  await expect(page.getByText('You take part in none')).toBeVisible();
  const field = page.getByRole('textbox', { name: 'Code of the operator' });
  await field.fill(`${code}x`);
  await page.getByRole('button', { name: 'Look at it' }).click();
  await expect(field).toHaveAccessibleDescription(/This code is not good/);
  await field.fill(code);
  await page.getByRole('button', { name: 'Look at it' }).click();
  const offer = page.getByRole('region', { name: 'What the code is for' });
  await expect(offer).toContainText('Run by Harbour Club, who calls you “Quay Hotels” in it.');
  await expect(offer).toContainText(/You pay for \w+ you issue/);
  await page.getByRole('button', { name: /^Join / }).click();

  await expect(page.getByText('Run by Harbour Club. You are “Quay Hotels” in it', { exact: false })).toBeVisible();
  await expect(page.getByText('Nothing: no points of yours are moved when members convert.')).toBeVisible();
  await expect(page.getByText('Nothing was converted yet')).toBeVisible();
  await expect(page.getByRole('region', { name: 'Terms' })).toContainText(/You pay for \w+ you issue/);
  const csv = page.getByRole('link', { name: /^Statement \d+ as CSV$/ }).first();
  const path = (await csv.getAttribute('href')) ?? '';
  expect(await statement(page, path)).toMatchObject({ status: 200, text: expect.stringContaining('quay-hotels') as unknown });
  expect((await statement(operator, path)).status).toBe(404);

  await operator.reload();
  await expect(own).toContainText('Linked with Blue Note.');
  await own.getByRole('button', { name: 'Unlink' }).click();
  await operator.getByRole('dialog').getByRole('button', { name: 'Unlink' }).click();
  await expect(own.getByRole('button', { name: 'Invite shop' })).toBeVisible();

  await page.reload();
  await expect(page.getByRole('heading', { level: 1, name: 'Coalition of Harbour Club' })).toBeVisible();
  await expect(page.getByRole('region', { name: 'Terms' })).toHaveCount(0);
  expect((await statement(page, path)).status).toBe(404);
  await context.close();
});
