// The API as the client sees it, without a server. Errors are provoked by what is typed, so journeys stay honest:
// e-mails locked@…, wrong password "wrong", tokens containing "bad" or "expired", files named garbage*.
import { HttpResponse, delay, http, sse } from 'msw';
import type { BudgetPlan, Connection, Execution, Finding, Import, NewConnection, NewTenant, ProblemBody, QueryRequest, Source, Tenant } from '@/api/types';
import { addDays, todayIn, type Period } from '@/lib/period';
import { fatigue, forecasts, funnel, scores } from '@/test/mock/analyses';
import { analysed, changeFinding, dropBudget, findingsOf, listBudgets, listFindings, pacing, putBudget, resetFindings } from '@/test/mock/findings';
import { changeInsight, insightFinding, insights, resetInsights } from '@/test/mock/insights';
import { benchmarks, keptKnowledge, metricItems, putKnowledge, resetKnowledge, searchKnowledge } from '@/test/mock/knowledge';
import { patterns } from '@/test/mock/patterns';
import { pixels } from '@/test/mock/pixels';
import { runQuery, unknownMetric } from '@/test/mock/query';
import { checkHistory, checks, coverage, rates, readyViews, reconciliation, rerun, resetChecks } from '@/test/mock/quality';
import { ACCOUNTS, MANY_ACCOUNTS, OTHER_ACCOUNTS, TENANTS, coverageOf } from '@/test/mock/world';

const api = (path: string): string => `*/api/v1${path}`;
let requests = 0;

function problem(status: number, code: string, title: string, detail: string, extra: Partial<ProblemBody> = {}, headers: Record<string, string> = {}): Response {
  requests += 1;
  const body: ProblemBody = { type: `/api/docs#problem-${code}`, title, status, detail, code, request_id: `req_mock${requests}`, errors: [], ...extra };
  return HttpResponse.json(body, { status, headers: { 'content-type': 'application/problem+json', ...headers } });
}

const now = (): string => new Date().toISOString();
const before = (hours: number): string => new Date(Date.now() - hours * 3_600_000).toISOString();
const today = (): string => todayIn('UTC');

interface State {
  user: string | null;
  tenants: Tenant[];
  connections: (Connection & { tenant: string })[];
  executions: (Execution & { tenant: string })[];
}

