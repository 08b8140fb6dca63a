// What was done in the mock's agency, some days of it. broken@… finds a broken chain; "new-client" has no rows.
import { HttpResponse, http } from 'msw';
import type { AuditRow } from '@/api/audit';
import { api, before, now, problem } from '@/test/mock/http';
import { state } from '@/test/mock/state';
import { hash } from '@/test/mock/world';

type Written = Pick<AuditRow, 'actor' | 'actor_name' | 'tenant' | 'action' | 'resource'> & Partial<AuditRow>;

const ADA = { actor: 'usr_ada', actor_name: 'ada@example.com', ip: '192.0.2.10', agent: 'Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/140.0.0.0 Safari/537.36' };
const EVE = { actor: 'usr_eve', actor_name: 'viewer@client.example', ip: '198.51.100.23', agent: 'Mozilla/5.0 (iPhone; CPU iPhone OS 19_0 like Mac OS X) AppleWebKit/605.1.15 Version/19.0 Mobile/15E148 Safari/604.1' };
const SYSTEM = { actor: 'system', actor_name: null };
const NSC = { tenant: 'north-sea-coffee' };

/** Newest first; what happens every day repeats below. */
const LATEST: readonly Written[] = [
  { ...EVE, ...NSC, action: 'connection:connect', resource: 'tenant:north-sea-coffee', outcome: 'refused' },
  { ...EVE, tenant: null, action: 'session:open', resource: 'user:usr_eve', after: { method: 'link' } },
  { ...EVE, ...NSC, action: 'invitation:accept', resource: 'invitation:inv_0', after: { role: 'client_viewer' } },
  { ...ADA, ...NSC, action: 'invitation:create', resource: 'invitation:inv_0', after: { email: 'viewer@client.example', role: 'client_viewer' } },
  {
    ...ADA, ...NSC, action: 'tenant:change', resource: 'tenant:north-sea-coffee',
    before: { name: 'North Sea', currency: 'EUR', branding: { colour: null, logo_url: null } },
    after: { name: 'North Sea Coffee', currency: 'EUR', branding: { colour: '#0b7285', logo_url: null } },
  },
  { ...ADA, tenant: null, action: 'role:put', resource: 'role:media_buyer', before: { permissions: ['data:view'] }, after: { permissions: ['data:view', 'budget:manage'] } },
  { actor: 'anonymous', actor_name: null, tenant: null, action: 'session:open', resource: 'user:usr_ada', outcome: 'refused', ip: '203.0.113.99' },
  { ...ADA, ...NSC, action: 'secret:renew', resource: 'connection:con_nsc2', outcome: 'failed', after: { reason: 'the platform refused the token' } },
  { actor: 'operator', actor_name: null, tenant: null, action: 'vault:rotate', resource: 'vault:master', agent: 'trimtab vault rotate', before: { key: 'k1' }, after: { key: 'k2' } },
];

const DAILY: readonly Written[] = [
  { ...SYSTEM, ...NSC, action: 'execution:start', resource: 'execution:exe_0001' },
  { ...SYSTEM, ...NSC, action: 'secret:read', resource: 'connection:con_nsc1' },
  { ...ADA, tenant: null, action: 'session:open', resource: 'user:usr_ada', after: { method: 'password' } },
  { ...ADA, tenant: 'alder-finch', action: 'finding:dismiss', resource: 'finding:fnd_2', before: { state: 'open' }, after: { state: 'dismissed' } },
];

const DAYS = 30;
const digest = (seq: number): string => Array.from({ length: 8 }, (_, i) => hash(`row-${String(seq)}-${String(i)}`).toString(16).padStart(8, '0')).join('');

function rows(): AuditRow[] {
  const written = [...LATEST, ...Array.from({ length: DAYS }, () => DAILY).flat()];
  return written.map((row, i) => {
    const seq = written.length - i;
    const hours = i < LATEST.length ? 0.4 + i * 1.3 : 14 + (i - LATEST.length) * 6;
    return {
      seq, at: before(hours), ip: null, agent: null, outcome: 'ok', before: null, after: null,
      request_id: row.actor === 'system' || row.actor === 'operator' ? null : `req_${digest(seq).slice(0, 10)}`,
      prev_hash: digest(seq - 1), hash: digest(seq), ...row,
    };
  });
}

export const auditRoutes = [
  http.get(api('/audit'), ({ request }) => {
    const asked = new URL(request.url).searchParams;
    const is = (name: string, ...values: (string | null)[]): boolean => asked.get(name) === null || values.includes(asked.get(name));
    const action = asked.get('action') ?? '';
    // Any word may be a noun; it then has no rows.
    if (!/^[a-z_]*$/.test(action) && !rows().some((row) => row.action === action)) return problem(422, 'invalid', 'Invalid request', `'${action}' is not known here: use one of connection:connect, connection:remove`);
    const fitting = rows().filter(
      (row) =>
        is('tenant', row.tenant) && is('actor', row.actor, row.actor_name) && is('action', row.action, row.action.split(':')[0] ?? null) && is('outcome', row.outcome) &&
        row.at >= (asked.get('from') ?? '') && (asked.get('to') === null || row.at < asked.get('to')!),
    );
    const start = Number(asked.get('cursor') ?? 0);
    const end = start + Number(asked.get('limit') ?? 50);
    return HttpResponse.json({ items: fitting.slice(start, end), next_cursor: end < fitting.length ? String(end) : null });
  }),
  http.get(api('/audit/verification'), () => {
    const all = rows();
    const broken = state.user?.startsWith('broken') ?? false;
    return HttpResponse.json({
      sound: !broken, rows: all.length, first: 1, cut_through: 0, head: { seq: all.length, hash: digest(all.length) },
      fault: broken ? { seq: 87, why: 'its content does not fit its hash' } : null, at: now(),
    });
  }),
];
