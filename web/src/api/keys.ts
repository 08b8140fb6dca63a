import { queryOptions } from '@tanstack/react-query';
import { ask, type ApiKey } from '@/api/identity';
import type { Within } from '@/api/people';

export interface NewKey {
  name: string;
  permissions: string[];
  expires_at?: string;
}

export function keysOptions(tenant: Within) {
  return queryOptions({ queryKey: ['keys', tenant ?? null], queryFn: ({ signal }) => ask<{ items: ApiKey[] }>('GET', '/api-keys', { query: { tenant }, signal }).then(({ items }) => items) });
}

export const createKey = (tenant: Within, key: NewKey): Promise<{ key: ApiKey; token: string }> => ask('POST', '/api-keys', { query: { tenant }, body: key });
export const revokeKey = (tenant: Within, id: string): Promise<void> => ask('DELETE', `/api-keys/${encodeURIComponent(id)}`, { query: { tenant } });
