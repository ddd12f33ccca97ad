import { rulesSchema } from 'virtual:rules-schema';
import { describe, expect, test } from 'vitest';

import { aboutOf } from '../../../build/rules-schema.js';
import { counted, measureOf } from './measures.js';
import { singular } from './shapes.js';

const stars = { id: 'unt_1', slug: 'stars', name: 'star', namePlural: 'stars', scale: 1, currency: null };
const euros = { digits: 2, of: 'EUR' };
const starry = { digits: 1, of: 'stars' };
const plain = { digits: 0, of: '' };
const root = { unit: 'stars', currency: 'EUR' };

test('of every big number of the rules it is said what it counts, and of no other', () => {
  const numbers = Object.entries(rulesSchema.inputs).flatMap(([input, { fields }]) =>
    fields.filter(({ type }) => type === 'BigInt').map(({ name }) => `${input}.${name}`),
  );
  expect(Object.keys(counted).toSorted()).toEqual(numbers.toSorted());
});

describe('a number counts', () => {
  test.each([
    { field: 'GivingRulesInput.minimum', around: [root], measure: starry },
    { field: 'GivingRulesInput.worth', around: [root], measure: euros },
    { field: 'GamePrizeInput.stock', around: [{}, root], measure: plain },
    { field: 'TaskStepRulesInput.target', around: [{ behaviour: { orders: true } }, root], measure: plain },
    { field: 'TaskStepRulesInput.target', around: [{ behaviour: { spend: { currency: 'EUR' } } }, {}], measure: euros },
    { field: 'TaskStepRulesInput.target', around: [{ behaviour: { ordersFrom: { currency: 'EUR', minimum: 1 } } }, root], measure: plain },
    { field: 'TierThresholdInput.atLeast', around: [{ metric: { earned: { unit: 'stars' } } }, root], measure: starry },
    { field: 'CampaignBudgetInput.amount', around: [{}, { ...root, benefit: { multiply: {} } }], measure: starry },
    { field: 'CampaignBudgetInput.amount', around: [{}, { ...root, benefit: { code: {} } }], measure: plain },
    { field: 'EarningCapInput.limit', around: [{ counts: 'TIMES' }, root], measure: plain },
    { field: 'JointOfferInput.price', around: [{}, root], measure: { digits: 6, of: '' } },
    { field: 'ConversionRateInput.dailyCap', around: [{}, root], measure: starry },
    { field: 'NobodyInput.knows', around: [root], measure: plain },
  ])('$field between $around', ({ field, around, measure }) => {
    expect(measureOf(field, around, [stars])).toEqual(measure);
  });
});

test('what is said about a field fits a form', () => {
  expect(aboutOf('Of which unit, by its slug; null: of any.')).toBe('Of which unit; not set: of any.');
  expect(aboutOf('In minor units, 0 or more.')).toBe('0 or more.');
  expect(aboutOf("How many, in the unit's smallest part; at least 1.")).toBe('How many; at least 1.');
  expect(aboutOf('… are worth so many minor units of `currency`.')).toBe('… are worth so much.');
});

test('one of a list has a name', () => {
  expect(['tiers', 'passes', 'friend', 'perMember', 'bands'].map(singular)).toEqual(['tier', 'pass', 'gift', 'cap', 'band']);
});
