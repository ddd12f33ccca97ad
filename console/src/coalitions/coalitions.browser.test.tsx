import axe from 'axe-core';
import { expect, test } from 'vitest';
import { page } from 'vitest/browser';

import { Coalitions } from '../partners/partner-query.js';
import { Units } from '../parts/units.js';
import { Viewer } from '../shell/viewer.js';
import { answer, answering, serve } from '../testing/answers.js';
import { open } from '../testing/open.js';
import { shop } from '../testing/shop.js';
import { joined, lastPage, offer, participation, points, viewer } from '../testing/things.js';
import {
  InvitationByCode,
  ParticipationDetails,
  ParticipationEnd,
  ParticipationExchanges,
  type ParticipationFields,
  ParticipationIds,
  ParticipationJoin,
  ParticipationList,
  ParticipationSettlements,
  ParticipationUpdate,
} from './participation-query.js';

const fine = { participation: { id: participation.id }, userErrors: [] };
const none = answer(ParticipationList, { participations: [] });
const over: ParticipationFields = { ...participation, endedAt: '2026-11-20T09:00:00Z', coalition: null };

async function problems(part = 'body'): Promise<unknown> {
  return (await axe.run(part)).violations.map(({ id, nodes }) => [id, nodes.map(({ html, failureSummary }) => `${html} ${failureSummary}`)]);
}

/** The same of the one dialog that is open, once it has faded in. */
async function problemsInDialog(): Promise<unknown> {
  await expect.poll(() => [...document.querySelectorAll('[role=dialog]')].map((dialog) => getComputedStyle(dialog).opacity)).toEqual(['1']);
  return problems('.mantine-Modal-body');
}

function sent(asked: ReturnType<typeof serve>, operation: string): unknown {
  return asked.findLast(({ operationName }) => operationName === operation)?.variables;
}

async function look(code: string): Promise<void> {
  await page.getByRole('textbox', { name: 'Code of the operator' }).fill(code);
  await page.getByRole('button', { name: 'Look at it' }).click();
}

test('a shop in none sees what it is for, looks at a code, and joins', async () => {
  const money = { id: 'unt_2', slug: 'eur', name: 'euro', namePlural: 'euros', scale: 2, currency: 'EUR' };
  const shared = { ...points, id: 'unt_3', slug: 'coins', name: 'coin', namePlural: 'coins' };
  const asked = serve([
    none,
    answer(Units, { units: [points, money, shared] }),
    answer(Coalitions, { programs: { nodes: [{ id: 'prg_7', name: 'Ours', unit: shared }] } }),
    answer(ParticipationJoin, { participationJoin: fine }),
    ...shop,
  ]);
  await open('/coalitions', 'Coalitions');
  await expect.element(page.getByText('You take part in none')).toBeVisible();
  expect(await problems()).toEqual([]);
  await page.getByRole('button', { name: 'Look at it' }).click();
  await expect.element(page.getByText('Paste the code that the operator sent you.')).toBeVisible();

  await look(' join_1.secret ');
  const preview = page.getByRole('region', { name: 'What the code is for' });
  await expect.element(preview).toHaveTextContent(/^SkylineRun by Northwind Air, who calls you “Blue Note” in it\. The code is good until Nov 28/);
  await expect.element(preview).toHaveTextContent(/You pay for miles you issue€0\.01 per mile/);
  await expect.element(preview).toHaveTextContent(/You issue at most10,000 miles a day/);
  await expect.element(preview).toHaveTextContent(/Miles by promotionsthe operator pays/);
  await expect.element(preview).toHaveTextContent(joined.rules[0] ?? '?');
  expect(sent(asked, 'InvitationByCode')).toEqual({ code: 'join_1.secret' });

  await page.getByRole('combobox', { name: 'Your members convert' }).click();
  await expect.poll(() => page.getByRole('option').elements().map(({ textContent }) => textContent)).toEqual([
    'Nothing: no points of yours are moved',
    'Points',
  ]);
  await page.getByRole('option', { name: 'Points', exact: true }).click();
  await expect.element(page.getByText('you trust it with those of all your members', { exact: false })).toBeVisible();
  await page.getByRole('textbox', { name: 'Months until points that come to you end' }).fill('24');
  await page.getByRole('textbox', { name: 'At most so many of your points a day' }).fill('10000');
  expect(await problems()).toEqual([]);
  await page.getByRole('button', { name: 'Join Skyline' }).click();

  await expect.element(page.getByRole('heading', { level: 1, name: 'Skyline' })).toBeVisible();
  await expect.element(page.getByText('You take part in Skyline.')).toBeVisible();
  expect(sent(asked, 'ParticipationJoin')).toEqual({ input: { code: 'join_1.secret', unit: 'points', months: 24, dailyCap: 10_000 } });
});

