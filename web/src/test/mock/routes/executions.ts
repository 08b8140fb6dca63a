// What runs, what it reads and what it says while it does. Files named garbage* are no known export.
import { HttpResponse, http, sse } from 'msw';
import type { Execution, Import } from '@/api/types';
import { addDays } from '@/lib/period';
import { api, before, list, now, problem, today } from '@/test/mock/http';
import { emit, listeners, ofTenant, state } from '@/test/mock/state';
import { TENANTS } from '@/test/mock/world';

function sync(tenant: string, account: string | null | undefined): Execution {
  const mine = state.connections.filter((c) => c.tenant === tenant && (!account || c.account.id === account));
  const total = mine.length * 28;
  const execution: Execution & { tenant: string } = {
    tenant, id: `exe_${String(state.executions.length + 1).padStart(4, '0')}`, kind: 'sync', status: 'running', requested_by: 'usr_ada',
    created_at: now(), started_at: now(), finished_at: null,
    progress: { done: 0, total, unit: 'days', rows: 0, rows_per_second: null, seconds_left: null },
    runs: mine.map((c) => ({
      id: `run_${c.id}`, source: c.source, account: c.account.id, account_name: c.account.name, from: addDays(today(), -28), to: addDays(today(), -1),
      rows: 0, api_calls: 0, duration_ms: null, status: 'running', error: null,
    })),
  };
  state.executions.unshift(execution);
  mine.forEach((c) => {
    c.syncing = true;
    c.last_run = { execution: execution.id, status: 'running', finished_at: null, rows: 0, from: addDays(today(), -28), to: addDays(today(), -1), error: null };
    emit('connection', c);
  });
  const timer = setInterval(() => {
    if (execution.status !== 'running') {
      clearInterval(timer);
      return;
    }
    const done = Math.min(total, execution.progress.done + Math.ceil(total / 16));
    const rows = done * 1_472;
    execution.progress = { done, total, unit: 'days', rows, rows_per_second: 7_900 + (done % 5) * 180, seconds_left: Math.ceil((total - done) / (total / 16)) * 0.4 };
    execution.runs.forEach((r) => (r.rows = Math.round(rows / execution.runs.length)));
    if (done >= total) {
      execution.status = 'succeeded';
      execution.finished_at = now();
      execution.runs.forEach((r) => Object.assign(r, { status: 'succeeded', duration_ms: 6_400, api_calls: 30 }));
      mine.forEach((c) => {
        c.syncing = false;
        c.data_as_of = now();
        c.health = 'ok';
        c.detail = c.fix = c.until = null;
        c.last_run = { execution: execution.id, status: 'succeeded', finished_at: now(), rows: 28 * 1_472, from: addDays(today(), -28), to: addDays(today(), -1), error: null };
        emit('connection', c);
      });
      emit('data', { tables: ['ad_daily'], at: now() });
    }
    emit('execution', execution);
  }, 400);
  return execution;
}

/** An account that is asked for has files already; the one of the file has none. */
function imported(dryRun: boolean, name: string, tenant: string, asked: string | null): Import {
  const t = TENANTS.find((x) => x.id === tenant);
  return {
    dry_run: dryRun,
    import: dryRun ? null : 'imp_0001',
    format: 'Google Ads campaign report (English)',
    seen_before: null,
    source: 'google',
    account: { id: '4417720931', name: asked ?? name.replace(/\.\w+$/, ''), currency: t?.currency ?? 'EUR', timezone: t?.timezone ?? 'UTC' },
    columns: [
      { header: 'Day', field: 'date', note: null },
      { header: 'Campaign', field: 'campaign', note: null },
      { header: 'Campaign state', field: 'status', note: null },
      { header: 'Impr.', field: 'impressions', note: null },
      { header: 'Clicks', field: 'clicks', note: null },
      { header: 'Cost', field: 'spend', note: 'Read with a comma as thousands separator.' },
      { header: 'Conversions', field: 'conversions', note: null },
      { header: 'Conv. value', field: 'revenue', note: null },
      { header: 'Search impr. share', field: null, note: 'Not additive; not kept.' },
      { header: 'Labels', field: null, note: null },
    ],
    rows_read: 94,
    rows_imported: 90,
    skipped: [
      { line: 3, reason: 'empty line' },
      { line: 48, reason: "day '31/02/2026' does not exist" },
      { line: 94, reason: "the file's own total" },
      { line: 95, reason: "the file's own total" },
    ],
    skipped_more: 0,
    totals: { spend: '8412.37', impressions: 412_903, clicks: 9_120, conversions: 311.5, revenue: '21984.10' },
    file_totals: [{ line: 95, label: 'Total: Account', spend: '8412.37', impressions: 412_903, clicks: 9_120, conversions: 311.5, revenue: '21984.10', matches: true }],
    currency: t?.currency ?? 'EUR',
    from: addDays(today(), -34),
    to: addDays(today(), -5),
    sample: [
      { line: 4, date: addDays(today(), -34), span_days: 1, campaign: 'Spring beans', ad_group: '', ad: '', spend: '93.47', impressions: 4_588, clicks: 101, conversions: 3.5, revenue: '244.27' },
      { line: 5, date: addDays(today(), -34), span_days: 1, campaign: 'Brand', ad_group: '', ad: '', spend: '12.10', impressions: 640, clicks: 33, conversions: null, revenue: null },
    ],
    replaces: asked ? [{ import: 'imp_0000', name: 'campaigns-march.csv', imported_at: before(50), from: addDays(today(), -34), to: addDays(today(), -20) }] : [],
    notes: ['Dates were read as day/month/year.'],
  };
}

export const executionRoutes = [
  http.get(api('/executions'), ofTenant((tenant) => list(state.executions.filter((e) => e.tenant === tenant).map((e) => ({ ...e, runs: [] }))))),
  http.get(api('/executions/:id'), ({ params }) => {
    const found = state.executions.find((e) => e.id === params.id);
    return found ? HttpResponse.json(found) : problem(404, 'not_found', 'Not found', 'There is no such execution.');
  }),
  http.post(api('/executions'), ofTenant(async (tenant, { request }) => {
    const body = (await request.json()) as { account?: string | null };
    return HttpResponse.json(sync(tenant, body.account), { status: 202 });
  })),
  http.post(api('/executions/:id/cancel'), ({ params }) => {
    const found = state.executions.find((e) => e.id === params.id);
    if (!found) return problem(404, 'not_found', 'Not found', 'There is no such execution.');
    found.status = 'cancelled';
    found.finished_at = now();
    state.connections.forEach((c) => (c.syncing = false));
    emit('execution', found);
    return HttpResponse.json(found, { status: 202 });
  }),
  sse<{ execution: string; connection: string; data: string }>(api('/events'), ({ client, request }) => {
    const listener = (event: string, payload: unknown): void =>
      client.send({ event: event as 'execution', data: payload as string });
    listeners.add(listener);
    request.signal.addEventListener('abort', () => listeners.delete(listener));
  }),
  http.post(api('/imports'), ofTenant(async (tenant, { request }) => {
    const params = new URL(request.url).searchParams;
    const dryRun = params.get('dry_run') === 'true';
    const file = (await request.formData()).get('file') as File;
    if (file.name.startsWith('garbage')) {
      return problem(422, 'unreadable_file', 'Not a known export', 'No header row of a known export was found in the first 50 lines; add a mapping file that names the columns.');
    }
    return HttpResponse.json(imported(dryRun, file.name, tenant, params.get('account')), { status: dryRun ? 200 : 201 });
  })),
];
