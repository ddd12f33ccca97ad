import { expect, test } from 'vitest';
import { page } from 'vitest/browser';

import { Viewer } from '../shell/viewer.js';
import { answer, serve } from '../testing/answers.js';
import { open } from '../testing/open.js';
import { shop } from '../testing/shop.js';
import { lastPage, settlement, viewer } from '../testing/things.js';
import { SettlementApprove, SettlementList, SettlementPay } from './settlement-query.js';

const fine = { settlement: { id: settlement.id }, userErrors: [] };
const list = page.getByRole('table', { name: 'Settlements' });

test('a draft is looked at line by line, and approved', async () => {
  const asked = serve([answer(SettlementApprove, { settlementApprove: fine }), ...shop]);
  await open('/settlements', 'Settlements');
  await expect.element(list.getByRole('row', { name: /Lighthouse Café/ })).toHaveTextContent(/You pay €4\.00.*Ada Lovelace, SEPA 17/);
  await page.getByRole('button', { name: 'Lines of settlement 2' }).click();
  await expect.element(page.getByRole('dialog').getByText('taken back of Sep 30, 2026, terms 1')).toBeVisible();
  await expect.element(page.getByRole('dialog').getByRole('row', { name: /Carried to the next/ })).toHaveTextContent('−€0.004');
  await expect
    .element(page.getByRole('dialog').getByRole('link', { name: 'Statement 2 as PDF' }))
    .toHaveAttribute('href', '/statements/stl_2.pdf');
  await page.getByRole('button', { name: 'Close', exact: true }).click();
  await list.getByRole('button', { name: 'Approve' }).click();
  await expect.element(page.getByText('Harbour Books, 2026-10: It pays €12.34.', { exact: false })).toBeVisible();
  await page.getByRole('dialog').getByRole('button', { name: 'Approve' }).click();
  await expect.element(page.getByText('The settlement is approved.')).toBeVisible();

  expect(asked.find(({ operationName }) => operationName === 'SettlementApprove')?.variables).toEqual({
    input: { idempotencyKey: expect.stringMatching(/^console-/), id: 'stl_2' },
  });
});

test('one that is approved is marked as paid, with a reference', async () => {
  const approved = { ...settlement, state: 'APPROVED', approvedAt: '2026-11-02T09:00:00Z' } as const;
  const asked = serve([
    answer(SettlementList, { settlements: { nodes: [approved], pageInfo: lastPage } }),
    answer(SettlementPay, { settlementPay: fine }),
    ...shop,
  ]);
  await open('/partners/prt_1', 'Harbour Books');
  await list.getByRole('button', { name: 'Mark as paid' }).click();
  await page.getByRole('textbox', { name: 'Reference' }).fill(' SEPA 18 ');
  await page.getByRole('dialog').getByRole('button', { name: 'Mark as paid' }).click();
  await expect.element(page.getByText('The settlement is paid.')).toBeVisible();

  expect(asked.find(({ operationName }) => operationName === 'SettlementPay')?.variables).toMatchObject({
    input: { id: 'stl_2', reference: 'SEPA 18' },
  });
});

test('a settlement that was paid meanwhile says so', async () => {
  const refusal = { settlement: null, userErrors: [{ field: ['id'], message: 'This settlement is approved.', code: 'WRONG_STATE' as const }] };
  serve([answer(SettlementApprove, { settlementApprove: refusal }), ...shop]);
  await open('/settlements', 'Settlements');
  await list.getByRole('button', { name: 'Approve' }).click();
  await page.getByRole('dialog').getByRole('button', { name: 'Approve' }).click();

  await expect.element(page.getByText('This settlement is approved.')).toBeVisible();
});

test('what is cleared and settled in a month sums to zero', async () => {
  const asked = serve(shop);
  await open('/settlements', 'Settlements');
  await expect.element(page.getByText('In all you get')).toBeVisible();
  await expect.element(page.getByRole('region', { name: 'Accounts in EUR' })).toHaveTextContent(
    'Partners−€8.34Paid for points that are still out€5.00Your margin€3.34All together€0.00',
  );
  expect(asked.find(({ operationName }) => operationName === 'Netting')?.variables).toEqual({
    programId: 'prg_7',
    firstDay: '2026-10-01',
    lastDay: '2026-10-31',
  });
  await page.getByText('To approve', { exact: true }).click();
  await expect
    .poll(() => asked.findLast(({ operationName }) => operationName === 'SettlementList')?.variables)
    .toEqual({ programId: 'prg_7', partnerId: null, state: 'DRAFT', after: null });
});

test('who may not approve only looks', async () => {
  serve([answer(Viewer, { me: { ...viewer, role: 'MANAGER', actions: ['READ_PROGRAMS', 'READ_PARTNERS', 'WRITE_PARTNERS'] } }), ...shop]);
  await open('/settlements', 'Settlements');
  await expect.element(list.getByText('It pays €12.34')).toBeVisible();

  expect(page.getByRole('button', { name: 'Approve' }).elements()).toEqual([]);
});
