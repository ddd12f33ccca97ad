import { expect, test } from 'vitest';
import { page } from 'vitest/browser';

import { answer, answering, serve } from '../testing/answers.js';
import { open } from '../testing/open.js';
import { shop } from '../testing/shop.js';
import { KeyRotate } from './close-key.js';
import { type Key, Keys } from './key-query.js';

const key: Key = {
  id: 'key_1',
  kind: 'SECRET',
  name: 'Server',
  hint: 'gsk_live_…B46Z',
  role: 'ADMIN',
  origins: [],
  partnerId: null,
  scopes: [],
  createdAt: '2026-11-01T09:00:00Z',
  lastUsedAt: null,
  expiresAt: null,
  revokedAt: null,
};

test('a rotated key is shown although the row that it replaces has left the list', async () => {
  let keys = [key];
  const rotated = (): { keyRotate: { key: { id: string }; secret: string; userErrors: never[] } } => {
    keys = [{ ...key, expiresAt: '2026-11-22T09:59:59Z' }];
    return { keyRotate: { key: { id: 'key_2' }, secret: 'gsk_live_new', userErrors: [] } };
  };
  serve([answering(Keys, () => ({ keys })), answering(KeyRotate, rotated), ...shop]);
  await open('/keys', 'Keys');
  await page.getByRole('button', { name: 'Rotate' }).click();
  await page.getByLabelText('The old one works for').fill('0');
  await page.getByRole('button', { name: 'Make the new key' }).click();

  await expect.element(page.getByText('gsk_live_new')).toBeVisible();
  await expect.element(page.getByText('No keys')).toBeInTheDocument();
  await page.getByRole('button', { name: 'Done' }).click();
  await expect.poll(() => page.getByText('gsk_live_new').elements()).toEqual([]);
});

test('a publishable key shows the pages that may use it', async () => {
  serve([answer(Keys, { keys: [{ ...key, kind: 'PUBLISHABLE', role: null, origins: ['https://shop.example'] }] }), ...shop]);
  await open('/keys', 'Keys');

  await expect.element(page.getByText('https://shop.example')).toBeVisible();
});
