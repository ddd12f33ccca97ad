import { expect, test } from 'vitest';

import { fieldOf, placeFindings } from './findings.js';

test.each([
  { path: 'points.rules[2].earn.perAmount.per', field: 'rules.2.earn.perAmount.per' },
  { path: 'points.rules[0].on[1]', field: 'rules.0.on' },
  { path: 'points.rules[0].items.include.kinds[0]', field: 'rules.0.items.include.kinds' },
  { path: 'points.rules[0].conditions.hours[1]', field: 'rules.0.conditions.hours.1' },
  { path: 'points.expiry.warnDays[0]', field: 'expiry.warnDays' },
  { path: 'rules[1].conditions.minimum_amount', field: 'rules.1.conditions.minimumAmount' },
  { path: 'points', field: '' },
  { path: 'tiered.tiers[1].reach[0].allOf[0].atLeast', field: 'tiers.1.reach.0.allOf.0.atLeast' },
  { path: 'tiered.tiers[1]', field: 'tiers.1' },
])('$path is about the field $field', ({ path, field }) => {
  expect(fieldOf(path)).toBe(field);
});

test('two findings about one field stand one after the other', () => {
  const path = 'points.rules[0].name';
  expect(placeFindings([{ path, message: 'too long' }, { path, message: 'Not unique.' }])).toEqual({
    'rules.0.name': 'Too long. Not unique.',
  });
});
