/** Answers a fresh customer token, which the shop's server signs or fetches; null while nobody is signed in. */
export type TokenProvider = () => Promise<string | null>;

/** A token is renewed this long before its end, so that none ends on its way. */
const MARGIN_MS = 30_000;

/** The customer token of the moment: asked of the provider when there is none or the last one nears its end. */
export class Tokens {
  readonly #provider: TokenProvider;
  readonly #now: () => number;
  #token: string | null = null;
  #freshUntil = 0;
  #asking: Promise<string | null> | undefined;

  constructor(provider: TokenProvider, now: () => number = () => performance.now()) {
    this.#provider = provider;
    this.#now = now;
  }

  /** The token to send; all who ask at once share one renewal. Rejects as the provider does. */
  async current(): Promise<string | null> {
    if (this.#token !== null && this.#now() < this.#freshUntil) {
      return this.#token;
    }
    this.#asking ??= this.#renew().finally(() => {
      this.#asking = undefined;
    });
    return await this.#asking;
  }

  /** Let go of a token that the server refused. */
  forget(token: string | null): void {
    if (this.#token === token) {
      this.#token = null;
    }
  }

  async #renew(): Promise<string | null> {
    const token = await this.#provider();
    this.#token = token;
    this.#freshUntil = this.#now() + (token === null ? 0 : lifetime(token)) - MARGIN_MS;
    return token;
  }
}

/** How long a token is good, by its own two times: the browser's clock may be wrong. 0 if it does not say. */
export function lifetime(token: string): number {
  try {
    const payload = (token.split('.')[1] ?? '').replaceAll('-', '+').replaceAll('_', '/');
    const { iat, exp } = JSON.parse(atob(payload)) as { iat?: unknown; exp?: unknown };
    return typeof iat === 'number' && typeof exp === 'number' ? (exp - iat) * 1000 : 0;
  } catch {
    return 0;
  }
}
