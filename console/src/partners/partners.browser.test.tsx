import axe from 'axe-core';
import { expect, test } from 'vitest';
import { page } from 'vitest/browser';

import { ProgramDetails, type ProgramFields } from '../programs/program-query.js';
import { Viewer } from '../shell/viewer.js';
import { answer, serve } from '../testing/answers.js';
import { open } from '../testing/open.js';
import { shop } from '../testing/shop.js';
import { lastPage, partner, partnerWebhook, points, terms, viewer } from '../testing/things.js';
import {
  PartnerAdjust,
  PartnerBlockBuy,
  PartnerCreate,
  PartnerFreeze,
  PartnerKeyCreate,
  PartnerTermsSave,
  PartnerUnfreeze,
  PartnerWebhookDisable,
  PartnerWebhookEnable,
} from './partner-mutations.js';
import { Coalitions, PartnerDetails, type PartnerFields, PartnerList } from './partner-query.js';

const coalition: ProgramFields = {
  id: 'prg_7',
  slug: 'harbour-club',
  name: 'Harbour Club',
  kind: 'COALITION',
  state: 'LIVE',
  line: '*',
  createdAt: '2026-11-01T09:00:00Z',
  unit: points,
  live: { id: 'ver_7', number: 1, liveFrom: '2026-11-01T09:00:00Z' },
  draft: null,
  summary: ['Points are shared by all partners.'],
  versions: { nodes: [] },
};
const fine = { partner: { id: partner.id }, userErrors: [] };

async function problems(part: Element = document.body): Promise<unknown> {
  return (await axe.run(part)).violations.map(({ id, nodes }) => [id, nodes.map(({ html, failureSummary }) => `${html} ${failureSummary}`)]);
}

test('a brand is added by its name, and its page opens', async () => {
  const asked = serve([answer(PartnerCreate, { partnerCreate: fine }), ...shop]);
  await open('/partners', 'Partners');
  await expect.element(page.getByRole('row', { name: /Lighthouse Café/ })).toHaveTextContent('Frozen');
  await expect.element(page.getByRole('row', { name: /Harbour Books/ })).toHaveTextContent('€7.34it owes you');
  const owed = page.getByRole('region', { name: 'What is owed now' });
  await expect.element(owed).toHaveTextContent(
    /Partners owe you€7\.341 partnerYou owe partners€2\.002 partnersIn all you get€5\.34If all was settled today/,
  );
  await expect.element(owed).toHaveTextContent(/On top, if all is spent€1\.20/);
  await expect.element(owed).toHaveTextContent(/Settled next after Nov 30, 2026: Harbour Books and Lighthouse Café\./);
  await page.getByRole('button', { name: 'Add partner' }).click();
  await page.getByRole('textbox', { name: 'Name' }).fill('Harbour Books');
  await expect.element(page.getByRole('textbox', { name: 'Slug' })).toHaveAttribute('placeholder', 'harbour-books');
  await page.getByRole('button', { name: 'Add', exact: true }).click();
  await expect.element(page.getByRole('heading', { level: 1, name: 'Harbour Books' })).toBeVisible();

  expect(asked.find(({ operationName }) => operationName === 'PartnerCreate')?.variables).toEqual({
    input: { programId: 'prg_7', name: 'Harbour Books', slug: 'harbour-books' },
  });
});

