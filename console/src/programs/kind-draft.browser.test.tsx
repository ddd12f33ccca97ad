import axe from 'axe-core';
import { expect, test } from 'vitest';
import { page } from 'vitest/browser';

import type { InputOf } from '../graphql/graphql.js';
import { type Answer, answer, serve } from '../testing/answers.js';
import { open } from '../testing/open.js';
import { shop } from '../testing/shop.js';
import { points } from '../testing/things.js';
import { RulesChoices } from './rules-choices.js';
import { ProgramSaveDraft } from './program-mutations.js';
import { ProgramDetails, ProgramRulesToEdit } from './program-query.js';
import { ProgramList } from './programs.js';
import { ProgramValidate } from './use-rules-check.js';

const about = { id: 'prg_9', name: 'Gift Cards', kind: 'STORED_VALUE', state: 'PAUSED', unit: points } as const;
const summary = ['Top-ups get 5 percent on top.'];
const draft = { id: 'ver_9', number: 1, note: '' };

const giftCards: readonly Answer[] = [
  answer(ProgramList, {
    programs: {
      nodes: [{ ...about, line: 'main', createdAt: '2026-11-01T09:00:00Z', live: null, draft: { number: 1 } }],
      pageInfo: { hasNextPage: false, endCursor: null },
    },
  }),
  answer(ProgramDetails, {
    program: {
      ...about,
      slug: 'gift-cards',
      line: 'main',
      createdAt: '2026-11-01T09:00:00Z',
      live: null,
      draft: { ...draft, savedAt: '2026-11-20T09:00:00Z' },
      summary,
      versions: { nodes: [] },
    },
  }),
  answer(ProgramRulesToEdit, { program: { ...about, live: null, draft: { ...draft, rules: { points: null } } } }),
  {
    operation: 'ProgramRulesAsText',
    data: () => ({
      program: { live: null, draft: { note: '', rules: { storedValue: { currency: 'EUR', bonus: { percent: 5 }, until: null } } } },
    }),
  },
  answer(ProgramValidate, { programValidate: { valid: true, findings: [], summary, userErrors: [] } }),
  answer(RulesChoices, {
    units: [points, { ...points, id: 'unt_2', slug: 'money', name: 'credit', namePlural: 'credit', scale: 2, currency: 'EUR' }],
    rewards: { nodes: [{ slug: 'shipping', name: 'Free shipping' }] },
  }),
  ...shop,
];

/** The same program with other rules, of this kind. */
function withRules(kind: InputOf<'ProgramKind'>, own: object): readonly Answer[] {
  return [
    answer(ProgramRulesToEdit, { program: { ...about, kind, live: null, draft: { ...draft, rules: { points: null } } } }),
    { operation: 'ProgramRulesAsText', data: () => ({ program: { live: null, draft: { note: '', rules: own } } }) },
    answer(ProgramSaveDraft, { programSaveDraft: { program: { id: 'prg_9' }, findings: [], userErrors: [] } }),
    ...giftCards,
  ];
}

test('a program of any kind stands in the list, and its page tells its rules in words', async () => {
  serve(giftCards);
  await open('/programs', 'Programs');
  await expect.element(page.getByRole('row', { name: /Gift Cards/ })).toHaveTextContent('Stored value');
  await page.getByRole('link', { name: 'Gift Cards', exact: true }).click();

  await expect.element(page.getByRole('heading', { level: 1, name: 'Gift Cards' })).toBeVisible();
  await expect.element(page.getByText('Stored value program, issues points', { exact: false })).toBeVisible();
  await expect.element(page.getByText('Top-ups get 5 percent on top.')).toBeVisible();
  await expect.element(page.getByText('Paused', { exact: true })).toBeVisible();
});

test('its rules are edited as text, without what is null, and sent as the API takes them', async () => {
  const saved = answer(ProgramSaveDraft, { programSaveDraft: { program: { id: 'prg_9' }, findings: [], userErrors: [] } });
  const asked = serve([saved, ...giftCards]);
  await open('/programs/prg_9/draft', 'Edit Gift Cards');
  await page.getByText('JSON', { exact: true }).click();
  const text = page.getByLabelText('Rules as JSON');
  await expect.element(text).toHaveValue('{\n  "currency": "EUR",\n  "bonus": {\n    "percent": 5\n  }\n}');
  expect((await axe.run(document.body)).violations.map(({ id }) => id)).toEqual([]);

  await text.fill('{"currency": "EUR", "bonus": {"percent": 10}}');
  await page.getByRole('button', { name: 'Save draft' }).click();
  await expect.element(page.getByText('The draft was saved.')).toBeVisible();
  expect(asked.find(({ operationName }) => operationName === 'ProgramSaveDraft')?.variables).toEqual({
    input: { id: 'prg_9', rules: { storedValue: { currency: 'EUR', bonus: { percent: 10 } } }, note: '' },
  });
});

test('what the server finds stands there by its path', async () => {
  const findings = [{ path: 'storedValue.bonus.percent', message: 'must be at most 100' }];
  serve([answer(ProgramValidate, { programValidate: { valid: false, findings, summary: [], userErrors: [] } }), ...giftCards]);
  await open('/programs/prg_9/draft', 'Edit Gift Cards');
  await expect.element(page.getByRole('alert')).toHaveTextContent('bonus, percent: Must be at most 100.');
  await page.getByText('JSON', { exact: true }).click();

  await expect.element(page.getByRole('alert')).toHaveTextContent('storedValue.bonus.percent: Must be at most 100.');
});

