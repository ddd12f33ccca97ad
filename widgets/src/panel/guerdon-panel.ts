import { LitElement, html, unsafeCSS, type CSSResult, type PropertyValues, type TemplateResult } from 'lit';

import { Client, Failure } from '../api/client.js';
import { Tokens, type TokenProvider } from '../api/tokens.js';
import { OverviewDocument, QuoteDocument, type CartInput, type Overview, type Quote } from '../documents/storefront.js';
import { localeFor, textsFor } from '../texts/language.js';
import { Words } from '../texts/words.js';
import sheet from './panel.css?inline';
import { balances, invitation, quote, rewards, skeleton, type Part } from './sections.js';
import type { Actions, Asked, GuerdonPanelEvents } from './state.js';
import type { MemberParts } from './member-parts.js';

/** A cart as the storefront API takes it; without a currency it is in the panel's. */
export type Cart = Omit<CartInput, 'currency'> & { readonly currency?: string };

/** What is on show, besides the attributes. */
interface Shown {
  readonly words?: Words | undefined;
  readonly overview: Asked<Overview>;
  readonly quote?: Asked<Quote> | undefined;
  readonly parts?: MemberParts | undefined;
  readonly said: string;
}

const QUOTE_DELAY_MS = 300;

/**
 * The rewards panel of a shop's page: points and when they end, what the cart would earn, rewards to redeem, history.
 *
 * @element guerdon-panel
 *
 * @attr {string} endpoint - Address of the storefront API; by default that of the server which this file came from.
 * @attr {string} key - The shop's publishable key, `gpk_…`.
 * @attr {string} token - A customer token; five minutes old at most, so `tokenProvider` is better for pages that stay.
 * @attr {string} currency - ISO 4217 code of a cart that names none.
 * @attr {Cart} cart - The cart, as JSON or as a property: `{"currency": "EUR", "lines": [{"id": "1", "amount": 1999}]}`.
 * @attr {string} locale - Language and region such as `de-AT`; by default the page's, else the browser's.
 * @attr {string} heading - The panel's title and accessible name, in place of its own.
 *
 * @prop {TokenProvider} tokenProvider - Answers a fresh customer token, or null for a guest; asked again before one ends.
 *
 * @method refresh - Ask for everything again, such as after an order.
 *
 * @fires guerdon-redeemed - A reward was redeemed: `{redemptionId, rewardId, rewardName, points, code}`; code may be null.
 * @fires guerdon-quote - The cart was quoted: `{earns: [{unit, amount, state, maturesAt}], expiresAt}`.
 * @fires guerdon-error - Something failed: `{kind, code, message}`.
 *
 * @slot sign-in - Shown to guests: the shop's button to sign in or join.
 *
 * @csspart panel - The whole box.
 * @csspart heading - The title of the panel.
 * @csspart title - The title of a section.
 * @csspart balance - The points of one unit.
 * @csspart schedule - When points end.
 * @csspart quote - What the cart would earn.
 * @csspart reward - One reward.
 * @csspart progress - How far a reward is.
 * @csspart confirm - The question before points are spent.
 * @csspart ticket - A reward that was just redeemed.
 * @csspart code - A code.
 * @csspart codes - The codes had before.
 * @csspart history - What happened to the points.
 * @csspart button - A main button.
 *
 * @cssprop --guerdon-surface - Background.
 * @cssprop --guerdon-raised - Background of what stands out: the quote, a question, a ticket.
 * @cssprop --guerdon-text - Text.
 * @cssprop --guerdon-muted - Lesser text.
 * @cssprop --guerdon-accent - Buttons, links, progress.
 * @cssprop --guerdon-on-accent - Text of buttons.
 * @cssprop --guerdon-border - Lines.
 * @cssprop --guerdon-good - Points that come, the codes.
 * @cssprop --guerdon-bad - What went wrong, and points that end soon.
 * @cssprop --guerdon-radius - Roundness of corners.
 * @cssprop --guerdon-space - Space between the border and what is in it.
 *
 * Light and dark follow the page's `color-scheme`.
 */
export class GuerdonPanel extends LitElement {
  static override readonly properties = {
    endpoint: { type: String },
    key: { type: String },
    token: { type: String },
    tokenProvider: { attribute: false },
    currency: { type: String },
    cart: { type: Object },
    locale: { type: String },
    heading: { type: String },
  };

  static override readonly styles: CSSResult = unsafeCSS(sheet);

