import { expect, test } from 'vitest';
import { page } from 'vitest/browser';

import { answer, serve } from '../testing/answers.js';
import { open } from '../testing/open.js';
import { shop } from '../testing/shop.js';
import { rules } from '../testing/things.js';
import { ProgramSaveDraft } from './program-mutations.js';
import { ProgramValidate } from './use-rules-check.js';

const heading = 'Edit Blue Club';
const path = '/programs/prg_1/draft';
const saved = answer(ProgramSaveDraft, {
  programSaveDraft: { program: { id: 'prg_1' }, findings: [], userErrors: [] },
});

test('what the server finds stands at its field, and in a list', async () => {
  const findings = [
    { path: 'points.rules[0].earn.perAmount.per', message: 'must be at least 1' },
    { path: 'points.expiry.warnDays[0]', message: 'is later than the points last' },
  ];
  serve([answer(ProgramValidate, { programValidate: { valid: false, findings, summary: [], userErrors: [] } }), ...shop]);
  await open(path, heading);

  await expect.element(page.getByText('2 to mend')).toBeVisible();
  await expect.element(page.getByLabelText('For every')).toHaveAccessibleDescription('Must be at least 1.');
  await expect.element(page.getByLabelText('Warn members').first()).toHaveAccessibleDescription(/later than the points last/);
});

test('a rule is added, moved up, and saved with the others', async () => {
  const asked = serve([saved, ...shop]);
  await open(path, heading);
  await page.getByRole('button', { name: 'Add a way to earn' }).click();
  await page.getByRole('textbox', { name: 'Name' }).fill('Welcome');
  await page.getByRole('combobox', { name: 'Gives' }).click();
  await page.getByRole('option', { name: 'Fixed bonus' }).click();
  await page.getByRole('textbox', { name: 'Points', exact: true }).fill('250');
  await page.getByRole('button', { name: 'Move Welcome up' }).click();
  await page.getByRole('textbox', { name: 'Note' }).fill('With a welcome');
  await page.getByRole('button', { name: 'Save draft' }).click();
  await expect.element(page.getByText('The draft was saved.')).toBeVisible();
  await page.getByRole('heading', { level: 1, name: 'Blue Club', exact: true }).findElement();

  const [spending] = rules.rules;
  expect(asked.find(({ operationName }) => operationName === 'ProgramSaveDraft')?.variables).toMatchObject({
    input: {
      id: 'prg_1',
      note: 'With a welcome',
      rules: {
        points: {
          rules: [
            { id: 'rule-2', name: 'Welcome', earn: { fixed: { points: 250 } }, on: ['purchase'] },
            { ...spending, earn: { perAmount: { points: 1, per: 100, currency: 'EUR' } } },
          ],
        },
      },
    },
  });
});

test('a field that holds no number is told, and nothing is sent', async () => {
  const asked = serve([saved, ...shop]);
  await open(path, heading);
  await page.getByLabelText('For every').fill('');
  await page.getByRole('button', { name: 'Save draft' }).click();

  await expect.element(page.getByLabelText('For every')).toHaveAccessibleDescription(/Enter a number/);
  expect(asked.map(({ operationName }) => operationName)).not.toContain('ProgramSaveDraft');
});

test('leaving with changes asks first', async () => {
  serve(shop);
  await open(path, heading);
  await page.getByLabelText('For every').fill('2');
  await page.getByRole('link', { name: 'Back to the program' }).click();
  await expect.element(page.getByRole('dialog', { name: 'Leave without saving?' })).toBeVisible();
  await page.getByRole('button', { name: 'Stay' }).click();

  await expect.element(page.getByLabelText('For every')).toHaveValue('2');
});
