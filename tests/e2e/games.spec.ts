import { createHash, createHmac } from 'node:crypto';

import { violations } from './axe.js';
import { expect, test } from './test.js';

test('anybody recomputes a draw, without asking the server', async ({ page }) => {
  const seed = Buffer.alloc(32, 7);
  const digest = createHmac('sha256', seed).update('ply_1:my-text:0').digest();
  const number = digest.readBigUInt64BE() % 1000n;

  await page.goto('/games/verify');
  expect(await violations(page)).toEqual([]);
  await page.context().setOffline(true);
  await page.getByLabel('Seed (hex)').fill(seed.toString('hex'));
  await page.getByLabel('Its SHA-256').fill(createHash('sha256').update(seed).digest('hex'));
  await page.getByLabel('Id of the play').fill('ply_1');
  await page.getByLabel('Text').fill('my-text');
  await page.getByLabel('Out of').fill('1000');
  await page.getByLabel('The prizes').fill(`${number + 1n} A cup\n${999n - number} Nothing`);
  await page.getByRole('button', { name: 'Compute' }).click();
  await expect(page.getByRole('status')).toHaveText(
    `The seed is the one that was committed to. The number is ${number} (nonce 0). It falls on: A cup.`,
  );

  await page.getByLabel('Seed (hex)').fill('07');
  await page.getByRole('button', { name: 'Compute' }).click();
  await expect(page.getByRole('status')).toContainText('This is another seed.');
});