  declare endpoint: string | null;
  declare key: string | null;
  declare token: string | null;
  declare tokenProvider: TokenProvider | null;
  declare currency: string | null;
  declare cart: Cart | null;
  declare locale: string | null;
  declare heading: string | null;


  #shown: Shown = { overview: { state: 'loading' }, said: '' };
  #client: Client | undefined;
  #loading = new AbortController();
  #quoting = new AbortController();
  #quoteTimer: number | undefined;

  /** Ask for everything again, such as after an order. Resolves when it is there, or failed. */
  async refresh(): Promise<void> {
    await Promise.all([this.#reload(), this.#askQuote()]);
  }

  override connectedCallback(): void {
    super.connectedCallback();
    window.addEventListener('online', this.#whenOnline);
    if (this.hasUpdated) {
      this.#connect();
    }
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    window.removeEventListener('online', this.#whenOnline);
    this.#loading.abort();
    this.#quoting.abort();
    clearTimeout(this.#quoteTimer);
  }

  protected override willUpdate(changed: PropertyValues<this>): void {
    if (!this.hasUpdated || (['endpoint', 'key', 'token', 'tokenProvider', 'locale'] as const).some((name) => changed.has(name))) {
      this.#connect();
    } else if (changed.has('cart') || changed.has('currency')) {
      this.#quoteSoon();
    }
  }

  protected override render(): TemplateResult {
    const { overview, words, said } = this.#shown;
    const name = overview.state === 'ready' ? overview.value.me?.name : undefined;
    const title = name ? words?.say('headingFor', { name }) : words?.say('heading');
    const busy = Boolean(this.key) && overview.state === 'loading';
    return html`
      <section part="panel" class="panel" aria-labelledby="heading" aria-busy=${String(busy)}>
        <h2 id="heading" part="heading">${this.heading || (title ?? '…')}</h2>
        ${words === undefined ? skeleton(words) : this.#body(words)}
        <p class="unseen" role="status">${said}</p>
      </section>
    `;
  }

  #body(words: Words): Part {
    const { overview, quote: asked, parts } = this.#shown;
    if (!this.key) {
      return html`<p class="wrong">${words.say('misconfigured')}</p>`;
    }
    if (overview.state === 'loading') {
      return skeleton(words);
    }
    if (overview.state === 'failed') {
      return this.#failed(words, overview.failure);
    }
    const { me, program, rewards: { nodes } } = overview.value;
    const actions = this.#actions;
    const earns = quote(words, asked, me === null, actions);
    return me === null
      ? html`${earns} ${invitation(words, program)} ${rewards(words, nodes, undefined, actions)}`
      : html`
          ${balances(words, me.balances, new Date())} ${earns}
          ${rewards(words, nodes, parts?.spending(me), actions)} ${parts?.below(me)}
        `;
  }

  #failed(words: Words, { kind }: Failure): TemplateResult {
    return html`
      <p role="alert">${words.say(kind === 'offline' || kind === 'busy' ? kind : 'failed')}</p>
      <button part="button" @click=${this.#retry}>${words.say('tryAgain')}</button>
    `;
  }

  readonly #actions: Actions = {
    retryQuote: () => void this.#askQuote(),
    askRedeem: (reward) => this.#shown.parts?.ask(reward),
  };

  readonly #retry = (): void => {
    this.#show({ overview: { state: 'loading' } });
    void this.refresh();
  };

  readonly #whenOnline = (): void => {
    if (this.#shown.overview.state === 'failed') {
      this.#retry();
    }
  };

