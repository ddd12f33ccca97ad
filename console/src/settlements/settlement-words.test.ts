import { expect, test } from 'vitest';

import { formatsOf } from '../format/formats.js';
import { accountsOf, dueWords, monthBefore } from './settlement-words.js';

const formats = formatsOf('Europe/Berlin', 'en-GB');

test.each([
  { due: -1_234, words: 'It pays €12.34' },
  { due: 400, words: 'You pay €4.00' },
  { due: 0, words: 'Nothing is due' },
])('$due minor units: $words', ({ due, words }) => {
  expect(dueWords({ due, currency: 'EUR' }, formats)).toBe(words);
});

test('the accounts of all partners are one, and what is zero is not told', () => {
  const accounts = [
    { account: 'PARTNER', amountMicros: -5 },
    { account: 'PARTNER', amountMicros: 2 },
    { account: 'MARGIN', amountMicros: 3 },
    { account: 'FLOAT', amountMicros: 0 },
  ] as const;
  expect(accountsOf({ accounts: [...accounts] })).toEqual([
    { account: 'Partners', amount: -3 },
    { account: 'Your margin', amount: 3 },
  ]);
});

test.each([
  { today: '2026-11-22', firstDay: '2026-10-01', lastDay: '2026-10-31' },
  { today: '2027-01-01', firstDay: '2026-12-01', lastDay: '2026-12-31' },
  { today: '2024-03-31', firstDay: '2024-02-01', lastDay: '2024-02-29' },
])('before $today is $firstDay to $lastDay', ({ today, firstDay, lastDay }) => {
  expect(monthBefore(today)).toEqual({ firstDay, lastDay });
});
