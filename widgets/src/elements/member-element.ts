import { LitElement, html, nothing, unsafeCSS, type CSSResult, type PropertyValues, type TemplateResult } from 'lit';

import { Client, Failure } from '../api/client.js';
import { Tokens, type TokenProvider } from '../api/tokens.js';
import type { TadaDocumentNode } from '../documents/graphql.js';
import panelSheet from '../panel/panel.css?inline';
import type { Asked } from '../panel/state.js';
import type { ClubKey, ClubTexts } from '../texts/club-en.js';
import { clubTextsFor } from '../texts/club-language.js';
import { localeFor } from '../texts/language.js';
import { Words } from '../texts/words.js';
import clubSheet from './club.css?inline';

export type ClubWords = Words<ClubTexts>;
export type Part = TemplateResult | typeof nothing;

interface Refusals {
  readonly userErrors: readonly { readonly code: string; readonly message: string }[];
}

/**
 * What the elements beside the panel have in common: they ask the storefront API one question, show what it answers,
 * and ask again after each change. A subclass says which question, and what is shown of it.
 */
export abstract class MemberElement<Data> extends LitElement {
  static override readonly properties = {
    endpoint: { type: String },
    key: { type: String },
    token: { type: String },
    tokenProvider: { attribute: false },
    locale: { type: String },
    heading: { type: String },
  };

  static override readonly styles: CSSResult[] = [unsafeCSS(panelSheet), unsafeCSS(clubSheet)];

  declare endpoint: string | null;
  declare key: string | null;
  declare token: string | null;
  declare tokenProvider: TokenProvider | null;
  declare locale: string | null;
  declare heading: string | null;

  protected abstract readonly document: TadaDocumentNode<Data, object>;
  protected abstract readonly titleKey: ClubKey;

  #asked: Asked<Data> = { state: 'loading' };
  #words: ClubWords | undefined;
  #client: Client | undefined;
  #said = '';
  #wrong = '';
  /** By what is tried: a key that is kept until there is an answer, so that nothing is done twice. */
  readonly #keys = new Map<string, string>();

  /** What is shown once the data is there. */
  protected abstract body(words: ClubWords, data: Data): Part;

  /** Ask again, such as after an order. Resolves when the answer is there, or failed. */
  async refresh(): Promise<void> {
    const client = this.#client;
    if (client === undefined) {
      return;
    }
    try {
      const value = await client.ask(this.document, {});
      this.#show({ state: 'ready', value }, client);
    } catch (error) {
      const failure = error instanceof Failure ? error : new Failure('server', 'INTERNAL', String(error));
      this.dispatchEvent(new CustomEvent('guerdon-error', { detail: { ...failure }, bubbles: true, composed: true }));
      if (this.#asked.state !== 'ready') {
        this.#show({ state: 'failed', failure }, client);
      }
    }
  }

  protected override willUpdate(changed: PropertyValues<this>): void {
    if (!this.hasUpdated || (['endpoint', 'key', 'token', 'tokenProvider', 'locale'] as const).some((name) => changed.has(name))) {
      this.#connect();
    }
  }

  protected override render(): TemplateResult {
    const words = this.#words;
    return html`
      <section part="panel" class="panel" aria-labelledby="heading" aria-busy=${String(this.#asked.state === 'loading')}>
        <h2 id="heading" part="heading">${this.heading || (words?.say(this.titleKey) ?? '…')}</h2>
        ${words === undefined ? nothing : this.#content(words)}
        ${this.#wrong === '' ? nothing : html`<p class="wrong" role="alert">${this.#wrong}</p>`}
        <p class=${this.#said === '' ? 'unseen' : 'said'} role="status">${this.#said}</p>
      </section>
    `;
  }

  #content(words: ClubWords): Part {
    if (!this.key) {
      return html`<p class="wrong">${words.say('misconfigured')}</p>`;
    }
    switch (this.#asked.state) {
      case 'loading':
        return html`<p class="bone" role="img" aria-label=${words.say('loading')}></p>`;
      case 'failed': {
        const { kind } = this.#asked.failure;
        return html`
          <p role="alert">${words.say(kind === 'offline' || kind === 'busy' ? kind : 'failed')}</p>
          <button part="button" @click=${() => void this.refresh()}>${words.say('tryAgain')}</button>
        `;
      }
      case 'ready':
        return this.body(words, this.#asked.value);
    }
  }

  /**
   * Do something once, however often it is tried: `what` names it, `work` gets the key. Tells what was refused; answers
   * the payload if nothing was, and then asks for the data again.
   */
  protected async attempt<P extends Refusals>(what: string, work: (client: Client, key: string) => Promise<P>): Promise<P | null> {
    const client = this.#client;
    const words = this.#words;
    if (client === undefined || words === undefined) {
      return null;
    }
    const key = this.#keys.get(what) ?? crypto.randomUUID();
    this.#keys.set(what, key);
    this.say('', '');
    try {
      const payload = await work(client, key);
      this.#keys.delete(what);
      const [refusal] = payload.userErrors;
      if (refusal === undefined) {
        await this.refresh();
        return payload;
      }
      this.say('', words.ofCode(refusal.code) ?? words.say('refused', { message: refusal.message }));
    } catch (error) {
      this.say('', words.say(error instanceof Failure && error.kind === 'busy' ? 'busy' : 'unsure'));
    }
    return null;
  }

  /** Tell what was done, or what went wrong. */
  protected say(said: string, wrong = ''): void {
    this.#said = said;
    this.#wrong = wrong;
    this.requestUpdate();
  }

  #connect(): void {
    const locale = localeFor(this.locale);
    if (this.#words?.locale !== locale) {
      void this.#speak(locale);
    }
    const { token, tokenProvider } = this;
    const tokens = new Tokens(tokenProvider ?? (() => Promise.resolve(token || null)));
    const endpoint = this.endpoint || `${new URL(import.meta.url).origin}/graphql/storefront`;
    this.#client = this.key ? new Client(endpoint, this.key, tokens, locale) : undefined;
    this.#asked = { state: 'loading' };
    void this.refresh();
  }

  async #speak(locale: string): Promise<void> {
    const texts = await clubTextsFor(locale).catch(() => clubTextsFor('en'));
    if (locale === localeFor(this.locale)) {
      this.#words = new Words(locale, texts);
      this.requestUpdate();
    }
  }

  #show(asked: Asked<Data>, client: Client): void {
    if (client === this.#client) {
      this.#asked = asked;
      this.requestUpdate();
    }
  }
}
