import axe from 'axe-core';
import { expect, test } from 'vitest';
import { page } from 'vitest/browser';

import { Viewer } from '../shell/viewer.js';
import { answer, answering, serve } from '../testing/answers.js';
import { open } from '../testing/open.js';
import { shop } from '../testing/shop.js';
import { partner, viewer } from '../testing/things.js';
import { PartnerInvite, PartnerShopUnlink } from './partner-mutations.js';
import { PartnerDetails } from './partner-query.js';

const panel = page.getByRole('region', { name: 'Own shop' });
const invitation = { code: 'join_01h455vb4pex5vsknk084sn02q.secret', endsAt: '2026-11-29T10:00:00Z', userErrors: [] };

/** What axe finds in the one dialog that is open, once it has faded in, and one before it out. */
async function problems(): Promise<unknown> {
  await expect.poll(() => [...document.querySelectorAll('[role=dialog]')].map((dialog) => getComputedStyle(dialog).opacity)).toEqual(['1']);
  const { violations } = await axe.run('.mantine-Modal-body');
  return violations.map(({ id, nodes }) => [id, nodes.map(({ html, failureSummary }) => `${html} ${failureSummary}`)]);
}

async function invite(): Promise<void> {
  await open('/partners/prt_1', 'Harbour Books');
  await panel.getByRole('button', { name: 'Invite shop' }).click();
  await page.getByRole('button', { name: 'Make the code' }).click();
}

test('a shop is invited by a code that is shown once, with what to do with it', async () => {
  const asked = serve([answer(PartnerInvite, { partnerInvite: invitation }), ...shop]);
  await invite();
  const dialog = page.getByRole('dialog', { name: 'The code for Harbour Books' });
  await expect.element(dialog.getByText(invitation.code)).toBeVisible();
  await expect.element(dialog.getByText('Good once, until Nov 29, 2026', { exact: false })).toBeVisible();
  await expect.element(dialog.getByText('opens Coalitions in its live console and enters it', { exact: false })).toBeVisible();
  await expect.element(dialog.getByRole('button', { name: 'Copy' })).toBeVisible();
  expect(await problems()).toEqual([]);
  await dialog.getByRole('button', { name: 'Done' }).click();

  await expect.poll(() => page.getByText(invitation.code).elements()).toEqual([]);
  expect(asked.find(({ operationName }) => operationName === 'PartnerInvite')?.variables).toEqual({ input: { id: 'prt_1' } });
});

test('in a sandbox the code is for a sandbox', async () => {
  const sandbox = answer(Viewer, { me: { ...viewer, tenant: { ...viewer.tenant, isSandbox: true } } });
  serve([sandbox, answer(PartnerInvite, { partnerInvite: invitation }), ...shop]);
  await invite();

  await expect.element(page.getByRole('dialog').getByText('opens Coalitions in its sandbox and enters it', { exact: false })).toBeVisible();
});

test('a partner that a shop has just joined says so', async () => {
  const message = 'A shop is linked with this partner already.';
  const refused = { code: null, endsAt: null, userErrors: [{ field: ['id'], message, code: 'WRONG_STATE' as const }] };
  serve([answer(PartnerInvite, { partnerInvite: refused }), ...shop]);
  await invite();

  await expect.element(page.getByText(message)).toBeVisible();
});

test('a shop is unlinked once what ends was read', async () => {
  let linked = true;
  const asked = serve([
    answering(PartnerDetails, () => ({ partner: { ...partner, shop: linked ? 'Harbour Books GmbH' : null } })),
    answering(PartnerShopUnlink, () => {
      linked = false;
      return { partnerShopUnlink: { partner: { id: partner.id }, userErrors: [] } };
    }),
    ...shop,
  ]);
  await open('/partners/prt_1', 'Harbour Books');
  await expect.element(panel).toHaveTextContent('Linked with Harbour Books GmbH.');
  await panel.getByRole('button', { name: 'Unlink' }).click();
  await expect.element(page.getByRole('dialog').getByText('Harbour Books stays your partner', { exact: false })).toBeVisible();
  expect(await problems()).toEqual([]);
  await page.getByRole('dialog').getByRole('button', { name: 'Unlink' }).click();

  await expect.element(page.getByText('The shop is unlinked.')).toBeVisible();
  await expect.element(panel.getByRole('button', { name: 'Invite shop' })).toBeVisible();
  expect(asked.find(({ operationName }) => operationName === 'PartnerShopUnlink')?.variables).toEqual({ input: { id: 'prt_1' } });
});

test('who may only read sees which shop it is', async () => {
  serve([
    answer(Viewer, { me: { ...viewer, role: 'ANALYST', actions: ['READ_PROGRAMS', 'READ_PARTNERS'] } }),
    answer(PartnerDetails, { partner: { ...partner, shop: 'Harbour Books GmbH' } }),
    ...shop,
  ]);
  await open('/partners/prt_1', 'Harbour Books');
  await expect.element(panel).toHaveTextContent('Linked with Harbour Books GmbH.');
  expect(panel.getByRole('button').elements()).toEqual([]);
});

test('one that has left is not invited', async () => {
  serve([answer(PartnerDetails, { partner: { ...partner, state: 'LEFT', reason: 'Closed', shop: null } }), ...shop]);
  await open('/partners/prt_1', 'Harbour Books');
  await expect.element(page.getByRole('alert').getByText('Closed')).toBeVisible();
  expect(panel.elements()).toEqual([]);
});
