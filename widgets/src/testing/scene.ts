import { inject } from 'vitest';

import { documentId } from '../api/client.js';
import type { TadaDocumentNode } from '../documents/graphql.js';

/** One answer of the tests' server; `hang-up` breaks off, `never` does not come. */
export type Scripted = 'hang-up' | 'never' | { readonly status: number; readonly body: unknown };

/** One request that the tests' server was sent. */
export interface Asked {
  readonly documentId: string;
  readonly variables: unknown;
  readonly authorization: string | null;
  readonly language: string | null;
  readonly fields: string[];
}

let scenes = 0;

/** What the tests' server answers under a publishable key of its own. */
export class Scene {
  readonly endpoint: string = `${inject('storefront')}/graphql/storefront`;
  readonly key: string;

  constructor() {
    scenes += 1;
    this.key = `gpk_test_${scenes}_${Math.random().toString(36).slice(2)}`;
  }

  /** Answer a document with these one after the other; the last one for ever. Data is typed by the document. */
  async script<R, V>(document: TadaDocumentNode<R, V>, ...answers: (R | Refusal | 'hang-up' | 'never')[]): Promise<void> {
    const scripted = answers.map((answer): Scripted => {
      if (answer instanceof Refusal) {
        const { status, code } = answer;
        return { status, body: { errors: [{ message: code, extensions: { code } }] } };
      }
      return typeof answer === 'string' ? (answer as Scripted) : { status: 200, body: { data: answer } };
    });
    await fetch(this.#address, { method: 'PUT', body: JSON.stringify({ [documentId(document)]: scripted }) });
  }

  /** The requests for a document, in their order. */
  async asked<R, V>(document: TadaDocumentNode<R, V>): Promise<Asked[]> {
    const asked = (await (await fetch(this.#address)).json()) as Asked[];
    return asked.filter((one) => one.documentId === documentId(document));
  }

  get #address(): string {
    return `${inject('storefront')}/scenes/${this.key}`;
  }
}

/** A request refused as a whole. */
export class Refusal {
  readonly status: number;
  readonly code: string;

  constructor(status: number, code: string) {
    this.status = status;
    this.code = code;
  }
}
