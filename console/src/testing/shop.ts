import {
  InvitationByCode,
  ParticipationDetails,
  ParticipationExchanges,
  ParticipationIds,
  ParticipationList,
  ParticipationSettlements,
} from '../coalitions/participation-query.js';
import { GiftCardList } from '../gift-cards/gift-card-query.js';
import { MemberTimeline } from '../members/timeline-query.js';
import { MemberProfile } from '../members/member-query.js';
import { MemberClub } from '../members/club-query.js';
import { MemberNames } from '../members/member-names.js';
import { MemberList } from '../members/members.js';
import { MemberPlays } from '../members/plays.js';
import { MemberTiers } from '../members/tiers-query.js';
import { OverviewFigures } from '../overview/overview-query.js';
import { Units } from '../parts/units.js';
import { ClearingEntries, CoalitionExposure, Coalitions, PartnerDetails, PartnerList, PartnerSlugs } from '../partners/partner-query.js';
import { PaymentList } from '../payments/payment-query.js';
import { ProgramDetails, ProgramRulesToEdit } from '../programs/program-query.js';
import { ProgramList } from '../programs/programs.js';
import { ReplayDetails, ReplayOverview, RewardNames } from '../programs/replay/replay-query.js';
import { RulesChoices } from '../programs/rules-choices.js';
import { ProgramValidate } from '../programs/use-rules-check.js';
import { RedemptionList } from '../redemptions/redemptions.js';
import { ActivityLimits, HeldActivities, QualifiedReferrals } from '../reviews/review-query.js';
import { RewardDetails, RewardList } from '../rewards/reward-query.js';
import { Netting, SettlementList } from '../settlements/settlement-query.js';
import { Keys } from '../keys/key-query.js';
import { AuditEntries } from '../settings/audit-log.js';
import { StaffList } from '../settings/staff.js';
import { TenantDetails } from '../settings/tenant-settings.js';
import { Viewer } from '../shell/viewer.js';
import { DeliveryList } from '../webhooks/deliveries.js';
import { WebhookDetails } from '../webhooks/health-query.js';
import { type Answer, answer } from './answers.js';
import { did, spentThere } from './did.js';
import {
  adjusted,
  giftCard,
  lastPage,
  member,
  offer,
  paidSettlement,
  participation,
  partner,
  payment,
  points,
  purchase,
  replay,
  reward,
  rules,
  saved,
  settlement,
  shopSettlement,
  tenant,
  viewer,
} from './things.js';

/** A small record shop, answer by answer in the shapes that a server gave, for tests of pages. */