function freshState(): State {
  const base = (tenant: string, id: string, known?: Connection['account']): Connection & { tenant: string } => {
    const account = known ?? [...ACCOUNTS, ...OTHER_ACCOUNTS, ...MANY_ACCOUNTS].find((a) => a.connection === id)!;
    return {
      tenant,
      id,
      source: 'meta',
      account: { id: account.id, name: account.name, currency: account.currency, timezone: account.timezone },
      health: 'ok',
      detail: null,
      since: before(24 * 90),
      until: null,
      fix: null,
      ...ending(52.5),
      base_url: null,
      created_at: before(24 * 90),
      data_as_of: before(2.2),
      settled_through: addDays(today(), -29),
      rows: 182_300,
      last_run: { execution: 'exe_0001', status: 'succeeded', finished_at: before(2.2), rows: 41_208, from: addDays(today(), -28), to: addDays(today(), -1), error: null },
      syncing: false,
    };
  };
  const dead = { code: 'token_expired', detail: 'Meta says the token expired on 18 November.', fix: 'Create a new system user token and reconnect.' };
  const run = (account: string, rows: number, error: typeof dead | null) => ({
    id: `run_${account}`, source: 'meta', account, account_name: ACCOUNTS.find((a) => a.id === account)?.name ?? null, from: addDays(today(), -28), to: addDays(today(), -1), rows,
    api_calls: 38, duration_ms: 9_450, status: error ? 'failed' : 'succeeded', error,
  });
  return {
    user: recallUser(),
    tenants: TENANTS.map((t) => ({ ...t, accounts: ACCOUNTS.filter((a) => a.tenant === t.id).length })),
    connections: [
      base('north-sea-coffee', 'con_nsc1'),
      {
        ...base('north-sea-coffee', 'con_nsc2'),
        health: 'needs_reauth',
        detail: dead.detail,
        fix: dead.fix,
        since: before(60),
        ...ending(-2.5),
        data_as_of: before(62),
        last_run: { execution: 'exe_0001', status: 'failed', finished_at: before(2.2), rows: 0, from: addDays(today(), -28), to: addDays(today(), -1), error: dead },
      },
      ...[...OTHER_ACCOUNTS, ...MANY_ACCOUNTS].map((a) => ({ ...base(a.tenant, a.connection ?? ''), source: a.source, expires_at: null, credential: credential({ expiry: 'never' }) })),
      { ...base('alder-finch', 'con_af1'), health: 'expiring', ...ending(6.2), detail: `the credential ends on ${addDays(today(), 6)}`, fix: 'connect the account again with a new one before then' },
      base('juniper-sleep', 'con_js1'),
      ...inTrouble(base),
      base('kite-cargo', 'con_kc1'),
    ],
    executions: [
      {
        tenant: 'north-sea-coffee', id: 'exe_0001', kind: 'sync', status: 'partial', requested_by: 'system', created_at: before(2.3), started_at: before(2.3), finished_at: before(2.2),
        progress: { done: 56, total: 56, unit: 'days', rows: 41_208, rows_per_second: null, seconds_left: null },
        runs: [run('120208431', 41_208, null), run('120208977', 0, dead)],
      },
      {
        tenant: 'north-sea-coffee', id: 'exe_0000', kind: 'import', status: 'succeeded', requested_by: 'usr_ada', created_at: before(50), started_at: before(50), finished_at: before(50),
        progress: { done: 31, total: 31, unit: 'days', rows: 2_790, rows_per_second: null, seconds_left: null },
        runs: [{ ...run('4417720931', 2_790, null), source: 'google', api_calls: 0, duration_ms: 412 }],
      },
    ],
  };
}

function recallUser(): string | null {
  return globalThis.localStorage.getItem('mock.user');
}

let state = freshState();

/** Forgets everything; signed in as `user`. */
export function resetMock(user: string | null): void {
  if (user) globalThis.localStorage.setItem('mock.user', user);
  else globalThis.localStorage.removeItem('mock.user');
  state = freshState();
  resetChecks();
  resetFindings();
  resetInsights();
  resetKnowledge();
}

/** One account in each state a connection may be in, on every platform. */
function inTrouble(base: (tenant: string, id: string, account: Connection['account']) => Connection & { tenant: string }): (Connection & { tenant: string })[] {
  const of = (id: string, name: string): Connection & { tenant: string } =>
    base('juniper-sleep', `con_${id}`, { id, name, currency: 'USD', timezone: 'America/New_York' });
  const lasting = { expires_at: null, credential: credential({ expiry: 'never' }) };
  const until = new Date(Date.now() + 25 * 60_000).toISOString();
  return [
    {
      ...of('5500012', 'Juniper Search'), source: 'google', health: 'limited', until, since: before(0.2), ...lasting,
      detail: `Google Ads account 5500012 has used up its quota: it can be read again from ${until}`, fix: 'nothing to do: a sync after that time goes on where this one stopped',
    },
    {
      ...of('7340055', 'Juniper TikTok'), source: 'tiktok', health: 'doubtful', since: before(3), ...lasting,
      detail: `TikTok Ads account 7340055 answered nothing for ${addDays(today(), -9)} to ${addDays(today(), -3)}, although its own total says that 1234.00 USD were spent; the figures known of this are kept as of ${before(27)}`,
      fix: 'nothing to do for now: the next sync asks again; if it stays, look at the account on the platform',
    },
    {
      ...of('549755', 'Juniper Pins'), source: 'pinterest', health: 'expiring', since: before(48),
      ...ending(4.4, { expiry: 'at_latest' }), detail: `the credential ends on ${addDays(today(), 4)} at the latest`, fix: 'connect the account again with a new one before then',
    },
    {
      ...of('120411999', 'Juniper Outlet'), health: 'unsupported', since: before(30),
      detail: 'Meta Ads no longer supports version v26.0 of its interface: upgrade Trimtab; it said: (#2635) You are calling a deprecated version of the Ads API (HTTP 400, code 2635)',
      fix: 'upgrade Trimtab: a newer release speaks a version that is still served',
    },
    {
      ...of('120411555', 'Juniper CA'), health: 'needs_reauth', since: before(70), expires_at: null,
      credential: credential({ expiry: 'never', scopes: ['public_profile'], missing_scopes: ['ads_read'] }),
      detail: 'Meta Ads account 120411555: the token lacks the permission ads_read; the credential lacks access: grant it the permission and the account on the platform, or connect with another',
      fix: 'connect the account again with a token that may read it',
    },
  ];
}

