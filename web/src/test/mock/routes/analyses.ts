// What analysis works out of each account.
import { http } from 'msw';
import { fatigue, forecasts, funnel, scores } from '@/test/mock/analyses';
import { findingsOf } from '@/test/mock/findings';
import { api, before, list, today } from '@/test/mock/http';
import { patterns } from '@/test/mock/patterns';
import { pixels } from '@/test/mock/pixels';
import { ofTenant } from '@/test/mock/state';

export const analysisRoutes = [
  http.get(api('/forecasts'), ofTenant((tenant) => list(forecasts(tenant, today(), before(2.2))))),
  http.get(api('/scores'), ofTenant((tenant) => list(scores(tenant, today(), before(2.2))))),
  http.get(api('/fatigue'), ofTenant((tenant) => list(fatigue(tenant, today(), before(2.2))))),
  http.get(api('/funnel'), ofTenant((tenant) => list(funnel(tenant, today(), before(2.2))))),
  http.get(api('/patterns'), ofTenant((tenant) => list(patterns(tenant, today(), before(2.2))))),
  http.get(api('/pixels'), ofTenant((tenant) => {
    const found = findingsOf(tenant, today()).filter(({ kind }) => kind === 'pixel').map(({ id }) => id);
    return list(pixels(tenant, today(), Date.now(), found));
  })),
];
