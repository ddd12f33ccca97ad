import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

import type { TestProject } from 'vitest/node';

import type { Asked, Scripted } from './scene.js';

declare module 'vitest' {
  interface ProvidedContext {
    readonly storefront: string;
  }
}

/**
 * A storefront API for the browser tests, on a port and so an origin of its own. Per publishable key it answers what the
 * test has scripted (`PUT /scenes/<key>`), document by document, and tells what it was asked (`GET /scenes/<key>`).
 */
export default async function setup(project: TestProject): Promise<() => Promise<void>> {
  const scenes = new Map<string, Scene>();
  const server = createServer((request, response) => {
    void answer(scenes, request, response).catch((error: unknown) => response.writeHead(500).end(String(error)));
  });
  await new Promise<void>((resolve) => {
    server.listen(0, '127.0.0.1', resolve);
  });
  project.provide('storefront', `http://127.0.0.1:${(server.address() as AddressInfo).port}`);
  return () => close(server);
}

interface Scene {
  /** By document: the answers still to be given; the last one is given for ever. */
  readonly answers: Map<string, Scripted[]>;
  readonly asked: Asked[];
}

async function answer(scenes: Map<string, Scene>, request: IncomingMessage, response: ServerResponse): Promise<void> {
  response.setHeader('access-control-allow-origin', request.headers.origin ?? '*');
  if (request.method === 'OPTIONS') {
    response.setHeader('access-control-allow-headers', request.headers['access-control-request-headers'] ?? '');
    response.setHeader('access-control-allow-methods', 'GET, PUT, POST');
    response.writeHead(204).end();
    return;
  }
  const body = await read(request);
  const name = request.url?.startsWith('/scenes/') === true ? request.url.slice('/scenes/'.length) : undefined;
  if (name !== undefined && request.method === 'PUT') {
    const scene = scenes.get(name) ?? { answers: new Map(), asked: [] };
    scenes.set(name, scene);
    for (const [document, scripted] of Object.entries(JSON.parse(body) as Record<string, Scripted[]>)) {
      scene.answers.set(document, scripted);
    }
    response.writeHead(204).end();
  } else if (name !== undefined) {
    json(response, 200, scenes.get(name)?.asked ?? []);
  } else {
    play(scenes.get(String(request.headers['x-guerdon-key'])), request, body, response);
  }
}

function play(scene: Scene | undefined, request: IncomingMessage, body: string, response: ServerResponse): void {
  const { documentId, variables } = JSON.parse(body) as { documentId: string; variables: unknown };
  const { authorization = null, 'accept-language': language = null } = request.headers;
  scene?.asked.push({ documentId, variables, authorization, language, fields: Object.keys(JSON.parse(body) as object) });
  const scripted = scene?.answers.get(documentId) ?? [];
  const next = scripted.length > 1 ? scripted.shift() : scripted[0];
  if (next === undefined) {
    json(response, 400, { errors: [{ message: 'not scripted', extensions: { code: 'DOCUMENT_NOT_FOUND' } }] });
  } else if (next === 'hang-up') {
    // Within the answer: browsers ask by themselves once more where a connection ends before it.
    response.writeHead(200, { 'content-type': 'application/json' });
    response.write('{', () => request.socket.destroy());
  } else if (next !== 'never') {
    json(response, next.status, next.body);
  }
}

function json(response: ServerResponse, status: number, body: unknown): void {
  response.setHeader('content-type', 'application/json');
  response.writeHead(status).end(JSON.stringify(body));
}

async function read(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) {
    chunks.push(chunk as Buffer);
  }
  return Buffer.concat(chunks).toString('utf8');
}

function close(server: Server): Promise<void> {
  server.closeAllConnections();
  return new Promise((resolve) => {
    server.close(() => {
      resolve();
    });
  });
}
