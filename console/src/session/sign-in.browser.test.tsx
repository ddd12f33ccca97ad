import '@mantine/core/styles.css';

import { createMemoryHistory } from '@tanstack/react-router';
import axe from 'axe-core';
import { createRoot, type Root } from 'react-dom/client';
import { afterEach, expect, test } from 'vitest';
import { page } from 'vitest/browser';

import { App } from '../app.js';
import { makeQueryClient } from '../query-client.js';
import { consoleRouter } from '../router.js';

let root: Root | undefined;

afterEach(() => {
  root?.unmount();
  document.body.replaceChildren();
});

async function openSignIn(): Promise<void> {
  root = createRoot(document.body.appendChild(document.createElement('div')));
  const queryClient = makeQueryClient();
  const history = createMemoryHistory({ initialEntries: ['/console/sign-in'] });
  root.render(<App router={consoleRouter(queryClient, history)} queryClient={queryClient} />);
  await page.getByRole('heading', { name: 'Sign in' }).findElement();
}

test('an empty form is not sent, and says at each field what is missing', async () => {
  await openSignIn();
  await page.getByRole('button', { name: 'Sign in' }).click();

  await expect.element(page.getByLabelText('E-mail')).toHaveAccessibleDescription(/Enter an e-mail address/);
  await expect.element(page.getByLabelText('Password', { exact: true })).toHaveAccessibleDescription(/Enter your password/);
});

test('axe finds nothing wrong with the page', async () => {
  await openSignIn();
  const { violations } = await axe.run(document.body);

  expect(violations.map(({ id, nodes }) => [id, nodes.map(({ html }) => html)])).toEqual([]);
});
