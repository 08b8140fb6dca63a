// What the mock remembers: who is signed in, tenants, connections and what ran. Routes provoke errors by what is typed, so that journeys stay honest.
import { HttpResponse, type DefaultBodyType, type PathParams } from 'msw';
import type { Connection, Execution, Tenant } from '@/api/types';
import { addDays } from '@/lib/period';
import { credential, ending, inTrouble, type TenantConnection } from '@/test/mock/connections';
import { before, problem, today } from '@/test/mock/http';
import { ACCOUNTS, MANY_ACCOUNTS, OTHER_ACCOUNTS, TENANTS } from '@/test/mock/world';

interface State {
  user: string | null;
  tenants: Tenant[];
  connections: TenantConnection[];
  executions: (Execution & { tenant: string })[];
}

function freshState(): State {
  const base = (tenant: string, id: string, known?: Connection['account']): TenantConnection => {
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
    tenants: TENANTS.map((t) => ({ ...t, branding: { colour: null, logo_url: null }, accounts: ACCOUNTS.filter((a) => a.tenant === t.id).length })),
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

export let state = freshState();

/** Forgets everything; signed in as `user`. */
export function resetState(user: string | null): void {
  if (user) globalThis.localStorage.setItem('mock.user', user);
  else globalThis.localStorage.removeItem('mock.user');
  state = freshState();
}

export const listeners = new Set<(event: string, data: unknown) => void>();
export const emit = (event: string, payload: unknown): void => listeners.forEach((listener) => listener(event, payload));

/** The refusal, or the tenant asked for. */
function tenantOf(request: Request): string | Response {
  if (!state.user) return problem(401, 'unauthenticated', 'Not signed in', 'Sign in and try again.');
  const id = new URL(request.url).searchParams.get('tenant') ?? '';
  if (!tenants().some((t) => t.id === id)) return problem(404, 'not_found', 'Not found', `There is no tenant '${id}'.`);
  return id;
}

export function tenants(): Tenant[] {
  if (state.user?.startsWith('nobody')) return [];
  if (state.user?.startsWith('fresh')) return state.tenants.filter((t) => !TENANTS.some((w) => w.id === t.id));
  return state.user?.startsWith('viewer') ? state.tenants.filter((t) => t.id === 'north-sea-coffee') : state.tenants;
}

interface Asked {
  request: Request;
  params: PathParams;
}

/** Answers for the tenant a request names, or refuses it. */
export function ofTenant(answer: (tenant: string, asked: Asked) => unknown) {
  return async ({ request, params }: Asked): Promise<Response> => {
    const tenant = tenantOf(request);
    if (typeof tenant !== 'string') return tenant;
    const answered = await answer(tenant, { request, params });
    // Reason for `as`: what is no response is a body.
    return answered instanceof Response ? answered : HttpResponse.json(answered as DefaultBodyType);
  };
}
