import {
  type Icon,
  IconBuildingStore,
  IconCrown,
  IconHeart,
  IconId,
  IconListCheck,
  IconSpeakerphone,
  IconTrophy,
  IconUserPlus,
  IconWallet,
  IconWheel,
} from '@tabler/icons-react';

import { currencyDigits } from '../format/amounts.js';
import type { InputOf } from '../graphql/graphql.js';

export type Kind = InputOf<'ProgramKind'>;

/** What first rules are made from. */
export interface Beginning {
  /** The slug of the unit that the program is about. */
  readonly unit: string;
  /** The slug of the points that it gives, where it gives some: the same unit if there is no other. */
  readonly points: string;
  /** The tenant's currency. */
  readonly currency: string;
  /** The tenant's local day: "2026-11-21". */
  readonly today: string;
  /** Who has looked at the terms of a game for the law. */
  readonly reviewer: string;
}

/** A unit that a program of the kind can begin with, where the tenant has none: one of them, several of them. */
interface NewUnit {
  readonly label: string;
  readonly name: string;
  readonly namePlural: string;
  /** Whether it is money of the tenant's currency. */
  readonly money: boolean;
}

/** A kind of program as who adds one sees it. */
export interface KindWords {
  readonly name: string;
  readonly about: string;
  readonly icon: Icon;
  readonly unit: NewUnit;
  /** What most programs of the kind begin with. */
  readonly first: (beginning: Beginning) => InputOf<'ProgramRulesInput'>;
}

const points: NewUnit = { label: 'Its points', name: 'point', namePlural: 'points', money: false };

/** Every kind, in the order in which they are offered. */
export const kinds: Readonly<Record<Kind, KindWords>> = {
  POINTS: {
    name: 'Points',
    about: 'Members earn points for what they buy and do, and spend them on rewards.',
    icon: IconTrophy,
    unit: points,
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
    unit: points,
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
  PAID: {
    name: 'Paid membership',
    about: 'Members pay by the month, by the year or once, and have perks and earn faster for it.',
    icon: IconId,
    unit: points,
    first: ({ unit, currency }) => ({
      paid: {
        unit,
        plans: [
          {
            id: 'plus',
            name: 'Plus',
            price: 49 * whole(currency),
            currency,
            period: 'YEAR',
            trial: { months: 1 },
            multipliers: [{ factor: '2' }],
          },
        ],
      },
    }),
  },
  GAME: {
    name: 'Game',
    about: 'Members play a wheel, a scratch card, a prize draw or a leaderboard, with odds that anyone can check.',
    icon: IconWheel,
    unit: { label: 'Its plays', name: 'spin', namePlural: 'spins', money: false },
    first: ({ unit, points: given, currency, today, reviewer }) => ({
      game: {
        unit,
        startsOn: today,
        endsOn: `${Number(today.slice(0, 4)) + 1}${today.slice(4)}`.replace(/02-29$/, '02-28'),
        regions: ['*'],
        minimumAge: 18,
        legalReview: { by: reviewer, at: today },
        free: { plays: 1, every: 'WEEK' },
        earn: [{ id: 'order', name: 'An order', earn: { perOrder: { plays: 1, currency } }, perDay: 3 }],
        game: {
          wheel: {
            outOf: 100,
            prizes: [
              { id: 'big', name: '100 on top', weight: 5, gift: { points: { unit: given, points: 100 } } },
              { id: 'small', name: '10 on top', weight: 35, gift: { points: { unit: given, points: 10 } } },
              { id: 'blank', name: 'Next time', weight: 60 },
            ],
          },
        },
      },
    }),
  },
  TASKS: {
    name: 'Tasks',
    about: 'Quests, streaks, badges and milestones: things to do that are rewarded once they are done.',
    icon: IconListCheck,
    unit: points,
    first: ({ unit }) => ({
      tasks: {
        unit,
        badges: [{ id: 'regular', name: 'Regular' }],
        tasks: [
          {
            id: 'three-orders',
            name: 'Three orders in a month',
            steps: [{ behaviour: { orders: true }, target: 3 }],
            window: { calendar: { period: 'MONTH' } },
            repeat: { perWindow: true },
            rewards: [{ points: { unit, points: 50 } }],
            badge: 'regular',
          },
        ],
      },
    }),
  },
  REFERRAL: {
    name: 'Referrals',
    about: 'Members invite friends by a code, and both get something once the friend has ordered.',
    icon: IconUserPlus,
    unit: points,
    first: ({ unit, currency }) => ({
      referral: {
        unit,
        currency,
        minimum: 20 * whole(currency),
        referrer: [{ points: { unit, points: 100 } }],
        friend: [{ points: { unit, points: 50 } }],
      },
    }),
  },
  COALITION: {
    name: 'Coalition',
    about: 'Partner brands share one currency, and are settled with each other.',
    icon: IconBuildingStore,
    unit: points,
    first: ({ unit }) => ({ coalition: { unit } }),
  },
  GIVING: {
    name: 'Giving',
    about: 'Members give points to causes, you can match what they give, and all see what was raised.',
    icon: IconHeart,
    unit: points,
    first: ({ unit, currency }) => ({
      giving: {
        unit,
        currency,
        causes: [{ id: 'first-cause', name: 'A cause of your choice' }],
        matching: { percent: 100, total: 1000 * whole(currency) },
      },
    }),
  },
  CAMPAIGN: {
    name: 'Campaign',
    about: 'For a while, points are multiplied or added, or a reward is given, within a budget.',
    icon: IconSpeakerphone,
    unit: points,
    first: ({ unit, today }) => ({
      campaign: { unit, name: 'Double points', startsOn: today, benefit: { multiply: { factor: '2' } }, budget: { amount: 10_000 } },
    }),
  },
  STORED_VALUE: {
    name: 'Stored value',
    about: 'Members put money on a balance and pay with it; gift cards can be sold.',
    icon: IconWallet,
    unit: { label: 'Its money', name: 'credit', namePlural: 'credit', money: true },
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