test('new terms are entered as money, and hold from a local time on', async () => {
  const asked = serve([answer(PartnerTermsSave, { partnerTermsSave: fine }), ...shop]);
  await open('/partners/prt_1', 'Harbour Books');
  await expect.element(page.getByText('afterwards, owing €5,000.00 at most')).toBeVisible();
  await expect.element(page.getByText('Version 2 holds from Jan 1, 2027', { exact: false })).toBeVisible();
  await page.getByRole('button', { name: 'New terms' }).click();
  await expect.element(page.getByText('€0.0015 of each is yours (15%).', { exact: false })).toBeVisible();
  // Colours are pale while the dialog fades in.
  await expect.poll(() => problems(document.querySelector('form') ?? document.body)).toEqual([]);

  await page.getByRole('textbox', { name: 'It gets' }).fill('0.008');
  await expect.element(page.getByText('€0.002 of each is yours (20%).', { exact: false })).toBeVisible();
  await page.getByText('Ahead, in blocks').click();
  await page.getByRole('textbox', { name: 'Tell it below, points' }).fill('1000');
  await page.getByRole('dialog').getByLabelText('From', { exact: true }).fill('2027-02-01T00:00');
  await page.getByRole('button', { name: 'Save the terms' }).click();
  await expect.element(page.getByText('The new terms are kept until they begin.')).toBeVisible();

  expect(asked.find(({ operationName }) => operationName === 'PartnerTermsSave')?.variables).toMatchObject({
    input: {
      id: 'prt_1',
      terms: { issuePriceMicros: 10_000, reimbursementPriceMicros: 8_000, prepaid: true, blockAlert: 1_000, creditLimit: null },
      validFrom: '2027-01-31T23:00:00.000Z',
      validUntil: null,
    },
  });
});

test('a price that the server refuses is told at its field', async () => {
  const refusal = { field: ['terms', 'issuePriceMicros'], message: 'A price is a multiple of 100 micros.', code: 'INVALID' } as const;
  serve([answer(PartnerTermsSave, { partnerTermsSave: { partner: null, userErrors: [{ ...refusal, field: [...refusal.field] }] } }), ...shop]);
  await open('/partners/prt_1', 'Harbour Books');
  await page.getByRole('button', { name: 'New terms' }).click();
  await page.getByRole('button', { name: 'Save the terms' }).click();

  await expect.element(page.getByText('A price is a multiple of 100 micros.')).toBeVisible();
  await expect.element(page.getByRole('textbox', { name: 'It pays' })).toBeInvalid();
});

test('a partner is frozen with a reason, which stands there until it is unfrozen', async () => {
  const asked = serve([answer(PartnerFreeze, { partnerFreeze: fine }), ...shop]);
  await open('/partners/prt_1', 'Harbour Books');
  await page.getByRole('button', { name: 'Freeze' }).click();
  const freeze = page.getByRole('dialog').getByRole('button', { name: 'Freeze' });
  await freeze.click();
  await expect.element(page.getByText('Say why; it is kept with the partner.')).toBeVisible();
  await page.getByRole('textbox', { name: 'Reason' }).fill('Its key was lost');
  await freeze.click();
  await expect.element(page.getByText('The partner is frozen.')).toBeVisible();
  expect(asked.find(({ operationName }) => operationName === 'PartnerFreeze')?.variables).toEqual({
    input: { id: 'prt_1', reason: 'Its key was lost' },
  });
});

const long: PartnerFields = { ...partner, name: 'W'.repeat(200), slug: 'w'.repeat(64), state: 'FROZEN', reason: 'x'.repeat(500), positions: [] };

test.each([
  ['/partners/prt_1', long.name],
  ['/partners', 'Partners'],
])('a long name, slug and reason fit on a phone at %s', async (path, heading) => {
  serve([answer(PartnerDetails, { partner: long }), answer(PartnerList, { partners: { nodes: [long], pageInfo: lastPage } }), ...shop]);
  await page.viewport(390, 800);
  await open(path, heading);
  await expect.element(page.getByText(long.name).first()).toBeVisible();
  const { scrollWidth, clientWidth } = document.documentElement;
  expect(scrollWidth).toBe(clientWidth);
});

test('one that is frozen says why, and can be unfrozen', async () => {
  const frozen = { ...partner, state: 'FROZEN', reason: 'Its key was lost' } as const;
  serve([answer(PartnerDetails, { partner: frozen }), answer(PartnerUnfreeze, { partnerUnfreeze: fine }), ...shop]);
  await open('/partners/prt_1', 'Harbour Books');
  await expect.element(page.getByRole('alert').getByText('Its key was lost')).toBeVisible();
  expect(page.getByRole('button', { name: 'Freeze', exact: true }).elements()).toEqual([]);
  await page.getByRole('button', { name: 'Unfreeze' }).click();
  await page.getByRole('dialog').getByRole('button', { name: 'Unfreeze' }).click();

  await expect.element(page.getByText('The partner takes part again.')).toBeVisible();
});

