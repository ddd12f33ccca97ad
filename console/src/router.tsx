import {
  type RouterHistory,
  createBrowserHistory,
  createRootRouteWithContext,
  createRoute,
  createRouter,
  lazyRouteComponent,
  redirect,
} from '@tanstack/react-router';
import type { QueryClient } from '@tanstack/react-query';

import { NotFound, PageFailure } from './shell/problems.js';
import { sessionQuery } from './session/session.js';
import { viewerQuery } from './shell/viewer.js';

/** Every page of the console. Each page's code is fetched when it is first opened. */
const root = createRootRouteWithContext<{ queryClient: QueryClient }>()();

const signIn = createRoute({
  getParentRoute: () => root,
  path: '/sign-in',
  component: lazyRouteComponent(() => import('./session/sign-in.js'), 'SignIn'),
});

const signUp = createRoute({
  getParentRoute: () => root,
  path: '/sign-up',
  component: lazyRouteComponent(() => import('./session/sign-up.js'), 'SignUp'),
});

const join = createRoute({
  getParentRoute: () => root,
  path: '/join',
  validateSearch: ({ token }: Record<string, unknown>) => ({ token: typeof token === 'string' ? token : '' }),
  component: lazyRouteComponent(() => import('./session/join.js'), 'Join'),
});

const signedIn = createRoute({
  getParentRoute: () => root,
  id: 'signed-in',
  beforeLoad: async ({ context }) => {
    if ((await context.queryClient.ensureQueryData(sessionQuery)) === null) {
      throw redirect({ to: '/sign-in' });
    }
  },
  loader: ({ context }) => context.queryClient.ensureQueryData(viewerQuery),
  component: lazyRouteComponent(() => import('./shell/shell.js'), 'Shell'),
});

const overview = createRoute({
  getParentRoute: () => signedIn,
  path: '/',
  component: lazyRouteComponent(() => import('./overview/overview.js'), 'Overview'),
});

/** What the list of members is searched by. */
export interface MemberSearch {
  query?: string;
  tag?: string;
}

const members = createRoute({
  getParentRoute: () => signedIn,
  path: '/members',
  validateSearch: ({ query, tag }: Record<string, unknown>): MemberSearch => ({
    ...(typeof query === 'string' && query !== '' ? { query } : {}),
    ...(typeof tag === 'string' && tag !== '' ? { tag } : {}),
  }),
  component: lazyRouteComponent(() => import('./members/members.js'), 'Members'),
});

const member = createRoute({
  getParentRoute: () => signedIn,
  path: '/members/$memberId',
  component: lazyRouteComponent(() => import('./members/member.js'), 'MemberPage'),
});

const programs = createRoute({
  getParentRoute: () => signedIn,
  path: '/programs',
  component: lazyRouteComponent(() => import('./programs/programs.js'), 'Programs'),
});

const program = createRoute({
  getParentRoute: () => signedIn,
  path: '/programs/$programId',
  component: lazyRouteComponent(() => import('./programs/program.js'), 'ProgramPage'),
});

const draft = createRoute({
  getParentRoute: () => signedIn,
  path: '/programs/$programId/draft',
  component: lazyRouteComponent(() => import('./programs/draft.js'), 'DraftPage'),
});

const replay = createRoute({
  getParentRoute: () => signedIn,
  path: '/programs/$programId/replay',
  validateSearch: ({ id }: Record<string, unknown>): { id?: string } => (typeof id === 'string' ? { id } : {}),
  component: lazyRouteComponent(() => import('./programs/replay/replay.js'), 'ReplayPage'),
});

const reviews = createRoute({
  getParentRoute: () => signedIn,
  path: '/reviews',
  component: lazyRouteComponent(() => import('./reviews/reviews.js'), 'Reviews'),
});

const rewards = createRoute({
  getParentRoute: () => signedIn,
  path: '/rewards',
  component: lazyRouteComponent(() => import('./rewards/rewards.js'), 'Rewards'),
});

