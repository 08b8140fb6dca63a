// How far what is stored can be trusted, and how it is handed on.
import { HttpResponse, delay, http } from 'msw';
import { api, before, list, now, periodIn, today } from '@/test/mock/http';
import { checkHistory, checks, coverage, rates, readyViews, reconciliation, rerun } from '@/test/mock/quality';
import { ofTenant } from '@/test/mock/state';

export const qualityRoutes = [
  http.get(api('/coverage'), ofTenant((tenant, { request }) => coverage(tenant, periodIn(request), today(), before(2.2)))),
  http.get(api('/reconciliation'), ofTenant((tenant, { request }) => {
    const params = new URL(request.url).searchParams;
    const page = { verdict: params.get('verdict'), limit: Number(params.get('limit') ?? 100), cursor: params.get('cursor') };
    return reconciliation(tenant, periodIn(request), page, today(), before(2.2));
  })),
  http.get(api('/checks'), ofTenant((tenant) => checks(tenant, today(), before(2.2)))),
  http.post(api('/checks/run'), ofTenant(async (tenant) => {
    await delay(300);
    rerun(tenant, now());
    return checks(tenant, today(), now());
  })),
  http.get(api('/checks/:id/history'), ofTenant((tenant, { params, request }) => {
    const query = new URL(request.url).searchParams;
    return { items: checkHistory(tenant, String(params.id), query.get('source') ?? '', query.get('account') ?? '', today(), before(2.2)) };
  })),
  http.get(api('/views'), () => HttpResponse.json(list(readyViews()))),
  http.get(api('/rates'), () => HttpResponse.json(rates(today(), before(2.2)))),
];
