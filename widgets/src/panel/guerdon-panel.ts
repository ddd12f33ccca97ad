import { LitElement, css, html, type CSSResult, type TemplateResult } from 'lit';

/**
 * `<guerdon-panel>`: the rewards panel of a shop's page.
 *
 * Attributes: `heading` (text, default "Your rewards"), also the panel's accessible name.
 * Slots: the default one, shown below the heading.
 * Parts: `panel`, `heading`.
 * Custom properties: `--guerdon-surface`, `--guerdon-text`, `--guerdon-border`, `--guerdon-radius`.
 */
export class GuerdonPanel extends LitElement {
  static override readonly properties = { heading: { type: String } };

  static override readonly styles: CSSResult = css`
    :host {
      display: block;
      color: var(--guerdon-text, #1f2430);
      font: inherit;
    }

    :host([hidden]) {
      display: none;
    }

    section {
      padding: 1.25rem;
      border: 1px solid var(--guerdon-border, #d9dce3);
      border-radius: var(--guerdon-radius, 0.75rem);
      background: var(--guerdon-surface, #fff);
    }

    h2 {
      margin: 0 0 0.5rem;
      font-size: 1.125rem;
      line-height: 1.3;
    }
  `;

  declare heading: string;

  constructor() {
    super();
    this.heading = 'Your rewards';
  }

  protected override render(): TemplateResult {
    return html`
      <section part="panel" aria-labelledby="heading">
        <h2 id="heading" part="heading">${this.heading}</h2>
        <slot></slot>
      </section>
    `;
  }
}

customElements.define('guerdon-panel', GuerdonPanel);

declare global {
  interface HTMLElementTagNameMap {
    'guerdon-panel': GuerdonPanel;
  }
}
