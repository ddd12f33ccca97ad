import { MICRO_DIGITS, type Typed, currencyDigits, fromSmallest, toSmallest } from '../format/amounts.js';
import { instantOf } from '../format/instants.js';
import type { InputOf } from '../graphql/graphql.js';
import type { Terms } from './partner-query.js';

/** What the form of new terms holds: money and points as decimals, instants as a wall clock shows them. */
export interface TermsValues {
  currency: string;
  issuePrice: Typed;
  reimbursementPrice: Typed;
  period: Terms['period'];
  paid: 'AFTERWARDS' | 'AHEAD';
  creditLimit: Typed;
  blockAlert: Typed;
  earn: boolean;
  burn: boolean;
  promotions: Terms['promotions'];
  issuedPerDay: Typed;
  issuedPerMemberPerDay: Typed;
  takenPerDay: Typed;
  takenPerMemberPerDay: Typed;
  holdHours: Typed;
  minimumDue: Typed;
  fee: Typed;
  validFrom: string;
  validUntil: string;
}

/** The field of the form that a field of the input is shown in. */
export const termsAliases: Readonly<Record<string, string>> = {
  'terms.currency': 'currency',
  'terms.issuePriceMicros': 'issuePrice',
  'terms.reimbursementPriceMicros': 'reimbursementPrice',
  'terms.creditLimit': 'creditLimit',
  'terms.blockAlert': 'blockAlert',
  'terms.holdHoursFromOthers': 'holdHours',
  'terms.minimumDue': 'minimumDue',
  'terms.fee': 'fee',
  'terms.caps.issuedPerDay': 'issuedPerDay',
  'terms.caps.issuedPerMemberPerDay': 'issuedPerMemberPerDay',
  'terms.caps.takenPerDay': 'takenPerDay',
  'terms.caps.takenPerMemberPerDay': 'takenPerMemberPerDay',
};

/** What new terms begin with: those that held last, else a cent a point, with a tenth of it for the operator. */
export function valuesOf(terms: Terms | null, currency: string, scale: number): TermsValues {
  const money = (amount: number | null): Typed => (amount === null || terms === null ? '' : fromSmallest(amount, currencyDigits(terms.currency)));
  const points = (amount: number | null | undefined): Typed => (amount === null || amount === undefined ? '' : shortened(fromSmallest(amount, scale)));
  return {
    currency: terms?.currency ?? currency,
    issuePrice: price(terms?.issuePriceMicros ?? 10_000),
    reimbursementPrice: price(terms?.reimbursementPriceMicros ?? 9_000),
    period: terms?.period ?? 'MONTH',
    paid: terms?.prepaid === true ? 'AHEAD' : 'AFTERWARDS',
    creditLimit: money(terms?.creditLimit ?? null),
    blockAlert: points(terms?.blockAlert),
    earn: terms?.earn ?? true,
    burn: terms?.burn ?? true,
    promotions: terms?.promotions ?? 'OPERATOR',
    issuedPerDay: points(terms?.caps.issuedPerDay),
    issuedPerMemberPerDay: points(terms?.caps.issuedPerMemberPerDay),
    takenPerDay: points(terms?.caps.takenPerDay),
    takenPerMemberPerDay: points(terms?.caps.takenPerMemberPerDay),
    holdHours: terms?.holdHoursFromOthers ?? '',
    minimumDue: terms === null || terms.minimumDue === 0 ? '' : money(terms.minimumDue),
    fee: terms === null || terms.fee === 0 ? '' : money(terms.fee),
    validFrom: '',
    validUntil: '',
  };
}

/** The values as the API takes them; what is not needed for how is paid is left out. */
export function termsOf(values: TermsValues, scale: number): InputOf<'PartnerTermsInput'> {
  const digits = currencyDigits(currencyOf(values));
  const points = (typed: Typed): number | null => toSmallest(typed, scale);
  return {
    currency: currencyOf(values),
    issuePriceMicros: microsOf(values.issuePrice) ?? 0,
    reimbursementPriceMicros: microsOf(values.reimbursementPrice) ?? 0,
    period: values.period,
    prepaid: values.paid === 'AHEAD',
    blockAlert: values.paid === 'AHEAD' ? points(values.blockAlert) : null,
    creditLimit: values.paid === 'AHEAD' ? null : toSmallest(values.creditLimit, digits),
    earn: values.earn,
    burn: values.burn,
    promotions: values.promotions,
    caps: {
      issuedPerDay: points(values.issuedPerDay),
      issuedPerMemberPerDay: points(values.issuedPerMemberPerDay),
      takenPerDay: points(values.takenPerDay),
      takenPerMemberPerDay: points(values.takenPerMemberPerDay),
    },
    holdHoursFromOthers: toSmallest(values.holdHours, 0),
    minimumDue: toSmallest(values.minimumDue, digits) ?? 0,
    fee: toSmallest(values.fee, digits) ?? 0,
  };
}

/** From when and until when they hold, as instants; null: from now, or until the next ones. */
export function timesOf({ validFrom, validUntil }: TermsValues, zone: string): { validFrom: string | null; validUntil: string | null } {
  const at = (local: string): string | null => (local === '' ? null : instantOf(local, zone));
  return { validFrom: at(validFrom), validUntil: at(validUntil) };
}

export function currencyOf({ currency }: Pick<TermsValues, 'currency'>): string {
  return currency.trim().toUpperCase();
}

/** A typed price in micros; null if it is none, or has more decimals than a micro. */
export function microsOf(typed: Typed): number | null {
  return toSmallest(typed, MICRO_DIGITS);
}

function price(micros: number): Typed {
  return shortened(fromSmallest(micros, MICRO_DIGITS));
}

/** "0.010000" → "0.01" */
function shortened(decimal: string): string {
  return decimal.includes('.') ? decimal.replace(/\.?0+$/, '') : decimal;
}
