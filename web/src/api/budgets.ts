import { queryOptions } from '@tanstack/react-query';
import { all, api, data } from '@/api/client';
import type { BudgetPlan } from '@/api/types';

export function budgetsOptions(tenant: string) {
  return queryOptions({
    queryKey: ['budgets', tenant],
    queryFn: ({ signal }) => all(() => api.GET('/api/v1/budgets', { params: { query: { tenant } }, signal })),
    staleTime: 60_000,
  });
}

/** Plans a budget, or changes the one of this id. */
export function saveBudget(tenant: string, id: string | null, plan: BudgetPlan) {
  return id === null
    ? data(api.POST('/api/v1/budgets', { params: { query: { tenant } }, body: plan }))
    : data(api.PUT('/api/v1/budgets/{id}', { params: { path: { id }, query: { tenant } }, body: plan }));
}

export async function removeBudget(tenant: string, id: string): Promise<void> {
  await api.DELETE('/api/v1/budgets/{id}', { params: { path: { id }, query: { tenant } } });
}