function credential(told: Partial<Connection['credential']>): Connection['credential'] {
  return { set_at: before(24 * 8), expiry: 'told', access_ends_at: null, ends_at: null, days_left: null, scopes: [], missing_scopes: [], ...told };
}

/** A credential that ends in so many days. */
function ending(days: number, told: Partial<Connection['credential']> = {}): Pick<Connection, 'expires_at' | 'credential'> {
  const end = new Date(Date.now() + days * 86_400_000).toISOString();
  return { expires_at: end, credential: credential({ ends_at: end, days_left: Math.floor(days), scopes: ['ads_read'], ...told }) };
}

const listeners = new Set<(event: string, data: unknown) => void>();
const emit = (event: string, payload: unknown): void => listeners.forEach((listener) => listener(event, payload));

/** A version that is served for so many more days. */
function spoken(name: string, version: string, days: number | null): Source['interface'] {
  const phase = days === null || days > 60 ? 'supported' : days < 0 ? 'ended' : 'ending';
  const supported_until = days === null ? null : addDays(today(), days);
  return { name, version, released: null, supported_until, certainty: days === null ? 'unknown' : 'estimated', days_left: days, phase, told_by: 'https://example.com/calendar' };
}

/** The refusal, or the tenant asked for. */
function tenantOf(request: Request): string | Response {
  if (!state.user) return problem(401, 'unauthenticated', 'Not signed in', 'Sign in and try again.');
  const id = new URL(request.url).searchParams.get('tenant') ?? '';
  if (!tenants().some((t) => t.id === id)) return problem(404, 'not_found', 'Not found', `There is no tenant '${id}'.`);
  return id;
}

const tenants = (): Tenant[] => (state.user?.startsWith('fresh') ? state.tenants.filter((t) => !TENANTS.some((w) => w.id === t.id)) : state.tenants);

/** The days a request asks for. */
function periodIn(request: Request): Period {
  const params = new URL(request.url).searchParams;
  return { from: params.get('from') ?? addDays(today(), -90), to: params.get('to') ?? addDays(today(), -1) };
}

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

/** Changes a finding as asked, or says why not. */
function putAway(request: Request, id: unknown, change: Partial<Finding>): Response {
  const tenant = tenantOf(request);
  if (typeof tenant !== 'string') return tenant;
  const told = { snoozed_until: null, dismissed_by: null, ...change };
  const changed = changeFinding(tenant, String(id), told, today()) ?? changeInsight(tenant, String(id), told, today());
  return changed ? HttpResponse.json(changed) : problem(404, 'not_found', 'Not found', `There is no finding '${String(id)}'.`);
}

async function planned(request: Request, id: string | null): Promise<Response> {
  const tenant = tenantOf(request);
  if (typeof tenant !== 'string') return tenant;
  const plan = (await request.json()) as BudgetPlan;
  if (plan.name.startsWith('refuse')) return problem(400, 'invalid', 'Not accepted', 'a budget of this kind is not taken here');
  if (Number(plan.amount) > 1e9) return problem(400, 'invalid', 'Not accepted', 'One field needs a correction.', { errors: [{ field: 'amount', detail: 'is more than any business spends' }] });
  const budget = putBudget(tenant, id, plan, today());
  return budget ? HttpResponse.json(budget, { status: id === null ? 201 : 200 }) : problem(404, 'not_found', 'Not found', 'There is no such budget.');
}

