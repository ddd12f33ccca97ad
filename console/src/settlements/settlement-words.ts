import type { Formats } from '../format/formats.js';
import type { ClearingTotals, Settlement } from './settlement-query.js';

/** "It pays €12.34", "You pay €4.00", "Nothing is due" */
export function dueWords({ due, currency }: Pick<Settlement, 'due' | 'currency'>, { money }: Formats): string {
  if (due === 0) {
    return 'Nothing is due';
  }
  return due < 0 ? `It pays ${money({ amount: -due, currency })}` : `You pay ${money({ amount: due, currency })}`;
}

/** What came to each account in all, in the order of the answer: partners' own added up; zero in all, and none of zero. */
export function accountsOf({ accounts }: Pick<ClearingTotals, 'accounts'>): readonly { readonly account: string; readonly amount: number }[] {
  const sums = new Map<string, number>();
  for (const { account, amountMicros } of accounts) {
    sums.set(account, (sums.get(account) ?? 0) + amountMicros);
  }
  return [...sums].filter(([, amount]) => amount !== 0).map(([account, amount]) => ({ account: accountWords[account] ?? account, amount }));
}

const accountWords: Readonly<Record<string, string>> = {
  PARTNER: 'Partners',
  FLOAT: 'Paid for points that are still out',
  MARGIN: 'Your margin',
  BREAKAGE: 'Breakage',
  PREPAID: 'Paid ahead',
  PROMOTION: 'Your promotions',
  EXCHANGE: 'From partner to partner',
  CASH: 'Paid in money',
};

/** The month before an instant, in local days: "2026-11-22" is of October. */
export function monthBefore(today: string): { readonly firstDay: string; readonly lastDay: string } {
  const first = new Date(`${today.slice(0, 7)}-01T00:00:00Z`);
  const last = new Date(first.getTime() - 86_400_000).toISOString().slice(0, 10);
  return { firstDay: `${last.slice(0, 7)}-01`, lastDay: last };
}
