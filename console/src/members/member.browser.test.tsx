import { expect, test } from 'vitest';
import { page, userEvent } from 'vitest/browser';

import { answer, answering, serve } from '../testing/answers.js';
import { open } from '../testing/open.js';
import { shop } from '../testing/shop.js';
import { PointsAdjust } from './adjust-points.js';
import { MemberErase } from './erase-member.js';
import { ExternalIdTaken } from './member-form.js';
import { MemberTierSet } from './tiers-query.js';

test('an entry of the timeline opens to its explanation, with totals before and after', async () => {
  serve(shop);
  await open('/members/mem_1', 'Miles Davis');
  const entry = page.getByRole('button', { name: /Purchase of order #20258/ });
  await expect.element(entry).toHaveAttribute('aria-expanded', 'false');
  await entry.click();

  await expect.element(entry).toHaveAttribute('aria-expanded', 'true');
  const steps = page.getByRole('list', { name: 'Explanation' }).getByRole('listitem');
  await expect.element(steps.first()).toBeVisible();
  expect(steps.elements().map(({ textContent }) => textContent)).toEqual([
    'Spending gives 66.99: 1 for every 1.00 EUR of 66.99 EUR.0 → 66.99',
    'Double on vinyl does not apply.',
    '66.99 is cut off to 66.66.99 → 66',
    expect.stringMatching(/^Expires at .*15.*2027/),
  ]);
});

const adjusted = { entry: { id: 'tra_2' }, userErrors: [] };
const tooMany = {
  entry: null,
  userErrors: [{ field: ['amount'], message: 'too many', code: 'INSUFFICIENT_POINTS' as const }],
};

async function take(amount: string): Promise<void> {
  await page.getByRole('textbox', { name: 'Points' }).fill(amount);
  await page.getByRole('textbox', { name: 'Reason' }).fill('Double booking');
  await page.getByRole('button', { name: `Take ${amount} points` }).click();
}

test('an adjustment without an answer is sent again under the same key', async () => {
  let tries = 0;
  const lost = (): typeof adjusted => {
    tries += 1;
    if (tries === 1) {
      throw new Error('the connection is gone');
    }
    return adjusted;
  };
  const asked = serve([answering(PointsAdjust, () => ({ pointsAdjust: lost() })), ...shop]);
  await open('/members/mem_1', 'Miles Davis');
  await page.getByRole('button', { name: 'Adjust points' }).click();
  await page.getByText('Take', { exact: true }).click();
  await take('50');
  await expect.element(page.getByText('Guerdon could not be reached. Try again in a moment.')).toBeVisible();
  await page.getByRole('button', { name: 'Take 50 points' }).click();
  await expect.element(page.getByText('The points were adjusted.')).toBeVisible();

  const [first, second] = asked.filter(({ operationName }) => operationName === 'PointsAdjust');
  expect(first?.variables).toEqual({
    input: {
      idempotencyKey: expect.stringMatching(/^console-[0-9a-f]{32}$/),
      member: { id: 'mem_1' },
      unit: 'points',
      amount: -50,
      reason: 'Double booking',
      expiresAt: null,
    },
  });
  expect(second?.variables).toEqual(first?.variables);
});

test('a refused adjustment is told at its field, and corrected under a new key', async () => {
  let tries = 0;
  const asked = serve([answering(PointsAdjust, () => ({ pointsAdjust: (tries += 1) === 1 ? tooMany : adjusted })), ...shop]);
  await open('/members/mem_1', 'Miles Davis');
  await page.getByRole('button', { name: 'Adjust points' }).click();
  await page.getByText('Take', { exact: true }).click();
  await take('5,000');
  await expect.element(page.getByRole('textbox', { name: 'Points' })).toHaveAccessibleDescription(/Too many\./);
  await take('50');
  await expect.element(page.getByText('The points were adjusted.')).toBeVisible();

  const keys = asked
    .filter(({ operationName }) => operationName === 'PointsAdjust')
    .map(({ variables }) => JSON.stringify(variables).match(/console-[0-9a-f]{32}/)?.[0]);
  expect(new Set(keys).size).toBe(2);
});

test('an adjustment without a number or a reason is not sent', async () => {
  const asked = serve(shop);
  await open('/members/mem_1', 'Miles Davis');
  await page.getByRole('button', { name: 'Adjust points' }).click();
  await page.getByRole('button', { name: 'Give', exact: true }).click();

  await expect.element(page.getByRole('textbox', { name: 'Points' })).toHaveAccessibleDescription(/Enter how many/);
  await expect.element(page.getByRole('textbox', { name: 'Reason' })).toHaveAccessibleDescription(/Say why/);
  expect(asked.map(({ operationName }) => operationName)).not.toContain('PointsAdjust');
});

test('a member is erased only after the word is typed', async () => {
  const asked = serve([answer(MemberErase, { memberErase: { member: { id: 'mem_1' }, userErrors: [] } }), ...shop]);
  await open('/members/mem_1', 'Miles Davis');
  await page.getByRole('button', { name: 'Erase' }).click();
  const confirm = page.getByRole('button', { name: 'Erase for ever' });
  await expect.element(confirm).toBeDisabled();
  await page.getByLabelText(/Type “erase”/).fill('erase');
  await confirm.click();

  await expect.element(page.getByText('The member was erased.')).toBeVisible();
  expect(asked).toContainEqual({
    query: expect.any(String),
    operationName: 'MemberErase',
    variables: { input: { member: { id: 'mem_1' } } },
  });
});

test('the points of an earlier day are asked for as of its end, in the zone of the shop', async () => {
  const asked = serve(shop);
  await open('/members/mem_1', 'Miles Davis');
  await page.getByLabelText('As of').fill('2026-11-10');

  await expect.element(page.getByText(/At the end of/)).toBeVisible();
  await expect
    .poll(() => asked.find(({ operationName }) => operationName === 'BalancesAsOf')?.variables)
    .toEqual({ id: 'mem_1', asOf: '2026-11-10T23:00:00.000Z' });
});

test('a dialog can be closed by the keyboard, and the focus goes back', async () => {
  serve(shop);
  await open('/members/mem_1', 'Miles Davis');
  const button = page.getByRole('button', { name: 'Adjust points' });
  await button.click();
  await expect.element(page.getByRole('dialog')).toBeVisible();
  await userEvent.keyboard('{Escape}');

  await expect.poll(() => page.getByRole('dialog').elements()).toEqual([]);
  await expect.element(button).toHaveFocus();
});

test('adding a member under an external id that is taken changes nobody', async () => {
  const asked = serve([answer(ExternalIdTaken, { member: { id: 'mem_1' } }), ...shop]);
  await open('/members', 'Members');
  await page.getByRole('button', { name: 'Add member' }).click();
  await page.getByRole('textbox', { name: 'Name' }).fill('Chick Corea');
  await page.getByRole('textbox', { name: 'External id' }).fill('c-1001');
  await page.getByRole('button', { name: 'Add', exact: true }).click();

  await expect.element(page.getByRole('textbox', { name: 'External id' })).toHaveAccessibleDescription(/Another member/);
  expect(asked.map(({ operationName }) => operationName)).not.toContain('MemberUpsert');
});

test('a tier tells how far the next one is, and is set by hand with a reason and an end', async () => {
  const asked = serve([answer(MemberTierSet, { memberTierSet: { tiers: [{ tier: 'gold' }], userErrors: [] } }), ...shop]);
  await open('/members/mem_1', 'Miles Davis');
  await expect.element(page.getByRole('progressbar', { name: '€380.50 of €500.00 spent' })).toBeVisible();
  await page.getByRole('button', { name: 'Set tier' }).click();
  await page.getByRole('combobox', { name: 'Tier' }).click();
  await page.getByRole('option', { name: 'Gold' }).click();
  await page.getByRole('textbox', { name: 'Reason' }).fill('A regular of ours');
  await page.getByLabelText('Last day').fill('2026-12-31');
  await page.getByRole('dialog').getByRole('button', { name: 'Set tier' }).click();
  await expect.element(page.getByText('The tier was set.')).toBeVisible();

  expect(asked.find(({ operationName }) => operationName === 'MemberTierSet')?.variables).toEqual({
    input: {
      idempotencyKey: expect.stringMatching(/^console-[0-9a-f]{32}$/),
      member: { id: 'mem_1' },
      programId: 'prg_2',
      tier: 'gold',
      reason: 'A regular of ours',
      until: '2026-12-31T23:00:00.000Z',
    },
  });
});
