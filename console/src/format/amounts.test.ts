import { expect, test } from 'vitest';

import { currencyDigits, fromSmallest, toSmallest } from './amounts.js';

test.each([
  { typed: '12.5', digits: 2, amount: 1250 },
  { typed: 1.15, digits: 2, amount: 115 },
  { typed: '0.29', digits: 2, amount: 29 },
  { typed: '.5', digits: 1, amount: 5 },
  { typed: '7.', digits: 0, amount: 7 },
  { typed: '7.00', digits: 0, amount: 7 },
  { typed: '-3.07', digits: 2, amount: -307 },
  { typed: '-0', digits: 0, amount: 0 },
  { typed: '90071992547409.91', digits: 2, amount: Number.MAX_SAFE_INTEGER },
  { typed: '90071992547409.92', digits: 2, amount: null },
  { typed: '1.005', digits: 2, amount: null },
  { typed: '', digits: 2, amount: null },
  { typed: '.', digits: 2, amount: null },
  { typed: '-', digits: 2, amount: null },
  { typed: '1e3', digits: 0, amount: null },
  { typed: '1,000', digits: 0, amount: null },
])('$typed with $digits digits is $amount', ({ typed, digits, amount }) => {
  expect(toSmallest(typed, digits)).toBe(amount);
});

test.each([
  { amount: 1250, digits: 2, text: '12.50' },
  { amount: 5, digits: 2, text: '0.05' },
  { amount: -5, digits: 2, text: '-0.05' },
  { amount: 0, digits: 3, text: '0.000' },
  { amount: 42, digits: 0, text: '42' },
])('$amount with $digits digits is written $text, and read back', ({ amount, digits, text }) => {
  expect(fromSmallest(amount, digits)).toBe(text);
  expect(toSmallest(text, digits)).toBe(amount);
});

test('currencies have their own digits', () => {
  expect(['EUR', 'JPY', 'KWD', '', 'EU'].map(currencyDigits)).toEqual([2, 0, 3, 2, 2]);
});