test('what is owed is put right by hand, to the micro', async () => {
  const asked = serve([answer(PartnerAdjust, { partnerAdjust: { entry: { id: 'cle_9' }, userErrors: [] } }), ...shop]);
  await open('/partners/prt_1', 'Harbour Books');
  await page.getByRole('button', { name: 'Adjust' }).click();
  await page.getByText('It owes more').click();
  await page.getByRole('textbox', { name: 'Amount, EUR' }).fill('12.3456');
  await page.getByRole('textbox', { name: 'Reason' }).fill('Cards that were printed');
  await page.getByRole('button', { name: 'It owes €12.3456 more' }).click();
  await expect.element(page.getByText('The adjustment is booked.')).toBeVisible();

  expect(asked.find(({ operationName }) => operationName === 'PartnerAdjust')?.variables).toEqual({
    input: {
      idempotencyKey: expect.stringMatching(/^console-/),
      id: 'prt_1',
      currency: 'EUR',
      amountMicros: -12_345_600,
      reason: 'Cards that were printed',
    },
  });
});

test('a key of its own is made, and shown once', async () => {
  const made = { key: { id: 'key_9' }, secret: 'gpt_live_secret', userErrors: [] };
  const asked = serve([answer(PartnerKeyCreate, { partnerKeyCreate: made }), ...shop]);
  await open('/partners/prt_1', 'Harbour Books');
  const keys = page.getByRole('list', { name: 'Keys' });
  await expect.element(keys).toHaveTextContent(/^Harbour Books’ till gpt_live_…9KtQRead, Earn; last used/);
  expect(keys.getByText('gsk_live_…B46Z').elements()).toEqual([]);
  await page.getByRole('button', { name: 'Add key' }).click();
  await page.getByRole('textbox', { name: 'Name' }).fill('Web shop');
  await page.getByRole('checkbox', { name: 'Take points' }).click();
  await page.getByRole('button', { name: 'Make the key' }).click();
  await expect.element(page.getByText('gpt_live_secret')).toBeVisible();
  await page.getByRole('button', { name: 'Done' }).click();
  await expect.poll(() => page.getByText('gpt_live_secret').elements()).toEqual([]);

  expect(asked.find(({ operationName }) => operationName === 'PartnerKeyCreate')?.variables).toEqual({
    input: { partner: 'prt_1', name: 'Web shop', scopes: ['READ', 'EARN', 'SETTLE'] },
  });
});

test('who pays ahead buys blocks, and sees what is left of them', async () => {
  const ahead = { ...partner, terms: { ...terms, prepaid: true, creditLimit: null, blockAlert: 3_000 } };
  const asked = serve([
    answer(PartnerDetails, { partner: ahead }),
    answer(PartnerBlockBuy, { partnerBlockBuy: { block: { id: 'blk_3' }, userErrors: [] } }),
    ...shop,
  ]);
  await open('/partners/prt_1', 'Harbour Books');
  await expect.element(page.getByText('2,500 points left of what it paid ahead.')).toBeVisible();
  await expect.element(page.getByRole('alert', { name: 'Fewer than its terms want' })).toBeVisible();
  await expect.element(page.getByText('Christmas: 2,500 of 10,000 points left')).toBeVisible();
  await page.getByRole('button', { name: 'Buy block' }).click();
  await page.getByRole('textbox', { name: 'Points' }).fill('20000');
  await expect.element(page.getByText('It will owe €200.00', { exact: false })).toBeVisible();
  await page.getByRole('button', { name: 'Buy 20,000 points' }).click();
  await expect.element(page.getByText('The block is there, and the partner owes its price.')).toBeVisible();

  expect(asked.find(({ operationName }) => operationName === 'PartnerBlockBuy')?.variables).toMatchObject({
    input: { id: 'prt_1', points: 20_000, note: '' },
  });
});

