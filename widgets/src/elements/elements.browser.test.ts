import axe from 'axe-core';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { page } from 'vitest/browser';

import {
  CausesDocument,
  type CausesData,
  ClaimDocument,
  DonateDocument,
  GamesDocument,
  JoinDocument,
  MembershipDocument,
  PlayDocument,
  type MembershipData,
  TasksDocument,
  type TasksData,
  TierDocument,
  type TierData,
} from '../documents/club.js';
import '../guerdon.js';
import { Scene } from '../testing/scene.js';
import { points } from '../testing/storefront.js';

const tier: TierData = {
  me: {
    id: 'mem_1',
    tiers: [
      {
        programId: 'prg_1',
        name: 'Barista',
        until: '2027-06-30T12:00:00Z',
        nextName: 'Roaster',
        ways: [{ allOf: [{ metric: 'spend:USD', atLeast: 40_000, has: 31_050 }] }, { allOf: [{ metric: 'earned:points', atLeast: 900, has: 1_000 }] }],
        countsUntil: '2026-12-31',
      },
    ],
    entitlements: [{ programId: 'prg_1', perk: 'refill', name: 'Free refill', limit: 3, left: 2 }],
    balances: [{ unit: { ...points, slug: 'points' } }],
  },
};

const tasks: TasksData = {
  me: {
    id: 'mem_1',
    tasks: [
      {
        programId: 'prg_2', task: 'three', name: 'Three orders', state: 'ACTIVE', endsAt: '2026-12-01T12:00:00Z',
        steps: [{ behaviour: 'orders', target: 3, has: 2, met: false }], slotsLeft: null,
      },
      { programId: 'prg_2', task: 'tasting', name: 'Come to a tasting', state: 'OFFERED', endsAt: null, steps: [], slotsLeft: 4 },
    ],
    badges: [{ programId: 'prg_2', badge: 'regular', name: 'Regular', times: 2 }],
  },
};

const causes: CausesData = {
  causes: [
    {
      programId: 'prg_3', slug: 'meals', name: 'School meals', description: 'A warm lunch.', open: true, unit: points, minimum: 50,
      step: 10, minimumWorth: { amount: 50, currency: 'USD' }, donations: 7, raised: { amount: 12_050, currency: 'USD' },
      goal: { amount: 50_000, currency: 'USD' },
    },
  ],
  me: { id: 'mem_1', balances: [{ unit: { id: 'unt_1' }, available: 127 }] },
};

const membership: MembershipData = {
  membershipPlans: [
    {
      programId: 'prg_4', plan: 'month', name: 'Club', price: { amount: 500, currency: 'USD' }, period: 'MONTH', trialMonths: 1,
      brings: ['points × 2'],
    },
  ],
  me: { id: 'mem_1', memberships: [] },
};

let scene: Scene;

beforeEach(() => {
  scene = new Scene();
});

afterEach(() => {
  document.body.replaceChildren();
});

function open(name: string, changes: object = {}): HTMLElement {
  const { endpoint, key } = scene;
  return document.body.appendChild(Object.assign(document.createElement(name), { endpoint, key, locale: 'en-US', token: 'customer', ...changes }));
}

async function complaints(element: HTMLElement): Promise<string[]> {
  return (await axe.run(element)).violations.flatMap(({ id, nodes }) => nodes.map(({ html }) => `${id}: ${html}`));
}

test('a tier tells until when, how far the next one is by each way, and the perks that are left', async () => {
  await scene.script(TierDocument, tier);
  const element = open('guerdon-tier');
  await expect.element(page.getByText('Barista')).toBeVisible();
  await expect.element(page.getByRole('progressbar', { name: '$310.50 of $400.00 spent' })).toBeVisible();
  await expect.element(page.getByRole('progressbar', { name: '900 of 900 points earned' })).toBeVisible();
  await expect.element(page.getByRole('heading', { name: 'To Roaster by Dec 31, 2026' })).toBeVisible();
  await expect.element(page.getByText('2 of 3 left')).toBeVisible();
  expect(await complaints(element)).toEqual([]);
});

test('a guest is told so, in their language', async () => {
  await scene.script(TierDocument, { me: null });
  open('guerdon-tier', { locale: 'de-AT' });
  await expect.element(page.getByRole('region', { name: 'Dein Status' })).toBeVisible();
  await expect.element(page.getByText('Melde dich an, um deine zu sehen.')).toBeVisible();
});

test('a task is taken part in, and asked for again', async () => {
  await scene.script(TasksDocument, tasks);
  await scene.script(ClaimDocument, { taskClaim: { tasks: [], userErrors: [] } });
  const element = open('guerdon-tasks');
  await expect.element(page.getByRole('progressbar', { name: '2 of 3 orders' })).toBeVisible();
  await expect.element(page.getByText('Regular, 2 times')).toBeVisible();
  await expect.element(page.getByText('4 places left')).toBeVisible();
  expect(await complaints(element)).toEqual([]);
  await page.getByRole('button', { name: 'Take part in Come to a tasting' }).click();

  await expect.poll(async () => (await scene.asked(TasksDocument)).length).toBe(2);
  expect((await scene.asked(ClaimDocument)).map(({ variables }) => variables)).toEqual([
    { input: { idempotencyKey: expect.any(String), programId: 'prg_2', task: 'tasting' } },
  ]);
});

