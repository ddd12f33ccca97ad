import '@mantine/core/styles.css';
import '@mantine/notifications/styles.css';

import { StrictMode } from 'react';
import { createRoot } from 'react-dom/client';

import { App } from './app.js';
import { consoleRouter } from './router.js';

const root = document.getElementById('root');
if (root === null) {
  throw new Error('index.html has no element #root');
}

createRoot(root).render(
  <StrictMode>
    <App router={consoleRouter()} />
  </StrictMode>,
);
