import axe from 'axe-core';
import { describe, expect, test } from 'vitest';
import { page } from 'vitest/browser';

import { serve } from './answers.js';
import { open } from './open.js';
import { shop } from './shop.js';
import { viewer } from './things.js';
import { answer } from './answers.js';
import { Viewer } from '../shell/viewer.js';

const sandbox = answer(Viewer, { me: { ...viewer, tenant: { ...viewer.tenant, isSandbox: true } } });

const pages = [
  { path: '/', heading: 'Overview', shows: 'Outstanding' },
  { path: '/members', heading: 'Members', shows: 'Miles Davis' },
  { path: '/members/mem_1', heading: 'Miles Davis', shows: 'Purchase of order #20258: +66 points.' },
  { path: '/programs', heading: 'Programs', shows: 'version 1 live, draft 2' },
  { path: '/programs/prg_1', heading: 'Blue Club', shows: 'What would it earn?' },
  { path: '/programs/prg_1/draft', heading: 'Edit Blue Club', shows: 'Spending: 1 point for every 1.00 EUR.' },
  { path: '/programs/prg_1/replay', heading: 'Replay of Blue Club', shows: 'Who would have gained most' },
  { path: '/reviews', heading: 'Reviews', shows: 'Purchase #21002, €990.00' },
  { path: '/rewards', heading: 'Rewards', shows: '49 of 50' },
  { path: '/rewards/new', heading: 'Add reward', shows: 'What members see' },
  { path: '/rewards/rwd_1', heading: 'Free shipping', shows: 'Upload codes' },
  { path: '/redemptions', heading: 'Redemptions', shows: 'Payment of €5.00' },
  { path: '/payments', heading: 'Payments', shows: '#21001' },
  { path: '/gift-cards', heading: 'Gift cards', shows: 'with PIN' },
  { path: '/partners', heading: 'Partners', shows: 'Pays €0.01 per point, gets €0.0085; by the month' },
  { path: '/partners/prt_1', heading: 'Harbour Books', shows: 'A flyer that was never printed' },
  { path: '/settlements', heading: 'Settlements', shows: 'It pays €12.34' },
  { path: '/coalitions', heading: 'Coalitions', shows: 'Coalition of Old Mill Brands' },
  { path: '/coalitions/pcp_1', heading: 'Skyline', shows: '10 miles became 20 points' },
  { path: '/keys', heading: 'Keys', shows: 'gsk_live_…B46Z' },
  { path: '/webhooks', heading: 'Webhooks', shows: 'HTTP 500' },
  { path: '/settings', heading: 'Settings', shows: 'bob@example.com' },
  { path: '/audit-log', heading: 'Audit log', shows: 'program.published' },
  { path: '/no-such-page', heading: 'Not found', shows: 'There is nothing here' },
];

async function problems(): Promise<unknown> {
  const { violations } = await axe.run(document.body);
  return violations.map(({ id, nodes }) => [id, nodes.map(({ html, failureSummary }) => `${html} ${failureSummary}`)]);
}

describe.each([
  { scheme: 'light', width: 1280 },
  { scheme: 'dark', width: 1280 },
  { scheme: 'light', width: 390 },
])('in $scheme, $width px wide', ({ scheme, width }) => {
  test.each(pages)('$path has nothing that axe finds wrong, and fits', async ({ path, heading, shows }) => {
    await page.viewport(width, 800);
    localStorage.setItem('mantine-color-scheme-value', scheme);
    serve(shop);
    await open(path, heading);
    await expect.element(page.getByText(shows, { exact: true }).first()).toBeVisible();

    expect(await problems()).toEqual([]);
    expect(document.documentElement.scrollWidth).toBeLessThanOrEqual(width);
  });
});

test('a sandbox shows its clock', async () => {
  serve([sandbox, ...shop]);
  await open('/settings', 'Settings');
  await page.getByRole('button', { name: '+1 month' }).click();

  await expect.element(page.getByLabelText('Move it to')).toHaveValue('2026-12-22T11:00');
  expect(await problems()).toEqual([]);
});

test('who may only read sees no buttons that write, and no pages that are not theirs', async () => {
  serve([answer(Viewer, { me: { ...viewer, role: 'ANALYST', actions: ['READ_MEMBERS'] } }), ...shop]);
  await open('/members/mem_1', 'Miles Davis');
  await expect.element(page.getByRole('link', { name: 'Members' })).toBeVisible();

  expect(page.getByRole('link', { name: 'Keys' }).elements()).toEqual([]);
  for (const name of ['Adjust points', 'Export', 'Erase', 'Edit']) {
    expect(page.getByRole('button', { name }).elements()).toEqual([]);
  }
});

test('what the server refuses is told, with a way to try again', async () => {
  serve(shop.filter(({ operation }) => operation !== 'Keys'));
  await open('/keys', 'Keys');

  await expect.element(page.getByRole('alert')).toHaveTextContent('Something broke on our side');
  await expect.element(page.getByRole('button', { name: 'Try again' })).toBeVisible();
});
