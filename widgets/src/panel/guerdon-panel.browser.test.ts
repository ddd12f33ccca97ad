import { afterEach, expect, test } from 'vitest';
import { page } from 'vitest/browser';

import '../guerdon.js';

afterEach(() => {
  document.body.replaceChildren();
});

test('a panel added after the loader ran is fetched, upgraded and named by its heading', async () => {
  const panel = document.createElement('guerdon-panel');
  panel.setAttribute('heading', 'Record club');
  panel.textContent = 'Sign in to see your points.';
  document.body.append(panel);

  await expect.element(page.getByRole('region', { name: 'Record club' })).toBeVisible();
  await expect.element(page.getByText('Sign in to see your points.')).toBeVisible();
});