test('points are given once, however often the answer is lost', async () => {
  await scene.script(CausesDocument, causes);
  const donation = { number: 'D-1', value: { amount: 100, currency: 'USD' }, matched: { amount: 100, currency: 'USD' } };
  await scene.script(DonateDocument, 'hang-up', { donate: { donation, userErrors: [] } });
  const element = open('guerdon-causes');
  await expect.element(page.getByRole('progressbar', { name: '$120.50 of $500.00 raised' })).toBeVisible();
  expect(await complaints(element)).toEqual([]);
  const amount = page.getByRole('spinbutton', { name: 'How many points for School meals' });
  await expect.element(amount).toHaveAttribute('max', '120');
  await amount.fill('100');
  const button = page.getByRole('button', { name: 'Give points to School meals' });
  await button.click();
  await expect.element(page.getByRole('alert')).toHaveTextContent('nothing is ever done twice');
  await button.click();
  await expect.element(page.getByText('Thank you. $1.00 go to School meals, and the shop adds $1.00.')).toBeVisible();

  const [first, second] = await scene.asked(DonateDocument);
  expect(first?.variables).toEqual({ input: { idempotencyKey: expect.any(String), programId: 'prg_3', cause: 'meals', points: 100 } });
  expect(second?.variables).toEqual(first?.variables);
});

test('what is refused is told in words of our own', async () => {
  await scene.script(CausesDocument, causes);
  const refused = [{ code: 'ENDED' as const, field: ['cause'], message: 'over' }];
  await scene.script(DonateDocument, { donate: { donation: null, userErrors: refused } });
  open('guerdon-causes');
  await page.getByRole('button', { name: 'Give points to School meals' }).click();
  await expect.element(page.getByRole('alert')).toHaveTextContent('This has ended.');
});

test('a plan is joined; who has it sees until when, and can leave', async () => {
  const has = { id: 'mbs_1', programId: 'prg_4', plan: 'month', name: 'Club', state: 'TRIAL' as const, endsAt: '2026-12-22T12:00:00Z', renews: true };
  await scene.script(MembershipDocument, membership, { ...membership, me: { id: 'mem_1', memberships: [has] } });
  await scene.script(JoinDocument, { membershipJoin: { membership: { id: 'mbs_1' }, checkout: null, userErrors: [] } });
  const element = open('guerdon-membership');
  await expect.element(page.getByText('$5.00 a month, the first month free')).toBeVisible();
  expect(await complaints(element)).toEqual([]);
  await page.getByRole('button', { name: 'Join Club' }).click();
  await expect.element(page.getByText('Welcome to Club.')).toBeVisible();
  await expect.element(page.getByText('Trial until Dec 22, 2026')).toBeVisible();
  await expect.element(page.getByRole('button', { name: 'Cancel membership' })).toBeVisible();
  expect((await scene.asked(JoinDocument)).map(({ variables }) => variables)).toEqual([
    { input: { idempotencyKey: expect.any(String), programId: 'prg_4', plan: 'month', returnUrl: location.href } },
  ]);
});

test('a play is taken once, with a text of the member’s own, and what was drawn is told', async () => {
  const game = {
    programId: 'prg_5', name: 'Harvest Wheel', type: 'WHEEL' as const, open: true, odds: [{ prize: 'big', name: '100 points', percent: '40 %' }],
    rulesPath: '/games/x', verifyPath: '/games/verify', commitment: 'c0ffee', playsLeft: 2, nextPlayId: 'ply_1', freePlays: false,
  };
  await scene.script(GamesDocument, { games: [game] }, { games: [{ ...game, playsLeft: 1, nextPlayId: 'ply_2' }] });
  await scene.script(PlayDocument, { gamePlay: { play: { name: '100 points', won: true }, userErrors: [] } });
  const element = open('guerdon-wheel');
  await expect.element(page.getByText('Plays left: 2')).toBeVisible();
  expect(await complaints(element)).toEqual([]);
  await page.getByRole('button', { name: 'Play Harvest Wheel' }).click();
  await expect.element(page.getByText('You won: 100 points.')).toBeVisible();
  await expect.element(page.getByText('Plays left: 1')).toBeVisible();
  const [{ variables } = { variables: null }] = await scene.asked(PlayDocument);
  expect(variables).toEqual({
    input: { idempotencyKey: expect.any(String), programId: 'prg_5', clientText: expect.stringMatching(/^[0-9a-f-]{36}$/), playId: 'ply_1' },
  });
});
