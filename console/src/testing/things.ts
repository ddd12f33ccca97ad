import type { JoinedCoalition, Offer, ParticipationFields, ShopSettlement, ShopTerms } from '../coalitions/participation-query.js';
import type { GiftCard } from '../gift-cards/gift-card-query.js';
import type { Entry } from '../members/timeline-query.js';
import type { MemberFields } from '../members/member-query.js';
import type { PartnerFields, Terms } from '../partners/partner-query.js';
import type { Payment } from '../payments/payment-query.js';
import type { Replay } from '../programs/replay/replay-query.js';
import type { PointsRules } from '../programs/rules-query.js';
import type { Settlement } from '../settlements/settlement-query.js';
import type { Reward } from '../rewards/reward-query.js';
import type { ViewerFields } from '../shell/viewer.js';

/** What there is in a small record shop, in the shapes that a server gave. */

export const points = { id: 'unt_1', slug: 'points', name: 'point', namePlural: 'points', scale: 0, currency: null };

export const lastPage = { hasNextPage: false, endCursor: null };
export const tenant = {
  id: 'ten_1',
  slug: 'blue-note',
  name: 'Blue Note Records',
  zone: 'Europe/Berlin',
  currency: 'EUR',
  isSandbox: false,
  twinId: 'ten_2',
  now: '2026-11-22T10:00:00Z',
};

export const viewer: ViewerFields = {
  actor: { name: 'Ada Lovelace' },
  email: 'ada@example.com',
  role: 'OWNER',
  actions: [
    'READ_PROGRAMS',
    'WRITE_PROGRAMS',
    'PUBLISH_PROGRAMS',
    'READ_MEMBERS',
    'WRITE_MEMBERS',
    'ERASE_MEMBERS',
    'EXPORT_MEMBERS',
    'ADJUST_POINTS',
    'MERGE_MEMBERS',
    'READ_GAMES',
    'READ_MEMBERSHIPS',
    'READ_LEDGER',
    'READ_REWARDS',
    'WRITE_REWARDS',
    'READ_REDEMPTIONS',
    'WRITE_REDEMPTIONS',
    'READ_PARTNERS',
    'WRITE_PARTNERS',
    'APPROVE_SETTLEMENTS',
    'JOIN_COALITIONS',
    'READ_PAYMENTS',
    'WRITE_PAYMENTS',
    'WRITE_GIFT_CARDS',
    'READ_SETTINGS',
    'WRITE_SETTINGS',
    'READ_STAFF',
    'WRITE_STAFF',
    'WRITE_OWNERS',
    'READ_KEYS',
    'WRITE_KEYS',
    'READ_AUDIT_LOG',
    'ADVANCE_SANDBOX_CLOCK',
  ],
  tenant,
  tenants: [
    { role: 'OWNER', tenant: { id: 'ten_1', name: 'Blue Note Records', isSandbox: false, twinId: 'ten_2' } },
    { role: 'OWNER', tenant: { id: 'ten_2', name: 'Blue Note Records', isSandbox: true, twinId: 'ten_1' } },
  ],
};

export const member: MemberFields = {
  id: 'mem_1',
  externalId: 'c-1001',
  state: 'ACTIVE',
  name: 'Miles Davis',
  email: 'miles@example.com',
  phone: '+49 30 5550110',
  birthday: '1986-05-26',
  locale: 'en-GB',
  tags: ['vinyl'],
  attributes: [{ name: 'store', value: 'Kreuzberg' }],
  consents: [{ purpose: 'email.news', granted: true, recordedAt: '2026-11-01T09:00:00Z', source: 'checkout' }],
  dependants: [{ id: 'dep_1', kind: 'child', name: 'Erin', birthday: '2019-03-01' }],
  joinedAt: '2026-11-01T09:00:00Z',
  mergedInto: null,
  erasedAt: null,
  balances: [
    {
      unit: points,
      available: 3_151,
      pending: 40,
      held: 150,
      deficit: 0,
      expiries: [{ amount: 54, lastDay: '2027-09-28', expiresAt: '2027-09-28T22:00:00Z' }],
      lapsesAt: '2028-05-19T22:00:00Z',
    },
  ],
};

