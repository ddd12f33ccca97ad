import { html, nothing } from 'lit';

import { FreePlaysDocument, type Game, GamesDocument, type GamesData, PlayDocument } from '../documents/club.js';
import { MemberElement, type ClubWords, type Part } from './member-element.js';

/**
 * The games that are drawn at once, wheels and scratch cards: plays, odds, and what was won. The number that is drawn
 * follows from a seed fixed before and from a text that is made here for each play.
 *
 * @element guerdon-wheel
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
 * @fires guerdon-played - Something was drawn: `{programId, name, won}`.
 * @fires guerdon-error - Something could not be loaded: `{kind, code, message}`.
 *
 * @csspart panel - The whole box.
 * @csspart heading - The title.
 * @csspart button - A main button.
 * @csspart game - One game.
 * @csspart odds - The odds of a game.
 *
 * The custom properties are those of `<guerdon-panel>`. Light and dark follow the page's `color-scheme`.
 */
export class GuerdonWheel extends MemberElement<GamesData> {
  protected override readonly document = GamesDocument;
  protected override readonly titleKey = 'gamesHeading';

  protected override body(words: ClubWords, { games }: GamesData): Part {
    const shown = games.filter(({ type, open }) => open && (type === 'WHEEL' || type === 'SCRATCH_CARD'));
    return shown.length === 0
      ? html`<p class="quiet">${words.say('gamesNone')}</p>`
      : html`<ul>${shown.map((game) => this.#game(words, game))}</ul>`;
  }

  #game(words: ClubWords, game: Game): Part {
    const { name, odds, playsLeft, freePlays, commitment, rulesPath, verifyPath } = game;
    const origin = new URL(this.endpoint || import.meta.url).origin;
    return html`
      <li class="item" part="game">
        <div class="row">
          <span class="name">${name}</span>
          ${playsLeft === null ? nothing : html`<span class="price">${words.say('playsLeft', { count: String(playsLeft) })}</span>`}
        </div>
        ${playsLeft === null
          ? html`<p class="quiet">${words.say('guest')}</p>`
          : html`
              <div class="points">
                ${playsLeft > 0
                  ? html`
                      <button part="button" aria-label=${words.say('playNamed', { name })} @click=${() => void this.#play(words, game)}>
                        ${words.say('play')}
                      </button>
                    `
                  : nothing}
                ${freePlays === true
                  ? html`<button class="plain" @click=${() => void this.#takeFree(game)}>${words.say('freePlay')}</button>`
                  : nothing}
              </div>
            `}
        <details part="odds">
          <summary>${words.say('odds')}</summary>
          <table>
            <caption class="unseen">${words.say('odds')}</caption>
            <tbody>
              ${odds.map((one) => html`<tr><th scope="row">${one.name}</th><td>${one.percent}</td></tr>`)}
            </tbody>
          </table>
          ${commitment === null ? nothing : html`<p class="quiet">${words.say('commitment', { commitment })}</p>`}
          <p class="quiet">
            <a href=${origin + rulesPath}>${words.say('gameRules')}</a> · <a href=${origin + verifyPath}>${words.say('gameVerify')}</a>
          </p>
        </details>
      </li>
    `;
  }

  async #play(words: ClubWords, { programId, nextPlayId }: Game): Promise<void> {
    const done = await this.attempt(`play ${programId} ${nextPlayId}`, async (client, idempotencyKey) => {
      // The key is the member's own text as well: a repeat under it draws the same number.
      const input = { idempotencyKey, programId, clientText: idempotencyKey, playId: nextPlayId };
      const { gamePlay } = await client.ask(PlayDocument, { input });
      return gamePlay;
    });
    if (done?.play) {
      const { name, won } = done.play;
      this.say(words.say(won ? 'won' : 'notWon', { name }));
      this.dispatchEvent(new CustomEvent('guerdon-played', { detail: { programId, name, won }, bubbles: true, composed: true }));
    }
  }

  async #takeFree({ programId }: Game): Promise<void> {
    await this.attempt(`free ${programId}`, async (client, idempotencyKey) => {
      const { gameFreePlaysTake } = await client.ask(FreePlaysDocument, { input: { idempotencyKey, programId } });
      return gameFreePlaysTake;
    });
  }
}

customElements.define('guerdon-wheel', GuerdonWheel);