  /** Start anew with what the attributes say: another shop, another customer, another language. */
  #connect(): void {
    const locale = localeFor(this.locale);
    if (this.#shown.words?.locale !== locale) {
      void this.#speak(locale);
    }
    const { token, tokenProvider } = this;
    const tokens = new Tokens(tokenProvider ?? (() => Promise.resolve(token || null)));
    const endpoint = this.endpoint || `${new URL(import.meta.url).origin}/graphql/storefront`;
    this.#client = this.key ? new Client(endpoint, this.key, tokens, locale) : undefined;
    this.#show({ overview: { state: 'loading' }, parts: undefined });
    void this.#load();
    this.#quoteSoon();
  }

  async #speak(locale: string): Promise<void> {
    // A chunk that cannot be fetched must not leave the panel mute.
    const texts = await textsFor(locale).catch(() => textsFor('en'));
    if (locale === localeFor(this.locale)) {
      this.#show({ words: new Words(locale, texts) });
    }
  }

  async #load(): Promise<void> {
    this.#loading.abort();
    this.#loading = new AbortController();
    const { signal } = this.#loading;
    const answer = await this.#asked((client) => client.ask(OverviewDocument, {}, signal), signal);
    // What is shown already, a fresh code above all, is worth more than the news that nothing new could be had.
    if (answer?.state === 'ready' || (answer !== undefined && this.#shown.overview.state !== 'ready')) {
      this.#show({ overview: answer });
    }
    if (answer?.state === 'ready' && answer.value.me !== null && this.#shown.parts === undefined) {
      await this.#need(signal);
    }
  }

  async #need(signal: AbortSignal): Promise<void> {
    const loaded = await this.#asked(() => import('./member-parts.js'), signal);
    if (loaded?.state === 'ready') {
      this.#show({
        parts: new loaded.value.MemberParts({
          root: this.renderRoot as ShadowRoot,
          words: () => this.#shown.words as Words,
          asked: (question) => this.#asked(question),
          tell: (name, detail) => this.#tell(name, detail),
          announce: (said) => this.#show({ said }),
          focus: (...selectors) => void this.#focus(...selectors),
          reload: () => void this.#reload(),
          changed: () => this.requestUpdate(),
        }),
      });
    }
  }

  async #reload(): Promise<void> {
    await Promise.all([this.#load(), this.#shown.parts?.refresh()]);
  }

  #show(changes: Partial<Shown>): void {
    this.#shown = { ...this.#shown, ...changes };
    this.requestUpdate();
  }

  #quoteSoon(): void {
    clearTimeout(this.#quoteTimer);
    this.#quoting.abort();
    if (!this.cart?.lines.length) {
      this.#show({ quote: undefined });
      return;
    }
    this.#show({ quote: this.#shown.quote ?? { state: 'loading' } });
    this.#quoteTimer = window.setTimeout(() => void this.#askQuote(), QUOTE_DELAY_MS);
  }

  async #askQuote(): Promise<void> {
    const { cart } = this;
    if (!cart?.lines.length) {
      return;
    }
    clearTimeout(this.#quoteTimer);
    this.#quoting.abort();
    this.#quoting = new AbortController();
    const { signal } = this.#quoting;
    const input = { cart: { ...cart, currency: cart.currency ?? this.currency ?? '' } };
    const answer = await this.#asked(async (client) => {
      const { quote: { quote: quoted, userErrors } } = await client.ask(QuoteDocument, { input }, signal);
      return quoted ?? refuse(userErrors);
    }, signal);
    if (answer?.state === 'ready') {
      const { earns, expiresAt } = answer.value;
      this.#tell('guerdon-quote', { earns, expiresAt });
    }
    this.#show({ quote: answer ?? this.#shown.quote });
  }

  /** What a question led to; undefined if nobody waits for it any more. Failures are told as events. */
  async #asked<T>(question: (client: Client) => Promise<T>, signal?: AbortSignal): Promise<Asked<T> | undefined> {
    const client = this.#client;
    if (client === undefined) {
      return undefined;
    }
    try {
      const value = await question(client);
      return client === this.#client && signal?.aborted !== true ? { state: 'ready', value } : undefined;
    } catch (error) {
      if (client !== this.#client || signal?.aborted === true) {
        return undefined;
      }
      const failure = error instanceof Failure ? error : new Failure('server', 'INTERNAL', String(error));
      this.#tell('guerdon-error', { kind: failure.kind, code: failure.code, message: failure.message });
      return { state: 'failed', failure };
    }
  }

  #tell<Name extends keyof GuerdonPanelEvents>(name: Name, detail: GuerdonPanelEvents[Name]): void {
    this.dispatchEvent(new CustomEvent(name, { detail, bubbles: true, composed: true }));
  }

  /** Put the focus on the first of these that is there after the next rendering. */
  async #focus(...selectors: string[]): Promise<void> {
    await this.updateComplete;
    const found = selectors.map((one) => this.renderRoot.querySelector<HTMLElement>(one));
    found.find((one) => one !== null)?.focus();
  }
}

function refuse(errors: readonly { readonly code: string; readonly message: string }[]): never {
  throw new Failure('server', errors[0]?.code ?? 'INVALID', errors[0]?.message ?? '');
}

customElements.define('guerdon-panel', GuerdonPanel);

declare global {
  interface HTMLElementTagNameMap {
    'guerdon-panel': GuerdonPanel;
  }
}
