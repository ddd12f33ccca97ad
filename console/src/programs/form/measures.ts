import { currencyDigits } from '../../format/amounts.js';
import type { UnitChoice } from '../../parts/units.js';
import { type Part, isPart } from './shapes.js';

/** How a number of rules is written: so many decimals, and of what. */
export interface Measure {
  readonly digits: number;
  readonly of: string;
}

const plain: Measure = { digits: 0, of: '' };

/**
 * What a whole number of the API counts. `BigInt` is money or points, by the nearest `currency` or `unit` of the parts
 * around it, the innermost first; where a `metric` stands beside it, by that. Other numbers are just numbers.
 */
export function measureOf(type: string, around: readonly Part[], units: readonly UnitChoice[]): Measure {
  if (type !== 'BigInt') {
    return plain;
  }
  const [own] = around;
  if (isPart(own?.['metric'])) {
    return named(Object.values(own['metric']).find(isPart), units) ?? plain;
  }
  for (const part of around) {
    const found = named(part, units);
    if (found !== null) {
      return found;
    }
  }
  return plain;
}

function named(part: Part | undefined, units: readonly UnitChoice[]): Measure | null {
  const { currency, unit } = part ?? {};
  if (typeof currency === 'string') {
    return { digits: currencyDigits(currency), of: currency };
  }
  const found = units.find(({ slug }) => slug === unit);
  return found === undefined ? null : { digits: found.scale, of: found.currency ?? found.namePlural };
}
