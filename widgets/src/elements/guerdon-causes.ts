import { html, nothing } from 'lit';

import { CausesDocument, DonateDocument, type Cause, type CausesData } from '../documents/club.js';
import { MemberElement, type ClubWords, type Part } from './member-element.js';
import { money } from './money.js';

/**
 * The causes that members give points to: what was raised for each, and a way to give.
 *
 * @element guerdon-causes
 *
 * @attr {string} endpoint - Address of the storefront API; by default that of the server which this file came from.
 * @attr {string} key - The shop's publishable key, `gpk_…`.
 * @attr {string} token - A customer token; five minutes old at most, so `tokenProvider` is better for pages that stay.
 * @attr {string} locale - Language and region such as `de-AT`; by default the page's, else the browser's.
 * @attr {string} heading - The title and accessible name, in place of its own.
 *
 * @prop {TokenProvider} tokenProvider - Answers a fresh customer token, or null for a guest; asked again before one ends.
 *
 * @method refresh - Ask again, such as after an order.
 *
 * @fires guerdon-error - Something could not be loaded: `{kind, code, message}`.
 * @fires guerdon-donated - Points were given: `{cause, points}`.
 *
 * @csspart panel - The whole box.
 * @csspart heading - The title.
 * @csspart button - A main button.
 * @csspart cause - One cause.
 * @csspart progress - How far a cause is to its goal.
 *
 * The custom properties are those of `<guerdon-panel>`. Light and dark follow the page's `color-scheme`.
 */
export class GuerdonCauses extends MemberElement<CausesData> {
  protected override readonly document = CausesDocument;
  protected override readonly titleKey = 'causesHeading';

  protected override body(words: ClubWords, { causes, me }: CausesData): Part {
    if (causes.length === 0) {
      return html`<p class="quiet">${words.say('causesNone')}</p>`;
    }
    const has = new Map(me?.balances.map(({ unit, available }) => [unit.id, available]));
    return html`<ul>${causes.map((cause) => this.#cause(words, cause, me === null ? null : (has.get(cause.unit.id) ?? 0)))}</ul>`;
  }

  #cause(words: ClubWords, cause: Cause, available: number | null): Part {
    const { name, description, open, raised, goal } = cause;
    const amount = money(raised, words.locale);
    const text = goal === null ? words.say('raised', { amount }) : words.say('raisedOf', { amount, goal: money(goal, words.locale) });
    return html`
      <li class="item" part="cause">
        <span class="name">${name}</span>
        ${description === null ? nothing : html`<p class="quiet">${description}</p>`}
        <p>${text}</p>
        ${goal === null
          ? nothing
          : html`<progress part="progress" max=${goal.amount} value=${Math.min(raised.amount, goal.amount)} aria-label=${text}></progress>`}
        ${!open
          ? html`<p class="quiet">${words.say('causeOver')}</p>`
          : available === null || available < cause.minimum
            ? nothing
            : this.#giving(words, cause, available)}
      </li>
    `;
  }

  #giving(words: ClubWords, cause: Cause, available: number): Part {
    const { name, unit, minimum, step } = cause;
    const part = 10 ** unit.scale;
    const most = minimum + Math.floor((available - minimum) / step) * step;
    const send = (event: SubmitEvent): void => {
      event.preventDefault();
      const input = (event.currentTarget as HTMLFormElement).elements.namedItem('points') as HTMLInputElement;
      void this.#give(words, cause, Math.round(input.valueAsNumber * part));
    };
    return html`
      <form class="points" @submit=${send}>
        <input
          name="points"
          type="number"
          required
          inputmode="numeric"
          aria-label=${words.say('giveAmount', { unit: unit.namePlural, name })}
          min=${minimum / part}
          max=${most / part}
          step=${step / part}
          value=${minimum / part}
        />
        <button part="button" aria-label=${words.say('giveNamed', { points: unit.namePlural, name })}>
          ${words.say('give', { points: unit.namePlural })}
        </button>
      </form>
    `;
  }

  async #give(words: ClubWords, { programId, slug, name }: Cause, points: number): Promise<void> {
    const done = await this.attempt(`give ${programId} ${slug} ${points}`, async (client, idempotencyKey) => {
      const { donate } = await client.ask(DonateDocument, { input: { idempotencyKey, programId, cause: slug, points } });
      return donate;
    });
    if (done?.donation) {
      const { value, matched } = done.donation;
      const places = { name, value: money(value, words.locale), matched: money(matched, words.locale) };
      this.say(words.say(matched.amount > 0 ? 'givenMatched' : 'given', places));
      this.dispatchEvent(new CustomEvent('guerdon-donated', { detail: { cause: slug, points }, bubbles: true, composed: true }));
    }
  }
}

customElements.define('guerdon-causes', GuerdonCauses);
