import { expect, test } from 'vitest';

import type { Unit } from '../documents/storefront.js';
import { de as clubDe } from './club-de.js';
import { type ClubKey, en as club } from './club-en.js';
import { de } from './de.js';
import { en, type TextKey } from './en.js';
import { textsFor } from './language.js';
import { Words } from './words.js';

const keys = Object.keys(en) as TextKey[];
const places = (text: string): string[] => [...text.matchAll(/\{\w+\}/g)].map(([place]) => place).toSorted();

test.each(keys)('German says %s with the same places', (key) => {
  expect(de[key]).not.toBe('');
  expect(places(de[key])).toEqual(places(en[key]));
});

const clubKeys = Object.keys(club) as ClubKey[];

test.each(clubKeys)('German says %s of the club with the same places', (key) => {
  expect(clubDe[key]).not.toBe('');
  expect(places(clubDe[key])).toEqual(places(club[key]));
});

test.each([
  { locale: 'de-AT', heading: de.heading },
  { locale: 'DE', heading: de.heading },
  { locale: 'en-GB', heading: en.heading },
  { locale: 'fi', heading: en.heading },
])('$locale is spoken', async ({ locale, heading }) => {
  expect((await textsFor(locale)).heading).toBe(heading);
});

const points: Unit = { id: 'unt_1', name: 'point', namePlural: 'points', scale: 0 };
const miles: Unit = { id: 'unt_2', name: 'Meile', namePlural: 'Meilen', scale: 2 };
const english = new Words('en-US', en);
const german = new Words('de-DE', de);

test.each([
  { words: english, amount: 1, unit: points, expected: '1 point' },
  { words: english, amount: 0, unit: points, expected: '0 points' },
  { words: english, amount: 1240, unit: points, expected: '1,240 points' },
  { words: german, amount: 124_050, unit: miles, expected: '1.240,50 Meilen' },
])('$amount of scale $unit.scale is $expected', ({ words, amount, unit, expected }) => {
  expect(words.points(amount, unit)).toBe(expected);
});

test.each([
  { amount: 5, expected: '+5' },
  { amount: -1500, expected: '−1,500' },
  { amount: 0, expected: '0' },
])('a change of $amount is $expected', ({ amount, expected }) => {
  expect(english.change(amount, points)).toBe(expected);
});

test.each([
  { date: '2026-11-21', expected: 'today' },
  { date: '2026-11-22', expected: 'tomorrow' },
  { date: '2026-12-21', expected: 'in 30 days' },
  { date: '2026-12-22', expected: undefined },
  { date: '2026-11-20', expected: undefined },
])('$date is $expected, late in the evening too', ({ date, expected }) => {
  expect(english.soon(date, new Date(2026, 10, 21, 23, 59))).toBe(expected);
});

test('a calendar day is the same day everywhere', () => {
  expect(english.day('2026-03-01')).toBe('Mar 1, 2026');
});

test('a text is split around a place, and the other places are filled', () => {
  expect(english.around('cartEarnsLater', 'points', { date: 'May 1' })).toEqual([
    'This cart would earn ',
    ', yours to spend from May 1',
  ]);
});

test('only codes have texts of their own', () => {
  expect(english.ofCode('OUT_OF_STOCK')).toBe(en.OUT_OF_STOCK);
  expect(english.ofCode('heading')).toBeUndefined();
  expect(english.ofCode('SOMETHING_NEW')).toBeUndefined();
});
