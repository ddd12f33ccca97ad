import '@mantine/core/styles.css';
import '@mantine/notifications/styles.css';

import { StrictMode } from 'react';
import { createRoot } from 'react-dom/client';

import { App } from './app.js';
import { makeQueryClient } from './query-client.js';
import { consoleRouter } from './router.js';

const root = document.getElementById('root');
if (root === null) {
  throw new Error('index.html has no element #root');
}

const queryClient = makeQueryClient();

createRoot(root).render(
  <StrictMode>
    <App router={consoleRouter(queryClient)} queryClient={queryClient} />
  </StrictMode>,
);
