import { expect, test } from 'vitest';
import { page } from 'vitest/browser';

import { answer, serve } from '../testing/answers.js';
import { open } from '../testing/open.js';
import { shop } from '../testing/shop.js';
import { WebhookDetails, WebhookEndpointTry } from './health-query.js';

const tried = answer(WebhookEndpointTry, { webhookEndpointTry: { endpoint: { url: 'https://shop.example/' }, userErrors: [] } });

test('an endpoint that is paused is tried now', async () => {
  const asked = serve([tried, ...shop]);
  await open('/webhooks', 'Webhooks');
  await expect.element(page.getByRole('alert')).toHaveTextContent('The last 5 attempts failed');
  await page.getByRole('button', { name: 'Try now' }).click();
  await expect.element(page.getByText('It is tried now.')).toBeVisible();
  expect(asked.find(({ operationName }) => operationName === 'WebhookEndpointTry')?.variables).toEqual({ input: { enable: false } });
});

test('an endpoint that was disabled is enabled', async () => {
  const webhookEndpoint = {
    url: 'https://shop.example/hooks',
    kinds: [],
    disabledAt: '2026-11-22T10:00:00Z',
    disabledReason: 'FAILING' as const,
    lastSuccessAt: null,
    consecutiveFailures: 60,
    failingSince: '2026-11-17T10:00:00Z',
    pausedUntil: null,
  };
  const asked = serve([tried, answer(WebhookDetails, { webhookEndpoint }), ...shop]);
  await open('/webhooks', 'Webhooks');
  await expect.element(page.getByRole('alert')).toHaveTextContent('nothing arrived there for days');
  await page.getByRole('button', { name: 'Enable' }).click();
  await expect.element(page.getByText('Events are sent there again.')).toBeVisible();
  expect(asked.find(({ operationName }) => operationName === 'WebhookEndpointTry')?.variables).toEqual({ input: { enable: true } });
});
