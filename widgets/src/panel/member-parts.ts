import { unsafeCSS } from 'lit';

import type { Client } from '../api/client.js';
import { HistoryDocument, RedeemDocument } from '../documents/member.js';
import type { Member, Reward } from '../documents/storefront.js';
import type { Words } from '../texts/words.js';
import { codes, history, spending } from './member-sections.js';
import sheet from './member.css?inline';
import type { Part, Spending } from './sections.js';
import type { Asked, Attempt, GuerdonPanelEvents, History, MemberActions, Redeeming } from './state.js';

/** What these parts need of the panel. */
export interface Host {
  readonly root: ShadowRoot;
  readonly words: () => Words;
  /** Answers undefined when the panel went to another customer meanwhile. */
  asked<T>(question: (client: Client) => Promise<T>): Promise<Asked<T> | undefined>;
  tell<Name extends keyof GuerdonPanelEvents>(name: Name, detail: GuerdonPanelEvents[Name]): void;
  announce(text: string): void;
  /** Put the focus, after the next rendering, on the first of these that is there. */
  focus(...selectors: string[]): void;
  reload(): void;
  changed(): void;
}

/** Where the focus goes when an attempt to redeem gets somewhere. */
const FOCUS = { confirm: '#confirm', sending: '#confirm', unsure: '#confirm', refused: '#close', done: '#ticket' } as const;

const styles = unsafeCSS(sheet).styleSheet;

/** What one member can do in the panel beyond looking: redeem, copy codes, read the history. Fetched when one is there. */
export class MemberParts {
  readonly #host: Host;
  #redeeming: Redeeming | undefined;
  #history: Asked<History> | undefined;

  constructor(host: Host) {
    this.#host = host;
    const { adoptedStyleSheets } = host.root;
    if (styles !== undefined && !adoptedStyleSheets.includes(styles)) {
      adoptedStyleSheets.push(styles);
    }
  }

  /** What stands among the rewards. */
  spending({ balances }: Member): Spending {
    return spending(this.#host.words(), this.#redeeming, balances, this.#actions);
  }

  /** What stands below them. */
  below(member: Member): Part[] {
    const words = this.#host.words();
    const shown = this.#redeeming?.step === 'done' ? this.#redeeming.redemption.id : undefined;
    return [codes(words, member, shown, this.#actions), history(words, this.#history, this.#actions)];
  }

  /** Begin an attempt: the question whether. */
  ask(reward: Reward): void {
    this.#become({ step: 'confirm', attempt: { key: crypto.randomUUID(), reward } });
  }

  /** Ask for the history again, if it was asked for. */
  async refresh(): Promise<void> {
    if (this.#history !== undefined) {
      await this.#nextPage({ entries: [], after: null });
    }
  }

  readonly #actions: MemberActions = {
    confirmRedeem: () => void this.#redeem(),
    closeRedeem: () => {
      const id = this.#redeeming?.attempt.reward.id ?? '';
      this.#redeeming = undefined;
      this.#host.changed();
      this.#host.focus(`[data-reward="${CSS.escape(id)}"]`, '#rewards');
    },
    copy: (code) => void this.#copy(code),
    showHistory: () => {
      if (this.#history === undefined || this.#history.state === 'failed') {
        this.#history = { state: 'loading' };
        this.#host.changed();
        void this.#nextPage({ entries: [], after: null });
      }
    },
    moreHistory: () => {
      if (this.#history?.state === 'ready') {
        void this.#nextPage(this.#history.value);
      }
    },
  };

  #become(next: Redeeming): void {
    this.#redeeming = next;
    this.#host.changed();
    this.#host.focus(FOCUS[next.step]);
  }

  async #redeem(): Promise<void> {
    const now = this.#redeeming;
    if (now?.step !== 'confirm' && now?.step !== 'unsure') {
      return;
    }
    const { attempt } = now;
    this.#become({ step: 'sending', attempt });
    const answer = await this.#host.asked((client) => send(client, attempt, this.#host.words()));
    if (answer !== undefined) {
      const next: Redeeming = answer.state === 'ready' ? answer.value : { step: 'unsure', attempt };
      this.#become(next);
      this.#report(next);
    }
  }

  #report(next: Redeeming): void {
    const words = this.#host.words();
    if (next.step === 'done') {
      const { reward: { id: rewardId, name: rewardName } } = next.attempt;
      const { id: redemptionId, points, voucher } = next.redemption;
      this.#host.announce(words.say('redeemed', { name: rewardName }));
      this.#host.tell('guerdon-redeemed', { redemptionId, rewardId, rewardName, points, code: voucher?.code ?? null });
      this.#host.reload();
    } else if (next.step === 'refused') {
      this.#host.announce(next.message);
      this.#host.tell('guerdon-error', { kind: 'refused', code: next.code, message: next.message });
      this.#host.reload();
    } else {
      this.#host.announce(words.say('unsure'));
    }
  }

  async #nextPage(known: History): Promise<void> {
    this.#history = (await this.#host.asked((client) => nextPage(client, known))) ?? this.#history;
    this.#host.changed();
  }

  async #copy(code: string): Promise<void> {
    this.#host.announce('');
    try {
      await navigator.clipboard.writeText(code);
      this.#host.announce(this.#host.words().say('copied'));
    } catch {
      // Not allowed here: the code is marked instead, ready for the keyboard.
      const shown = [...this.#host.root.querySelectorAll('code')].find(({ textContent }) => textContent === code);
      if (shown !== undefined) {
        getSelection()?.selectAllChildren(shown);
      }
    }
  }
}

/** Send an attempt, once more or for the first time; answers where it is then. Rejects if no answer came. */
async function send(client: Client, { key, reward }: Attempt, words: Words): Promise<Redeeming> {
  const input = { idempotencyKey: key, redeem: { rewardId: reward.id } };
  const { redeem: answer } = await client.ask(RedeemDocument, { input });
  const attempt = { key, reward };
  if (answer.redemption !== null) {
    return { step: 'done', attempt, redemption: answer.redemption };
  }
  const { code = 'INVALID', message = '' } = answer.userErrors[0] ?? {};
  return { step: 'refused', attempt, code, message: words.ofCode(code) ?? words.say('refused', { message }) };
}

/** The history with its next page. */
async function nextPage(client: Client, { entries, after }: History): Promise<History> {
  const { me } = await client.ask(HistoryDocument, { after });
  const { nodes = [], pageInfo } = me?.history ?? {};
  return { entries: [...entries, ...nodes], after: pageInfo?.hasNextPage === true ? pageInfo.endCursor : null };
}
