import { html, nothing, type TemplateResult } from 'lit';

import type { Balance, Program, Quote, Reward } from '../documents/storefront.js';
import type { Words } from '../texts/words.js';
import { inReach, type Actions, type Asked } from './state.js';

/** A piece of the panel, or nothing. */
export type Part = TemplateResult | typeof nothing;

/** The points of a member: what can be spent, what comes, and until when. */
export function balances(words: Words, all: readonly Balance[], now: Date): Part {
  return html`${all.length === 0 ? html`<p>${words.say('noBalance')}</p>` : all.map((one) => balance(words, one, now))}`;
}

function balance(words: Words, { unit, available, pending, held, expiries, lapsesAt }: Balance, now: Date): Part {
  const { number, name } = words.pointsApart(available, unit);
  return html`
    <div class="balance" part="balance">
      <p class="amount"><strong>${number}</strong> <span>${name} ${words.say('available')}</span></p>
      ${pending > 0 ? html`<p class="chip">${words.say('pending', { points: words.points(pending, unit) })}</p>` : nothing}
      ${held > 0 ? html`<p class="chip">${words.say('held', { points: words.points(held, unit) })}</p>` : nothing}
      ${schedule(words, unit, expiries, now)}
      ${lapsesAt === null ? nothing : html`<p class="quiet">${words.say('lapses', { date: words.dayOf(lapsesAt) })}</p>`}
    </div>
  `;
}

function schedule(words: Words, unit: Balance['unit'], steps: Balance['expiries'], now: Date): Part {
  const [next] = steps;
  if (next === undefined) {
    return nothing;
  }
  const when = words.soon(next.lastDay, now);
  const places = { points: words.points(next.amount, unit), date: words.day(next.lastDay), when: when ?? '' };
  const sentence = words.say(when === undefined ? 'useBy' : 'useBySoon', places);
  if (steps.length === 1) {
    return html`<p class=${when === undefined ? 'quiet' : 'soon'}>${sentence}</p>`;
  }
  return html`
    <details class="schedule" part="schedule">
      <summary class=${when === undefined ? '' : 'soon'}>${sentence}</summary>
      <table>
        <caption class="unseen">${words.say('schedule')}</caption>
        <tbody>
          ${steps.map(
            (step) => html`
              <tr>
                <th scope="row">${words.say('scheduleDay', { date: words.day(step.lastDay) })}</th>
                <td>${words.points(step.amount, unit)}</td>
              </tr>
            `,
          )}
        </tbody>
      </table>
    </details>
  `;
}

/** What the cart would earn, and why on demand. */
export function quote(words: Words, asked: Asked<Quote> | undefined, guest: boolean, actions: Actions): Part {
  if (asked === undefined) {
    return nothing;
  }
  if (asked.state === 'loading') {
    return html`<div class="quote" part="quote"><p class="bone" role="img" aria-label=${words.say('quoting')}></p></div>`;
  }
  if (asked.state === 'failed') {
    return html`
      <div class="quote" part="quote">
        <p>${words.say('quoteFailed')}</p>
        <button class="plain" @click=${actions.retryQuote}>${words.say('tryAgain')}</button>
      </div>
    `;
  }
  const { earns, explanation } = asked.value;
  const some = earns.filter(({ amount }) => amount > 0);
  return html`
    <div class="quote" part="quote">
      ${some.length === 0 ? html`<p>${words.say('cartEarnsNothing')}</p>` : some.map((earning) => earned(words, earning, guest))}
      ${
        explanation.length === 0
          ? nothing
          : html`
              <details>
                <summary>${words.say('why')}</summary>
                <ol>
                  ${explanation.map((line) => html`<li>${line}</li>`)}
                </ol>
              </details>
            `
      }
    </div>
  `;
}

function earned(words: Words, { unit, amount, maturesAt }: Quote['earns'][number], guest: boolean): Part {
  const date = maturesAt === null ? '' : words.dayOf(maturesAt);
  const key = guest ? 'cartEarnsGuest' : maturesAt === null ? 'cartEarns' : 'cartEarnsLater';
  const [before, after] = words.around(key, 'points', { date });
  return html`<p>${before}<strong>${words.points(amount, unit)}</strong>${after}</p>`;
}

/** What is shown of spending: under the title of the rewards, and within the reward that it is about. */
export interface Spending {
  readonly above: Part;
  within(reward: Reward): Part;
}

/** What points buy: first what is within reach, for the others how far they are. */
export function rewards(words: Words, all: readonly Reward[], spending: Spending | undefined, actions: Actions): Part {
  return html`
    <section aria-labelledby="rewards">
      <h3 id="rewards" part="title" tabindex="-1">${words.say('rewards')}</h3>
      ${spending?.above ?? nothing}
      ${all.length === 0 ? html`<p class="quiet">${words.say('noRewards')}</p>` : nothing}
      <ul class="rewards">
        ${inReach(all).map((one) => reward(words, one, spending?.within(one) ?? nothing, actions))}
      </ul>
    </section>
  `;
}

function reward(words: Words, one: Reward, question: Part, actions: Actions): Part {
  const price = words.points(one.points, one.unit);
  return html`
    <li part="reward" class=${one.affordable === true && one.inStock ? 'within' : 'beyond'}>
      <div class="what">
        <p class="name">${one.name}</p>
        ${one.description === '' ? nothing : html`<p class="quiet">${one.description}</p>`}
        <p class="price">
          ${price}${one.endsAt === null ? nothing : html` · ${words.say('until', { date: words.dayOf(one.endsAt) })}`}
        </p>
      </div>
      <div class="how">${question === nothing ? reach(words, one, price, actions) : nothing}</div>
      ${question}
    </li>
  `;
}

function reach(words: Words, one: Reward, price: string, actions: Actions): Part {
  if (!one.inStock) {
    return html`<p class="quiet">${words.say('outOfStock')}</p>`;
  }
  if (one.affordable === true) {
    const label = words.say('redeemNamed', { name: one.name, points: price });
    return html`
      <button part="button" aria-label=${label} data-reward=${one.id} @click=${() => actions.askRedeem(one)}>
        ${words.say('redeem')}
      </button>
    `;
  }
  if (one.pointsMissing === null || one.pointsMissing <= 0) {
    return nothing;
  }
  return html`
    <p class="quiet">${words.say('more', { points: words.points(one.pointsMissing, one.unit) })}</p>
    <progress part="progress" aria-hidden="true" max=${one.points} .value=${one.points - one.pointsMissing}></progress>
  `;
}

/** For somebody who is not signed in: how to join, and what it would bring. */
export function invitation(words: Words, program: Program | null): Part {
  return html`
    <p class="lead">${words.say('join')}</p>
    <slot name="sign-in"></slot>
    ${
      program === null || program.waysToEarn.length === 0
        ? nothing
        : html`
            <section aria-labelledby="ways">
              <h3 id="ways" part="title">${words.say('ways')}</h3>
              <ul class="ways">
                ${program.waysToEarn.map(({ name, text }) => html`<li><span class="name">${name}</span> ${text}</li>`)}
              </ul>
              <p class="quiet">${program.expiry}</p>
            </section>
          `
    }
  `;
}

/** The shape of what is coming. */
export function skeleton(words: Words | undefined): Part {
  return html`
    <div class="skeleton" role="img" aria-label=${words?.say('loading') ?? '…'}>
      <p class="bone tall"></p>
      <p class="bone"></p>
      <p class="bone"></p>
      <p class="bone"></p>
    </div>
  `;
}
