import { readFileSync } from 'node:fs';
import { join } from 'node:path';

import { expect, signIn, test } from './test.js';

interface Told {
  readonly tenants: readonly { readonly slug: string; readonly staff: { readonly email: string; readonly password: string } }[];
}

test('a member of the second shop has a tier, quests and a membership to join, plays and gives to a cause', async ({ page, server }) => {
  await page.goto('/shop/harbour-roast/sign-in');
  await page.getByRole('button', { name: /beans/ }).first().click();
  await page.getByRole('link', { name: 'Club' }).click();
  await expect(page.getByRole('region', { name: 'Your tier' })).toContainText('Roaster');
  await expect(page.getByRole('region', { name: 'Quests' })).toContainText('Three orders in a month');
  await expect(page.getByRole('region', { name: 'Membership' })).toContainText('Harbour Club');
  const play = page.getByRole('region', { name: 'Play' });
  await play.getByRole('button', { name: 'Take your free plays' }).click();
  await play.getByRole('button', { name: 'Play Harvest Wheel' }).click();
  await expect(play.getByText(/^You won: \d+ beans\.$|^An empty cup\. Better luck next time\.$/)).toBeVisible();
  await page.getByRole('button', { name: 'Give beans to School meals at origin' }).click();
  await expect(page.getByText('Thank you. $0.50 go to School meals at origin, and the shop adds $0.50.')).toBeVisible();

  const { tenants } = JSON.parse(readFileSync(join(server.folder, 'demo.json'), 'utf8')) as Told;
  const roastery = tenants.find(({ slug }) => slug === 'harbour-roast');
  expect(roastery).toBeDefined();
  await signIn(page, roastery?.staff ?? { email: '', password: '' });
  await page.getByRole('link', { name: 'Programs', exact: true }).click();
  await page.getByRole('link', { name: 'Give beans' }).click();
  await expect(page.getByRole('region', { name: 'Causes' })).toContainText('School meals at origin');
  await page.getByRole('link', { name: 'Programs', exact: true }).click();
  await page.getByRole('link', { name: 'Harvest Wheel' }).click();
  await expect(page.getByRole('table', { name: 'Odds' })).toContainText('An empty cup');
});
