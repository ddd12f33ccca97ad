import type { Overview, ReplayResult } from './replay-query.js';

/** A difference with its sign: "+12", "−3", "0". */
export function signed(amount: number, words: (amount: number) => string): string {
  return `${amount > 0 ? '+' : amount < 0 ? '−' : ''}${words(Math.abs(amount))}`;
}

/** What a replay leaves out. */
export const unplayedWords: Record<ReplayResult['unplayed'][number], string> = {
  SPENDING: 'Spending: members have what was given, less what came back.',
  BY_HAND: 'What your staff gave or took by hand: points, tiers and tasks.',
  EXPIRY: 'Expiry: points do not end, and thresholds on a balance go by all that was given.',
  PRIZES: 'Games: plays and entries are given, but nobody plays and nothing is drawn.',
  REFERRALS: 'Referrals: neither side gets anything for a friend’s first order.',
  MEMBERSHIPS: 'Paid plans: members have the plan of today all the time; gifts and dividends are left out.',
  SEGMENTS: 'Segments and tags: members have those of today all the time.',
  CLAIMED_TASKS: 'Tasks that members claim or staff give, and those that begin with a segment.',
};

/** What tiers are called: by the draft for its program, else by the live rules; one that neither has by its id. */
export function tierNames({ program, programs }: Overview): (program: string, tier: string | null) => string {
  return (of, tier) => {
    if (tier === null) {
      return 'No tier';
    }
    const live = programs.nodes.find(({ id }) => id === of)?.live?.rules.tiered?.tiers ?? [];
    const drafted = program?.id === of ? (program.draft?.rules.tiered?.tiers ?? []) : [];
    return [...drafted, ...live].find(({ id }) => id === tier)?.name ?? tier;
  };
}
