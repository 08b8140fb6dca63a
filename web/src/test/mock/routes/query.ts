// Figures.
import { http } from 'msw';
import type { QueryRequest } from '@/api/types';
import { api, before, problem, today } from '@/test/mock/http';
import { runQuery, unknownMetric } from '@/test/mock/query';
import { ofTenant } from '@/test/mock/state';

export const queryRoutes = [
  http.post(api('/query'), ofTenant(async (tenant, { request }) => {
    const body = (await request.json()) as QueryRequest;
    const unknown = unknownMetric(body);
    if (unknown) return problem(422, 'invalid', 'Not accepted', `'${unknown}' is not a metric.`);
    if (body.from < '2000-01-01') return problem(500, 'internal', 'Our fault', '');
    return runQuery(tenant, body, today(), before(2.2));
  })),
];