test('a code that is not good is told at its field, with where it would be', async () => {
  serve([none, answer(InvitationByCode, { coalitionInvitation: null }), ...shop]);
  await open('/coalitions', 'Coalitions');
  await look('join_1.old');

  const field = page.getByRole('textbox', { name: 'Code of the operator' });
  await expect.element(field).toHaveAccessibleDescription(/not good, or not any more.*A code of a sandbox is good in your sandbox only\./);
});

test('another code, terms that are still to come, and a code that was taken meanwhile', async () => {
  const refusal = { field: ['code'], message: 'This code is not valid (any more): ask for a new one.', code: 'CODE_INVALID' as const };
  const asked = serve([
    answer(InvitationByCode, { coalitionInvitation: { ...offer, terms: null } }),
    answer(ParticipationJoin, { participationJoin: { participation: null, userErrors: [refusal] } }),
    ...shop,
  ]);
  await open('/coalitions', 'Coalitions');
  await page.getByRole('button', { name: 'Enter a code' }).click();
  await look('join_1.a');
  await expect.element(page.getByText('No terms hold yet')).toBeVisible();
  await page.getByRole('button', { name: 'Cancel' }).click();
  await look('join_1.b');
  await page.getByRole('button', { name: 'Join Skyline' }).click();

  await expect.element(page.getByRole('alert').getByText('This code is not valid (any more): ask for a new one.')).toBeVisible();
  expect(sent(asked, 'ParticipationJoin')).toEqual({ input: { code: 'join_1.b', unit: null, months: null, dailyCap: null } });
});

test('the list tells where the shop stands in each, and which are over', async () => {
  serve(shop);
  await open('/coalitions', 'Coalitions');
  const list = page.getByRole('table', { name: 'Coalitions' });
  await expect.element(list.getByRole('row', { name: /Skyline/ })).toHaveTextContent(/you are “Blue Note”Active.*You owe €7\.34.*Points.*since Nov 1, 2026/);
  await expect.element(list.getByRole('row', { name: /Old Mill/ })).toHaveTextContent(/Ended.*nothing.*Nov 1, 2026 to Nov 20, 2026/);
  await list.getByRole('link', { name: 'Skyline' }).click();

  await expect.element(page.getByRole('heading', { level: 1, name: 'Skyline' })).toBeVisible();
});

test('settlements are told from the shop’s side, line by line, with statements of its own', async () => {
  serve(shop);
  await open('/coalitions/pcp_1', 'Skyline');
  const list = page.getByRole('table', { name: 'Settlements' });
  await expect.element(list.getByRole('row', { name: /2026-10/ })).toHaveTextContent(/You pay €12\.34.*Draft/);
  await expect.element(list.getByRole('row', { name: /2026-09/ })).toHaveTextContent(/You got €4\.00.*Paid.*Oct 5, 2026SEPA 17/);
  await expect.element(list.getByRole('link', { name: 'Statement 8 as CSV' })).toHaveAttribute('href', '/statements/pcp_1/stl_8.csv');
  await page.getByRole('button', { name: 'Lines of settlement 8' }).click();
  const lines = page.getByRole('dialog');
  await expect.element(lines.getByRole('row', { name: /Spent with you/ })).toHaveTextContent(/100.*€0\.85/);
  await expect.element(lines.getByText('from your side: below zero is what you owe.', { exact: false })).toBeVisible();
  expect(await problemsInDialog()).toEqual([]);
});

