import axe from 'axe-core';
import { expect, test } from 'vitest';
import { page } from 'vitest/browser';

import { answer, serve } from '../testing/answers.js';
import { open } from '../testing/open.js';
import { shop } from '../testing/shop.js';
import { member } from '../testing/things.js';
import { PointsTransfer } from './give-points.js';
import { MemberChoices } from './member-picker.js';
import { MemberProfile } from './member-query.js';
import { MemberMerge, type MergeSide, MembersToMerge } from './merge-query.js';
import { TaskAssign, TaskChoices, TaskClaim, TaskWithdraw } from './task-query.js';

const coltrane = { id: 'mem_2', externalId: 'c-1002', state: 'ACTIVE', name: 'John Coltrane', email: null } as const;
const choices = answer(MemberChoices, { members: { nodes: [{ ...coltrane }, { ...coltrane, id: 'mem_3', name: 'Gone', state: 'MERGED' }] } });
const here: MergeSide = { ...member, tiers: [{ programId: 'prg_2', name: 'Silver' }], memberships: [] };
const other: MergeSide = {
  ...here,
  ...coltrane,
  phone: null,
  birthday: '1926-09-23',
  tags: ['sax'],
  dependants: [],
  joinedAt: '2025-01-01T09:00:00Z',
  balances: here.balances.map((balance) => ({ ...balance, available: 100, pending: 0, held: 0 })),
  tiers: [{ programId: 'prg_2', name: 'Gold' }],
};

async function choose(label: string): Promise<void> {
  await page.getByRole('combobox', { name: label }).click();
  await expect.poll(() => page.getByRole('option').elements().length).toBe(1);
  await page.getByRole('option', { name: /John Coltrane/ }).click();
}

test('another member is merged into this one, after a look at what is carried', async () => {
  const asked = serve([
    choices,
    answer(MembersToMerge, { one: here, other }),
    answer(MemberMerge, { memberMerge: { member: { id: 'mem_1' }, userErrors: [] } }),
    ...shop,
  ]);
  await open('/members/mem_1', 'Miles Davis');
  await page.getByRole('button', { name: 'Merge' }).click();
  await choose('The other member');
  const carried = page.getByRole('table', { name: 'What is carried' });
  await expect.element(carried).toHaveTextContent('Points1003,1513,251');
  await expect.element(carried).toHaveTextContent('TierGoldSilverthe higher one');
  await expect.element(carried).toHaveTextContent('Tagssaxvinylvinyl, sax');
  // The dialog's own <header> is taken for a second banner of the page.
  const rules = { 'landmark-no-duplicate-banner': { enabled: false } };
  const { violations } = await axe.run(page.getByRole('dialog').element(), { rules });
  expect(violations.map(({ id }) => id)).toEqual([]);
  await page.getByRole('button', { name: 'Merge for ever' }).click();
  await expect.element(page.getByText('John Coltrane is one with Miles Davis now.')).toBeVisible();

  expect(asked.find(({ operationName }) => operationName === 'MemberMerge')?.variables).toEqual({
    input: { idempotencyKey: expect.stringMatching(/^console-/), from: { id: 'mem_2' }, into: { id: 'mem_1' } },
  });
});

test('what stands in the way of a merge is told, for the one who would go', async () => {
  serve([choices, answer(MembersToMerge, { one: here, other }), ...shop]);
  await open('/members/mem_1', 'Miles Davis');
  await page.getByRole('button', { name: 'Merge' }).click();
  await choose('The other member');
  await page.getByRole('radiogroup', { name: 'Who stays' }).getByText('John Coltrane · c-1002').click();
  await expect.element(page.getByRole('alert')).toHaveTextContent(/Points of Miles Davis are held/);
  await expect.element(page.getByRole('button', { name: 'Merge for ever' })).toBeDisabled();
});

test('of who was merged the page leads to who they are now, and offers nothing', async () => {
  serve([answer(MemberProfile, { member: { ...member, state: 'MERGED', mergedInto: 'mem_2' } }), ...shop]);
  await open('/members/mem_1', 'Miles Davis');
  await expect.element(page.getByRole('link', { name: 'John Coltrane' })).toHaveAttribute('href', '/console/members/mem_2');
  for (const name of ['Adjust points', 'Merge', 'Give a task', 'Set tier', 'Edit']) {
    expect(page.getByRole('button', { name }).elements()).toEqual([]);
  }
});