const newReward = createRoute({
  getParentRoute: () => signedIn,
  path: '/rewards/new',
  component: lazyRouteComponent(() => import('./rewards/new-reward.js'), 'NewReward'),
});

const reward = createRoute({
  getParentRoute: () => signedIn,
  path: '/rewards/$rewardId',
  component: lazyRouteComponent(() => import('./rewards/reward.js'), 'RewardPage'),
});

const redemptions = createRoute({
  getParentRoute: () => signedIn,
  path: '/redemptions',
  component: lazyRouteComponent(() => import('./redemptions/redemptions.js'), 'Redemptions'),
});

const payments = createRoute({
  getParentRoute: () => signedIn,
  path: '/payments',
  component: lazyRouteComponent(() => import('./payments/payments.js'), 'Payments'),
});

const giftCards = createRoute({
  getParentRoute: () => signedIn,
  path: '/gift-cards',
  component: lazyRouteComponent(() => import('./gift-cards/gift-cards.js'), 'GiftCards'),
});

const partners = createRoute({
  getParentRoute: () => signedIn,
  path: '/partners',
  component: lazyRouteComponent(() => import('./partners/partners.js'), 'Partners'),
});

const partner = createRoute({
  getParentRoute: () => signedIn,
  path: '/partners/$partnerId',
  component: lazyRouteComponent(() => import('./partners/partner.js'), 'PartnerPage'),
});

const settlements = createRoute({
  getParentRoute: () => signedIn,
  path: '/settlements',
  component: lazyRouteComponent(() => import('./settlements/settlements.js'), 'Settlements'),
});

const coalitions = createRoute({
  getParentRoute: () => signedIn,
  path: '/coalitions',
  component: lazyRouteComponent(() => import('./coalitions/coalitions.js'), 'Coalitions'),
});

const coalition = createRoute({
  getParentRoute: () => signedIn,
  path: '/coalitions/$participationId',
  component: lazyRouteComponent(() => import('./coalitions/coalition.js'), 'CoalitionPage'),
});

const keys = createRoute({
  getParentRoute: () => signedIn,
  path: '/keys',
  component: lazyRouteComponent(() => import('./keys/keys.js'), 'Keys'),
});

const webhooks = createRoute({
  getParentRoute: () => signedIn,
  path: '/webhooks',
  component: lazyRouteComponent(() => import('./webhooks/webhooks.js'), 'Webhooks'),
});

const settings = createRoute({
  getParentRoute: () => signedIn,
  path: '/settings',
  component: lazyRouteComponent(() => import('./settings/settings.js'), 'Settings'),
});

const auditLog = createRoute({
  getParentRoute: () => signedIn,
  path: '/audit-log',
  component: lazyRouteComponent(() => import('./settings/audit-log.js'), 'AuditLog'),
});

const unknown = createRoute({ getParentRoute: () => signedIn, path: '$', component: NotFound });

const tree = root.addChildren([
  signIn,
  signUp,
  join,
  signedIn.addChildren([
    overview,
    members,
    member,
    programs,
    program,
    draft,
    replay,
    reviews,
    rewards,
    newReward,
    reward,
    redemptions,
    payments,
    giftCards,
    partners,
    partner,
    settlements,
    coalitions,
    coalition,
    keys,
    webhooks,
    settings,
    auditLog,
    unknown,
  ]),
]);

/** The console's router; it follows the address bar, or the history that a test hands in. */
export function consoleRouter(queryClient: QueryClient, history: RouterHistory = createBrowserHistory()) {
  return createRouter({
    routeTree: tree,
    basepath: '/console',
    context: { queryClient },
    defaultPreload: 'intent',
    defaultNotFoundComponent: NotFound,
    defaultErrorComponent: PageFailure,
    scrollRestoration: true,
    history,
  });
}

export type ConsoleRouter = ReturnType<typeof consoleRouter>;

declare module '@tanstack/react-router' {
  interface Register {
    router: ConsoleRouter;
  }
}
