import { MICRO_DIGITS, currencyDigits, fromSmallest } from './amounts.js';

/** A unit as far as amounts of it are written; of a unit of money also its currency. */
export interface UnitWords {
  readonly name: string;
  readonly namePlural: string;
  readonly scale: number;
  readonly currency?: string | null;
}

/** An amount of money in minor units. */
export interface MoneyAmount {
  readonly amount: number;
  readonly currency: string;
}

/** Writes amounts and instants for one tenant: its zone, and the language of the browser. */
export interface Formats {
  /** 1250 → "1,250" */
  readonly count: (value: number) => string;
  /** 12500 → "12.5K", for axes */
  readonly compact: (value: number) => string;
  /** 0.125 → "12.5%" */
  readonly percent: (share: number) => string;
  /** 1250 points of scale 0 → "1,250"; of a unit of money "€12.50" */
  readonly points: (amount: number, unit: UnitWords) => string;
  /** 1250 points → "1,250 points" */
  readonly named: (amount: number, unit: UnitWords) => string;
  /** +50 → "+50", −50 → "−50" */
  readonly change: (amount: number, unit: UnitWords) => string;
  /** 1050 EUR → "€10.50" */
  readonly money: (money: MoneyAmount) => string;
  /** 8500 micros of EUR, millionths of a euro → "€0.0085": exact, with as many decimals as it takes */
  readonly micros: (money: MoneyAmount) => string;
  /** Micros of one currency below each other: exact, all with as many decimals as the longest of them needs */
  readonly column: (amounts: readonly number[], currency: string) => readonly string[];
  /** 203055000 micros of EUR → "€203.06": to the smallest coin, for where the exact amount is a click away */
  readonly coins: (money: MoneyAmount) => string;
  /** A local day "2026-11-21" → "21 Nov 2026" */
  readonly day: (date: string) => string;
  /** A local day "2026-11-21" → "21 Nov" */
  readonly shortDay: (date: string) => string;
  /** The local day of an instant → "21 Nov 2026" */
  readonly dayOf: (instant: string) => string;
  /** The local day that ends at an instant, or holds it: the last one of something that ends then */
  readonly lastDay: (end: string) => string;
  /** A text with instants in ISO 8601 in it, as a person reads them */
  readonly prose: (text: string) => string;
  /** An instant → "21 Nov 2026, 23:04" */
  readonly instant: (instant: string) => string;
  /** The local day of an instant → "2026-11-21" */
  readonly isoDay: (instant: string) => string;
}

const ISO = /\b\d{4}-\d\d-\d\dT\d\d:\d\d(?::\d\d(?:\.\d+)?)?(?:Z|[+-]\d\d:\d\d)/g;

/** Formats of a tenant in `zone`, in a language such as `en-GB`. */
export function formatsOf(zone: string, language: string): Formats {
  const count = new Intl.NumberFormat(language);
  const compact = new Intl.NumberFormat(language, { notation: 'compact', maximumFractionDigits: 1 });
  const percent = new Intl.NumberFormat(language, { style: 'percent', maximumFractionDigits: 1 });
  const day = new Intl.DateTimeFormat(language, { dateStyle: 'medium', timeZone: zone });
  const dayAlone = new Intl.DateTimeFormat(language, { dateStyle: 'medium', timeZone: 'UTC' });
  const shortDay = new Intl.DateTimeFormat(language, { day: 'numeric', month: 'short', timeZone: 'UTC' });
  const instant = new Intl.DateTimeFormat(language, { dateStyle: 'medium', timeStyle: 'short', timeZone: zone });
  const iso = new Intl.DateTimeFormat('en-CA', { timeZone: zone });
  const coins = (amount: Intl.StringNumericLiteral, currency: string, digits: Intl.NumberFormatOptions = {}): string =>
    withMinus(new Intl.NumberFormat(language, { style: 'currency', currency, ...digits }).format(amount));
  const money = ({ amount, currency }: MoneyAmount): string => coins(decimal(amount, currencyDigits(currency)), currency);
  const points = (amount: number, { scale, currency }: UnitWords): string =>
    typeof currency === 'string'
      ? money({ amount, currency })
      : new Intl.NumberFormat(language, { maximumFractionDigits: scale }).format(decimal(amount, scale));
  return {
    count: (value) => count.format(value),
    compact: (value) => compact.format(value),
    percent: (share) => percent.format(share),
    points,
    named: (amount, unit) =>
      `${points(amount, unit)} ${Math.abs(amount) === 10 ** unit.scale ? unit.name : unit.namePlural}`,
    change: (amount, unit) => `${amount > 0 ? '+' : amount < 0 ? '−' : ''}${points(Math.abs(amount), unit)}`,
    money,
    micros: ({ amount, currency }) => coins(decimal(amount, MICRO_DIGITS), currency, { maximumFractionDigits: MICRO_DIGITS }),
    column: (amounts, currency) => {
      const digits = Math.max(currencyDigits(currency), ...amounts.map(decimalsOf));
      const alike = { minimumFractionDigits: digits, maximumFractionDigits: digits };
      return amounts.map((amount) => coins(decimal(amount, MICRO_DIGITS), currency, alike));
    },
    coins: ({ amount, currency }) => coins(decimal(amount, MICRO_DIGITS), currency),
    day: (date) => dayAlone.format(new Date(`${date}T00:00:00Z`)),
    shortDay: (date) => shortDay.format(new Date(`${date}T00:00:00Z`)),
    dayOf: (at) => day.format(new Date(at)),
    lastDay: (end) => day.format(new Date(Date.parse(end) - 1)),
    prose: (text) => text.replaceAll(ISO, (at) => instant.format(new Date(at))),
    instant: (at) => instant.format(new Date(at)),
    isoDay: (at) => iso.format(new Date(at)),
  };
}

/** The browser's language if it is an English one, since the console's words are. */
export function languageOf(languages: readonly string[]): string {
  return languages.find((language) => language === 'en' || language.startsWith('en-')) ?? 'en';
}

/** How many decimals an amount in micros needs: 8500 needs 4, since it is 0.0085. */
function decimalsOf(micros: number): number {
  return MICRO_DIGITS - (/0*$/.exec(String(micros).padStart(MICRO_DIGITS, '0').slice(-MICRO_DIGITS))?.[0].length ?? 0);
}

/** An exact decimal: `Intl` takes the text without going through a float. */
function decimal(amount: number, digits: number): Intl.StringNumericLiteral {
  return fromSmallest(amount, digits) as Intl.StringNumericLiteral;
}

/** With the minus sign that all other amounts have, in place of a hyphen. */
function withMinus(text: string): string {
  return text.replace('-', '−');
}
