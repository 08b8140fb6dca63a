// The audit log in words: who, what, and what became different.
import type { AuditFilter, AuditRow } from '@/api/audit';
import type { Cell } from '@/lib/csv';
import { addDays } from '@/lib/period';
import type { SettingsView } from './view';

const ACTORS: Readonly<Record<string, string>> = { operator: 'Command on the server', system: 'Trimtab itself', anonymous: 'Nobody signed in' };

export function actorOf({ actor, actor_name: name }: Pick<AuditRow, 'actor' | 'actor_name'>): string {
  return name ?? ACTORS[actor] ?? actor;
}

/** Where verb before noun would be no English. */
const SPOKEN: Readonly<Record<string, string>> = {
  'session:open': 'Sign in',
  'session:close': 'Sign out',
  'user:password': 'Set a password',
  'knowledge:put': 'Write knowledge',
  'budget:put': 'Plan budget',
  'secret:put': 'Keep secret',
  'import:record': 'Import file',
  'tenant:enter': 'Enter tenant',
  'connection:connect': 'Connect account',
  'connection:terms': 'Change terms of a connection',
  'audit:begin': 'Begin audit log',
  'audit:cut': 'Cut off old rows',
  'audit:export': 'Export audit log',
  'view:export': 'Export a view',
  'vault:key': 'Make a key of the vault',
  'role:put': 'Save role',
  'setting:set': 'Change setting',
};

/** `finding:dismiss` → "Dismiss finding". */
export function actionText(action: string): string {
  const spoken = SPOKEN[action];
  if (spoken) return spoken;
  const [noun = '', verb = ''] = action.replaceAll('_', ' ').replaceAll('-', ' ').split(':');
  const text = verb ? `${verb} ${noun}` : noun;
  return text.charAt(0).toUpperCase() + text.slice(1);
}

/** An action by its own name or by its words; what is neither is a noun, or unknown. */
export function actionOf(text: string, known: readonly string[]): string {
  const wanted = text.toLowerCase();
  return known.find((action) => actionText(action).toLowerCase() === wanted) ?? text;
}

export interface Change {
  /** As a path: `branding.colour`. */
  field: string;
  before: string | null;
  after: string | null;
}

/** What differs between two states of something; fields that stayed the same are left out. */
export function changesOf(before: unknown, after: unknown): Change[] {
  const was = flat(before);
  const is = flat(after);
  return [...new Set([...was.keys(), ...is.keys()])]
    .map((field) => ({ field, before: was.get(field) ?? null, after: is.get(field) ?? null }))
    .filter((change) => change.before !== change.after);
}

/** Objects by their paths; a list is one value, and what is `null` is not there. */
function flat(value: unknown, path = ''): Map<string, string | null> {
  if (value === null || value === undefined) return new Map(path === '' ? [] : [[path, null]]);
  if (typeof value === 'object' && !Array.isArray(value)) {
    return new Map(Object.entries(value).flatMap(([name, inner]) => [...flat(inner, path === '' ? name : `${path}.${name}`)]));
  }
  return new Map([[path === '' ? 'value' : path, textOf(value)]]);
}

function textOf(value: unknown): string {
  if (Array.isArray(value)) return value.length === 0 ? 'none' : value.map(textOf).join(', ');
  if (typeof value === 'object' && value !== null) return JSON.stringify(value);
  return String(value);
}

/** What the address says as the server is asked: whole days of the reader, from their midnight to the next. */
export function auditFilterOf({ by, action, outcome, since, until }: SettingsView): AuditFilter {
  return {
    actor: by,
    action,
    outcome,
    from: since && midnight(since),
    to: until && midnight(addDays(until, 1)),
  };
}

const midnight = (day: string): string => new Date(`${day}T00:00:00`).toISOString();

const HEADER = ['seq', 'at', 'actor', 'actor_name', 'tenant', 'action', 'resource', 'outcome', 'ip', 'agent', 'request_id', 'before', 'after', 'prev_hash', 'hash'];

/** Rows as other programs want them. */
export function auditExport(rows: readonly AuditRow[]): { header: string[]; rows: Cell[][] } {
  const json = (value: unknown): string | null => (value === null || value === undefined ? null : JSON.stringify(value));
  return {
    header: HEADER,
    rows: rows.map((row) => [
      row.seq, row.at, row.actor, row.actor_name, row.tenant, row.action, row.resource, row.outcome, row.ip, row.agent, row.request_id,
      json(row.before), json(row.after), row.prev_hash, row.hash,
    ]),
  };
}
