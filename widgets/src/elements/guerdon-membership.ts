import { html, nothing } from 'lit';

import { JoinDocument, LeaveDocument, MembershipDocument, type Membership, type MembershipData, type Plan } from '../documents/club.js';
import { MemberElement, type ClubWords, type Part } from './member-element.js';
import { money } from './money.js';

/**
 * The plans of a paid membership: what they cost, the one that the member has, joining and leaving.
 *
 * What is to be paid is paid on the provider's page, which leads back to the page that this element is on.
 *
 * @element guerdon-membership
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
 * @csspart plan - One plan.
 * @csspart membership - The membership that there is.
 *
 * The custom properties are those of `<guerdon-panel>`. Light and dark follow the page's `color-scheme`.
 */
export class GuerdonMembership extends MemberElement<MembershipData> {
  protected override readonly document = MembershipDocument;
  protected override readonly titleKey = 'membershipHeading';

  protected override body(words: ClubWords, { membershipPlans, me }: MembershipData): Part {
    const current = me?.memberships.filter(({ state }) => state !== 'ENDED') ?? [];
    const open = membershipPlans.filter(({ programId }) => !current.some((one) => one.programId === programId));
    return html`
      ${current.map((one) => this.#membership(words, one))}
      ${membershipPlans.length === 0 ? html`<p class="quiet">${words.say('plansNone')}</p>` : nothing}
      ${open.length === 0 ? nothing : html`<ul>${open.map((plan) => this.#plan(words, plan, me !== null))}</ul>`}
    `;
  }

  #membership(words: ClubWords, membership: Membership): Part {
    const { name, state, endsAt } = membership;
    const date = endsAt === null ? '' : words.dayOf(endsAt);
    return html`
      <div part="membership">
        <p class="big">${name}</p>
        ${date === '' && state !== 'PAST_DUE' ? nothing : html`<p class="quiet">${words.say(`state_${state}`, { date })}</p>`}
        ${state === 'CANCELLING' || endsAt === null
          ? nothing
          : html`<button class="plain" @click=${() => void this.#leave(words, membership)}>${words.say('leave')}</button>`}
      </div>
    `;
  }

  #plan(words: ClubWords, plan: Plan, signedIn: boolean): Part {
    const { name, price, period, trialMonths, brings } = plan;
    const cost = words.say(`price_${period}`, { price: money(price, words.locale) });
    const months = trialMonths === null ? '' : words.say(trialMonths === 1 ? 'month' : 'months', { count: String(trialMonths) });
    return html`
      <li class="item" part="plan">
        <div class="row">
          <span class="name">${name}</span>
          <span class="price">${months === '' ? cost : `${cost}, ${words.say('trial', { months })}`}</span>
        </div>
        ${brings.length === 0 ? nothing : html`<p class="quiet">${brings.join('; ')}</p>`}
        ${signedIn
          ? html`
              <button part="button" aria-label=${words.say('joinNamed', { name })} @click=${() => void this.#join(words, plan)}>
                ${words.say('join')}
              </button>
            `
          : nothing}
      </li>
    `;
  }

  async #join(words: ClubWords, { programId, plan, name }: Plan): Promise<void> {
    const returnUrl = location.href;
    const done = await this.attempt(`join ${programId} ${plan}`, async (client, idempotencyKey) => {
      const { membershipJoin } = await client.ask(JoinDocument, { input: { idempotencyKey, programId, plan, returnUrl } });
      return membershipJoin;
    });
    if (done?.checkout) {
      location.assign(done.checkout.url);
    } else if (done) {
      this.say(words.say('joined', { name }));
    }
  }

  async #leave(words: ClubWords, { id, endsAt }: Membership): Promise<void> {
    const done = await this.attempt(`leave ${id}`, async (client, idempotencyKey) => {
      const { membershipCancel } = await client.ask(LeaveDocument, { input: { idempotencyKey, id, when: 'AT_PERIOD_END' } });
      return membershipCancel;
    });
    if (done !== null && endsAt !== null) {
      this.say(words.say('left', { date: words.dayOf(endsAt) }));
    }
  }
}

customElements.define('guerdon-membership', GuerdonMembership);
