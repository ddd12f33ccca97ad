import axe from 'axe-core';
import { expect, test } from 'vitest';
import { page } from 'vitest/browser';

import { Coalitions } from '../partners/partner-query.js';
import { answer, serve } from '../testing/answers.js';
import { open } from '../testing/open.js';
import { shop } from '../testing/shop.js';
import { RewardUpsert } from './reward-form.js';

const saved = answer(RewardUpsert, { rewardUpsert: { reward: { id: 'rwd_1' }, userErrors: [] } });

test('a reward is redeemed with partners, of which some are named', async () => {
  const unknown = { field: ['partners', '0'], message: 'There is no such partner.', code: 'NOT_FOUND' as const };
  const refused = answer(RewardUpsert, { rewardUpsert: { reward: null, userErrors: [unknown] } });
  serve([refused, ...shop]);
  await open('/rewards/rwd_1', 'Free shipping');
  await expect.element(page.getByRole('combobox', { name: 'Redeemed' })).toHaveValue('in your own shop');
  expect(page.getByRole('combobox', { name: 'Only with partners' }).elements()).toEqual([]);
  await page.getByRole('combobox', { name: 'Redeemed' }).click();
  await page.getByRole('option', { name: 'with partners', exact: true }).click();
  await page.getByRole('combobox', { name: 'Only with partners' }).click();
  await page.getByRole('option', { name: 'lighthouse' }).click();
  await page.getByRole('button', { name: 'Save' }).click();
  await expect.element(page.getByText('There is no such partner.')).toBeVisible();
  const { violations } = await axe.run(page.getByRole('main').element());
  expect(violations.map(({ id }) => id)).toEqual([]);
  const asked = serve([saved, ...shop]);
  await page.getByRole('button', { name: 'Save' }).click();
  await expect.element(page.getByText('The reward was saved.')).toBeVisible();
  expect(asked.find(({ operationName }) => operationName === 'RewardUpsert')?.variables).toMatchObject({
    input: { slug: 'shipping', shops: 'PARTNERS', partners: ['lighthouse'] },
  });
});

test('who has no coalition is not asked where a reward is redeemed', async () => {
  const asked = serve([answer(Coalitions, { programs: { nodes: [] } }), ...shop]);
  await open('/rewards/rwd_1', 'Free shipping');
  await expect.element(page.getByRole('button', { name: 'Save' })).toBeVisible();
  await expect.poll(() => asked.some(({ operationName }) => operationName === 'Coalitions')).toBe(true);
  expect(page.getByRole('combobox', { name: 'Redeemed' }).elements()).toEqual([]);
});
