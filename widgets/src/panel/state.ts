import type { Failure } from '../api/client.js';
import type { HistoryEntry, Redeemed } from '../documents/member.js';
import type { Quote, Reward } from '../documents/storefront.js';

/** Something that is asked of the server. */
export type Asked<T> =
  | { readonly state: 'loading' }
  | { readonly state: 'ready'; readonly value: T }
  | { readonly state: 'failed'; readonly failure: Failure };

/**
 * One attempt to redeem. Its `key` is made once, when the shopper asks, and kept over every retry: however often the
 * answer is lost, points are spent once.
 */
export interface Attempt {
  readonly key: string;
  readonly reward: Reward;
}

/** Where an attempt is. `unsure`: no answer came, so the same key is sent again. */
export type Redeeming =
  | { readonly step: 'confirm' | 'sending' | 'unsure'; readonly attempt: Attempt }
  | { readonly step: 'refused'; readonly attempt: Attempt; readonly code: string; readonly message: string }
  | { readonly step: 'done'; readonly attempt: Attempt; readonly redemption: Redeemed };

/** What happened to the points, as far as it was asked for. */
export interface History {
  readonly entries: readonly HistoryEntry[];
  readonly after: string | null;
}

/** What the panel's sections can ask for. */
export interface Actions {
  retryQuote(): void;
  askRedeem(reward: Reward): void;
}

/** What the sections of a member can ask for. */
export interface MemberActions {
  confirmRedeem(): void;
  closeRedeem(): void;
  copy(code: string): void;
  showHistory(): void;
  moreHistory(): void;
}

/** What the panel's events carry. */
export interface GuerdonPanelEvents {
  'guerdon-redeemed': {
    readonly redemptionId: string;
    readonly rewardId: string;
    readonly rewardName: string;
    readonly points: number;
    readonly code: string | null;
  };
  'guerdon-quote': Pick<Quote, 'earns' | 'expiresAt'>;
  'guerdon-error': { readonly kind: string; readonly code: string; readonly message: string };
}

/** Rewards as a shopper wants them: those within reach first, then the nearest, those sold out last. */
export function inReach(rewards: readonly Reward[]): Reward[] {
  return rewards.toSorted((a, b) => rank(a) - rank(b) || (a.pointsMissing ?? a.points) - (b.pointsMissing ?? b.points));
}

function rank(reward: Reward): number {
  return reward.inStock ? Number(reward.affordable !== true) : 2;
}
