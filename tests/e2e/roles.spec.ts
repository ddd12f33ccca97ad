import { ask, expect, signIn, test } from './test.js';

const WRITES = ['Adjust points', 'Export', 'Erase', 'Edit', 'Add member', 'Add program', 'Add reward', 'Pause', 'Archive', 'Invite'];

test('an analyst sees everything that analysts may read, and can change nothing', async ({ browser, page, server, complaints }) => {
  await signIn(page, server.demo().staff);
  await page.getByRole('link', { name: 'Settings' }).click();
  await page.getByRole('button', { name: 'Invite' }).click();
  await page.getByRole('textbox', { name: 'E-mail' }).fill('ann@cdnow.example');
  await page.getByRole('combobox', { name: 'Role' }).click();
  await page.getByRole('option', { name: /^Analyst/ }).click();
  await page.getByRole('dialog').getByRole('button', { name: 'Invite' }).click();
  const link = await page.getByText(/\/console\/join\?token=/).innerText();

  const context = await browser.newContext({ locale: 'en-US', baseURL: server.url });
  const analyst = await context.newPage();
  await analyst.goto(link);
  await analyst.getByLabel('Your name').fill('Ann');
  await analyst.getByLabel('Password', { exact: true }).fill('correct horse battery');
  await analyst.getByRole('button', { name: 'Join' }).click();
  await expect(analyst.getByRole('heading', { name: 'Overview' })).toBeVisible();

  const links = analyst.getByRole('navigation', { name: 'Main' }).getByRole('link');
  await expect(links).toHaveText([
    'Overview', 'Members', 'Programs', 'Rewards', 'Redemptions', 'Reviews', 'Payments', 'Gift cards', 'Webhooks', 'Settings',
  ]);
  for (const [place, first] of [['Members', 'tbody a'], ['Programs', 'tbody a'], ['Rewards', 'tbody a']] as const) {
    await analyst.getByRole('link', { name: place }).click();
    await analyst.locator(first).first().click();
    await expect(analyst.getByRole('heading', { level: 1 })).not.toHaveText(place);
    await expect(analyst.getByRole('status', { name: 'Loading' })).toHaveCount(0);
    for (const name of WRITES) {
      await expect(analyst.getByRole('button', { name, exact: true })).toHaveCount(0);
    }
  }
  await analyst.getByRole('link', { name: 'Reviews' }).click();
  await expect(analyst.getByRole('heading', { name: 'Limits' })).toBeVisible();
  await expect(analyst.getByRole('button', { name: 'Edit limits' })).toHaveCount(0);
  await analyst.getByRole('link', { name: 'Settings' }).click();
  await expect(analyst.getByText('ann@cdnow.example')).toBeVisible();
  await expect(analyst.getByRole('button', { name: 'Invite' })).toHaveCount(0);
  await expect(analyst.getByRole('button', { name: 'Save' }).first()).toBeDisabled();

  await analyst.goto('/console/keys');
  await expect(analyst.getByRole('alert')).toContainText('Your role does not allow this.');
  const refused = await analyst.evaluate(async () => {
    const query = 'mutation { programPause(input: {id: "prg_01h455vb4pex5vsknk084sn02q"}) { userErrors { code } } }';
    const response = await fetch('/graphql/admin', {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ query }),
    });
    return (await response.json()) as { errors: { extensions: { code: string } }[] };
  });
  expect(refused.errors.map(({ extensions }) => extensions.code)).toEqual(['FORBIDDEN']);
  await context.close();
  expect(complaints).toEqual([]);
  expect(await ask(page, server.demo().secretKey, '{ staff { email role } }')).toMatchObject({
    data: { staff: expect.arrayContaining([{ email: 'ann@cdnow.example', role: 'ANALYST' }]) as unknown },
  });
});
