// What analysis found, and budgets.
import { HttpResponse, delay, http } from 'msw';
import type { BudgetPlan, Finding } from '@/api/types';
import { analysed, changeFinding, dropBudget, findingsOf, listBudgets, listFindings, pacing, putBudget } from '@/test/mock/findings';
import { api, before, list, now, problem, today } from '@/test/mock/http';
import { changeInsight, insightFinding, insights } from '@/test/mock/insights';
import { ofTenant, state } from '@/test/mock/state';

/** Changes a finding as asked, or says why not. */
function putAway(tenant: string, id: unknown, change: Partial<Finding>): Response {
  const told = { snoozed_until: null, dismissed_by: null, ...change };
  const changed = changeFinding(tenant, String(id), told, today()) ?? changeInsight(tenant, String(id), told, today());
  return changed ? HttpResponse.json(changed) : problem(404, 'not_found', 'Not found', `There is no finding '${String(id)}'.`);
}

/** Plans a budget, or changes the one of this id. */
async function planned(tenant: string, request: Request, id: string | null): Promise<Response> {
  const plan = (await request.json()) as BudgetPlan;
  if (plan.name.startsWith('refuse')) return problem(422, 'invalid', 'Not accepted', 'a budget of this kind is not taken here');
  if (Number(plan.amount) > 1e9) return problem(422, 'invalid', 'Not accepted', 'One field needs a correction.', { errors: [{ field: 'amount', detail: 'is more than any business spends' }] });
  const budget = putBudget(tenant, id, plan, today());
  return budget ? HttpResponse.json(budget, { status: id === null ? 201 : 200 }) : problem(404, 'not_found', 'Not found', 'There is no such budget.');
}

export const findingRoutes = [
  http.get(api('/findings'), ofTenant((tenant, { request }) => listFindings(tenant, new URL(request.url).searchParams, today()))),
  http.get(api('/findings/:id'), ofTenant((tenant, { params }) => {
    const finding = findingsOf(tenant, today()).find(({ id }) => id === params.id) ?? insightFinding(tenant, String(params.id), today());
    return finding ? HttpResponse.json(finding) : problem(404, 'not_found', 'Not found', `There is no finding '${String(params.id)}'.`);
  })),
  http.post(api('/findings/:id/dismiss'), ofTenant((tenant, { params }) => putAway(tenant, params.id, { state: 'dismissed', dismissed_by: state.user }))),
  http.post(api('/findings/:id/restore'), ofTenant((tenant, { params }) => putAway(tenant, params.id, { state: 'open' }))),
  http.post(api('/findings/:id/snooze'), ofTenant(async (tenant, { params, request }) => {
    const { until } = (await request.json()) as { until: string };
    if (until <= now()) return problem(422, 'invalid', 'Not accepted', 'The instant has passed.', { errors: [{ field: 'until', detail: 'has passed' }] });
    return putAway(tenant, params.id, { state: 'snoozed', snoozed_until: until });
  })),
  http.post(api('/analyses/run'), ofTenant(async (tenant) => {
    await delay(700);
    return analysed(tenant, today());
  })),
  http.get(api('/insights'), ofTenant((tenant) => list(insights(tenant, today())))),
  http.get(api('/budgets'), ofTenant((tenant) => list(listBudgets(tenant, today())))),
  http.post(api('/budgets'), ofTenant((tenant, { request }) => planned(tenant, request, null))),
  http.put(api('/budgets/:id'), ofTenant((tenant, { params, request }) => planned(tenant, request, String(params.id)))),
  http.delete(api('/budgets/:id'), ofTenant((tenant, { params }) => {
    dropBudget(tenant, String(params.id), today());
    return new HttpResponse(null, { status: 204 });
  })),
  http.get(api('/pacing'), ofTenant((tenant) => ({ items: pacing(tenant, today()), made_at: before(2.2), source_hash: '0a1b2c3d' }))),
];
