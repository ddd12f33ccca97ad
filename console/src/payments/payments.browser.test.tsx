import { expect, test } from 'vitest';
import { page } from 'vitest/browser';

import { answer, serve } from '../testing/answers.js';
import { open } from '../testing/open.js';
import { shop } from '../testing/shop.js';
import { GiftCardByCode, GiftCardIssue } from '../gift-cards/gift-card-query.js';
import { StoredValueCapture } from './payment-query.js';

test('a part of a payment is captured, and never more than was set aside', async () => {
  const captured = { storedValueCapture: { payment: { id: 'pay_1' }, userErrors: [] } };
  const asked = serve([answer(StoredValueCapture, captured), ...shop]);
  await open('/payments', 'Payments');
  await page.getByRole('button', { name: 'Capture' }).click();
  const amount = page.getByLabelText('Amount, EUR');
  await amount.fill('80.01');
  await page.getByRole('button', { name: 'Capture €80.01' }).click();
  await expect.element(amount).toHaveAccessibleDescription(/From 0.01 to 80.00/);
  await amount.fill('79.95');
  await page.getByRole('button', { name: 'Capture €79.95' }).click();
  await expect.element(page.getByText('The money was taken.')).toBeVisible();

  expect(asked.filter(({ operationName }) => operationName === 'StoredValueCapture').map(({ variables }) => variables)).toEqual([
    { input: { idempotencyKey: expect.stringMatching(/^console-/), id: 'pay_1', amount: 7_995 } },
  ]);
});

test('payments are asked for by their order', async () => {
  const asked = serve(shop);
  await open('/payments', 'Payments');
  await page.getByRole('searchbox', { name: 'Search by order' }).fill(' #21001 ');

  await expect
    .poll(() => asked.findLast(({ operationName }) => operationName === 'PaymentList')?.variables)
    .toEqual({ orderId: '#21001', memberId: null, after: null });
});

test('a gift card is issued, and its code is shown', async () => {
  const made = { giftCardIssue: { code: '7KQM-3FXW-9TRD-0HZ2', pin: '1234', userErrors: [] } };
  const asked = serve([answer(GiftCardIssue, made), ...shop]);
  await open('/gift-cards', 'Gift cards');
  await page.getByRole('button', { name: 'Issue gift card' }).click();
  await page.getByRole('textbox', { name: 'Worth' }).fill('25');
  await page.getByRole('textbox', { name: 'Bought by' }).fill('c-1001');
  await page.getByRole('button', { name: 'Issue', exact: true }).click();
  await expect.element(page.getByText('7KQM-3FXW-9TRD-0HZ2')).toBeVisible();

  expect(asked.find(({ operationName }) => operationName === 'GiftCardIssue')?.variables).toMatchObject({
    input: { amount: 2_500, currency: 'EUR', purchaser: { externalId: 'c-1001' }, orderId: null, expiresAt: null },
  });
});

test('a code that is none is told', async () => {
  const asked = serve([answer(GiftCardByCode, { giftCard: null }), ...shop]);
  await open('/gift-cards', 'Gift cards');
  await page.getByRole('textbox', { name: 'Code' }).fill('7KQM-3FXW-9TRD-0HZ3');
  await page.getByRole('button', { name: 'Find' }).click();

  await expect.element(page.getByText('There is no card with this code, or its PIN is another.')).toBeVisible();
  expect(asked.find(({ operationName }) => operationName === 'GiftCardByCode')?.variables).toEqual({
    code: '7KQM-3FXW-9TRD-0HZ3',
    pin: null,
  });
});