export const shop: readonly Answer[] = [
  answer(Viewer, { me: viewer }),
  answer(Units, { units: [points] }),
  answer(OverviewFigures, {
    overview: {
      members: 30,
      membersActive: 25,
      membersNew: 4,
      activities: 134,
      redemptions: 0,
      units: [
        {
          unit: points,
          outstanding: 24_595,
          pending: 40,
          liability: { amount: 24_595, currency: 'EUR' },
          days: [
            { date: '2026-11-21', issued: 321, redeemed: 0, expired: 20 },
            { date: '2026-11-22', issued: 120, redeemed: 900, expired: 0 },
          ],
        },
      ],
      oldestDueJob: { name: 'expire', dueAt: '2026-11-22T09:00:00Z' },
    },
    programs: { nodes: [{ id: 'prg_1', state: 'LIVE' }] },
    rewards: { nodes: [] },
  }),
  answer(MemberList, {
    members: { nodes: [{ ...member, balances: [{ unit: points, available: 3_151 }] }], pageInfo: lastPage },
  }),
  answer(MemberProfile, { member }),
  answer(MemberTiers, {
    member: {
      id: member.id,
      tiers: [
        {
          programId: 'prg_2',
          tier: 'silver',
          name: 'Silver',
          since: '2026-06-01T09:00:00Z',
          until: '2027-12-31T23:00:00Z',
          reason: 'REACHED',
          nextName: 'Gold',
          ways: [
            { allOf: [{ metric: 'spend:EUR', atLeast: 50_000, has: 38_050, missing: 11_950 }] },
            { allOf: [{ metric: 'orders', atLeast: 20, has: 7, missing: 13 }] },
          ],
          countsUntil: '2026-12-31',
        },
      ],
    },
    programs: {
      nodes: [
        {
          id: 'prg_2',
          name: 'Blue Tiers',
          live: { rules: { tiered: { tiers: [{ id: 'silver', name: 'Silver' }, { id: 'gold', name: 'Gold' }] } } },
        },
      ],
    },
    units: [points],
  }),
  answer(MemberClub, {
    member: {
      id: member.id,
      entitlements: [{ programId: 'prg_2', perk: 'refill', name: 'Free refill', perkSetName: 'Silver', limit: 3, left: 2 }],
      memberships: [
        {
          id: 'mbs_1',
          name: 'Blue Club Plus',
          state: 'ACTIVE',
          currency: 'EUR',
          paid: 4_900,
          startsAt: '2026-06-01T09:00:00Z',
          endsAt: '2027-06-01T09:00:00Z',
        },
      ],
      tasks: [
        {
          programId: 'prg_3',
          task: 'three',
          name: 'Three orders in a month',
          state: 'ACTIVE',
          began: 'ASSIGNED',
          endsAt: '2026-11-30T23:00:00Z',
          times: 2,
          steps: [{ behaviour: 'orders', target: 3, has: 2 }],
        },
      ],
      badges: [{ programId: 'prg_3', badge: 'regular', name: 'Regular', times: 2, earnedAt: '2026-10-01T09:00:00Z' }],
      referralCodes: [{ code: 'MILES-7KQM' }],
    },
    donations: {
      nodes: [
        {
          id: 'don_1',
          causeName: 'Music lessons',
          points: 100,
          unit: points,
          value: { amount: 100, currency: 'EUR' },
          state: 'MADE',
          donatedAt: '2026-11-02T09:00:00Z',
        },
      ],
    },
    units: [points],
    programs: {
      nodes: [
        { id: 'prg_1', kind: 'POINTS', live: { rules: { points: { unit: 'points', transfers: { minimum: 10 } } } } },
        { id: 'prg_3', kind: 'TASKS', live: { rules: { points: null } } },
      ],
    },
  }),
  answer(MemberNames, {
    nodes: [
      { id: member.id, externalId: 'c-1001', state: 'ACTIVE', name: 'Miles Davis', email: 'miles@example.com' },
      { id: 'mem_2', externalId: 'c-1002', state: 'ACTIVE', name: 'John Coltrane', email: null },
    ],
  }),
  answer(MemberPlays, {
    gamePlays: {
      nodes: [
        { id: 'ply_1', programId: 'prg_4', name: 'A pair of tickets', drawnName: 'A pair of tickets', won: true, playedAt: '2026-11-20T09:00:00Z' },
        { id: 'ply_2', programId: 'prg_4', name: 'Next time', drawnName: 'A mug', won: false, playedAt: '2026-11-19T09:00:00Z' },
      ],
      pageInfo: lastPage,
    },
  }),
  answer(PaymentList, { payments: { nodes: [payment], pageInfo: lastPage } }),
  answer(Coalitions, {
    programs: {
      nodes: [
        { id: 'prg_7', name: 'Harbour Club', unit: points },
      ],
    },
  }),
  answer(PartnerList, {
    partners: {
      nodes: [partner, { ...partner, id: 'prt_2', slug: 'lighthouse', name: 'Lighthouse Café', state: 'FROZEN', terms: null, positions: [] }],
      pageInfo: lastPage,
    },
  }),
  answer(PartnerSlugs, { partners: { nodes: [{ slug: 'harbour-books' }, { slug: 'lighthouse' }] } }),
  answer(CoalitionExposure, {
    coalitionExposure: [
      { currency: 'EUR', receivableMicros: 7_340_000, partnersOwing: 1, payableMicros: 2_000_500, partnersOwed: 2, exposedMicros: 1_200_000 },
    ],
  }),
  answer(PartnerDetails, { partner }),
  answer(SettlementList, { settlements: { nodes: [settlement, paidSettlement], pageInfo: lastPage } }),
  answer(ParticipationIds, { participations: [{ id: participation.id }] }),
  answer(ParticipationList, {
    participations: [
      participation,
      { ...participation, id: 'pcp_0', operator: 'Old Mill Brands', ownUnit: null, endedAt: '2026-11-20T09:00:00Z', coalition: null },
    ],
  }),
  answer(ParticipationDetails, { participation }),
  answer(ParticipationSettlements, {
    participation: {
      id: participation.id,
      settlements: {
        nodes: [
          shopSettlement,
          { ...shopSettlement, id: 'stl_7', number: 7, period: '2026-09', due: 400, state: 'PAID', paidAt: '2026-10-05T09:00:00Z', paymentReference: 'SEPA 17' },
        ],
        pageInfo: lastPage,
      },
    },
  }),
  answer(ParticipationExchanges, {
    participation: {
      id: participation.id,
      exchanges: {
        nodes: [
          { entryId: 'tra_9', memberId: member.id, direction: 'OUT', ownUnit: points, ownPoints: 20, points: 10, convertedAt: '2026-11-21T09:00:00Z', undoneAt: null },
          { entryId: 'tra_8', memberId: 'mem_2', direction: 'IN', ownUnit: points, ownPoints: 100, points: 50, convertedAt: '2026-11-20T09:00:00Z', undoneAt: '2026-11-20T10:00:00Z' },
        ],
        pageInfo: lastPage,
      },
    },
  }),
  answer(InvitationByCode, { coalitionInvitation: offer }),
  answer(Netting, {
    settlementNetting: [
      { currency: 'EUR', settlements: 2, receivable: 1_234, payable: 400, partners: -834, operator: 834 },
    ],
    clearingTotals: [
      {
        currency: 'EUR',
        accounts: [
          { account: 'PARTNER', amountMicros: -8_340_000 },
          { account: 'FLOAT', amountMicros: 5_000_000 },
          { account: 'MARGIN', amountMicros: 3_340_000 },
        ],
      },
    ],
  }),
  ...did,
  answer(ClearingEntries, {
    clearingEntries: {
      nodes: [
        {
          id: 'cle_3',
          kind: 'ADJUSTMENT',
          fromAccount: 'MARGIN',
          toAccount: 'PARTNER',
          amountMicros: 5_000_000,
          owedMicros: -5_000_000,
          currency: 'EUR',
          points: 0,
          priceMicros: 0,
          originalOn: null,
          note: 'A flyer that was never printed',
          bookedOn: '2026-11-21',
        },
        {
          id: 'cle_2',
          kind: 'RELEASE',
          fromAccount: 'FLOAT',
          toAccount: 'MARGIN',
          amountMicros: 500_000,
          owedMicros: 0,
          currency: 'EUR',
          points: 50,
          priceMicros: 10_000,
          originalOn: null,
          note: null,
          bookedOn: '2026-11-20',
        },
        {
          id: 'cle_1',
          kind: 'ISSUE',
          fromAccount: 'PARTNER',
          toAccount: 'FLOAT',
          amountMicros: 12_340_000,
          owedMicros: 12_340_000,
          currency: 'EUR',
          points: 1_234,
          priceMicros: 10_000,
          originalOn: null,
          note: null,
          bookedOn: '2026-11-19',
        },
      ],
      pageInfo: lastPage,
    },
  }),
  answer(GiftCardList, { giftCards: { nodes: [giftCard], pageInfo: lastPage } }),
  answer(MemberTimeline, { member: { id: member.id, timeline: { nodes: [adjusted, purchase], pageInfo: lastPage } } }),
  answer(ProgramList, {
    programs: {
      nodes: [
        {
          id: 'prg_1',
          name: 'Blue Club',
          kind: 'POINTS',
          line: 'main',
          state: 'LIVE',
          createdAt: '2026-11-01T09:00:00Z',
          unit: { namePlural: 'points' },
          live: { number: 1 },
          draft: { number: 2 },
        },
      ],
      pageInfo: lastPage,
    },
  }),
  answer(ProgramDetails, {
    program: {
      id: 'prg_1',
      slug: 'blue-club',
      name: 'Blue Club',
      kind: 'POINTS',
      line: 'main',
      state: 'LIVE',
      createdAt: '2026-11-01T09:00:00Z',
      unit: points,
      live: { id: 'ver_1', number: 1, liveFrom: '2026-11-01T09:00:00Z' },
      draft: { id: 'ver_2', number: 2, note: 'Two points', savedAt: saved.savedAt },
      summary: ['Spending: 1 point for every 1.00 EUR.'],
      versions: {
        nodes: [
          {
            ...saved,
            id: 'ver_1',
            number: 1,
            state: 'RETIRED',
            note: 'The first rules',
            liveFrom: '2026-11-01T09:00:00Z',
            liveUntil: '2026-11-02T09:00:00Z',
            publishedAt: '2026-11-01T09:00:00Z',
            publishedBy: { kind: 'KEY', name: null },
            restores: null,
          },
        ],
      },
    },
  }),
  answer(ProgramRulesToEdit, {
    program: {
      id: 'prg_1',
      name: 'Blue Club',
      kind: 'POINTS',
      state: 'LIVE',
      unit: points,
      live: { id: 'ver_1', number: 1, rules: { points: rules } },
      draft: null,
    },
  }),
  answer(ProgramValidate, {
    programValidate: { valid: true, findings: [], summary: ['Spending: 1 point for every 1.00 EUR.'], userErrors: [] },
  }),
  answer(RulesChoices, { units: [points], rewards: { nodes: [{ slug: 'shipping', name: 'Free shipping' }] } }),
  answer(ReplayOverview, {
    program: {
      id: 'prg_1',
      name: 'Blue Club',
      state: 'LIVE',
      live: { number: 1 },
      draft: { id: 'ver_2', number: 2, savedAt: saved.savedAt, rules: { tiered: null } },
    },
    replays: { nodes: [replay, { ...replay, id: 'rpl_0', state: 'CANCELLED', askedAt: '2026-11-21T09:00:00Z' }] },
    programs: {
      nodes: [
        {
          id: 'prg_2',
          name: 'Blue Tiers',
          live: { rules: { tiered: { tiers: [{ id: 'silver', name: 'Silver' }, { id: 'gold', name: 'Gold' }] } } },
        },
      ],
    },
  }),
  answer(ReplayDetails, {
    replay: {
      ...replay,
      result: {
        activities: 134,
        members: 25,
        units: [
          {
            unit: points,
            before: 24_000,
            after: 30_000,
            difference: 6_000,
            worthBefore: { amount: 24_000, currency: 'EUR' },
            worthAfter: { amount: 30_000, currency: 'EUR' },
            membersMore: 20,
            membersLess: 1,
            gainers: [{ memberId: member.id, before: 1_000, after: 2_000, difference: 1_000 }],
            losers: [{ memberId: 'mem_2', before: 500, after: 480, difference: -20 }],
          },
        ],
        tierMoves: [{ programId: 'prg_2', before: 'silver', after: 'gold', members: 3 }],
        rewards: [{ reward: 'shipping', before: 2, after: 5 }],
        unplayed: ['SPENDING', 'BY_HAND', 'PRIZES'],
      },
    },
  }),
  answer(RewardNames, { rewards: { nodes: [{ slug: 'shipping', name: 'Free shipping' }] } }),
  answer(HeldActivities, {
    activityReviews: {
      nodes: [
        {
          activity: {
            id: 'act_9',
            kind: 'purchase',
            memberId: member.id,
            occurredAt: '2026-11-22T08:00:00Z',
            orderId: '#21002',
            reference: null,
            currency: 'EUR',
            channel: 'web',
            lines: [{ amount: 99_900, discount: 900 }],
          },
          heldAt: '2026-11-22T08:00:01Z',
          text: 'Held for review: the limit is 2 “purchase” activities per member and hour; 2 came before.',
        },
      ],
      pageInfo: lastPage,
    },
  }),
  answer(QualifiedReferrals, {
    referrals: {
      nodes: [
        {
          id: 'rfl_1',
          programId: 'prg_5',
          referrerId: member.id,
          friendId: 'mem_2',
          signs: ['email', 'attribute:address'],
          orderId: '#20999',
          claimedAt: '2026-11-01T09:00:00Z',
          qualifiedAt: '2026-11-20T09:00:00Z',
        },
      ],
      pageInfo: lastPage,
    },
  }),
  answer(ActivityLimits, {
    activityLimits: [
      { kind: 'purchase', per: 'HOUR', times: 2, amount: null, currency: null },
      { kind: 'purchase', per: 'DAY', times: null, amount: 100_000, currency: 'EUR' },
    ],
  }),
  answer(RewardList, { rewards: { nodes: [reward], pageInfo: lastPage } }),
  answer(RewardDetails, { reward }),
  answer(RedemptionList, {
    redemptions: {
      nodes: [
        {
          id: 'red_1',
          memberId: member.id,
          reward: { id: 'rwd_1', name: 'Free shipping' },
          unit: points,
          points: 100,
          pointsReturned: 0,
          state: 'RESERVED',
          value: null,
          voucher: null,
          partnerId: null,
          partnerName: null,
          orderId: null,
          reservedAt: '2026-11-22T09:00:00Z',
          endsAt: '2026-11-22T11:00:00Z',
          closedAt: null,
        },
        {
          id: 'red_2',
          memberId: member.id,
          reward: null,
          unit: points,
          points: 500,
          pointsReturned: 100,
          state: 'CONFIRMED',
          value: { amount: 500, currency: 'EUR' },
          voucher: { code: 'TB58-F86P-WK3T' },
          partnerId: null,
          partnerName: null,
          orderId: '#21000',
          reservedAt: '2026-11-21T09:00:00Z',
          endsAt: '2026-11-21T11:00:00Z',
          closedAt: '2026-11-21T09:05:00Z',
        },
        spentThere,
      ],
      pageInfo: lastPage,
    },
  }),
  answer(Keys, {
    keys: [
      {
        id: 'key_1',
        kind: 'SECRET',
        name: 'Server',
        hint: 'gsk_live_…B46Z',
        role: 'ADMIN',
        origins: [],
        partnerId: null,
        scopes: [],
        createdAt: '2026-11-01T09:00:00Z',
        lastUsedAt: null,
        expiresAt: '2026-11-23T09:00:00Z',
        revokedAt: null,
      },
      {
        id: 'key_2',
        kind: 'PUBLISHABLE',
        name: 'Shop',
        hint: 'gpk_live_…hvCQ',
        role: null,
        origins: ['https://shop.example'],
        partnerId: null,
        scopes: [],
        createdAt: '2026-11-01T09:00:00Z',
        lastUsedAt: '2026-11-21T09:00:00Z',
        expiresAt: null,
        revokedAt: null,
      },
      {
        id: 'key_3',
        kind: 'PARTNER',
        name: 'Harbour Books’ till',
        hint: 'gpt_live_…9KtQ',
        role: null,
        origins: [],
        partnerId: partner.id,
        scopes: ['READ', 'EARN'],
        createdAt: '2026-11-01T09:00:00Z',
        lastUsedAt: '2026-11-22T09:00:00Z',
        expiresAt: null,
        revokedAt: null,
      },
    ],
  }),
  answer(TenantDetails, {
    tenant: {
      id: tenant.id,
      slug: tenant.slug,
      name: tenant.name,
      zone: tenant.zone,
      currency: tenant.currency,
      activityDaysBack: 730,
    },
  }),
  answer(StaffList, {
    staff: [
      { id: 'stf_1', email: 'ada@example.com', name: 'Ada Lovelace', role: 'OWNER', joinedAt: '2026-11-01T09:00:00Z' },
      { id: 'stf_2', email: 'bob@example.com', name: 'Bob', role: 'SUPPORT', joinedAt: '2026-11-02T09:00:00Z' },
    ],
    staffInvitations: [
      {
        id: 'inv_1',
        email: 'eve@example.com',
        role: 'ANALYST',
        createdAt: '2026-11-20T09:00:00Z',
        expiresAt: '2026-11-27T09:00:00Z',
      },
    ],
  }),
  answer(WebhookDetails, {
    webhookEndpoint: {
      url: 'https://shop.example/hooks',
      kinds: ['voucher.issued'],
      disabledAt: null,
      disabledReason: null,
      lastSuccessAt: '2026-11-21T22:04:00Z',
      consecutiveFailures: 5,
      failingSince: '2026-11-22T08:00:00Z',
      pausedUntil: '2026-11-22T11:20:00Z',
    },
  }),
  answer(DeliveryList, {
    webhookDeliveries: {
      nodes: [
        {
          id: 'del_1',
          eventId: '01939c5e-7a3f-7b1e-9d55-0a4a1f2c3b4d',
          kind: 'voucher.issued',
          happenedAt: '2026-11-22T09:00:00Z',
          state: 'FAILED',
          attempts: 14,
          nextAttemptAt: null,
          status: 500,
          error: 'HTTP 500',
          closedAt: '2026-11-22T09:30:00Z',
        },
      ],
      pageInfo: lastPage,
    },
  }),
  answer(AuditEntries, {
    auditLog: {
      nodes: [
        {
          id: 'aud_1',
          actor: { kind: 'STAFF', name: 'Ada Lovelace' },
          action: 'program.published',
          target: 'program:prg_1',
          details: [{ name: 'number', value: 1 }],
          recordedAt: '2026-11-21T09:00:00Z',
        },
      ],
      pageInfo: lastPage,
    },
  }),
];
