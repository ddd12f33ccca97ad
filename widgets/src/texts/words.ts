import type { Unit } from '../documents/storefront.js';
import type { Texts } from './en.js';

/** Texts, numbers and dates in one language. */
export class Words<Catalogue extends { readonly [Key in keyof Catalogue]: string } = Texts> {
  readonly locale: string;
  readonly #texts: Catalogue;
  readonly #day: Intl.DateTimeFormat;
  readonly #relative: Intl.RelativeTimeFormat;
  readonly #plural: Intl.PluralRules;

  constructor(locale: string, texts: Catalogue) {
    this.locale = locale;
    this.#texts = texts;
    this.#day = new Intl.DateTimeFormat(locale, { dateStyle: 'medium' });
    this.#relative = new Intl.RelativeTimeFormat(locale, { numeric: 'auto' });
    this.#plural = new Intl.PluralRules(locale);
  }

  /** A text whose `{places}` are filled. */
  say(key: keyof Catalogue, places: Record<string, string> = {}): string {
    return this.#texts[key].replaceAll(/\{(\w+)\}/g, (_, name: string) => places[name] ?? '');
  }

  /** A text split at one of its places, so that the place can be marked up. */
  around(key: keyof Catalogue, place: string, places: Record<string, string> = {}): [before: string, after: string] {
    const mark = '\u0000';
    const [before = '', after = ''] = this.say(key, { ...places, [place]: mark }).split(mark);
    return [before, after];
  }

  /** The text of an error's code; undefined where there is none of its own. */
  ofCode(code: string): string | undefined {
    return code in this.#texts && code === code.toUpperCase() ? this.#texts[code as keyof Catalogue] : undefined;
  }

  /** An amount in the smallest part of its unit, with the unit's name: `1,240 points`. */
  points(amount: number, unit: Unit): string {
    const { number, name } = this.pointsApart(amount, unit);
    return `${number} ${name}`;
  }

  /** The same, number and name apart. */
  pointsApart(amount: number, unit: Unit): { number: string; name: string } {
    const value = amount / 10 ** unit.scale;
    const name = this.#plural.select(value) === 'one' ? unit.name : unit.namePlural;
    return { number: this.#numberOf(unit).format(value), name };
  }

  /** A change of points with its sign. */
  change(amount: number, unit: Unit): string {
    const sign = amount > 0 ? '+' : amount < 0 ? '−' : '';
    return sign + this.pointsApart(Math.abs(amount), unit).number;
  }

  /** The day of an instant, where the reader is. */
  dayOf(instant: string): string {
    return this.#day.format(new Date(instant));
  }

  /** A calendar day such as `2026-11-21`, the same for all readers. */
  day(date: string): string {
    return this.#day.format(localDay(date));
  }

  /** Days from `now` to a calendar day, in words (`tomorrow`, `in 12 days`); undefined where the date says more. */
  soon(date: string, now: Date): string | undefined {
    const today = new Date(now.getFullYear(), now.getMonth(), now.getDate());
    const days = Math.round((localDay(date).getTime() - today.getTime()) / 86_400_000);
    return days >= 0 && days <= 30 ? this.#relative.format(days, 'day') : undefined;
  }

  #numberOf(unit: Unit): Intl.NumberFormat {
    return new Intl.NumberFormat(this.locale, {
      minimumFractionDigits: unit.scale,
      maximumFractionDigits: unit.scale,
    });
  }
}

function localDay(date: string): Date {
  const [year = 0, month = 1, day = 1] = date.split('-').map(Number);
  return new Date(year, month - 1, day);
}
