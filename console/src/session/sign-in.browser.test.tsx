import axe from 'axe-core';
import { expect, test } from 'vitest';
import { page } from 'vitest/browser';

import { serve } from '../testing/answers.js';
import { open } from '../testing/open.js';

test('an empty form is not sent, and says at each field what is missing', async () => {
  serve([]);
  await open('/sign-in', 'Sign in');
  await page.getByRole('button', { name: 'Sign in' }).click();

  await expect.element(page.getByLabelText('E-mail')).toHaveAccessibleDescription(/Enter an e-mail address/);
  await expect.element(page.getByLabelText('Password', { exact: true })).toHaveAccessibleDescription(/Enter your password/);
});

test('who is new is led to the form that makes a shop, which says at each field what is missing', async () => {
  serve([]);
  await open('/sign-in', 'Sign in');
  await page.getByRole('link', { name: 'Make a shop' }).click();
  await page.getByRole('button', { name: 'Make the shop' }).click();

  await expect.element(page.getByLabelText('Name of the shop')).toHaveAccessibleDescription(/Enter the name/);
  await expect.element(page.getByRole('combobox', { name: 'Currency' })).toHaveAccessibleDescription(/Choose the currency/);
  await expect.element(page.getByRole('combobox', { name: 'Time zone' })).not.toHaveValue('');
});

test.each([
  { path: '/sign-in', heading: 'Sign in' },
  { path: '/sign-up', heading: 'Make a shop' },
  { path: '/join?token=x', heading: 'Join' },
])('axe finds nothing wrong with $path', async ({ path, heading }) => {
  serve([]);
  await open(path, heading);
  const { violations } = await axe.run(document.body);

  expect(violations.map(({ id, nodes }) => [id, nodes.map(({ html }) => html)])).toEqual([]);
});
