import { html, nothing } from 'lit';

import { TierDocument, type Tier, type TierData } from '../documents/club.js';
import { MemberElement, type ClubWords, type Part } from './member-element.js';
import { counted } from './needs.js';

type Me = NonNullable<TierData['me']>;
type Units = Me['balances'][number]['unit'][];

/**
 * The tier that a member has, how far it is to the next, and the perks that are theirs.
 *
 * @element guerdon-tier
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
 *
 * @csspart panel - The whole box.
 * @csspart heading - The title.
 * @csspart button - A main button.
 * @csspart tier - The tier of one program.
 * @csspart progress - How far the next tier is.
 * @csspart perks - The perks.
 *
 * The custom properties are those of `<guerdon-panel>`. Light and dark follow the page's `color-scheme`.
 */
export class GuerdonTier extends MemberElement<TierData> {
  protected override readonly document = TierDocument;
  protected override readonly titleKey = 'tierHeading';

  protected override body(words: ClubWords, { me }: TierData): Part {
    if (me === null) {
      return html`<p class="quiet">${words.say('guest')}</p>`;
    }
    const units = me.balances.map(({ unit }) => unit);
    return html`${me.tiers.map((tier) => this.#tier(words, tier, units))} ${this.#perks(words, me.entitlements)}`;
  }

  #tier(words: ClubWords, { name, until, nextName, ways, countsUntil }: Tier, units: Units): Part {
    const next = nextName ?? '';
    return html`
      <div part="tier">
        <p class="big">${name ?? words.say('tierNone')}</p>
        ${until === null ? nothing : html`<p class="quiet">${words.say('tierUntil', { date: words.dayOf(until) })}</p>`}
        ${nextName === null
          ? html`<p class="quiet">${words.say('tierTop')}</p>`
          : html`
              <h3>
                ${countsUntil === null ? words.say('tierTo', { name: next }) : words.say('tierToBy', { name: next, date: words.day(countsUntil) })}
              </h3>
              <div class="ways" part="progress">
                ${ways.map(
                  ({ allOf }, index) => html`
                    ${index === 0 ? nothing : html`<p class="quiet">${words.say('or')}</p>`}
                    ${allOf.map(({ metric, has, atLeast }) => {
                      const text = counted(words, { metric, has, target: atLeast }, units);
                      return html`<div><p class="quiet">${text}</p><progress max=${atLeast} value=${Math.min(has, atLeast)} aria-label=${text}></progress></div>`;
                    })}
                  `,
                )}
              </div>
            `}
      </div>
    `;
  }

  #perks(words: ClubWords, perks: Me['entitlements']): Part {
    if (perks.length === 0) {
      return nothing;
    }
    return html`
      <div part="perks">
        <h3>${words.say('perks')}</h3>
        <ul>
          ${perks.map(
            ({ name, limit, left }) => html`
              <li class="item">
                <div class="row">
                  <span class="name">${name}</span>
                  <span class="price">
                    ${limit === null || left === null ? words.say('perkAlways') : words.say('perkLeft', { left: String(left), limit: String(limit) })}
                  </span>
                </div>
              </li>
            `,
          )}
        </ul>
      </div>
    `;
  }
}

customElements.define('guerdon-tier', GuerdonTier);
