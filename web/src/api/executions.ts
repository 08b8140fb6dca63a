import { queryOptions } from '@tanstack/react-query';
import { api, data } from '@/api/client';
import type { Execution } from '@/api/types';

const LATEST = 20;

/** Waiting or at work. */
export function isActive({ status }: Execution): boolean {
  return status === 'running' || status === 'queued';
}

/** The latest executions, newest first. */
export function executionsOptions(tenant: string) {
  return queryOptions({
    queryKey: ['executions', tenant],
    queryFn: ({ signal }) =>
      data(api.GET('/api/v1/executions', { params: { query: { tenant, limit: LATEST } }, signal })).then((list) => list.items),
    staleTime: 30_000,
    // The event stream keeps this fresh; while something runs, asking now and then survives a stream that broke.
    refetchInterval: (query) => (query.state.data?.some(isActive) ? 10_000 : false),
  });
}

/** One execution with its runs per account; lists leave those out. */
export function executionOptions(tenant: string, id: string) {
  return queryOptions({
    queryKey: ['execution', tenant, id],
    queryFn: ({ signal }) => data(api.GET('/api/v1/executions/{id}', { params: { path: { id }, query: { tenant } }, signal })),
    staleTime: 30_000,
  });
}

/** One account's sync, or all of the tenant's; of what is due, or of these days. */
export function startSync(tenant: string, scope: { source?: string; account?: string; from?: string; to?: string } = {}) {
  return data(api.POST('/api/v1/executions', { params: { query: { tenant } }, body: { kind: 'sync', ...scope } }));
}

export function cancelExecution(tenant: string, id: string) {
  return data(api.POST('/api/v1/executions/{id}/cancel', { params: { path: { id }, query: { tenant } } }));
}
