import type { TadaDocumentNode } from '../documents/graphql.js';
import type { Tokens } from './tokens.js';

/** Asks the storefront API with a publishable key, and as the customer whose token `tokens` gives. */
export class Client {
  readonly #endpoint: string;
  readonly #key: string;
  readonly #tokens: Tokens;
  readonly #locale: string;

  constructor(endpoint: string, key: string, tokens: Tokens, locale: string) {
    this.#endpoint = endpoint;
    this.#key = key;
    this.#tokens = tokens;
    this.#locale = locale;
  }

  /** The data of an answer. Rejects with a `Failure`, or with an `AbortError` if `signal` was used. */
  async ask<R, V>(document: TadaDocumentNode<R, V>, variables: V, signal?: AbortSignal): Promise<R> {
    const token = await this.#token();
    try {
      return await this.#send(document, variables, token, signal);
    } catch (error) {
      if (token === null || !(error instanceof Failure) || error.kind !== 'signed-out') {
        throw error;
      }
    }
    // A token can end early (its secret was rotated, the clock of the shop is wrong): one new one is tried.
    this.#tokens.forget(token);
    return await this.#send(document, variables, await this.#token(), signal);
  }

  async #token(): Promise<string | null> {
    try {
      return await this.#tokens.current();
    } catch (error) {
      throw new Failure(navigator.onLine ? 'server' : 'offline', 'TOKEN_PROVIDER', String(error));
    }
  }

  async #send<R, V>(
    document: TadaDocumentNode<R, V>,
    variables: V,
    token: string | null,
    signal: AbortSignal | undefined,
  ): Promise<R> {
    const response = await this.#fetch({ documentId: documentId(document), variables }, token, signal);
    const answer = await read<R>(response);
    const [error] = answer.errors ?? [];
    if (error !== undefined) {
      const code = error.extensions?.code ?? 'INTERNAL';
      throw new Failure(KINDS[code] ?? 'server', code, error.message);
    }
    if (!answer.data) {
      throw new Failure('server', `HTTP_${response.status}`, 'The answer has no data.');
    }
    return answer.data;
  }

  async #fetch(body: object, token: string | null, signal: AbortSignal | undefined): Promise<Response> {
    try {
      return await fetch(this.#endpoint, {
        method: 'POST',
        credentials: 'omit',
        headers: {
          accept: 'application/graphql-response+json',
          'accept-language': this.#locale,
          'content-type': 'application/json',
          'x-guerdon-key': this.#key,
          ...(token === null ? {} : { authorization: `Bearer ${token}` }),
        },
        body: JSON.stringify(body),
        signal: signal ?? null,
      });
    } catch (error) {
      if (signal?.aborted === true) {
        throw error;
      }
      throw new Failure('offline', 'OFFLINE', String(error));
    }
  }
}

/** Why an answer is missing: nothing came back, the customer is not signed in, too much was asked, or all else. */
export type FailureKind = 'offline' | 'signed-out' | 'busy' | 'server';

/** The API did not answer what was asked; `code` is the server's, or ours where it did not speak. */
export class Failure extends Error {
  readonly kind: FailureKind;
  readonly code: string;

  constructor(kind: FailureKind, code: string, message: string) {
    super(message);
    this.kind = kind;
    this.code = code;
  }
}

const KINDS: Partial<Record<string, FailureKind>> = { UNAUTHENTICATED: 'signed-out', THROTTLED: 'busy' };

interface Answer<R> {
  readonly data?: R | null;
  readonly errors?: readonly { readonly message: string; readonly extensions?: { readonly code?: string } }[];
}

/** The hash that the build put into a document's place. */
export function documentId<R, V>(document: TadaDocumentNode<R, V>): string {
  return (document as unknown as { readonly documentId: string }).documentId;
}

async function read<R>(response: Response): Promise<Answer<R>> {
  try {
    return (await response.json()) as Answer<R>;
  } catch (error) {
    // An answer that breaks off is a lost connection; one that is no JSON is not from our server.
    throw new Failure(error instanceof SyntaxError ? 'server' : 'offline', `HTTP_${response.status}`, String(error));
  }
}