test('what members converted leads to them, and says what was undone', async () => {
  serve(shop);
  await open('/coalitions/pcp_1', 'Skyline');
  const list = page.getByRole('table', { name: 'Converted' });
  await expect.element(list.getByRole('row', { name: /100 points became 50 miles/ })).toHaveTextContent(/undone Nov 20, 2026/);
  await expect.element(list.getByRole('link', { name: 'Miles Davis' })).toHaveAttribute('href', '/console/members/mem_1');
});

test('all versions of the terms can be read', async () => {
  serve(shop);
  await open('/coalitions/pcp_1', 'Skyline');
  await page.getByRole('button', { name: 'All versions' }).click();

  await expect.element(page.getByRole('region', { name: 'Version 0' })).toHaveTextContent(/You pay for miles you issue€0\.009 per mile/);
  expect(await problemsInDialog()).toEqual([]);
});

test('who pays ahead sees what is left of it', async () => {
  const block = { id: 'blk_1', points: 10_000, remaining: 2_500, priceMicros: 10_000, currency: 'EUR', boughtAt: '2026-11-10T09:00:00Z', note: 'Spring' };
  const terms = joined.terms === null ? null : { ...joined.terms, prepaid: true, creditLimit: null, blockAlert: 3_000 };
  serve([answer(ParticipationDetails, { participation: { ...participation, coalition: { ...joined, terms, blocks: [block] } } }), ...shop]);
  await open('/coalitions/pcp_1', 'Skyline');

  await expect.element(page.getByText('2,500 miles left of what you paid ahead: fewer than your terms want.')).toBeVisible();
  await expect.element(page.getByText('Spring: 2,500 of 10,000 miles left')).toBeVisible();
});

test('what members convert is changed, and with no unit nothing ends', async () => {
  const asked = serve([answer(ParticipationUpdate, { participationUpdate: fine }), ...shop]);
  await open('/coalitions/pcp_1', 'Skyline');
  await expect.element(page.getByText('Those that come to you end after 12 months. At most 50,000 points a day, each way.', { exact: false })).toBeVisible();
  await page.getByRole('button', { name: 'Change', exact: true }).click();
  await expect.element(page.getByRole('textbox', { name: 'Months until' })).toHaveValue('12');
  await page.getByRole('combobox', { name: 'Your members convert' }).click();
  await page.getByRole('option', { name: 'Nothing' }).click();
  await page.getByRole('button', { name: 'Save' }).click();

  await expect.element(page.getByText('It holds for what is converted from now on.')).toBeVisible();
  expect(sent(asked, 'ParticipationUpdate')).toEqual({ input: { id: 'pcp_1', unit: null, months: null, dailyCap: null } });
});

test('a unit that cannot be converted is told at its field', async () => {
  const refusal = { field: ['unit'], message: 'These points are shared in a coalition of yours: choose others.', code: 'INVALID' as const };
  serve([answer(ParticipationUpdate, { participationUpdate: { participation: null, userErrors: [refusal] } }), ...shop]);
  await open('/coalitions/pcp_1', 'Skyline');
  await page.getByRole('button', { name: 'Change', exact: true }).click();
  await page.getByRole('button', { name: 'Save' }).click();

  await expect.element(page.getByRole('combobox', { name: 'Your members convert' })).toBeInvalid();
  await expect.element(page.getByText(refusal.message)).toBeVisible();
});

test.each([
  { state: 'FROZEN', title: 'Frozen by Northwind Air', goesOn: 'until you are unfrozen' },
  { state: 'LEFT', title: 'Let go by Northwind Air', goesOn: 'What is open is settled as before' },
] as const)('$state: the operator’s reason is told, and what goes on', async ({ state, title, goesOn }) => {
  const stopped = { ...joined, state, reason: 'The bill of September is open' };
  serve([answer(ParticipationDetails, { participation: { ...participation, coalition: stopped } }), ...shop]);
  await open('/coalitions/pcp_1', 'Skyline');

  const alert = page.getByRole('alert', { name: title });
  await expect.element(alert).toHaveTextContent('Because: The bill of September is open');
  await expect.element(alert).toHaveTextContent(goesOn);
});

