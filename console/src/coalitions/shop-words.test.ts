import { expect, test } from 'vitest';

import { formatsOf } from '../format/formats.js';
import { linesOf } from '../partners/terms-words.js';
import { points, terms } from '../testing/things.js';
import { exchangeWords, shopDueWords, shopOwedWords, shopSide } from './shop-words.js';

const formats = formatsOf('Europe/Berlin', 'en-GB');
const miles = { name: 'mile', namePlural: 'miles', scale: 2 };

test.each([
  { due: -1_234, owed: 7_340_000, due_: 'You pay €12.34', owes: 'You owe €7.34' },
  { due: 400, owed: -1, due_: 'You get €4.00', owes: 'You get €0.000001' },
  { due: 0, owed: 0, due_: 'Nothing is due', owes: 'Nothing is owed' },
])('$due_; $owes', ({ due, owed, due_, owes }) => {
  expect(shopDueWords({ due, currency: 'EUR', state: 'APPROVED' }, formats)).toBe(due_);
  expect(shopOwedWords({ owedMicros: owed, currency: 'EUR' }, formats)).toBe(owes);
});

test('what is paid is past', () => {
  expect(shopDueWords({ due: -1_234, currency: 'EUR', state: 'PAID' }, formats)).toBe('You paid €12.34');
  expect(shopDueWords({ due: 400, currency: 'EUR', state: 'PAID' }, formats)).toBe('You got €4.00');
});

test.each([
  { direction: 'IN', shared: miles, words: '100 points became 0.5 miles' },
  { direction: 'OUT', shared: miles, words: '0.5 miles became 100 points' },
  { direction: 'IN', shared: null, words: '100 points became shared points' },
  { direction: 'OUT', shared: null, words: 'Shared points became 100 points' },
] as const)('$words', ({ direction, shared, words }) => {
  const exchange = { entryId: 'tra_1', memberId: 'mem_1', ownUnit: points, ownPoints: 100, points: 50, convertedAt: '', undoneAt: null };
  expect(exchangeWords({ ...exchange, direction }, shared, formats)).toBe(words);
});

test('terms say “you” to the shop', () => {
  const said = linesOf({ ...terms, earn: false, burn: false, promotions: 'PARTNER', creditLimit: null }, miles, formats, shopSide);
  expect(said).toEqual([
    ['You pay for miles you issue', 'you may not issue any'],
    ['You get for miles spent with you', 'you may not take any'],
    ['Settled', 'by the month'],
    ['You pay', 'afterwards, without a limit'],
    ['Miles by promotions', 'you pay'],
    ['You issue at most', '100 miles a day'],
    ['You take at most', '5 miles per member a day'],
    ['Miles of other partners', 'wait 24 hours before they are spent with you'],
    ['Carried on', 'what comes to less than €25.00'],
  ]);
});
