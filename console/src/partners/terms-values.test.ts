import { describe, expect, test } from 'vitest';

import { terms } from '../testing/things.js';
import { slugOf } from './add-partner.js';
import { microsOf, termsOf, timesOf, valuesOf } from './terms-values.js';

describe('new terms', () => {
  test('begin as those that hold, and sent unchanged are the same', () => {
    const { currency, issuePriceMicros, reimbursementPriceMicros, period, prepaid, blockAlert, creditLimit } = terms;
    const { earn, burn, promotions, caps, holdHoursFromOthers, minimumDue, fee } = terms;
    expect(termsOf(valuesOf(terms, 'USD', 0), 0)).toEqual({
      currency, issuePriceMicros, reimbursementPriceMicros, period, prepaid, blockAlert, creditLimit, earn, burn,
      promotions, caps, holdHoursFromOthers, minimumDue, fee,
    });
  });

  test('of somebody new have the tenant’s currency, and prices to begin with', () => {
    expect(valuesOf(null, 'USD', 0)).toMatchObject({ currency: 'USD', issuePrice: '0.01', reimbursementPrice: '0.009', fee: '' });
  });

  test('who pays ahead has no credit limit, who pays afterwards no blocks', () => {
    const values = { ...valuesOf(terms, 'EUR', 2), creditLimit: '10', blockAlert: '12.5' };
    expect(termsOf({ ...values, paid: 'AHEAD' }, 2)).toMatchObject({ prepaid: true, blockAlert: 1_250, creditLimit: null });
    expect(termsOf({ ...values, paid: 'AFTERWARDS' }, 2)).toMatchObject({ prepaid: false, blockAlert: null, creditLimit: 1_000 });
  });

  test('in a currency without minor units count whole ones', () => {
    expect(termsOf({ ...valuesOf(terms, 'EUR', 0), currency: ' jpy ', creditLimit: '500', fee: '3' }, 0)).toMatchObject({
      currency: 'JPY', creditLimit: 500, fee: 3, minimumDue: 25,
    });
  });

  test('hold from a local time on, or at once', () => {
    const values = valuesOf(null, 'EUR', 0);
    expect(timesOf(values, 'Europe/Berlin')).toEqual({ validFrom: null, validUntil: null });
    expect(timesOf({ ...values, validFrom: '2027-01-01T00:00' }, 'Europe/Berlin').validFrom).toBe('2026-12-31T23:00:00.000Z');
  });
});

test.each([
  { typed: '0.0085', micros: 8_500 },
  { typed: 1.15, micros: 1_150_000 },
  { typed: '0.0000001', micros: null },
  { typed: '', micros: null },
])('$typed is $micros micros', ({ typed, micros }) => {
  expect(microsOf(typed)).toBe(micros);
});

test.each([
  { name: 'Harbour Books & Co.', slug: 'harbour-books-co' },
  { name: 'Café Über', slug: 'cafe-uber' },
  { name: '  ', slug: '' },
])('“$name” is $slug in rules', ({ name, slug }) => {
  expect(slugOf(name)).toBe(slug);
});