export const purchase: Entry = {
  id: 'act_1',
  kind: 'ACTIVITY',
  at: '2026-11-14T09:18:00Z',
  text: 'Purchase of order #20258: +66 points.',
  changes: [{ unit: points, available: 66, pending: 0 }],
  activity: {
    kind: 'purchase',
    state: 'DECIDED',
    orderId: '#20258',
    currency: 'EUR',
    channel: 'web',
    source: 'api',
    lines: [{ id: '1', kind: 'PRODUCT', sku: 'BLP-4080', quantity: 1, amount: 6_699, discount: 0 }],
    decision: {
      explanation: [
        { code: 'BASE', text: 'Spending gives 66.99: 1 for every 1.00 EUR of 66.99 EUR.', before: '0.000', after: '66.990' },
        { code: 'NOT_ELIGIBLE', text: 'Double on vinyl does not apply.', before: '66.990', after: '66.990' },
        { code: 'ROUNDING', text: '66.99 is cut off to 66.', before: '66.990', after: '66.000' },
        { code: 'EXPIRY', text: 'Expires at 2027-11-14T23:00:00+00:00.', before: '66.000', after: '66.000' },
      ],
    },
  },
  redemption: null,
  adjustment: null,
};

export const adjusted: Entry = {
  id: 'tra_1',
  kind: 'ADJUSTMENT',
  at: '2026-11-15T09:18:00Z',
  text: '75 points given by hand: Sorry for the late parcel',
  changes: [{ unit: points, available: 75, pending: 0 }],
  activity: null,
  redemption: null,
  adjustment: { reason: 'Sorry for the late parcel', actor: { kind: 'STAFF', name: 'Ada Lovelace' } },
};

export const rules: PointsRules = {
  unit: 'points',
  rules: [
    {
      id: 'spending',
      name: 'Spending',
      earn: {
        perAmount: { points: 1, per: 100, currency: 'EUR' },
        perItem: null,
        perOrder: null,
        perVisit: null,
        fixed: null,
        quantityBreaks: null,
        multiplier: null,
        reward: null,
      },
      on: ['purchase'],
      items: {
        include: { skus: [], categories: [], tags: [], kinds: [] },
        exclude: { skus: [], categories: [], tags: [], kinds: [] },
      },
      conditions: {
        minimumAmount: null,
        maximumAmount: null,
        currency: null,
        channels: [],
        partners: [],
        weekdays: [5],
        hours: [{ fromTime: '16:00', untilTime: '20:00' }],
        startsOn: null,
        endsOn: null,
        segments: [],
        tiers: [],
        tierProgram: null,
        firstTimeOnly: false,
        codes: [],
        tenders: [],
        when: null,
      },
      caps: [{ limit: 500, counts: 'POINTS', period: 'DAY', per: 'MEMBER' }],
    },
  ],
  base: {
    deductDiscounts: true,
    tax: false,
    shipping: false,
    giftCards: false,
    topUps: false,
    donations: false,
    rewards: false,
    paidWithPoints: false,
    paidWithStoredValue: true,
    paidWithGiftCards: true,
  },
  rounding: 'FLOOR',
  pending: null,
  expiry: {
    policies: [
      { never: null, monthsAfterEarning: { months: 12 }, endOfMonth: null, monthsInactive: null, fixedDate: null, endOfCalendarYear: null },
    ],
    exemptTiers: [],
    tierProgram: null,
    warnDays: [30],
  },
  clawback: 'CLAMP',
  caps: [],
  payment: null,
  transfers: null,
  conversion: null,
};

export const saved = { savedAt: '2026-11-20T09:00:00Z', savedBy: { kind: 'STAFF', name: 'Ada Lovelace' } } as const;

export const reward: Reward = {
  id: 'rwd_1',
  slug: 'shipping',
  name: 'Free shipping',
  description: 'In the web shop.',
  kind: 'FREE_SHIPPING',
  unit: points,
  points: 100,
  terms: {
    amountOff: null,
    percentOff: null,
    freeProduct: null,
    freeShipping: { minimumOrder: null },
    giftCard: null,
    storeCredit: null,
    experience: null,
    donation: null,
    partnerReward: null,
    pointsAndCash: null,
  },
  tiers: [],
  segments: [],
  stock: 50,
  stockLeft: 49,
  limitPerMember: null,
  voucherSource: 'UPLOADED',
  vouchers: { available: 0, reserved: 0, issued: 1, void: 0 },
  imageUrl: null,
  position: 0,
  startsAt: null,
  endsAt: '2027-01-01T00:00:00Z',
  archivedAt: null,
  shops: 'OWN',
  partners: [],
};

