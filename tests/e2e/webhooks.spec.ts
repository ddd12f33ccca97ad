import { createHmac } from 'node:crypto';
import { once } from 'node:events';
import { type IncomingHttpHeaders, type Server, createServer } from 'node:http';
import type { AddressInfo } from 'node:net';

import { type Page, ask, expect, test } from './test.js';

interface Received {
  readonly headers: IncomingHttpHeaders;
  readonly body: string;
}

/** A merchant's server that answers each request with the status of the moment. */
class Receiver {
  readonly received: Received[] = [];
  answers = 204;
  readonly #server: Server;

  private constructor() {
    this.#server = createServer(async (request, response) => {
      const chunks: Buffer[] = [];
      for await (const chunk of request) {
        chunks.push(chunk as Buffer);
      }
      this.received.push({ headers: request.headers, body: Buffer.concat(chunks).toString() });
      response.writeHead(this.answers).end();
    });
  }

  static async open(): Promise<Receiver> {
    const receiver = new Receiver();
    receiver.#server.listen(0, '127.0.0.1');
    await once(receiver.#server, 'listening');
    return receiver;
  }

  get url(): string {
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}/hooks`;
  }

  async close(): Promise<void> {
    this.#server.closeAllConnections();
    this.#server.close();
    await once(this.#server, 'close');
  }
}

/** Signs as Standard Webhooks says. */
function signature(secret: string, { headers, body }: Received): string {
  const key = Buffer.from(secret.replace('whsec_', ''), 'base64');
  const signed = `${String(headers['webhook-id'])}.${String(headers['webhook-timestamp'])}.${body}`;
  return `v1,${createHmac('sha256', key).update(signed).digest('base64')}`;
}

const RULES = { points: { unit: 'notes', rules: [{ id: 'a', name: 'A', earn: { perOrder: { points: 1 } } }] } };

/** Publishes a program, which is an event; answers its id. */
async function publish(page: Page, key: string): Promise<string> {
  await ask(page, key, 'mutation($i: UnitUpsertInput!) { unitUpsert(input: $i) { unit { id } } }', {
    i: { slug: 'notes', name: 'note', namePlural: 'notes' },
  });
  const made = (await ask(
    page,
    key,
    'mutation($i: ProgramCreateInput!) { programCreate(input: $i) { program { id } } }',
    { i: { slug: 'club', name: 'Club', rules: RULES } },
  )) as { data: { programCreate: { program: { id: string } } } };
  const { id } = made.data.programCreate.program;
  await ask(page, key, 'mutation($i: ProgramPublishInput!) { programPublish(input: $i) { program { id } } }', { i: { id } });
  return id;
}

test('events go to the endpoint, signed; what failed is seen, and sent again', async ({ page, shop }) => {
  const receiver = await Receiver.open();
  await page.goto('/console/webhooks');
  await expect(page.getByText('Sends nothing')).toBeVisible();
  await expect(page.getByText('Nothing was sent yet')).toBeVisible();
  await page.getByRole('textbox', { name: 'Address' }).fill('nonsense');
  await page.getByRole('button', { name: 'Save' }).click();
  await expect(page.getByRole('textbox', { name: 'Address' })).toHaveAccessibleDescription(/https?/);
  await page.getByRole('textbox', { name: 'Address' }).fill(receiver.url);
  await page.getByRole('button', { name: 'Save' }).click();
  const secret = await page.getByText(/^whsec_/).innerText();
  await expect(page.getByText('Sends', { exact: true })).toBeVisible();

  const program = await publish(page, shop.secretKey);
  await page.reload();
  await expect(page.getByText(secret)).toHaveCount(0);
  const published = page.getByRole('row', { name: /program\.published/ });
  await expect(published).toContainText('Delivered');
  expect(receiver.received).toHaveLength(1);
  const [first] = receiver.received;
  expect(first?.headers['webhook-signature']).toBe(first === undefined ? '' : signature(secret, first));

  receiver.answers = 410;
  await ask(page, shop.secretKey, 'mutation($i: ProgramPauseInput!) { programPause(input: $i) { program { id } } }', {
    i: { id: program },
  });
  await page.reload();
  const paused = page.getByRole('row', { name: /program\.paused/ });
  await expect(paused).toContainText('Failed');
  await expect(paused).toContainText('410');
  await page.reload();
  await expect(page.getByText('Disabled', { exact: true })).toBeVisible();

  receiver.answers = 200;
  await page.getByRole('button', { name: 'Save' }).click();
  await expect(page.getByText('Sends', { exact: true })).toBeVisible();
  await paused.getByRole('button', { name: 'Send again' }).click();
  await expect(paused).toContainText('Delivered');
  expect(receiver.received.map(({ headers }) => headers['webhook-id'])[2]).toBe(receiver.received[1]?.headers['webhook-id']);
  await receiver.close();
});
