import axe from 'axe-core';
import { expect, test } from 'vitest';
import { page } from 'vitest/browser';

import { Viewer } from '../shell/viewer.js';
import { answer, answering, serve } from '../testing/answers.js';
import { activities } from '../testing/did.js';
import { open } from '../testing/open.js';
import { shop } from '../testing/shop.js';
import { lastPage, viewer } from '../testing/things.js';
import { DidActivities, DidConversions, DidPerks, DidRedemptions } from './did-query.js';

const panel = page.getByRole('region', { name: 'What it did' });

async function choose(list: string): Promise<void> {
  await panel.getByText(list, { exact: true }).click();
}

async function problems(): Promise<unknown> {
  const { violations } = await axe.run(panel.element());
  return violations.map(({ id, nodes }) => [id, nodes.map(({ html, failureSummary }) => `${html} ${failureSummary}`)]);
}

const miles = { name: 'Miles Davis', href: '/members/mem_1' };
const john = { name: 'John Coltrane', href: '/members/mem_2' };

test.each([
  { list: 'Activities', what: 'Purchase', told: /0.*Waits.*HB-1003/, member: john },
  { list: 'Activities', what: 'Refund', told: /−20.*Decided.*HB-1001.*Nov 21, 2026/, member: miles },
  { list: 'Activities', what: 'Reading', told: /\+66.*Decided/, member: miles },
  { list: 'Redemptions', what: 'Payment of €2.50', told: /250 points.*Confirmed.*HB-1002.*Nov 20, 2026/, member: miles },
  { list: 'Conversions', what: '1,500 of its own became 3,000 points', told: /Made.*Nov 20, 2026/, member: miles },
  { list: 'Conversions', what: '100 points became 50 of its own', told: /Undone.*11:30/, member: john },
  { list: 'Perks', what: 'coffee', told: /Used.*HB-1004/, member: john },
  { list: 'Perks', what: 'reading-hour', told: /Given back.*12:00/, member: miles },
])('$list show: $what', async ({ list, what, told, member }) => {
  serve(shop);
  await open('/partners/prt_1', 'Harbour Books');
  await choose(list);
  const row = panel.getByRole('table', { name: list }).getByRole('row', { name: what });
  await expect.element(row.getByRole('link', { name: member.name })).toHaveAttribute('href', expect.stringContaining(member.href));
  await expect.element(row).toHaveTextContent(told);
  expect(await problems()).toEqual([]);
});

const none = { nodes: [], pageInfo: lastPage };
const nothing = [
  answer(DidActivities, { partnerActivities: none }),
  answer(DidRedemptions, { partnerRedemptions: none }),
  answer(DidConversions, { partnerConversions: none }),
  answer(DidPerks, { partnerOfferUses: none }),
];

test.each([
  { list: 'Activities', operation: 'DidActivities', said: 'It told of nothing yet' },
  { list: 'Redemptions', operation: 'DidRedemptions', said: 'No points were spent there yet' },
  { list: 'Conversions', operation: 'DidConversions', said: 'Nothing was converted yet' },
  { list: 'Perks', operation: 'DidPerks', said: 'No perk was used there yet' },
])('$list are of the days that are chosen, and it is said if there are none', async ({ list, operation, said }) => {
  const asked = serve([...nothing, ...shop]);
  await open('/partners/prt_1', 'Harbour Books');
  await choose(list);
  await expect.element(panel.getByText(said)).toBeVisible();
  expect(await problems()).toEqual([]);
  await panel.getByLabelText('From').fill('2026-11-01');
  await panel.getByLabelText('To').fill('2026-11-21');
  await expect.element(panel.getByText('Nothing on these days')).toBeVisible();

  expect(asked.findLast(({ operationName }) => operationName === operation)?.variables).toEqual({
    partnerId: 'prt_1',
    period: { days: { firstDay: '2026-11-01', lastDay: '2026-11-21' } },
    after: null,
  });
});

test('the next page is asked for from where the last one ended', async () => {
  const [first, ...rest] = activities;
  let pages = 0;
  const asked = serve([
    answering(DidActivities, () => {
      pages += 1;
      return pages === 1
        ? { partnerActivities: { nodes: first === undefined ? [] : [first], pageInfo: { hasNextPage: true, endCursor: 'here' } } }
        : { partnerActivities: { nodes: rest, pageInfo: lastPage } };
    }),
    ...shop,
  ]);
  await open('/partners/prt_1', 'Harbour Books');
  await expect.element(panel.getByRole('row', { name: 'Purchase' })).toBeVisible();
  expect(panel.getByRole('row', { name: 'Refund' }).elements()).toEqual([]);
  await panel.getByRole('button', { name: 'Show more' }).click();
  await expect.element(panel.getByRole('row', { name: 'Refund' })).toBeVisible();

  expect(panel.getByRole('row').elements().length).toBe(1 + activities.length);
  expect(asked.filter(({ operationName }) => operationName === 'DidActivities').map(({ variables }) => variables)).toEqual(
    [null, 'here'].map((after) => ({ partnerId: 'prt_1', period: null, after })),
  );
});

test('who may not see redemptions sees the other lists', async () => {
  serve([answer(Viewer, { me: { ...viewer, role: 'ANALYST', actions: ['READ_PROGRAMS', 'READ_PARTNERS'] } }), ...shop]);
  await open('/partners/prt_1', 'Harbour Books');
  await expect.element(panel.getByText('Perks', { exact: true })).toBeVisible();

  expect(panel.getByText('Redemptions', { exact: true }).elements()).toEqual([]);
});

test('among all redemptions, one at a partner says where it was, by the partner’s own number', async () => {
  serve(shop);
  await open('/redemptions', 'Redemptions');
  const row = page.getByRole('row', { name: 'HB-1002' });
  await expect.element(row.getByRole('link', { name: 'Harbour Books' })).toHaveAttribute('href', expect.stringContaining('/partners/prt_1'));
  expect(page.getByRole('row', { name: '#21000' }).getByRole('link', { name: 'Harbour Books' }).elements()).toEqual([]);
});
