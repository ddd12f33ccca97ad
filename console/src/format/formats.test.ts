import { expect, test } from 'vitest';

import { formatsOf, languageOf } from './formats.js';

const formats = formatsOf('Europe/Berlin', 'en-GB');
const points = { name: 'point', namePlural: 'points', scale: 0 };
const miles = { name: 'mile', namePlural: 'miles', scale: 2 };

test('points are in the unit’s smallest part', () => {
  expect(formats.points(1_234_567, points)).toBe('1,234,567');
  expect(formats.points(1_250, miles)).toBe('12.5');
  expect(formats.points(Number.MAX_SAFE_INTEGER, miles)).toBe('90,071,992,547,409.91');
});

test('one of them is told in the singular', () => {
  expect(formats.named(1, points)).toBe('1 point');
  expect(formats.named(100, miles)).toBe('1 mile');
  expect(formats.named(0, points)).toBe('0 points');
});

test('a unit of money is told as money', () => {
  const credit = { name: 'credit', namePlural: 'credit', scale: 2, currency: 'EUR' };
  expect(formats.named(1_050, credit)).toBe('€10.50 credit');
  expect(formats.change(-50, credit)).toBe('−€0.50');
});

test('a change has a sign', () => {
  expect([50, -50, 0].map((amount) => formats.change(amount, points))).toEqual(['+50', '−50', '0']);
});

test('money has the digits of its currency', () => {
  expect(formats.money({ amount: 1_050, currency: 'EUR' })).toBe('€10.50');
  expect(formats.money({ amount: 1_050, currency: 'JPY' })).toBe('JP¥1,050');
});

test('micros below each other have as many decimals, all of them exact', () => {
  expect(formats.column([8_500, -12_500_000, 0], 'EUR')).toEqual(['€0.0085', '−€12.5000', '€0.0000']);
  expect(formats.column([1_000_000], 'EUR')).toEqual(['€1.00']);
  expect(formats.column([1_000_000, 2_500_000], 'JPY')).toEqual(['JP¥1.0', 'JP¥2.5']);
  expect(formats.coins({ amount: 203_055_000, currency: 'EUR' })).toBe('€203.06');
});

test('micros are told exactly, with the digits of the currency at least', () => {
  expect(formats.micros({ amount: 8_500, currency: 'EUR' })).toBe('€0.0085');
  expect(formats.micros({ amount: -12_500_000, currency: 'EUR' })).toBe('−€12.50');
  expect(formats.micros({ amount: 1, currency: 'JPY' })).toBe('JP¥0.000001');
  expect(formats.micros({ amount: Number.MAX_SAFE_INTEGER, currency: 'EUR' })).toBe('€9,007,199,254.740991');
});

test('instants are told in the tenant’s zone, local days as they are', () => {
  expect(formats.instant('2026-11-21T23:04:11Z')).toBe('22 Nov 2026, 00:04');
  expect(formats.dayOf('2026-11-21T23:04:11Z')).toBe('22 Nov 2026');
  expect(formats.isoDay('2026-11-21T23:04:11Z')).toBe('2026-11-22');
  expect(formats.day('2026-11-21')).toBe('21 Nov 2026');
});

test('the last day of what ends at midnight is the day before', () => {
  expect(formats.lastDay('2027-11-14T23:00:00+00:00')).toBe('14 Nov 2027');
});

test('instants inside a sentence are told in the tenant’s zone', () => {
  expect(formats.prose('Expires at 2027-11-14T23:00:00+00:00. Order 2027-11-14.')).toBe(
    'Expires at 15 Nov 2027, 00:00. Order 2027-11-14.',
  );
});

test('the language is an English one', () => {
  expect(languageOf(['de-DE', 'en-GB', 'en'])).toBe('en-GB');
  expect(languageOf(['de-DE'])).toBe('en');
});
