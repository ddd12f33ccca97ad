import { expect, test } from 'vitest';

import { formatsOf } from '../format/formats.js';
import { needWords } from './tier-words.js';

const formats = formatsOf('Europe/Berlin', 'en-GB');
const units = [{ slug: 'miles', name: 'mile', namePlural: 'miles', scale: 1 }];

test.each([
  { metric: 'spend:EUR', has: 12_000, atLeast: 50_000, text: '€120.00 of €500.00 spent' },
  { metric: 'earned:miles', has: 125, atLeast: 1_000, text: '12.5 of 100 miles earned' },
  { metric: 'balance:stars', has: 3, atLeast: 5, text: '3 of 5 stars on the balance' },
  { metric: 'orders', has: 1, atLeast: 4, text: '1 of 4 orders' },
  { metric: 'pieces:night,stay', has: 2, atLeast: 10, text: '2 of 10 × night or stay' },
  { metric: 'times:custom:ride', has: 0, atLeast: 3, text: '0 of 3 × ride' },
])('$metric is “$text”', ({ metric, has, atLeast, text }) => {
  expect(needWords({ metric, has, atLeast, missing: atLeast - has }, units, formats)).toBe(text);
});