export const payment: Payment = {
  id: 'pay_1',
  memberId: 'mem_1',
  currency: 'EUR',
  amount: 8_000,
  captured: 0,
  returned: 0,
  state: 'AUTHORIZED',
  orderId: '#21001',
  authorizedAt: '2026-11-22T09:00:00Z',
  endsAt: '2026-11-22T09:15:00Z',
  parts: [
    { source: 'GIFT_CARD', lastCharacters: '0HZ2', amount: 5_000 },
    { source: 'MONEY', lastCharacters: null, amount: 3_000 },
  ],
};

export const giftCard: GiftCard = {
  id: 'gft_1',
  currency: 'EUR',
  amount: 5_000,
  balance: 1_250,
  state: 'ACTIVE',
  lastCharacters: '0HZ2',
  hasPin: true,
  purchaserId: 'mem_1',
  orderId: '#20900',
  issuedAt: '2026-11-01T09:00:00Z',
  expiresAt: '2028-11-01T23:00:00Z',
};

export const terms: Terms = {
  id: 'trm_1',
  number: 1,
  validFrom: '2026-11-01T09:00:00Z',
  validUntil: null,
  savedAt: '2026-11-01T09:00:00Z',
  savedBy: { kind: 'STAFF', name: 'Ada Lovelace' },
  currency: 'EUR',
  issuePriceMicros: 10_000,
  reimbursementPriceMicros: 8_500,
  period: 'MONTH',
  prepaid: false,
  blockAlert: null,
  creditLimit: 500_000,
  earn: true,
  burn: true,
  promotions: 'OPERATOR',
  caps: { issuedPerDay: 10_000, issuedPerMemberPerDay: null, takenPerDay: null, takenPerMemberPerDay: 500 },
  holdHoursFromOthers: 24,
  minimumDue: 2_500,
  fee: 0,
};

export const partnerWebhook: NonNullable<PartnerFields['webhook']> = {
  host: 'hooks.harbour-books.example',
  kinds: ['settlement.paid', 'partner.terms_announced'],
  disabledAt: null,
  disabledReason: null,
  lastSuccessAt: '2026-11-21T22:04:00Z',
  consecutiveFailures: 0,
  failingSince: null,
  pausedUntil: null,
};

export const partner: PartnerFields = {
  id: 'prt_1',
  programId: 'prg_7',
  slug: 'harbour-books',
  name: 'Harbour Books',
  state: 'ACTIVE',
  reason: null,
  shop: null,
  openFrom: '2026-11-01',
  openTo: '2026-11-30',
  createdAt: '2026-11-01T09:00:00Z',
  unit: points,
  terms,
  termsAhead: [{ ...terms, id: 'trm_2', number: 2, validFrom: '2026-12-31T23:00:00Z', issuePriceMicros: 12_000 }],
  termsHistory: [{ ...terms, id: 'trm_2', number: 2, validFrom: '2026-12-31T23:00:00Z', issuePriceMicros: 12_000 }, terms],
  positions: [{ currency: 'EUR', owedMicros: 7_340_000, exposedMicros: 1_200_000 }],
  webhook: partnerWebhook,
  blocks: [
    {
      id: 'blk_1',
      points: 5_000,
      remaining: 0,
      priceMicros: 10_000,
      currency: 'EUR',
      boughtAt: '2026-11-02T09:00:00Z',
      note: '',
    },
    {
      id: 'blk_2',
      points: 10_000,
      remaining: 2_500,
      priceMicros: 10_000,
      currency: 'EUR',
      boughtAt: '2026-11-10T09:00:00Z',
      note: 'Christmas',
    },
  ],
};

