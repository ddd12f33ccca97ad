import '@mantine/core/styles.css';
import '@mantine/notifications/styles.css';

import { notifications } from '@mantine/notifications';
import { createMemoryHistory } from '@tanstack/react-router';
import { createRoot, type Root } from 'react-dom/client';
import { afterEach, vi } from 'vitest';
import { page } from 'vitest/browser';

import { App } from '../app.js';
import { makeQueryClient } from '../query-client.js';
import { consoleRouter } from '../router.js';

let root: Root | undefined;

afterEach(() => {
  root?.unmount();
  root = undefined;
  notifications.clean();
  localStorage.clear();
  document.body.replaceChildren();
  vi.unstubAllGlobals();
});

/** Opens a page of the console at a path such as `/members`, and waits for its heading. */
export async function open(path: string, heading: string): Promise<void> {
  const queryClient = makeQueryClient();
  const router = consoleRouter(queryClient, createMemoryHistory({ initialEntries: [`/console${path}`] }));
  root = createRoot(document.body.appendChild(document.createElement('div')));
  root.render(<App router={router} queryClient={queryClient} />);
  await page.getByRole('heading', { level: 1, name: heading, exact: true }).findElement();
}