test('the link is ended once what ends was read, and what remains is shown', async () => {
  let ended = false;
  serve([
    answering(ParticipationEnd, () => {
      ended = true;
      return { participationEnd: fine };
    }),
    answering(ParticipationDetails, () => ({ participation: ended ? over : participation })),
    ...shop,
  ]);
  await open('/coalitions/pcp_1', 'Skyline');
  await page.getByRole('button', { name: 'Unlink' }).click();
  await expect.element(page.getByText('“Blue Note” stays a partner of Northwind Air', { exact: false })).toBeVisible();
  await page.getByRole('dialog').getByRole('button', { name: 'Unlink' }).click();

  await expect.element(page.getByRole('heading', { level: 1, name: 'Coalition of Northwind Air' })).toBeVisible();
  await expect.element(page.getByText('You took part from Nov 1, 2026 to Nov 20, 2026')).toBeVisible();
  await expect.element(page.getByText('Shared points became 20 points')).toBeVisible();
  expect(page.getByRole('table', { name: 'Settlements' }).elements()).toEqual([]);
  expect(await problems('main')).toEqual([]);
});

test('one just begun says what will stand where, and nothing that is not there', async () => {
  const fresh = { ...joined, rules: [], terms: null, termsHistory: [], positions: [] };
  serve([
    answer(ParticipationDetails, { participation: { ...participation, ownUnit: null, months: null, dailyCap: null, coalition: fresh } }),
    answer(ParticipationSettlements, { participation: { id: 'pcp_1', settlements: { nodes: [], pageInfo: lastPage } } }),
    answer(ParticipationExchanges, { participation: { id: 'pcp_1', exchanges: { nodes: [], pageInfo: lastPage } } }),
    ...shop,
  ]);
  await open('/coalitions/pcp_1', 'Skyline');
  await expect.element(page.getByText('None hold: you take no part.')).toBeVisible();
  await expect.element(page.getByText('No miles were issued or spent with you yet.')).toBeVisible();
  await expect.element(page.getByText('Nothing: no points of yours are moved when members convert.')).toBeVisible();
  await expect.element(page.getByText('Nothing was settled yet')).toBeVisible();
  await expect.element(page.getByText('Nothing was converted yet')).toBeVisible();
  expect(await problems()).toEqual([]);
});

test('who only reads changes nothing', async () => {
  const reader = answer(Viewer, { me: { ...viewer, role: 'ANALYST', actions: ['READ_PROGRAMS', 'READ_MEMBERS', 'READ_PARTNERS'] } });
  serve([reader, ...shop]);
  await open('/coalitions/pcp_1', 'Skyline');
  await expect.element(page.getByRole('link', { name: 'Coalitions' })).toBeVisible();
  await expect.element(page.getByText('You owe Northwind Air')).toBeVisible();
  for (const name of ['Change', 'Unlink']) {
    expect(page.getByRole('button', { name }).elements()).toEqual([]);
  }
});

test('who cannot join, where there is none, is led nowhere', async () => {
  const reader = answer(Viewer, { me: { ...viewer, role: 'ANALYST', actions: ['READ_PROGRAMS', 'READ_PARTNERS'] } });
  const asked = serve([reader, none, answer(ParticipationIds, { participations: [] }), ...shop]);
  await open('/coalitions', 'Coalitions');
  await expect.element(page.getByText('You take part in none')).toBeVisible();
  await expect.poll(() => sent(asked, 'ParticipationIds')).toEqual({});
  expect(page.getByRole('textbox', { name: 'Code of the operator' }).elements()).toEqual([]);
  expect(page.getByRole('link', { name: 'Coalitions' }).elements()).toEqual([]);
});

test('a coalition that is not there is not found', async () => {
  serve([answer(ParticipationDetails, { participation: null }), ...shop]);
  await open('/coalitions/pcp_9', 'Not found');
  await expect.element(page.getByText('There is nothing here')).toBeVisible();
});
