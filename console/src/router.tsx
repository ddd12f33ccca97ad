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

import { queryClient } from './query-client.js';
import { sessionQuery } from './session/session.js';

/** Every page of the console. Each page's code is fetched when it is first opened. */
const root = createRootRouteWithContext<{ queryClient: QueryClient }>()();

const signIn = createRoute({
  getParentRoute: () => root,
  path: '/sign-in',
  component: lazyRouteComponent(() => import('./pages/sign-in.js'), 'SignIn'),
});

const signedIn = createRoute({
  getParentRoute: () => root,
  id: 'signed-in',
  beforeLoad: async ({ context }) => {
    if ((await context.queryClient.ensureQueryData(sessionQuery)) === null) {
      throw redirect({ to: '/sign-in' });
    }
  },
});

const overview = createRoute({
  getParentRoute: () => signedIn,
  path: '/',
  component: lazyRouteComponent(() => import('./pages/overview.js'), 'Overview'),
});

/** The console's router; it follows the address bar, or the history that a test hands in. */
export function consoleRouter(history: RouterHistory = createBrowserHistory()) {
  return createRouter({
    routeTree: root.addChildren([signIn, signedIn.addChildren([overview])]),
    basepath: '/console',
    context: { queryClient },
    defaultPreload: 'intent',
    history,
  });
}

export type ConsoleRouter = ReturnType<typeof consoleRouter>;

declare module '@tanstack/react-router' {
  interface Register {
    router: ConsoleRouter;
  }
}
