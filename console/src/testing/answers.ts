import { vi } from 'vitest';

import { nameOf } from '../graphql/ask.js';
import type { TadaDocumentNode } from '../graphql/graphql.js';

/** What the server answers to one operation, typed by the schema. */
export interface Answer {
  readonly operation: string;
  readonly data: () => unknown;
}

/** The same answer to an operation each time. */
export function answer<R, V>(document: TadaDocumentNode<R, V>, data: R): Answer {
  return { operation: nameOf(document), data: () => data };
}

/** An answer that is made when it is asked for. */
export function answering<R, V>(document: TadaDocumentNode<R, V>, data: () => R): Answer {
  return { operation: nameOf(document), data };
}

/** What the page asked: the operation, and with which variables. */
export interface Question {
  readonly operationName: string;
  readonly variables: unknown;
}

/**
 * Stands for the server of a page under test: the session and the given operations are answered, anything else fails.
 * The list that is returned grows by what is asked. `vi.unstubAllGlobals()` ends it.
 */
export function serve(answers: readonly Answer[]): Question[] {
  const asked: Question[] = [];
  vi.stubGlobal('fetch', async (url: string, request?: RequestInit) => {
    if (url === '/auth/session') {
      return Response.json({ name: 'Ada Lovelace', email: 'ada@example.com' });
    }
    if (url === '/auth/sign-up' && request?.method === undefined) {
      return Response.json({ open: true });
    }
    const question = JSON.parse(String(request?.body)) as Question;
    asked.push(question);
    const found = answers.find(({ operation }) => operation === question.operationName);
    return found === undefined
      ? Response.json({ errors: [{ message: `no answer to ${question.operationName}`, extensions: { code: 'INTERNAL' } }] })
      : Response.json({ data: found.data() });
  });
  return asked;
}