export const settlement: Settlement = {
  id: 'stl_2',
  programId: 'prg_7',
  partnerId: 'prt_1',
  partnerName: 'Harbour Books',
  number: 2,
  currency: 'EUR',
  period: '2026-10',
  firstDay: '2026-10-01',
  lastDay: '2026-10-31',
  state: 'DRAFT',
  carriedInMicros: -4_000,
  amountMicros: -12_340_000,
  minimumDue: 0,
  due: -1_234,
  carriedOutMicros: -4_000,
  entries: 3,
  lines: [
    { kind: 'ISSUE', termsNumber: 1, originalOn: null, entries: 2, points: -1_300, amountMicros: -13_000_000 },
    { kind: 'ISSUE', termsNumber: 1, originalOn: '2026-09-30', entries: 1, points: 66, amountMicros: 660_000 },
  ],
  statementPath: '/statements/stl_2',
  statementHash: null,
  draftedAt: '2026-11-01T00:10:00Z',
  approvedAt: null,
  approvedBy: null,
  paidAt: null,
  paidBy: null,
  paymentReference: null,
};

export const shopSettlement: ShopSettlement = {
  id: 'stl_8',
  number: 8,
  currency: 'EUR',
  period: '2026-10',
  firstDay: '2026-10-01',
  lastDay: '2026-10-31',
  state: 'DRAFT',
  carriedInMicros: 0,
  amountMicros: -12_340_000,
  due: -1_234,
  carriedOutMicros: 0,
  lines: [
    { kind: 'ISSUE', termsNumber: 1, originalOn: null, entries: 2, points: -1_319, amountMicros: -13_190_000 },
    { kind: 'REIMBURSEMENT', termsNumber: 1, originalOn: null, entries: 1, points: 100, amountMicros: 850_000 },
  ],
  statementPath: '/statements/pcp_1/stl_8',
  statementHash: null,
  draftedAt: '2026-11-01T00:10:00Z',
  approvedAt: null,
  paidAt: null,
  paymentReference: null,
};

export const paidSettlement: Settlement = {
  ...settlement,
  id: 'stl_1',
  partnerId: 'prt_2',
  partnerName: 'Lighthouse Café',
  number: 1,
  due: 400,
  state: 'PAID',
  statementPath: '/statements/stl_1',
  statementHash: 'b5bb9d8014a0f9b1d61e21e796d78dccdf1352f23cd32812f4850b878ae4944c',
  approvedAt: '2026-11-02T09:00:00Z',
  approvedBy: { name: 'Ada Lovelace' },
  paidAt: '2026-11-05T09:00:00Z',
  paidBy: { name: 'Ada Lovelace' },
  paymentReference: 'SEPA 17',
};

/** What a partner sees of its terms: not who saved them. */
const { savedBy: _, ...shopTerms }: ShopTerms & Pick<Terms, 'savedBy'> = terms;

/** The same coalition from the other side: the shop is a partner of another's. */
export const joined: JoinedCoalition = {
  name: 'Skyline',
  partner: 'Blue Note',
  state: 'ACTIVE',
  reason: null,
  rules: ['2 of Blue Note’s own points are 1 mile.', 'Points are paid for when they are issued.'],
  points: { name: 'mile', namePlural: 'miles', scale: 0 },
  terms: shopTerms,
  termsHistory: [shopTerms, { ...shopTerms, id: 'trm_0', number: 0, validFrom: '2026-10-01T09:00:00Z', issuePriceMicros: 9_000 }],
  positions: [{ currency: 'EUR', owedMicros: 7_340_000, exposedMicros: 1_200_000 }],
  blocks: [],
};

export const participation: ParticipationFields = {
  id: 'pcp_1',
  operator: 'Northwind Air',
  ownUnit: points,
  months: 12,
  dailyCap: 50_000,
  joinedAt: '2026-11-01T09:00:00Z',
  joinedBy: { kind: 'STAFF', name: 'Ada Lovelace' },
  endedAt: null,
  coalition: joined,
};

export const offer: Offer = {
  operator: 'Northwind Air',
  coalition: 'Skyline',
  partner: 'Blue Note',
  points: joined.points,
  rules: joined.rules,
  terms: shopTerms,
  endsAt: '2026-11-28T09:00:00Z',
};

export const replay: Replay = {
  id: 'rpl_1',
  programId: 'prg_1',
  versionNumber: 2,
  since: '2026-08-24T22:00:00Z',
  until: '2026-11-22T10:00:00Z',
  state: 'DONE',
  activities: 134,
  played: 134,
  askedAt: '2026-11-22T09:00:00Z',
  askedBy: { kind: 'STAFF', name: 'Ada Lovelace' },
  finishedAt: '2026-11-22T09:00:09Z',
};

/** All that the pages ask for. */
