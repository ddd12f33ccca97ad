import { html, nothing } from 'lit';

import { ClaimDocument, TasksDocument, type Task, type TasksData } from '../documents/club.js';
import { MemberElement, type ClubWords, type Part } from './member-element.js';
import { counted } from './needs.js';

/**
 * What a member can do: quests, streaks and milestones with their progress, tasks to take part in, and badges.
 *
 * @element guerdon-tasks
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
 * @csspart task - One task.
 * @csspart progress - How far a step of a task is.
 * @csspart badges - The badges.
 *
 * The custom properties are those of `<guerdon-panel>`. Light and dark follow the page's `color-scheme`.
 */
export class GuerdonTasks extends MemberElement<TasksData> {
  protected override readonly document = TasksDocument;
  protected override readonly titleKey = 'tasksHeading';

  protected override body(words: ClubWords, { me }: TasksData): Part {
    if (me === null) {
      return html`<p class="quiet">${words.say('guest')}</p>`;
    }
    const shown = me.tasks.filter(({ state }) => state !== 'EXPIRED' && state !== 'WITHDRAWN');
    return html`
      ${shown.length === 0 ? html`<p class="quiet">${words.say('tasksNone')}</p>` : html`<ul>${shown.map((task) => this.#task(words, task))}</ul>`}
      ${me.badges.length === 0
        ? nothing
        : html`
            <div part="badges">
              <h3>${words.say('badges')}</h3>
              <ul class="badges">
                ${me.badges.map(
                  ({ name, times }) =>
                    html`<li class="chip">${times > 1 ? words.say('badgeTimes', { name, count: String(times) }) : name}</li>`,
                )}
              </ul>
            </div>
          `}
    `;
  }

  #task(words: ClubWords, task: Task): Part {
    const { name, state, endsAt, steps, slotsLeft } = task;
    const about =
      state === 'DONE'
        ? words.say('taskDone')
        : state === 'OFFERED' && slotsLeft !== null
          ? words.say('taskSlots', { count: String(slotsLeft) })
          : endsAt === null
            ? ''
            : words.say('taskUntil', { date: words.dayOf(endsAt) });
    return html`
      <li class="item" part="task">
        <div class="row">
          <span class="name">${name}</span>
          ${about === '' ? nothing : html`<span class="price">${about}</span>`}
        </div>
        ${state === 'OFFERED'
          ? html`
              <button part="button" aria-label=${words.say('taskClaimNamed', { name })} @click=${() => void this.#claim(task)}>
                ${words.say('taskClaim')}
              </button>
            `
          : steps.map(({ behaviour, target, has }) => {
              const text = counted(words, { metric: behaviour, has, target });
              return html`<div><p class="quiet">${text}</p><progress part="progress" max=${target} value=${Math.min(has, target)} aria-label=${text}></progress></div>`;
            })}
      </li>
    `;
  }

  async #claim({ programId, task }: Task): Promise<void> {
    await this.attempt(`claim ${programId} ${task}`, async (client, idempotencyKey) => {
      const { taskClaim } = await client.ask(ClaimDocument, { input: { idempotencyKey, programId, task } });
      return taskClaim;
    });
  }
}

customElements.define('guerdon-tasks', GuerdonTasks);
