import type { Formats, UnitWords } from '../format/formats.js';
import { words } from '../parts/words.js';
import type { Terms } from './partner-query.js';

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

/** What terms say, one thing a line, with its name. */
export function linesOf(terms: Terms, unit: UnitWords, formats: Formats): readonly (readonly [string, string])[] {
  const { currency } = terms;
  const price = (amount: number): string => `${formats.micros({ amount, currency })} per ${unit.name}`;
  const money = (amount: number): string => formats.money({ amount, currency });
  const lines: (readonly [string, string] | null)[] = [
    [`Pays for ${unit.namePlural} it issues`, terms.earn ? price(terms.issuePriceMicros) : 'may not issue any'],
    [`Gets for ${unit.namePlural} spent there`, terms.burn ? price(terms.reimbursementPriceMicros) : 'may not take any'],
    ['Settled', periods[terms.period]],
    terms.prepaid
      ? ['Pays', `ahead, in blocks${terms.blockAlert === null ? '' : `; told below ${formats.named(terms.blockAlert, unit)}`}`]
      : ['Pays', `afterwards, ${terms.creditLimit === null ? 'without a limit' : `owing ${money(terms.creditLimit)} at most`}`],
    [`${words(unit.namePlural)} by promotions`, terms.promotions === 'PARTNER' ? 'the partner pays' : 'you pay'],
    ...capLines(terms, unit, formats),
    terms.holdHoursFromOthers === null ? null : [`${words(unit.namePlural)} of other partners`, `wait ${terms.holdHoursFromOthers} hours before they are spent there`],
    terms.minimumDue === 0 ? null : ['Carried on', `what comes to less than ${money(terms.minimumDue)}`],
    terms.fee === 0 ? null : ['Fee', `${money(terms.fee)} a period`],
  ];
  return lines.filter((line) => line !== null);
}

function capLines({ caps }: Terms, unit: UnitWords, formats: Formats): (readonly [string, string])[] {
  const cap = (name: string, all: number | null, one: number | null): (readonly [string, string])[] => {
    const parts = [
      all === null ? null : formats.named(all, unit),
      one === null ? null : `${formats.named(one, unit)} per member`,
    ].filter((part) => part !== null);
    return parts.length === 0 ? [] : [[name, `${parts.join(', ')} a day`]];
  };
  return [
    ...cap('Issues at most', caps.issuedPerDay, caps.issuedPerMemberPerDay),
    ...cap('Takes at most', caps.takenPerDay, caps.takenPerMemberPerDay),
  ];
}

/** "since 1 Nov 2026", "1 Jan to 31 Dec 2027", "from 1 Jan 2027" */
export function timeOf({ validFrom, validUntil }: Terms, now: string, { instant }: Formats): string {
  const begins = Date.parse(validFrom) > Date.parse(now) ? 'from' : 'since';
  return `${begins} ${instant(validFrom)}${validUntil === null ? '' : `, until ${instant(validUntil)}`}`;
}