export const handlers = [
  http.post(api('/auth/login'), async ({ request }) => {
    const { email, password } = (await request.json()) as { email: string; password: string };
    if (email.startsWith('locked')) {
      return problem(429, 'locked_out', 'Too many attempts', 'Too many wrong passwords; try again in 4 minutes.', {}, { 'retry-after': '240' });
    }
    if (email.startsWith('down')) return HttpResponse.error();
    if (password === 'wrong') return problem(401, 'wrong_credentials', 'Not signed in', 'The e-mail or the password is wrong.');
    state.user = email;
    globalThis.localStorage.setItem('mock.user', email);
    const user = { id: 'usr_ada', email, role: 'agency_admin' };
    return HttpResponse.json({ user, agency: 'Lighthouse Media', token: 'mock', expires_at: new Date(Date.now() + 43_200_000).toISOString() });
  }),
  http.post(api('/auth/logout'), () => {
    state.user = null;
    globalThis.localStorage.removeItem('mock.user');
    return new HttpResponse(null, { status: 204 });
  }),
  http.get(api('/me'), () =>
    state.user
      ? HttpResponse.json({
          user: { id: 'usr_ada', email: state.user, role: 'agency_admin' },
          agency: 'Lighthouse Media',
          permissions: ['view_data', 'load_data', 'manage_connections', 'manage_tenants', 'manage_findings', 'manage_budgets', 'manage_knowledge'],
          version: '0.1.0',
        })
      : problem(401, 'unauthenticated', 'Not signed in', 'Sign in and try again.'),
  ),
  http.get(api('/tenants'), () => HttpResponse.json({ items: tenants(), next_cursor: null })),
  http.post(api('/tenants'), async ({ request }) => {
    const body = (await request.json()) as NewTenant;
    if (state.tenants.some((t) => t.id === body.id)) {
      return problem(409, 'conflict', 'Already there', `There is already a tenant '${body.id}'.`, { errors: [{ field: 'id', detail: 'is taken' }] });
    }
    const tenant: Tenant = { ...body, accounts: 0 };
    state.tenants.push(tenant);
    return HttpResponse.json(tenant, { status: 201 });
  }),
  http.get(api('/sources'), () =>
    HttpResponse.json({
      items: [
        { id: 'meta', label: 'Meta Ads', connectable: true, account_hint: 'The number after act= in the address of Ads Manager, with or without act_', secret_hint: 'A token with ads_read for the account: Business settings → Users → System users → Generate new token', interface: spoken('Marketing API', 'v26.0', 246) },
        { id: 'google', label: 'Google Ads', connectable: false, account_hint: null, secret_hint: null, interface: spoken('Google Ads API', 'v25', 41) },
        { id: 'pinterest', label: 'Pinterest Ads', connectable: false, account_hint: null, secret_hint: null, interface: spoken('Pinterest API', 'v5', null) },
        { id: 'tiktok', label: 'TikTok Ads', connectable: false, account_hint: null, secret_hint: null, interface: spoken('API for Business', 'v1.3', -12) },
        { id: 'ga4', label: 'Google Analytics', connectable: true, account_hint: 'The property id: digits only, under Admin → Property details', secret_hint: 'JSON with client_id, client_secret and refresh_token, or the key file of a service account that may view the property', interface: null },
        { id: 'klaviyo', label: 'Klaviyo', connectable: true, account_hint: 'The six-character site id under Settings → Account', secret_hint: 'A private key with read access to campaigns, flows and metrics: Settings → API keys', interface: null },
        { id: 'magento', label: 'Magento', connectable: true, account_hint: 'The address of the shop, as https://shop.example', secret_hint: 'JSON with consumer_key, consumer_secret, access_token and access_token_secret of an integration that may read sales', interface: null },
        { id: 'shopify', label: 'Shopify', connectable: true, account_hint: 'The name before .myshopify.com', secret_hint: 'JSON with client_id and client_secret of a custom app with read_orders', interface: null },
        { id: 'ecb', label: 'European Central Bank', connectable: false, account_hint: null, secret_hint: null, interface: null },
        { id: 'csv', label: 'File', connectable: false, account_hint: null, secret_hint: null, interface: null },
      ],
    }),
  ),
  http.get(api('/connections'), ({ request }) => {
    const tenant = tenantOf(request);
    if (typeof tenant !== 'string') return tenant;
    return HttpResponse.json({ items: state.connections.filter((c) => c.tenant === tenant), next_cursor: null });
  }),
  http.post(api('/connections'), async ({ request }) => {
    const tenant = tenantOf(request);
    if (typeof tenant !== 'string') return tenant;
    const body = (await request.json()) as NewConnection;
    await delay(500);
    if (!/^(act_)?\d{6,20}$/.test(body.account)) {
      return problem(400, 'invalid', 'Not accepted', 'One field needs a correction.', { errors: [{ field: 'account', detail: 'must be digits, for example 1234567890' }] });
    }
    if (body.secret.includes('bad')) {
      return problem(422, 'credential_refused', 'Meta refused the token', 'Meta does not accept this token; create a new one and paste it whole.', {
        errors: [{ field: 'secret', detail: 'Meta does not accept this token' }],
      });
    }
    const connection: Connection & { tenant: string } = {
      tenant, id: `con_${Date.now()}`, source: body.source,
      account: { id: body.account.replace('act_', ''), name: `Account ${body.account}`, currency: 'EUR', timezone: 'Europe/Amsterdam' },
      health: 'ok', detail: null, since: now(), until: null, fix: null, expires_at: null, credential: credential({ expiry: 'never', set_at: now() }), base_url: body.base_url ?? null, created_at: now(), data_as_of: null, settled_through: null, rows: 0, last_run: null, syncing: false,
    };
    state.connections.push(connection);
    return HttpResponse.json(connection, { status: 201 });
  }),
  http.delete(api('/connections/:id'), ({ params }) => {
    state.connections = state.connections.filter((c) => c.id !== params.id);
    return new HttpResponse(null, { status: 204 });
  }),
  http.get(api('/accounts'), ({ request }) => {
    const tenant = tenantOf(request);
    if (typeof tenant !== 'string') return tenant;
    return HttpResponse.json({
      items: [...ACCOUNTS, ...OTHER_ACCOUNTS].filter((a) => a.tenant === tenant).map((a) => {
        const { first, last } = coverageOf(a, today());
        return {
          source: a.source, id: a.id, name: a.name, currency: a.currency, timezone: a.timezone, first_day: first, last_day: last, rows: 182_300,
          data_as_of: before(2.2), settled_through: addDays(today(), -29),
        };
      }),
      next_cursor: null,
    });
  }),
  http.get(api('/executions'), ({ request }) => {
    const tenant = tenantOf(request);
    if (typeof tenant !== 'string') return tenant;
    return HttpResponse.json({ items: state.executions.filter((e) => e.tenant === tenant).map((e) => ({ ...e, runs: [] })), next_cursor: null });
  }),
  http.get(api('/executions/:id'), ({ params }) => {
    const found = state.executions.find((e) => e.id === params.id);
    return found ? HttpResponse.json(found) : problem(404, 'not_found', 'Not found', 'There is no such execution.');
  }),
  http.post(api('/executions'), async ({ request }) => {
    const tenant = tenantOf(request);
    if (typeof tenant !== 'string') return tenant;
    const body = (await request.json()) as { account?: string | null };
    return HttpResponse.json(sync(tenant, body.account), { status: 202 });
  }),
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
  http.post(api('/imports'), async ({ request }) => {
    const tenant = tenantOf(request);
    if (typeof tenant !== 'string') return tenant;
    const params = new URL(request.url).searchParams;
    const dryRun = params.get('dry_run') === 'true';
    const file = (await request.formData()).get('file') as File;
    if (file.name.startsWith('garbage')) {
      return problem(422, 'unreadable_file', 'Not a known export', 'No header row of a known export was found in the first 50 lines; add a mapping file that names the columns.');
    }
    return HttpResponse.json(imported(dryRun, file.name, tenant, params.get('account')), { status: dryRun ? 200 : 201 });
  }),
  http.get(api('/coverage'), ({ request }) => {
    const tenant = tenantOf(request);
    return typeof tenant === 'string' ? HttpResponse.json(coverage(tenant, periodIn(request), today(), before(2.2))) : tenant;
  }),
  http.get(api('/reconciliation'), ({ request }) => {
    const tenant = tenantOf(request);
    if (typeof tenant !== 'string') return tenant;
    const params = new URL(request.url).searchParams;
    const page = { verdict: params.get('verdict'), limit: Number(params.get('limit') ?? 100), cursor: params.get('cursor') };
    return HttpResponse.json(reconciliation(tenant, periodIn(request), page, today(), before(2.2)));
  }),
  http.get(api('/checks'), ({ request }) => {
    const tenant = tenantOf(request);
    return typeof tenant === 'string' ? HttpResponse.json(checks(tenant, today(), before(2.2))) : tenant;
  }),
  http.post(api('/checks/run'), async ({ request }) => {
    const tenant = tenantOf(request);
    if (typeof tenant !== 'string') return tenant;
    await delay(300);
    rerun(tenant, now());
    return HttpResponse.json(checks(tenant, today(), now()));
  }),
  http.get(api('/checks/:id/history'), ({ params, request }) => {
    const tenant = tenantOf(request);
    if (typeof tenant !== 'string') return tenant;
    const query = new URL(request.url).searchParams;
    return HttpResponse.json({ items: checkHistory(tenant, String(params.id), query.get('source') ?? '', query.get('account') ?? '', today(), before(2.2)) });
  }),
  http.get(api('/findings'), ({ request }) => {
    const tenant = tenantOf(request);
    return typeof tenant === 'string' ? HttpResponse.json(listFindings(tenant, new URL(request.url).searchParams, today())) : tenant;
  }),
  http.get(api('/findings/:id'), ({ params, request }) => {
    const tenant = tenantOf(request);
    if (typeof tenant !== 'string') return tenant;
    const finding = findingsOf(tenant, today()).find(({ id }) => id === params.id) ?? insightFinding(tenant, String(params.id), today());
    return finding ? HttpResponse.json(finding) : problem(404, 'not_found', 'Not found', `There is no finding '${String(params.id)}'.`);
  }),
  http.post(api('/findings/:id/dismiss'), ({ params, request }) => putAway(request, params.id, { state: 'dismissed', dismissed_by: state.user })),
  http.post(api('/findings/:id/restore'), ({ params, request }) => putAway(request, params.id, { state: 'open' })),
  http.post(api('/findings/:id/snooze'), async ({ params, request }) => {
    const { until } = (await request.clone().json()) as { until: string };
    if (until <= now()) return problem(400, 'invalid', 'Not accepted', 'The instant has passed.', { errors: [{ field: 'until', detail: 'has passed' }] });
    return putAway(request, params.id, { state: 'snoozed', snoozed_until: until });
  }),
  http.post(api('/analyses/run'), async ({ request }) => {
    const tenant = tenantOf(request);
    if (typeof tenant !== 'string') return tenant;
    await delay(700);
    return HttpResponse.json(analysed(tenant, today()));
  }),
  http.get(api('/budgets'), ({ request }) => {
    const tenant = tenantOf(request);
    return typeof tenant === 'string' ? HttpResponse.json({ items: listBudgets(tenant, today()), next_cursor: null }) : tenant;
  }),
  http.post(api('/budgets'), ({ request }) => planned(request, null)),
  http.put(api('/budgets/:id'), ({ params, request }) => planned(request, String(params.id))),
  http.delete(api('/budgets/:id'), ({ params, request }) => {
    const tenant = tenantOf(request);
    if (typeof tenant !== 'string') return tenant;
    dropBudget(tenant, String(params.id), today());
    return new HttpResponse(null, { status: 204 });
  }),
  http.get(api('/pacing'), ({ request }) => {
    const tenant = tenantOf(request);
    return typeof tenant === 'string' ? HttpResponse.json({ items: pacing(tenant, today()), made_at: before(2.2), source_hash: '0a1b2c3d' }) : tenant;
  }),
  http.get(api('/forecasts'), ({ request }) => {
    const tenant = tenantOf(request);
    return typeof tenant === 'string' ? HttpResponse.json({ items: forecasts(tenant, today(), before(2.2)), next_cursor: null }) : tenant;
  }),
  http.get(api('/scores'), ({ request }) => {
    const tenant = tenantOf(request);
    return typeof tenant === 'string' ? HttpResponse.json({ items: scores(tenant, today(), before(2.2)), next_cursor: null }) : tenant;
  }),
  http.get(api('/fatigue'), ({ request }) => {
    const tenant = tenantOf(request);
    return typeof tenant === 'string' ? HttpResponse.json({ items: fatigue(tenant, today(), before(2.2)), next_cursor: null }) : tenant;
  }),
  http.get(api('/funnel'), ({ request }) => {
    const tenant = tenantOf(request);
    return typeof tenant === 'string' ? HttpResponse.json({ items: funnel(tenant, today(), before(2.2)), next_cursor: null }) : tenant;
  }),
  http.get(api('/patterns'), ({ request }) => {
    const tenant = tenantOf(request);
    return typeof tenant === 'string' ? HttpResponse.json({ items: patterns(tenant, today(), before(2.2)), next_cursor: null }) : tenant;
  }),
  http.get(api('/pixels'), ({ request }) => {
    const tenant = tenantOf(request);
    if (typeof tenant !== 'string') return tenant;
    const found = findingsOf(tenant, today()).filter(({ kind }) => kind === 'pixel').map(({ id }) => id);
    return HttpResponse.json({ items: pixels(tenant, today(), Date.now(), found), next_cursor: null });
  }),
  http.get(api('/insights'), ({ request }) => {
    const tenant = tenantOf(request);
    return typeof tenant === 'string' ? HttpResponse.json({ items: insights(tenant, today()), next_cursor: null }) : tenant;
  }),
  http.get(api('/views'), () => HttpResponse.json({ items: readyViews(), next_cursor: null })),
  http.get(api('/rates'), () => HttpResponse.json(rates(today(), before(2.2)))),
  http.get(api('/metrics'), () => HttpResponse.json({ items: metricItems() })),
  http.get(api('/benchmarks'), ({ request }) => {
    const params = new URL(request.url).searchParams;
    return HttpResponse.json(benchmarks(params.get('industry'), params.get('platform')));
  }),
  http.get(api('/knowledge'), ({ request }) => {
    const tenant = tenantOf(request);
    return typeof tenant === 'string' ? HttpResponse.json(keptKnowledge(tenant)) : tenant;
  }),
  http.put(api('/knowledge'), async ({ request }) => {
    const tenant = tenantOf(request);
    if (typeof tenant !== 'string') return tenant;
    const kept = putKnowledge(tenant, (await request.json()) as Parameters<typeof putKnowledge>[1], state.user, now());
    if (kept === 'conflict') return problem(409, 'conflict', 'Conflict', `somebody else wrote a newer version at ${now()}: read that and change it again`);
    if (Array.isArray(kept)) return problem(400, 'invalid', 'Invalid request', kept.map(({ field, detail }) => `${field}: ${detail}`).join('; '), { errors: kept });
    return HttpResponse.json(kept);
  }),
  http.get(api('/knowledge/search'), ({ request }) => {
    const tenant = tenantOf(request);
    if (typeof tenant !== 'string') return tenant;
    return HttpResponse.json({ items: searchKnowledge(tenant, new URL(request.url).searchParams.get('q') ?? ''), next_cursor: null });
  }),
  http.post(api('/query'), async ({ request }) => {
    const tenant = tenantOf(request);
    if (typeof tenant !== 'string') return tenant;
    const body = (await request.json()) as QueryRequest;
    const unknown = unknownMetric(body);
    if (unknown) return problem(400, 'invalid', 'Not accepted', `'${unknown}' is not a metric.`);
    if (body.from < '2000-01-01') return problem(500, 'internal', 'Our fault', '');
    return HttpResponse.json(runQuery(tenant, body, today(), before(2.2)));
  }),
];
