import { queryOptions } from '@tanstack/react-query';
import { all, api, data } from '@/api/client';
import { ask } from '@/api/identity';
import type { NewTenant, Tenant } from '@/api/types';

const LIMIT = 200;

export const tenantsOptions = queryOptions({
  queryKey: ['tenants'],
  queryFn: ({ signal }) => all((cursor) => api.GET('/api/v1/tenants', { params: { query: { limit: LIMIT, cursor } }, signal })).then((items) => items as Tenant[]),
  staleTime: 60_000,
});

export function createTenant(tenant: NewTenant): Promise<Tenant> {
  return data(api.POST('/api/v1/tenants', { body: tenant })).then((made) => made as Tenant);
}

export function accountsOptions(tenant: string) {
  return queryOptions({
    queryKey: ['accounts', tenant],
    queryFn: ({ signal }) => all((cursor) => api.GET('/api/v1/accounts', { params: { query: { tenant, limit: LIMIT, cursor } }, signal })),
    staleTime: 60_000,
  });
}

export type TenantChange = Partial<Pick<Tenant, 'name' | 'currency' | 'timezone' | 'branding'>> & { industry?: string };

export function updateTenant(id: string, change: TenantChange): Promise<Tenant> {
  return ask('PATCH', `/tenants/${encodeURIComponent(id)}`, { query: { tenant: id }, body: change });
}
