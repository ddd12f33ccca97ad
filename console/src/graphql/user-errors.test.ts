import { expect, test } from 'vitest';

import { placeRefusals, wasRefused } from './user-errors.js';

test('refusals stand at their fields; the rest is gathered with its path', () => {
  const refusals = [
    { field: ['externalId'], message: 'is taken' },
    { field: ['input', 'name'], message: 'Too long.' },
    { field: ['name'], message: 'no control characters' },
    { field: ['tags', '0'], message: 'is empty' },
    { field: ['consents'], message: 'is odd' },
    { field: [], message: 'try again' },
  ];
  expect(placeRefusals(refusals, ['externalId', 'name', 'tags'])).toEqual({
    externalId: 'Is taken.',
    name: 'Too long. No control characters.',
    'tags.0': 'Is empty.',
    other: 'consents: is odd Try again.',
  });
});

test('an alias leads to the field that shows it', () => {
  const refusals = [
    { field: ['expiresAt'], message: 'lies in the past' },
    { field: ['terms', 'amountOff', 'amount', 'currency'], message: 'unknown' },
  ];
  const aliases = { expiresAt: 'lastDay', 'terms.amountOff.amount.currency': 'terms.currency' };
  expect(placeRefusals(refusals, ['lastDay', 'terms'], aliases)).toEqual({
    lastDay: 'Lies in the past.',
    'terms.currency': 'Unknown.',
  });
});

test.each([
  { codes: [], refused: false },
  { codes: ['INSUFFICIENT_POINTS'], refused: true },
  { codes: ['IDEMPOTENCY_IN_PROGRESS'], refused: false },
  { codes: ['IDEMPOTENCY_MISMATCH'], refused: false },
])('$codes: refused by the business is $refused', ({ codes, refused }) => {
  expect(wasRefused({ userErrors: codes.map((code) => ({ field: [], message: '', code })) })).toBe(refused);
});

test('no answer is no refusal', () => {
  expect(wasRefused(null)).toBe(false);
});
