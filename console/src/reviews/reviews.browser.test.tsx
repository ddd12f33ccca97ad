import { expect, test } from 'vitest';
import { page } from 'vitest/browser';

import { answer, serve } from '../testing/answers.js';
import { open } from '../testing/open.js';
import { shop } from '../testing/shop.js';
import { viewer } from '../testing/things.js';
import { Viewer } from '../shell/viewer.js';
import { ActivityLimitsSet, ActivityReview, HeldActivities, QualifiedReferrals, ReferralReview } from './review-query.js';

const noMore = { hasNextPage: false, endCursor: null };

test('what is held is released with a reason, and nothing without one', async () => {
  const asked = serve([
    answer(ActivityReview, { activityReview: { activity: { state: 'DECIDED' }, userErrors: [] } }),
    ...shop,
  ]);
  await open('/reviews', 'Reviews');
  await expect.element(page.getByRole('table', { name: 'Held activities' }).getByRole('link', { name: 'Miles Davis' })).toBeVisible();
  await page.getByRole('button', { name: 'Release Purchase #21002, €990.00' }).click();
  const release = page.getByRole('dialog').getByRole('button', { name: 'Release' });
  await expect.element(release).toBeDisabled();
  await page.getByRole('textbox', { name: 'Reason' }).fill(' Known to us ');
  await release.click();
  await expect.element(page.getByText('It was released, and decided.')).toBeVisible();

  expect(asked.find(({ operationName }) => operationName === 'ActivityReview')?.variables).toEqual({
    input: { idempotencyKey: expect.stringMatching(/^console-/), id: 'act_9', release: true, note: 'Known to us' },
  });
});

test('a referral of two who look like one is rejected, and a refusal is told', async () => {
  const asked = serve([
    answer(ReferralReview, {
      referralReview: { referral: null, userErrors: [{ field: ['id'], message: 'the order came back', code: 'WRONG_STATE' }] },
    }),
    ...shop,
  ]);
  await open('/reviews', 'Reviews');
  await expect.element(page.getByRole('table', { name: 'Referrals' })).toHaveTextContent(/John Coltranee-mailaddress#20999/);
  await page.getByRole('button', { name: 'Reject the referral with order #20999' }).click();
  await page.getByRole('textbox', { name: 'Reason' }).fill('The same flat');
  await page.getByRole('dialog').getByRole('button', { name: 'Reject' }).click();
  await expect.element(page.getByText('the order came back')).toBeVisible();

  expect(asked.find(({ operationName }) => operationName === 'ReferralReview')?.variables).toMatchObject({
    input: { id: 'rfl_1', approve: false, note: 'The same flat' },
  });
});

test('limits are told in words, and set as times and as money', async () => {
  const asked = serve([answer(ActivityLimitsSet, { activityLimitsSet: { limits: [], userErrors: [] } }), ...shop]);
  await open('/reviews', 'Reviews');
  await expect.element(page.getByText('Purchase: at most 2 an hour')).toBeVisible();
  await expect.element(page.getByText('Purchase: at most €1,000.00 a day')).toBeVisible();
  await page.getByRole('button', { name: 'Edit limits' }).click();
  await page.getByRole('textbox', { name: 'At most, EUR' }).fill('250.5');
  await page.getByRole('button', { name: 'Remove limit 1' }).click();
  await page.getByRole('button', { name: 'Add a limit' }).click();
  await page.getByRole('textbox', { name: 'Of what' }).nth(1).fill('check_in');
  await page.getByRole('button', { name: 'Save' }).click();
  await expect.element(page.getByRole('textbox', { name: 'At most', exact: true })).toHaveAccessibleDescription(/above zero/);
  await page.getByRole('textbox', { name: 'At most', exact: true }).fill('3');
  await page.getByRole('button', { name: 'Save' }).click();
  await expect.element(page.getByText('The limits were saved.')).toBeVisible();

  expect(asked.find(({ operationName }) => operationName === 'ActivityLimitsSet')?.variables).toEqual({
    input: {
      limits: [
        { kind: 'purchase', per: 'DAY', amount: 25_050, currency: 'EUR' },
        { kind: 'check_in', per: 'DAY', times: 3 },
      ],
    },
  });
});

test('who may not decide only looks, and an empty queue says so', async () => {
  serve([
    answer(Viewer, { me: { ...viewer, role: 'ANALYST', actions: ['READ_MEMBERS', 'READ_LEDGER'] } }),
    answer(HeldActivities, { activityReviews: { nodes: [], pageInfo: noMore } }),
    ...shop,
  ]);
  await open('/reviews', 'Reviews');
  await expect.element(page.getByText('Nothing is held')).toBeVisible();
  await expect.element(page.getByRole('table', { name: 'Referrals' })).toBeVisible();
  for (const name of [/^Approve/, /^Reject/, /Edit limits/]) {
    expect(page.getByRole('button', { name }).elements()).toEqual([]);
  }
});

test('members of a long list are named by one question', async () => {
  const [referral] = shop.filter(({ operation }) => operation === 'QualifiedReferrals').map(({ data }) => data());
  const row = (referral as { referrals: { nodes: { id: string }[] } }).referrals.nodes[0];
  const rows = Array.from({ length: 12 }, (_, index) => ({ ...row, id: `rfl_${index}`, friendId: `mem_${index + 2}` }));
  const asked = serve([
    answer(QualifiedReferrals, { referrals: { nodes: rows, pageInfo: noMore } } as never),
    answer(HeldActivities, { activityReviews: { nodes: [], pageInfo: noMore } }),
    ...shop,
  ]);
  await open('/reviews', 'Reviews');
  await expect.element(page.getByRole('link', { name: 'John Coltrane' }).first()).toBeVisible();
  const names = asked.filter(({ operationName }) => operationName === 'MemberNames');
  expect(names.map(({ variables }) => new Set((variables as { ids: string[] }).ids).size)).toEqual([13]);
});