test('entries are told as what the partner owes, and looked for by kind and day', async () => {
  const asked = serve(shop);
  await open('/partners/prt_1', 'Harbour Books');
  const rows = page.getByRole('table', { name: 'Clearing entries' });
  await expect.element(rows.getByRole('row', { name: /Issued/ })).toHaveTextContent(/1,234 points at €0\.01\+€12\.34$/);
  await expect.element(rows.getByRole('row', { name: /by hand/ })).toHaveTextContent(/−€5\.00$/);
  await page.getByRole('combobox', { name: 'Kind' }).click();
  await page.getByRole('option', { name: 'Fee' }).click();
  await page.getByRole('region', { name: 'Clearing' }).getByLabelText('To', { exact: true }).fill('2026-11-20');
  await expect
    .poll(() => asked.findLast(({ operationName }) => operationName === 'ClearingEntries')?.variables)
    .toEqual({ partnerId: 'prt_1', kind: 'FEE', firstDay: null, lastDay: '2026-11-20', after: null });
});

test('who may only read partners changes nothing', async () => {
  serve([answer(Viewer, { me: { ...viewer, role: 'ANALYST', actions: ['READ_PROGRAMS', 'READ_PARTNERS'] } }), ...shop]);
  await open('/partners/prt_1', 'Harbour Books');
  await expect.element(page.getByText('A flyer that was never printed')).toBeVisible();

  for (const name of ['New terms', 'Adjust', 'Freeze', 'Rename', 'Let go']) {
    expect(page.getByRole('button', { name }).elements()).toEqual([]);
  }
});

test('partners are in the navigation of a tenant with a coalition, and of no other', async () => {
  serve(shop);
  await open('/keys', 'Keys');
  await expect.element(page.getByRole('link', { name: 'Partners' })).toBeVisible();
});

test('without a coalition nothing leads there, and the page says how to begin', async () => {
  serve([answer(Coalitions, { programs: { nodes: [] } }), ...shop]);
  await open('/partners', 'Partners');
  await expect.element(page.getByText('No coalition yet')).toBeVisible();
  expect(page.getByRole('link', { name: 'Partners' }).elements()).toEqual([]);
});

test('a coalition’s program shows its partners, and how to begin', async () => {
  serve([answer(ProgramDetails, { program: coalition }), answer(PartnerList, { partners: { nodes: [], pageInfo: lastPage } }), ...shop]);
  await open('/programs/prg_7', 'Harbour Club');
  await expect.element(page.getByText('No partners yet')).toBeVisible();
  await expect.element(page.getByRole('button', { name: 'Add partner' })).toBeVisible();
  expect(await problems()).toEqual([]);
});

test('a partner’s webhook is seen and disabled', async () => {
  const done = { webhook: { disabledAt: '2026-11-22T10:00:00Z' }, userErrors: [] };
  const asked = serve([answer(PartnerWebhookDisable, { partnerWebhookDisable: done }), ...shop]);
  await open('/partners/prt_1', 'Harbour Books');
  const panel = page.getByRole('region', { name: 'Webhook' });
  await expect.element(panel).toHaveTextContent('hooks.harbour-books.example');
  await panel.getByRole('button', { name: 'Disable' }).click();
  await page.getByRole('dialog').getByRole('button', { name: 'Disable' }).click();
  await expect.element(page.getByText('The webhook is disabled.')).toBeVisible();
  expect(asked.find(({ operationName }) => operationName === 'PartnerWebhookDisable')?.variables).toEqual({ input: { id: 'prt_1' } });
});

test('a partner’s webhook that the operator disabled is enabled again', async () => {
  const webhook = { ...partnerWebhook, disabledAt: '2026-11-22T10:00:00Z', disabledReason: 'OPERATOR' as const };
  const asked = serve([
    answer(PartnerDetails, { partner: { ...partner, webhook } }),
    answer(PartnerWebhookEnable, { partnerWebhookEnable: { webhook: { disabledAt: null }, userErrors: [] } }),
    ...shop,
  ]);
  await open('/partners/prt_1', 'Harbour Books');
  const panel = page.getByRole('region', { name: 'Webhook' });
  await expect.element(panel).toHaveTextContent('the coalition’s operator disabled it');
  await panel.getByRole('button', { name: 'Enable' }).click();
  await page.getByRole('dialog').getByRole('button', { name: 'Enable' }).click();
  await expect.element(page.getByText('The webhook is enabled.')).toBeVisible();
  expect(asked.find(({ operationName }) => operationName === 'PartnerWebhookEnable')?.variables).toEqual({ input: { id: 'prt_1' } });
});
