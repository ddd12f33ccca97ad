/** What is shown to a member after the first look: the question before spending, the code, the codes, the history. */
import { html, nothing } from 'lit';

import type { HistoryEntry } from '../documents/member.js';
import type { Balance, Member } from '../documents/storefront.js';
import type { Words } from '../texts/words.js';
import type { Part, Spending } from './sections.js';
import type { Asked, History, MemberActions as Actions, Redeeming } from './state.js';

/** What is shown of an attempt to redeem. */
export function spending(words: Words, redeeming: Redeeming | undefined, own: readonly Balance[], actions: Actions): Spending {
  return {
    above: redeeming?.step === 'done' ? ticket(words, redeeming, actions) : nothing,
    within: ({ id, shops, partners }) =>
      redeeming !== undefined && redeeming.step !== 'done' && redeeming.attempt.reward.id === id
        ? attempt(words, redeeming, own, actions)
        : shops === 'PARTNERS'
          ? html`<p class="quiet">${words.say('at', { partners: partners.join(', ') || words.say('partners') })}</p>`
          : nothing,
  };
}

function attempt(words: Words, redeeming: Redeeming, own: readonly Balance[], actions: Actions): Part {
  const { reward: wanted } = redeeming.attempt;
  const left = (own.find(({ unit }) => unit.id === wanted.unit.id)?.available ?? wanted.points) - wanted.points;
  const places = { points: words.points(wanted.points, wanted.unit), rest: words.points(Math.max(left, 0), wanted.unit) };
  const sending = redeeming.step === 'sending';
  return html`
    <div class="attempt" part="confirm" role="group" aria-labelledby="question" @keydown=${closeOnEscape(actions, sending)}>
      <p id="question" class=${redeeming.step === 'refused' ? 'wrong' : ''}>
        ${
          redeeming.step === 'refused'
            ? redeeming.message
            : words.say(redeeming.step === 'unsure' ? 'unsure' : 'confirm', places)
        }
      </p>
      <div class="row">
        ${
          redeeming.step === 'refused'
            ? nothing
            : html`
                <button id="confirm" part="button" aria-disabled=${String(sending)} @click=${actions.confirmRedeem}>
                  ${words.say(sending ? 'redeeming' : redeeming.step === 'unsure' ? 'tryAgain' : 'confirmYes')}
                </button>
              `
        }
        <button id="close" class="plain" ?disabled=${sending} @click=${actions.closeRedeem}>${words.say('cancel')}</button>
      </div>
    </div>
  `;
}

function closeOnEscape(actions: Actions, sending: boolean): (event: KeyboardEvent) => void {
  return (event) => {
    if (event.key === 'Escape' && !sending) {
      event.stopPropagation();
      actions.closeRedeem();
    }
  };
}

function ticket(words: Words, { attempt: { reward: had }, redemption }: Redeeming & { step: 'done' }, actions: Actions): Part {
  return html`
    <div class="ticket" part="ticket" role="group" aria-labelledby="ticket">
      <p id="ticket" class="name" tabindex="-1">${words.say('redeemed', { name: had.name })}</p>
      ${
        redemption.voucher === null
          ? html`<p>${words.say('redeemedNoCode')}</p>`
          : code(words, redemption.voucher, actions)
      }
      <button class="plain" @click=${actions.closeRedeem}>${words.say('done')}</button>
    </div>
  `;
}

function code(words: Words, voucher: NonNullable<Member['redemptions']['nodes'][number]['voucher']>, actions: Actions): Part {
  return html`
    <p class="row">
      <code part="code">${voucher.code}</code>
      <button class="plain" aria-label=${words.say('copyNamed', { code: voucher.code })} @click=${() => actions.copy(voucher.code)}>
        ${words.say('copy')}
      </button>
    </p>
    ${voucher.expiresAt === null ? nothing : html`<p class="quiet">${words.say('validUntil', { date: words.dayOf(voucher.expiresAt) })}</p>`}
  `;
}

/** Codes that the member has had before. */
export function codes(words: Words, member: Member, shown: string | undefined, actions: Actions): Part {
  const had = member.redemptions.nodes.filter(({ id, state }) => state === 'CONFIRMED' && id !== shown);
  const some = had.flatMap(({ id, reward: one, voucher }) => (voucher === null ? [] : [{ id, name: one?.name, voucher }]));
  if (some.length === 0) {
    return nothing;
  }
  return html`
    <details class="fold" part="codes">
      <summary>${words.say('codes')}</summary>
      <ul class="codes">
        ${some.map(({ name, voucher }) => html`<li><p class="name">${name}</p>${code(words, voucher, actions)}</li>`)}
      </ul>
    </details>
  `;
}

/** What happened to the points; asked for when it is opened. */
export function history(words: Words, asked: Asked<History> | undefined, actions: Actions): Part {
  return html`
    <details class="fold" part="history" @toggle=${(event: Event) => (event.target as HTMLDetailsElement).open && actions.showHistory()}>
      <summary>${words.say('history')}</summary>
      ${asked === undefined ? nothing : historyOf(words, asked, actions)}
    </details>
  `;
}

function historyOf(words: Words, asked: Asked<History>, actions: Actions): Part {
  if (asked.state === 'loading') {
    return html`<p class="bone" role="img" aria-label=${words.say('loading')}></p>`;
  }
  if (asked.state === 'failed') {
    return html`<p>${words.say(asked.failure.kind === 'offline' ? 'offline' : 'failed')}
      <button class="plain" @click=${actions.showHistory}>${words.say('tryAgain')}</button></p>`;
  }
  const { entries, after } = asked.value;
  return html`
    ${entries.length === 0 ? html`<p class="quiet">${words.say('noHistory')}</p>` : nothing}
    <ul class="history">
      ${entries.map((entry) => html`<li>${happened(words, entry)}</li>`)}
    </ul>
    ${after === null ? nothing : html`<button class="plain" @click=${actions.moreHistory}>${words.say('historyMore')}</button>`}
  `;
}

function happened(words: Words, { kind, at, unit, points, state, orderId: order }: HistoryEntry): Part {
  const more = [...(order === null ? [] : [words.say('order', { order })]), ...(state === 'PENDING' ? [words.say('waits')] : [])];
  return html`
    <p>${words.say(`did_${kind}`)}</p>
    <p class=${points > 0 ? 'plus' : ''}>${words.change(points, unit)}</p>
    <p class="quiet"><time datetime=${at}>${[words.dayOf(at), ...more].join(' · ')}</time></p>
  `;
}