test('what is no JSON is told, and not sent', async () => {
  const asked = serve(giftCards);
  await open('/programs/prg_9/draft', 'Edit Gift Cards');
  await page.getByText('JSON', { exact: true }).click();
  await page.getByLabelText('Rules as JSON').fill('{"currency": }');
  await expect.element(page.getByRole('alert')).toHaveTextContent('This is not JSON');
  await page.getByRole('button', { name: 'Save draft' }).click();

  expect(asked.map(({ operationName }) => operationName)).not.toContain('ProgramSaveDraft');
});

test('a kind that is newer than the console is told as such', async () => {
  const newer = { ...about, kind: 'OF_THE_FUTURE' as string as InputOf<'ProgramKind'> };
  serve([
    answer(ProgramRulesToEdit, { program: { ...newer, live: null, draft: { ...draft, rules: { points: null } } } }),
    ...giftCards,
  ]);
  await open('/programs/prg_9/draft', 'Edit Gift Cards');

  await expect.element(page.getByText(/does not know of the future programs/)).toBeVisible();
});

test('rules of stored value have a form, with money in its own digits', async () => {
  const asked = serve(
    withRules('STORED_VALUE', {
      storedValue: { unit: 'money', currency: 'EUR', topUp: { minimum: 100, maximum: null, bands: [] }, giftCards: null },
    }),
  );
  await open('/programs/prg_9/draft', 'Edit Gift Cards');
  const minimum = page.getByRole('textbox', { name: 'Minimum, EUR' });
  await expect.element(minimum).toHaveValue('1.00');
  expect((await axe.run(document.body)).violations.map(({ id }) => id)).toEqual([]);

  await minimum.fill('12.5');
  await expect.element(minimum).toHaveValue('12.5');
  await page.getByRole('button', { name: 'Add a band' }).click();
  await page.getByRole('textbox', { name: 'From amount, EUR' }).fill('100');
  await page.getByRole('textbox', { name: 'Amount, EUR', exact: true }).fill('5');
  await page.getByRole('switch', { name: 'With gift cards' }).click();
  await page.getByRole('checkbox', { name: 'Pin' }).click();
  await page.getByRole('button', { name: 'Save draft' }).click();
  await expect.element(page.getByText('The draft was saved.')).toBeVisible();

  expect(asked.find(({ operationName }) => operationName === 'ProgramSaveDraft')?.variables).toMatchObject({
    input: {
      rules: {
        storedValue: {
          unit: 'money',
          currency: 'EUR',
          topUp: { minimum: 1_250, bands: [{ fromAmount: 10_000, bonus: { fixed: { amount: 500 } } }] },
          giftCards: { minimum: 1, pin: true },
        },
      },
    },
  });
});

test('a tier’s threshold is asked for in what it counts', async () => {
  const tier = { id: 'gold', name: 'Gold', reach: [{ allOf: [{ metric: { spend: { currency: 'EUR' } }, atLeast: 50_000 }] }] };
  const asked = serve(withRules('TIERED', { tiered: { unit: 'points', tiers: [tier] } }));
  await open('/programs/prg_9/draft', 'Edit Gift Cards');
  await expect.element(page.getByRole('textbox', { name: 'At least, EUR' })).toHaveValue('500.00');
  await page.getByRole('combobox', { name: 'Metric' }).click();
  await page.getByRole('option', { name: 'Orders' }).click();
  await page.getByRole('textbox', { name: 'At least', exact: true }).fill('12');
  await page.getByRole('button', { name: 'Add a tier' }).click();
  await page.getByRole('button', { name: 'Move Tier 2 up' }).click();
  await page.getByRole('button', { name: 'Save draft' }).click();
  await expect.element(page.getByText('The draft was saved.')).toBeVisible();

  expect(asked.find(({ operationName }) => operationName === 'ProgramSaveDraft')?.variables).toMatchObject({
    input: {
      rules: {
        tiered: {
          tiers: [{ id: '', name: '' }, { id: 'gold', reach: [{ allOf: [{ metric: { orders: true }, atLeast: 12 }] }] }],
        },
      },
    },
  });
});

test('rules of a coalition have a form: recognition, breakage, and what partners multiply', async () => {
  const own = { unit: 'points', recognition: 'ISSUANCE', breakage: { atExpiry: true, estimated: null }, multipliers: [] };
  const asked = serve(withRules('COALITION', { coalition: own }));
  await open('/programs/prg_9/draft', 'Edit Gift Cards');
  await page.getByRole('combobox', { name: 'Breakage' }).click();
  await page.getByRole('option', { name: 'Estimated' }).click();
  await page.getByRole('textbox', { name: 'Percent' }).fill('12');
  await page.getByRole('button', { name: 'Add a multiplier' }).click();
  await page.getByRole('textbox', { name: 'Partner' }).fill('harbour-books');
  await page.getByRole('textbox', { name: 'Factor' }).fill('1.5');
  await page.getByRole('button', { name: 'Save draft' }).click();
  await expect.element(page.getByText('The draft was saved.')).toBeVisible();

  expect(asked.find(({ operationName }) => operationName === 'ProgramSaveDraft')?.variables).toMatchObject({
    input: {
      rules: {
        coalition: {
          unit: 'points',
          recognition: 'ISSUANCE',
          breakage: { estimated: { percent: 12 } },
          multipliers: [{ partner: 'harbour-books', factor: '1.5' }],
        },
      },
    },
  });
});
