import { useQuery } from '@tanstack/react-query';
import { useRouterState, useSearch } from '@tanstack/react-router';
import { scopeOf, type ScopeSearch } from '@/app/search';
import type { Tenant } from '@/api/types';
import { tenantsOptions } from '@/api/tenants';
import { todayIn, type Compare, type Day, type Period } from '@/lib/period';

export interface Scope {
  tenant: Tenant;
  today: Day;
  period: Period;
  compare: Compare;
}

/** The tenant and days the address names; `null` while there is no such tenant. */
export function useScope(): Scope | null {
  const search: ScopeSearch = useSearch({ from: '/shell' });
  const path = useRouterState({ select: (state) => state.location.pathname });
  const { data: tenants } = useQuery(tenantsOptions);
  const tenant = tenants?.find((t) => t.id === search.tenant);
  if (!tenant) return null;
  const today = todayIn(tenant.timezone);
  return { tenant, today, ...scopeOf(search, today, path) };
}