const tasks = answer(TaskChoices, {
  programs: {
    nodes: [
      {
        id: 'prg_3',
        name: 'Quests',
        tasks: [
          { task: 'three', name: 'Three orders', begins: 'AUTOMATIC', slots: null, slotsTaken: 0 },
          { task: 'walk', name: 'A walk', begins: 'CLAIMED', slots: 5, slotsTaken: 2 },
          { task: 'photos', name: 'Photos', begins: 'ASSIGNED', slots: null, slotsTaken: 0 },
        ],
      },
    ],
  },
});

test.each([
  { task: 'Photos', slug: 'photos', mutation: 'TaskAssign' },
  { task: 'A walk', slug: 'walk', mutation: 'TaskClaim' },
])('$task is given by $mutation', async ({ task, slug, mutation }) => {
  const done = { tasks: [{ task: slug }], userErrors: [] };
  const asked = serve([tasks, answer(TaskAssign, { taskAssign: done }), answer(TaskClaim, { taskClaim: done }), ...shop]);
  await open('/members/mem_1', 'Miles Davis');
  await page.getByRole('button', { name: 'Give a task' }).click();
  await page.getByRole('combobox', { name: 'Task' }).click();
  expect(page.getByRole('option', { name: 'Three orders' }).elements()).toEqual([]);
  await page.getByRole('option', { name: task }).click();
  await page.getByRole('button', { name: 'Give it' }).click();
  await expect.element(page.getByText(`The task “${task}” has begun.`)).toBeVisible();
  expect(asked.find(({ operationName }) => operationName === mutation)?.variables).toMatchObject({
    input: { member: { id: 'mem_1' }, programId: 'prg_3', task: slug },
  });
});

test('a task that was given is taken back with a reason', async () => {
  const asked = serve([answer(TaskWithdraw, { taskWithdraw: { tasks: [], userErrors: [] } }), ...shop]);
  await open('/members/mem_1', 'Miles Davis');
  await page.getByRole('button', { name: 'Withdraw Three orders in a month' }).click();
  await page.getByRole('textbox', { name: 'Reason' }).fill('A mistake');
  await page.getByRole('dialog').getByRole('button', { name: 'Withdraw' }).click();
  await expect.element(page.getByText('The task was taken back.')).toBeVisible();
  expect(asked.find(({ operationName }) => operationName === 'TaskWithdraw')?.variables).toMatchObject({
    input: { member: { id: 'mem_1' }, programId: 'prg_3', task: 'three', reason: 'A mistake' },
  });
});

test('points are given to another member, where the rules allow it', async () => {
  const asked = serve([choices, answer(PointsTransfer, { pointsTransfer: { fromBalances: [], userErrors: [] } }), ...shop]);
  await open('/members/mem_1', 'Miles Davis');
  await page.getByRole('button', { name: 'Give to a member' }).click();
  await page.getByRole('button', { name: 'Give', exact: true }).click();
  await expect.element(page.getByRole('combobox', { name: 'Who gets them' })).toHaveAccessibleDescription(/Choose who/);
  await choose('Who gets them');
  await page.getByRole('textbox', { name: 'Points' }).fill('40');
  await page.getByRole('button', { name: 'Give', exact: true }).click();
  await expect.element(page.getByText('The points were given.')).toBeVisible();
  expect(asked.find(({ operationName }) => operationName === 'PointsTransfer')?.variables).toMatchObject({
    input: { from: { id: 'mem_1' }, to: { id: 'mem_2' }, unit: 'points', points: 40 },
  });
});

test('plays, and whom a member looks after, stand on the page', async () => {
  serve(shop);
  await open('/members/mem_1', 'Miles Davis');
  await expect.element(page.getByRole('region', { name: 'Plays' })).toHaveTextContent(/A pair of tickets.*Won.*in place of A mug, which was used up/);
  await expect.element(page.getByRole('region', { name: 'Profile' })).toHaveTextContent(/Looks afterErinchild, born on/);
});
