import { expect, test } from 'vitest';

import type { Reward } from './reward-query.js';
import { fromReward, newReward, rewardAliases, toRewardInput } from './reward-values.js';

const noTerms: Reward['terms'] = {
  amountOff: null,
  percentOff: null,
  freeProduct: null,
  freeShipping: null,
  giftCard: null,
  storeCredit: null,
  experience: null,
  donation: null,
  partnerReward: null,
  pointsAndCash: null,
};
const reward: Reward = {
  id: 'rwd_1',
  slug: 'five-off',
  name: 'Five off',
  description: 'At the till.',
  kind: 'AMOUNT_OFF',
  unit: { id: 'unt_1', slug: 'points', name: 'point', namePlural: 'points', scale: 0 },
  points: 150,
  terms: noTerms,
  tiers: ['gold'],
  segments: [],
  stock: 50,
  stockLeft: 12,
  limitPerMember: 1,
  voucherSource: 'UPLOADED',
  vouchers: { available: 1, reserved: 0, issued: 2, void: 0 },
  imageUrl: 'https://shop.example/five.png',
  position: 3,
  startsAt: '2026-11-21T23:04:00.000Z',
  endsAt: null,
  archivedAt: null,
  shops: 'BOTH',
  partners: ['air'],
};

test.each<Partial<Reward['terms']>>([
  { amountOff: { amount: { amount: 500, currency: 'EUR' }, minimumOrder: { amount: 2_000, currency: 'EUR' } } },
  { amountOff: { amount: { amount: 500, currency: 'JPY' }, minimumOrder: null } },
  { percentOff: { percent: 10, atMost: { amount: 1_500, currency: 'USD' }, minimumOrder: null } },
  { freeProduct: { sku: 'TOTE-1', quantity: 2 } },
  { freeShipping: { minimumOrder: null } },
  { freeShipping: { minimumOrder: { amount: 4_999, currency: 'EUR' } } },
  { giftCard: { amount: { amount: 2_500, currency: 'EUR' } } },
  { storeCredit: { amount: { amount: 2_500, currency: 'EUR' } } },
  { pointsAndCash: { sku: 'LP-1', quantity: 1, cash: { amount: 999, currency: 'EUR' } } },
  { experience: { instructions: 'Write to us.' } },
  { partnerReward: { partner: 'Café', instructions: 'Show the code.' } },
  { donation: { cause: 'trees', amount: { amount: 100, currency: 'EUR' } } },
])('terms %o that were not edited are sent back as they were', (terms) => {
  const values = fromReward({ ...reward, terms: { ...noTerms, ...terms } }, 'EUR', 'Europe/Berlin');
  expect(toRewardInput(values, 0, 'Europe/Berlin')).toEqual({
    problems: null,
    input: {
      slug: 'five-off',
      name: 'Five off',
      description: 'At the till.',
      unit: 'points',
      points: 150,
      terms,
      tiers: ['gold'],
      segments: [],
      shops: 'BOTH',
      partners: ['air'],
      stock: 50,
      limitPerMember: 1,
      voucherSource: 'UPLOADED',
      imageUrl: 'https://shop.example/five.png',
      position: 3,
      startsAt: '2026-11-21T23:04:00.000Z',
      endsAt: null,
    },
  });
});

test('a reward that is redeemed in the own shop alone names no partners', () => {
  const values = { ...fromReward(reward, 'EUR', 'UTC'), shops: 'OWN' as const };
  expect(toRewardInput(values, 0, 'UTC').input).toMatchObject({ shops: 'OWN', partners: [] });
});

test('what is missing is told at its field', () => {
  const values = { ...newReward('points', 'EUR'), points: '' };
  values.terms.amount = 'x';
  expect(toRewardInput(values, 0, 'UTC').problems).toEqual({
    name: 'Enter a name.',
    points: 'Enter a number.',
    'terms.amount': 'Enter a number.',
  });
});

test('a refusal deep in the terms leads to the field that shows it', () => {
  const aliases = rewardAliases();
  expect(aliases['terms.percentOff.atMost.amount']).toBe('terms.atMost');
  expect(aliases['terms.giftCard.amount.currency']).toBe('terms.currency');
  expect(aliases['terms.freeProduct.sku']).toBe('terms.sku');
  expect(aliases['partners']).toBe('partners');
});
