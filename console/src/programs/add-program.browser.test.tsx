import axe from 'axe-core';
import { expect, test } from 'vitest';
import { page } from 'vitest/browser';

import { answer, serve } from '../testing/answers.js';
import { open } from '../testing/open.js';
import { shop } from '../testing/shop.js';
import { UnitUpsert } from '../parts/units.js';
import { ProgramCreate } from './add-program.js';

const made = answer(ProgramCreate, { programCreate: { program: { id: 'prg_1' }, findings: [], userErrors: [] } });
const unit = answer(UnitUpsert, { unitUpsert: { unit: { id: 'unt_9' }, userErrors: [] } });

test('stored value begins with a unit of the shop’s money', async () => {
  const asked = serve([made, unit, ...shop]);
  await open('/programs', 'Programs');
  await page.getByRole('button', { name: 'Add program' }).click();
  await expect.element(page.getByRole('radio', { name: /^Points:/ })).toBeChecked();
  // Mantine's dialogs have a header of their own, beside the page's.
  const rules = { 'landmark-no-duplicate-banner': { enabled: false } };
  const found = async (): Promise<unknown> => (await axe.run(page.getByRole('dialog').element(), { rules })).violations;
  // While it fades in, its texts are pale.
  await expect.poll(found).toEqual([]);
  await page.getByRole('radio', { name: /^Stored value:/ }).click();
  await page.getByRole('textbox', { name: 'Name' }).fill('Blue Purse');
  await page.getByRole('button', { name: 'Add', exact: true }).click();
  await expect.element(page.getByText('The program was added.')).toBeVisible();

  const sent = (name: string): unknown => asked.find(({ operationName }) => operationName === name)?.variables;
  expect(sent('UnitUpsert')).toEqual({
    input: { slug: 'credit', name: 'credit', namePlural: 'credit', currency: 'EUR' },
  });
  expect(sent('ProgramCreate')).toMatchObject({
    input: { slug: 'blue-purse', rules: { storedValue: { unit: 'credit', currency: 'EUR', topUp: { minimum: 1_000 } } } },
  });
});

test('tiers are about points that there are', async () => {
  const asked = serve([made, ...shop]);
  await open('/programs', 'Programs');
  await page.getByRole('button', { name: 'Add program' }).click();
  await page.getByRole('radio', { name: /^Tiers:/ }).click();
  await page.getByRole('textbox', { name: 'Name' }).fill('Blue Tiers');
  await page.getByRole('button', { name: 'Add', exact: true }).click();
  await expect.element(page.getByText('The program was added.')).toBeVisible();

  expect(asked.map(({ operationName }) => operationName)).not.toContain('UnitUpsert');
  expect(asked.find(({ operationName }) => operationName === 'ProgramCreate')?.variables).toMatchObject({
    input: { rules: { tiered: { unit: 'points', tiers: [{ id: 'basic' }, { id: 'silver' }, { id: 'gold' }] } } },
  });
});
