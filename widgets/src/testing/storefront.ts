import type { Redeemed } from '../documents/member.js';
import type { Balance, Member, Overview, Program, Quote, Reward, Unit } from '../documents/storefront.js';

export const points: Unit = { id: 'unt_1', name: 'point', namePlural: 'points', scale: 0 };

export function balance(changes: Partial<Balance> = {}): Balance {
  return { unit: points, available: 1240, pending: 0, held: 0, expiries: [], lapsesAt: null, ...changes };
}

export function member(changes: Partial<Member> = {}): Member {
  return { id: 'mem_1', name: 'Ada', balances: [balance()], redemptions: { nodes: [] }, ...changes };
}

export function reward(changes: Partial<Reward> = {}): Reward {
  return {
    id: 'rwd_off',
    name: '€5 off',
    description: 'Off your next order.',
    points: 500,
    unit: points,
    imageUrl: null,
    endsAt: null,
    inStock: true,
    affordable: true,
    pointsMissing: 0,
    shops: 'OWN',
    partners: [],
    ...changes,
  };
}

export const program: Program = {
  id: 'prg_1',
  name: 'Record club',
  expiry: 'Points end 12 months after they were earned.',
  unit: points,
  waysToEarn: [{ ruleId: 'base', name: 'Every dollar', text: '1 point per 1 $.' }],
};

export function overview(me: Member | null, rewards: Reward[] = [reward()]): Overview {
  return { me, program, rewards: { nodes: rewards } };
}

export function quote(changes: Partial<Quote> = {}): Quote {
  return {
    earns: [{ unit: points, amount: 42, state: 'AVAILABLE', maturesAt: null }],
    explanation: ['1 point per 1 $: 42 points'],
    expiresAt: '2026-11-21T12:00:00Z',
    ...changes,
  };
}

export function redeemed(changes: Partial<Redeemed> = {}): Redeemed {
  return {
    id: 'red_1',
    state: 'CONFIRMED',
    points: 500,
    reservedAt: '2026-11-21T12:00:00Z',
    reward: { id: 'rwd_off', name: '€5 off' },
    voucher: { code: 'FIVE-7Q2K', expiresAt: null },
    ...changes,
  };
}
