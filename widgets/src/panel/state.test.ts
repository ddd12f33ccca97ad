import { expect, test } from 'vitest';

import { reward } from '../testing/storefront.js';
import { inReach } from './state.js';

test('rewards within reach come first, then the nearest, those sold out last', () => {
  const rewards = [
    reward({ id: 'gone', inStock: false }),
    reward({ id: 'far', affordable: false, pointsMissing: 900 }),
    reward({ id: 'can', affordable: true, pointsMissing: 0 }),
    reward({ id: 'near', affordable: false, pointsMissing: 10 }),
  ];
  expect(inReach(rewards).map(({ id }) => id)).toEqual(['can', 'near', 'far', 'gone']);
});

test('a guest sees the cheapest first', () => {
  const guest = { affordable: null, pointsMissing: null };
  const rewards = [reward({ id: 'dear', points: 900, ...guest }), reward({ id: 'cheap', points: 100, ...guest })];
  expect(inReach(rewards).map(({ id }) => id)).toEqual(['cheap', 'dear']);
});
