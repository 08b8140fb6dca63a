import type { QueryClient } from '@tanstack/react-query';
import { createRootRouteWithContext, createRoute, createRouter, lazyRouteComponent, redirect, retainSearchParams, Outlet } from '@tanstack/react-router';
import { RouteError, NotFound, Pending } from '@/app/RouteStates';
import { connectionsSearch, creativesSearch, dataSearch, findingSearch, findingsSearch, forecastSearch, funnelSearch, homeSearch, insightsSearch, knowledgeSearch, pacingSearch, parseSearch, patternsSearch, pixelsSearch, scopeSearch, scoresSearch, settingsSearch, signInSearch, stringifySearch } from '@/app/search';
import { Problem } from '@/api/problem';
import { meOptions } from '@/api/session';
import { tenantsOptions } from '@/api/tenants';
import { recall } from '@/lib/storage';

interface Context {
  queryClient: QueryClient;
}

const root = createRootRouteWithContext<Context>()({ component: Outlet, notFoundComponent: NotFound });

const signIn = createRoute({
  getParentRoute: () => root,
  path: '/sign-in',
  validateSearch: signInSearch,
  component: lazyRouteComponent(() => import('@/app/routes/SignInRoute'), 'SignInRoute'),
});

const reset = createRoute({
  getParentRoute: () => root,
  path: '/reset',
  component: lazyRouteComponent(() => import('@/app/routes/LinkRoutes'), 'ResetRoute'),
});

const invitation = createRoute({
  getParentRoute: () => root,
  path: '/invitation',
  component: lazyRouteComponent(() => import('@/app/routes/LinkRoutes'), 'InvitationRoute'),
});

/** Everything behind sign-in, with a tenant in the address. */
const shell = createRoute({
  getParentRoute: () => root,
  id: 'shell',
  validateSearch: scopeSearch,
  search: { middlewares: [retainSearchParams(['tenant', 'from', 'to', 'compare'])] },
  beforeLoad: async ({ context: { queryClient }, search, location }) => {
    try {
      await queryClient.query({ ...meOptions, staleTime: 'static' });
    } catch (error) {
      if (error instanceof Problem && error.status === 401) {
        throw redirect({ to: '/sign-in', search: { next: location.href === '/' ? undefined : location.href }, replace: true });
      }
      throw error;
    }
    const tenants = await queryClient.query({ ...tenantsOptions, staleTime: 'static' });
    if (!search.tenant && tenants.length > 0) {
      const last = recall('tenant');
      const tenant = tenants.find((t) => t.id === last) ?? tenants[0];
      throw redirect({ to: location.pathname, search: (previous: object) => ({ ...previous, tenant: tenant?.id }), replace: true });
    }
  },
  component: lazyRouteComponent(() => import('@/app/shell/Shell'), 'Shell'),
});

const home = createRoute({
  getParentRoute: () => shell,
  path: '/',
  validateSearch: homeSearch,
  component: lazyRouteComponent(() => import('@/app/routes/HomeRoute'), 'HomeRoute'),
});

const findings = createRoute({
  getParentRoute: () => shell,
  path: '/findings',
  validateSearch: findingsSearch,
  component: lazyRouteComponent(() => import('@/app/routes/FindingsRoute'), 'FindingsRoute'),
});

const finding = createRoute({
  getParentRoute: () => shell,
  path: '/findings/$finding',
  validateSearch: findingSearch,
  component: lazyRouteComponent(() => import('@/app/routes/FindingRoute'), 'FindingRoute'),
});

const pacing = createRoute({
  getParentRoute: () => shell,
  path: '/pacing',
  validateSearch: pacingSearch,
  component: lazyRouteComponent(() => import('@/app/routes/PacingRoute'), 'PacingRoute'),
});

const insights = createRoute({
  getParentRoute: () => shell,
  path: '/insights',
  validateSearch: insightsSearch,
  component: lazyRouteComponent(() => import('@/app/routes/InsightsRoute'), 'InsightsRoute'),
});

const forecast = createRoute({
  getParentRoute: () => shell,
  path: '/forecast',
  validateSearch: forecastSearch,
  component: lazyRouteComponent(() => import('@/app/routes/ForecastRoute'), 'ForecastRoute'),
});

const scores = createRoute({
  getParentRoute: () => shell,
  path: '/scores',
  validateSearch: scoresSearch,
  component: lazyRouteComponent(() => import('@/app/routes/ScoresRoute'), 'ScoresRoute'),
});

const creatives = createRoute({
  getParentRoute: () => shell,
  path: '/creatives',
  validateSearch: creativesSearch,
  component: lazyRouteComponent(() => import('@/app/routes/CreativesRoute'), 'CreativesRoute'),
});

const funnel = createRoute({
  getParentRoute: () => shell,
  path: '/funnel',
  validateSearch: funnelSearch,
  component: lazyRouteComponent(() => import('@/app/routes/FunnelRoute'), 'FunnelRoute'),
});

const patterns = createRoute({
  getParentRoute: () => shell,
  path: '/patterns',
  validateSearch: patternsSearch,
  component: lazyRouteComponent(() => import('@/app/routes/PatternsRoute'), 'PatternsRoute'),
});

const pixels = createRoute({
  getParentRoute: () => shell,
  path: '/pixels',
  validateSearch: pixelsSearch,
  component: lazyRouteComponent(() => import('@/app/routes/PixelsRoute'), 'PixelsRoute'),
});

const knowledge = createRoute({
  getParentRoute: () => shell,
  path: '/knowledge',
  validateSearch: knowledgeSearch,
  component: lazyRouteComponent(() => import('@/app/routes/KnowledgeRoute'), 'KnowledgeRoute'),
});

const connections = createRoute({
  getParentRoute: () => shell,
  path: '/connections',
  validateSearch: connectionsSearch,
  component: lazyRouteComponent(() => import('@/app/routes/ConnectionsRoute'), 'ConnectionsRoute'),
});

const stored = createRoute({
  getParentRoute: () => shell,
  path: '/data',
  validateSearch: dataSearch,
  component: lazyRouteComponent(() => import('@/app/routes/DataRoute'), 'DataRoute'),
});

const settings = createRoute({
  getParentRoute: () => shell,
  path: '/settings',
  validateSearch: settingsSearch,
  component: lazyRouteComponent(() => import('@/app/routes/SettingsRoute'), 'SettingsRoute'),
});

export function makeRouter(queryClient: QueryClient) {
  return createRouter({
    routeTree: root.addChildren([signIn, reset, invitation, shell.addChildren([home, findings, finding, insights, pacing, forecast, scores, creatives, funnel, patterns, pixels, knowledge, connections, stored, settings])]),
    context: { queryClient },
    parseSearch,
    stringifySearch,
    defaultPreload: 'intent',
    defaultErrorComponent: RouteError,
    defaultPendingComponent: Pending,
    defaultPendingMs: 150,
    scrollRestoration: true,
  });
}

declare module '@tanstack/react-router' {
  interface Register {
    router: ReturnType<typeof makeRouter>;
  }
}
