import { type Icon, IconCrown, IconTrophy, IconWallet } from '@tabler/icons-react';

import { currencyDigits } from '../format/amounts.js';
import type { InputOf } from '../graphql/graphql.js';

export type Kind = InputOf<'ProgramKind'>;

/** What first rules are made from. */
export interface Beginning {
  /** The slug of the unit that the program is about. */
  readonly unit: string;
  /** The tenant's currency. */
  readonly currency: string;
}

/** A kind of program as who adds one sees it. */
export interface KindWords {
  readonly name: string;
  readonly about: string;
  readonly icon: Icon;
  /** Whether its unit is money of the tenant's currency. */
  readonly ofMoney: boolean;
  /** What most programs of the kind begin with. */
  readonly first: (beginning: Beginning) => InputOf<'ProgramRulesInput'>;
}

/** Every kind, in the order in which they are offered. */
export const kinds: Readonly<Record<Kind, KindWords>> = {
  POINTS: {
    name: 'Points',
    about: 'Members earn points for what they buy and do, and spend them on rewards.',
    icon: IconTrophy,
    ofMoney: false,
    first: ({ unit, currency }) => ({
      points: {
        unit,
        rules: [{ id: 'spending', name: 'Spending', earn: { perAmount: { points: 1, per: whole(currency), currency } } }],
        expiry: { policies: [{ monthsAfterEarning: { months: 12 } }] },
      },
    }),
  },
  TIERED: {
    name: 'Tiers',
    about: 'Members come up by what they spend or do in a year, and earn faster the higher they are.',
    icon: IconCrown,
    ofMoney: false,
    first: ({ unit, currency }) => ({
      tiered: {
        unit,
        tiers: [
          { id: 'basic', name: 'Basic' },
          spendingTier('silver', 'Silver', 200, '1.25', currency),
          spendingTier('gold', 'Gold', 500, '1.5', currency),
        ],
        window: { rollingMonths: { months: 12 } },
        validity: { endOfYear: { years: 1 } },
      },
    }),
  },
  STORED_VALUE: {
    name: 'Stored value',
    about: 'Members put money on a balance and pay with it; gift cards can be sold.',
    icon: IconWallet,
    ofMoney: true,
    first: ({ unit, currency }) => ({
      storedValue: { unit, currency, topUp: { minimum: 10 * whole(currency) }, giftCards: { minimum: 10 * whole(currency) } },
    }),
  },
};

function spendingTier(id: string, name: string, spent: number, factor: string, currency: string) {
  return {
    id,
    name,
    reach: [{ allOf: [{ metric: { spend: { currency } }, atLeast: spent * whole(currency) }] }],
    multipliers: [{ factor }],
  };
}

/** One whole unit of money, in minor units. */
function whole(currency: string): number {
  return 10 ** currencyDigits(currency);
}
