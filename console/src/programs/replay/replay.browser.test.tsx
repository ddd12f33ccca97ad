import axe from 'axe-core';
import { expect, test } from 'vitest';
import { page } from 'vitest/browser';

import { answer, answering, serve } from '../../testing/answers.js';
import { open } from '../../testing/open.js';
import { shop } from '../../testing/shop.js';
import { replay } from '../../testing/things.js';
import { ProgramReplay, ProgramReplayCancel, ReplayDetails, ReplayOverview } from './replay-query.js';

const path = '/programs/prg_1/replay';
const nobodyYet = answer(ReplayOverview, {
  program: {
    id: 'prg_1',
    name: 'Blue Club',
    state: 'LIVE',
    live: { number: 1 },
    draft: { id: 'ver_2', number: 2, savedAt: '2026-11-20T09:00:00Z', rules: { tiered: null } },
  },
  replays: { nodes: [] },
  programs: { nodes: [] },
});
const asked = answer(ProgramReplay, { programReplay: { replay: { id: 'rpl_1' }, userErrors: [] } });
const nothing = { activities: 0, members: 0, units: [], tierMoves: [], rewards: [], unplayed: ['SPENDING' as const] };

test('a draft is replayed over the days that were chosen, watched, and its result read', async () => {
  let times = 0;
  const told = answering(ReplayDetails, () => {
    times += 1;
    return {
      replay:
        times === 1
          ? { ...replay, state: 'RUNNING' as const, played: 67, finishedAt: null, result: null }
          : { ...replay, result: { ...nothing, activities: 134, members: 25 } },
    };
  });
  const questions = serve([nobodyYet, asked, told, ...shop]);
  await open(path, 'Replay of Blue Club');
  await expect.element(page.getByText('Nothing was replayed yet')).toBeVisible();
  await expect.element(page.getByLabelText('First day')).toHaveValue('2026-08-25');
  await expect.element(page.getByLabelText('Last day')).toHaveValue('2026-11-22');
  await page.getByRole('button', { name: '30 days' }).click();
  await page.getByLabelText('Last day').fill('2026-11-20');
  await page.getByRole('button', { name: 'Replay the draft' }).click();

  await expect.element(page.getByRole('progressbar', { name: '67 of 134 activities' })).toBeVisible();
  await expect.element(page.getByText('It would have changed nothing')).toBeVisible();
  expect(questions.find(({ operationName }) => operationName === 'ProgramReplay')?.variables).toEqual({
    input: { id: 'prg_1', versionId: 'ver_2', since: '2026-10-23T22:00:00.000Z', until: '2026-11-20T23:00:00.000Z' },
  });
});

test('a result tells points, cost, who gains and loses by name, tiers, rewards, and what is not played', async () => {
  serve(shop);
  await open(path, 'Replay of Blue Club');
  const changed = page.getByRole('region', { name: 'What it would have changed' });
  await expect.element(changed.getByText('+6,000')).toBeVisible();
  await expect.element(changed.getByText('+€60.00')).toBeVisible();
  await expect.element(changed.getByText('24,000 → 30,000 (+25%)')).toBeVisible();
  const gains = page.getByRole('table', { name: 'Who would have gained most' });
  await expect.element(gains.getByRole('link', { name: 'Miles Davis' })).toHaveAttribute('href', '/console/members/mem_1');
  await expect.element(page.getByRole('table', { name: 'Who would have lost most' })).toHaveTextContent('John Coltrane500480−20');
  await expect.element(page.getByRole('table', { name: 'Tiers' })).toHaveTextContent('SilverGold3');
  await expect.element(page.getByRole('table', { name: 'Rewards given by rules' })).toHaveTextContent('Free shipping25+3');
  await expect.element(page.getByRole('region', { name: 'What is not played' })).toHaveTextContent(/Spending:.*by hand:.*nothing is drawn/);
});

test('a time in which nothing happened says so, and a refusal stands at its day', async () => {
  const tooMany = {
    replay: null,
    userErrors: [{ field: ['since'], message: 'More than 1,000,000 activities occurred in that time.', code: 'TOO_MANY' as const }],
  };
  serve([answer(ProgramReplay, { programReplay: tooMany }), answer(ReplayDetails, { replay: { ...replay, result: nothing } }), ...shop]);
  await open(path, 'Replay of Blue Club');
  await expect.element(page.getByText('Nothing happened in that time')).toBeVisible();
  await page.getByRole('button', { name: 'Replay the draft' }).click();
  await expect.element(page.getByLabelText('First day')).toHaveAccessibleDescription(/More than 1,000,000/);
  await page.getByLabelText('First day').fill('2026-11-23');
  await page.getByRole('button', { name: 'Replay the draft' }).click();
  await expect.element(page.getByLabelText('First day')).toHaveAccessibleDescription(/after the last day/);
});

test('one that failed says so, one that waits can be ended, and a draft saved since is told', async () => {
  const waiting = { ...replay, id: 'rpl_0', state: 'WAITING' as const, activities: 0, played: 0, finishedAt: null };
  let ended = false;
  const questions = serve([
    answer(ReplayOverview, {
      program: {
        id: 'prg_1',
        name: 'Blue Club',
        state: 'LIVE',
        live: { number: 1 },
        draft: { id: 'ver_3', number: 2, savedAt: '2026-11-22T09:30:00Z', rules: { tiered: null } },
      },
      replays: { nodes: [waiting, replay] },
      programs: { nodes: [] },
    }),
    answering(ReplayDetails, () => ({ replay: { ...waiting, state: ended ? ('CANCELLED' as const) : ('WAITING' as const), result: null } })),
    answering(ProgramReplayCancel, () => {
      ended = true;
      return { programReplayCancel: { replay: { id: 'rpl_0' }, userErrors: [] } };
    }),
    ...shop,
  ]);
  await open(path, 'Replay of Blue Club');
  await expect.element(page.getByRole('progressbar', { name: 'Waiting' })).toBeVisible();
  expect((await axe.run(document.body)).violations.map(({ id }) => id)).toEqual([]);
  await page.getByRole('button', { name: 'End it' }).click();
  await page.getByRole('dialog').getByRole('button', { name: 'End it' }).click();
  await expect.element(page.getByText('Somebody ended it before it was over.')).toBeVisible();
  expect(questions.map(({ operationName }) => operationName)).toContain('ProgramReplayCancel');
});

test('what failed is told', async () => {
  serve([answer(ReplayDetails, { replay: { ...replay, state: 'FAILED', result: null } }), ...shop]);
  await open(path, 'Replay of Blue Club');
  await expect.element(page.getByRole('alert')).toHaveTextContent(/came to no end/);
});

test('the dialog that publishes leads there', async () => {
  serve(shop);
  await open('/programs/prg_1', 'Blue Club');
  await page.getByRole('button', { name: 'Publish' }).click();
  await page.getByRole('link', { name: 'Replay it first' }).click();
  await expect.element(page.getByRole('heading', { level: 1, name: 'Replay of Blue Club' })).toBeVisible();
  await expect.poll(() => page.getByRole('dialog').elements()).toEqual([]);
});
