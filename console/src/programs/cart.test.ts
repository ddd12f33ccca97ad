import { expect, test } from 'vitest';

import { toCart } from './cart.js';

const line = { key: 'k', amount: '19.99', quantity: 2, sku: ' A-1 ' };

test('a cart of a member with codes', () => {
  expect(toCart({ member: ' c-1 ', codes: 'PROMO10, ,X', lines: [line] }, 'EUR').cart).toEqual({
    member: { externalId: 'c-1' },
    cart: {
      currency: 'EUR',
      lines: [{ id: '1', amount: 1_999, quantity: 2, sku: 'A-1' }],
      codes: ['PROMO10', 'X'],
    },
  });
});

test('a guest, and a line left empty', () => {
  const found = toCart({ member: '', codes: '', lines: [line, { key: 'l', amount: '', quantity: 1, sku: '' }] }, 'EUR');
  expect(found.cart?.member).toBeNull();
  expect(found.cart?.cart.lines).toHaveLength(1);
});

test('what is no amount is told at its field', () => {
  const lines = [{ ...line, amount: '', quantity: 0 }];
  expect(toCart({ member: '', codes: '', lines }, 'EUR').problems).toEqual({
    'lines.0.amount': 'Enter an amount.',
    'lines.0.quantity': 'At least 1.',
  });
});
