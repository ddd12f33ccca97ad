import { expect, test } from 'vitest';

import { points } from '../testing/things.js';
import { capError, converted, convertingOf, monthsError } from './converting-fields.js';

const halves = { ...points, slug: 'halves', scale: 1 };
const held = convertingOf({ ownUnit: halves, months: 12, dailyCap: 25 });

test('what is sent unchanged is what holds', () => {
  expect(held).toEqual({ unit: 'halves', scale: 1, months: 12, dailyCap: '2.5' });
  expect(converted(held)).toEqual({ unit: 'halves', months: 12, dailyCap: 25 });
  expect(converted({ ...held, months: '', dailyCap: '' })).toEqual({ unit: 'halves', months: null, dailyCap: null });
});

test('where nothing is converted nothing ends, and nothing is capped', () => {
  expect(converted(convertingOf(null))).toEqual({ unit: null, months: null, dailyCap: null });
  expect(converted({ ...held, unit: '' })).toEqual({ unit: null, months: null, dailyCap: null });
});

test.each([
  { months: '', error: null },
  { months: 1, error: null },
  { months: 120, error: null },
  { months: 0, error: 'Enter 1 to 120 months, or nothing.' },
  { months: 121, error: 'Enter 1 to 120 months, or nothing.' },
])('$months months: $error', ({ months, error }) => {
  expect(monthsError(months, held)).toBe(error);
});

test.each([
  { dailyCap: '', error: null },
  { dailyCap: '0.5', error: null },
  { dailyCap: 0, error: 'Enter a number of points, or nothing.' },
  { dailyCap: '0.25', error: 'Enter a number of points, or nothing.' },
])('a cap of $dailyCap: $error', ({ dailyCap, error }) => {
  expect(capError(dailyCap, held)).toBe(error);
});
