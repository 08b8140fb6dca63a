// What figures mean, what is usual elsewhere, and what is known of a client.
import { HttpResponse, http } from 'msw';
import { api, list, now, problem } from '@/test/mock/http';
import { benchmarks, keptKnowledge, metricItems, putKnowledge, searchKnowledge } from '@/test/mock/knowledge';
import { ofTenant, state } from '@/test/mock/state';

export const knowledgeRoutes = [
  http.get(api('/metrics'), () => HttpResponse.json({ items: metricItems() })),
  http.get(api('/benchmarks'), ({ request }) => {
    const params = new URL(request.url).searchParams;
    return HttpResponse.json(benchmarks(params.get('industry'), params.get('platform')));
  }),
  http.get(api('/knowledge'), ofTenant((tenant) => keptKnowledge(tenant))),
  http.put(api('/knowledge'), ofTenant(async (tenant, { request }) => {
    const kept = putKnowledge(tenant, (await request.json()) as Parameters<typeof putKnowledge>[1], state.user, now());
    if (kept === 'conflict') return problem(409, 'conflict', 'Conflict', `somebody else wrote a newer version at ${now()}: read that and change it again`);
    if (Array.isArray(kept)) return problem(422, 'invalid', 'Invalid request', kept.map(({ field, detail }) => `${field}: ${detail}`).join('; '), { errors: kept });
    return kept;
  })),
  http.get(api('/knowledge/search'), ofTenant((tenant, { request }) => list(searchKnowledge(tenant, new URL(request.url).searchParams.get('q') ?? '')))),
];
