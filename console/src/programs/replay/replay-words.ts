import type { Overview } from './replay-query.js';

/** A difference with its sign: "+12", "−3", "0". */
export function signed(amount: number, words: (amount: number) => string): string {
  return `${amount > 0 ? '+' : amount < 0 ? '−' : ''}${words(Math.abs(amount))}`;
}

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
