import { DidActivities, type DidActivity, type DidConversion, DidConversions, type DidPerk, DidPerks, DidRedemptions } from '../partners/did-query.js';
import type { Redemption } from '../redemptions/redemption-rows.js';
import { type Answer, answer } from './answers.js';
import { lastPage, member, partner, points } from './things.js';

/** The latest first. */
export const activities: DidActivity[] = [
  { id: 'act_93', memberId: 'mem_2', kind: 'purchase', state: 'PARKED', points: 0, orderId: 'HB-1003', recordedAt: '2026-11-22T08:00:00Z' },
  { id: 'act_92', memberId: member.id, kind: 'refund', state: 'DECIDED', points: -20, orderId: 'HB-1001', recordedAt: '2026-11-21T09:00:00Z' },
  { id: 'act_91', memberId: member.id, kind: 'custom:reading', state: 'DECIDED', points: 66, orderId: null, recordedAt: '2026-11-20T09:00:00Z' },
];

/** Points as payment at a partner. */
export const spentThere: Redemption = {
  id: 'red_91',
  memberId: member.id,
  reward: null,
  unit: points,
  points: 250,
  pointsReturned: 0,
  state: 'CONFIRMED',
  value: { amount: 250, currency: 'EUR' },
  voucher: null,
  partnerId: partner.id,
  partnerName: partner.name,
  orderId: 'HB-1002',
  reservedAt: '2026-11-20T09:00:00Z',
  endsAt: '2026-11-20T11:00:00Z',
  closedAt: '2026-11-20T09:02:00Z',
};

const conversions: DidConversion[] = [
  { id: 'cnv_92', memberId: 'mem_2', direction: 'OUT', ownPoints: 50, points: 100, convertedAt: '2026-11-21T09:00:00Z', undoneAt: '2026-11-21T10:30:00Z' },
  { id: 'cnv_91', memberId: member.id, direction: 'IN', ownPoints: 1_500, points: 3_000, convertedAt: '2026-11-20T09:00:00Z', undoneAt: null },
];

const perks: DidPerk[] = [
  { id: 'pku_92', memberId: member.id, offer: 'reading-hour', orderId: null, usedAt: '2026-11-21T09:00:00Z', givenBackAt: '2026-11-21T11:00:00Z' },
  { id: 'pku_91', memberId: 'mem_2', offer: 'coffee', orderId: 'HB-1004', usedAt: '2026-11-20T09:00:00Z', givenBackAt: null },
];

/** What members did at the partner. */
export const did: readonly Answer[] = [
  answer(DidActivities, { partnerActivities: { nodes: activities, pageInfo: lastPage } }),
  answer(DidRedemptions, { partnerRedemptions: { nodes: [spentThere], pageInfo: lastPage } }),
  answer(DidConversions, { partnerConversions: { nodes: conversions, pageInfo: lastPage } }),
  answer(DidPerks, { partnerOfferUses: { nodes: perks, pageInfo: lastPage } }),
];
