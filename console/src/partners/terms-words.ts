import type { Formats, UnitWords } from '../format/formats.js';
import { words } from '../parts/words.js';
import type { Terms } from './partner-query.js';

/** What terms say; who saved them is told to the operator alone. */
export type TermsSaid = Omit<Terms, 'savedBy'>;

/** How terms are told to one of the two between whom they hold. */
export interface Side {
  readonly pays: (points: string) => string;
  readonly gets: (points: string) => string;
  readonly issuesAtMost: string;
  readonly takesAtMost: string;
  readonly paysIn: string;
  readonly notIssuing: string;
  readonly notTaking: string;
  readonly waits: (hours: number) => string;
  readonly promotions: Readonly<Record<Terms['promotions'], string>>;
}

/** To the operator, of a partner. */
const operatorSide: Side = {
  pays: (points) => `Pays for ${points} it issues`,
  gets: (points) => `Gets for ${points} spent there`,
  issuesAtMost: 'Issues at most',
  takesAtMost: 'Takes at most',
  paysIn: 'Pays',
  notIssuing: 'may not issue any',
  notTaking: 'may not take any',
  waits: (hours) => `wait ${hours} hours before they are spent there`,
  promotions: { PARTNER: 'the partner pays', OPERATOR: 'you pay' },
};

/** "Pays €0.01 per point, gets €0.0085; by the month" */
export function summaryOf({ issuePriceMicros, reimbursementPriceMicros, currency, period, prepaid }: Terms, unit: UnitWords, { micros }: Formats): string {
  const price = (amount: number): string => micros({ amount, currency });
  const paid = prepaid ? 'Pays ahead' : 'Pays';
  return `${paid} ${price(issuePriceMicros)} per ${unit.name}, gets ${price(reimbursementPriceMicros)}; ${periods[period]}`;
}

export const periods: Readonly<Record<Terms['period'], string>> = {
  DAY: 'by the day',
  WEEK: 'by the week',
  MONTH: 'by the month',
  QUARTER: 'by the quarter',
  YEAR: 'by the year',
};

/** What terms say to one side, one thing a line, with its name. */
export function linesOf(terms: TermsSaid, unit: UnitWords, formats: Formats, side = operatorSide): readonly (readonly [string, string])[] {
  const { currency } = terms;
  const price = (amount: number): string => `${formats.micros({ amount, currency })} per ${unit.name}`;
  const money = (amount: number): string => formats.money({ amount, currency });
  const lines: (readonly [string, string] | null)[] = [
    [side.pays(unit.namePlural), terms.earn ? price(terms.issuePriceMicros) : side.notIssuing],
    [side.gets(unit.namePlural), terms.burn ? price(terms.reimbursementPriceMicros) : side.notTaking],
    ['Settled', periods[terms.period]],
    terms.prepaid
      ? [side.paysIn, `ahead, in blocks${terms.blockAlert === null ? '' : `; told below ${formats.named(terms.blockAlert, unit)}`}`]
      : [side.paysIn, `afterwards, ${terms.creditLimit === null ? 'without a limit' : `owing ${money(terms.creditLimit)} at most`}`],
    [`${words(unit.namePlural)} by promotions`, side.promotions[terms.promotions]],
    ...capLines(terms, unit, formats, side),
    terms.holdHoursFromOthers === null ? null : [`${words(unit.namePlural)} of other partners`, side.waits(terms.holdHoursFromOthers)],
    terms.minimumDue === 0 ? null : ['Carried on', `what comes to less than ${money(terms.minimumDue)}`],
    terms.fee === 0 ? null : ['Fee', `${money(terms.fee)} a period`],
  ];
  return lines.filter((line) => line !== null);
}

function capLines({ caps }: TermsSaid, unit: UnitWords, formats: Formats, side: Side): (readonly [string, string])[] {
  const cap = (name: string, all: number | null, one: number | null): (readonly [string, string])[] => {
    const parts = [
      all === null ? null : formats.named(all, unit),
      one === null ? null : `${formats.named(one, unit)} per member`,
    ].filter((part) => part !== null);
    return parts.length === 0 ? [] : [[name, `${parts.join(', ')} a day`]];
  };
  return [
    ...cap(side.issuesAtMost, caps.issuedPerDay, caps.issuedPerMemberPerDay),
    ...cap(side.takesAtMost, caps.takenPerDay, caps.takenPerMemberPerDay),
  ];
}

/** "since 1 Nov 2026", "1 Jan to 31 Dec 2027", "from 1 Jan 2027" */
export function timeOf({ validFrom, validUntil }: TermsSaid, now: string, { instant }: Formats): string {
  const begins = Date.parse(validFrom) > Date.parse(now) ? 'from' : 'since';
  return `${begins} ${instant(validFrom)}${validUntil === null ? '' : `, until ${instant(validUntil)}`}`;
}
