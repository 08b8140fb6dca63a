// What a connection's health means to people, and which of several needs them first.
import type { Check, Checks, CheckState, Connection } from '@/api/types';
import { formatClock, formatDay, plural } from '@/lib/format';
import { checkAnchor } from '@/lib/places';
import type { StatusTone } from '@/ui/StatusBadge';

export interface Shown {
  tone: StatusTone;
  label: string;
}

/** States by urgency: what people must do first, what mends itself, what is fine. */
const URGENCY = ['needs_reauth', 'unsupported', 'failing', 'doubtful', 'expiring', 'limited', 'ok'];

const urgencyOf = ({ health }: Connection): number => {
  const place = URGENCY.indexOf(health);
  return place < 0 ? URGENCY.indexOf('failing') : place;
};

/** Whether a person should look at it: neither well nor merely waiting. */
export function needsAttention({ health }: Pick<Connection, 'health'>): boolean {
  return health !== 'ok' && health !== 'limited';
}

/** The most urgent first; among equals the credential that ends first, then as they came. */
export function byUrgency(connections: readonly Connection[]): Connection[] {
  const left = ({ credential }: Connection): number => credential.days_left ?? Infinity;
  return [...connections].sort((a, b) => {
    const urgency = urgencyOf(a) - urgencyOf(b);
    return urgency === 0 && a.health === 'expiring' ? left(a) - left(b) : urgency;
  });
}

export function healthOf({ health, until, credential }: Pick<Connection, 'health' | 'until' | 'credential'>): Shown {
  switch (health) {
    case 'ok':
      return { tone: 'good', label: 'Working' };
    case 'expiring':
      return { tone: 'warn', label: expiresIn(credential.days_left ?? 0) };
    case 'limited':
      return { tone: 'waiting', label: until ? `Waits until ${formatClock(until)}` : 'Waits for the limit' };
    case 'doubtful':
      return { tone: 'warn', label: 'Answers in doubt' };
    case 'needs_reauth':
      return { tone: 'bad', label: 'Reconnect needed' };
    case 'unsupported':
      return { tone: 'bad', label: 'Upgrade needed' };
    case 'failing':
      return { tone: 'bad', label: 'Failing' };
    default:
      return { tone: 'muted', label: health };
  }
}

function expiresIn(days: number): string {
  if (days <= 0) return 'Expires today';
  return days === 1 ? 'Expires tomorrow' : `Expires in ${days} days`;
}

/** How the credential ends, in words; the exact dates are for a title. */
export function expiryOf({ credential, expires_at: expiresAt }: Pick<Connection, 'credential' | 'expires_at'>): { text: string; title: string | undefined } {
  const { days_left: days, ends_at: endsAt, access_ends_at: accessEndsAt, set_at: setAt, expiry } = credential;
  const dates = [
    expiresAt && `${expiry === 'at_latest' ? 'Ends at the latest' : expiry === 'renewed' ? 'Ends if unused' : 'Ends'} ${dayOf(expiresAt)}`,
    accessEndsAt && `Access to data ends ${dayOf(accessEndsAt)}`,
    `Set ${dayOf(setAt)}`,
  ];
  const title = dates.filter(Boolean).join(' · ');
  if (endsAt == null || days == null) return { text: expiry === 'unknown' ? 'Token end not known' : 'Token without an end date', title };
  if (days < 0) return { text: 'Token has expired', title };
  if (expiry === 'renewed' && endsAt === expiresAt) return { text: 'Token renews itself', title };
  if (days === 0) return { text: 'Token expires today', title };
  if (days === 1) return { text: 'Token expires tomorrow', title };
  if (endsAt !== expiresAt) return { text: `Access to data for ${days} days`, title };
  return { text: `Token good for ${days} days${expiry === 'at_latest' ? ' at most' : ''}`, title };
}

const dayOf = (instant: string): string => formatDay(instant.slice(0, 10));

export interface CheckedData extends Shown {
  /** Which failed, for a title. */
  names: string | undefined;
  /** Where on Data they stand. */
  anchor: string;
}

/** How the checks of this account's stored data came out; `null` when none ran, or when it is not known. */
export function checkedData(checks: Checks | undefined, { source, account }: Pick<Connection, 'source' | 'account'>): CheckedData | null {
  const of = (state: CheckState): Check[] =>
    (checks?.items ?? []).filter((check) => check.results.some((result) => result.state === state && result.source === source && result.account === account.id));
  const failed = of('failed');
  const [first] = [...failed.filter(({ severity }) => severity === 'error'), ...failed];
  if (first) {
    const error = first.severity === 'error';
    return {
      tone: error ? 'bad' : 'warn',
      label: plural(failed.length, error ? 'failed check' : 'warning'),
      names: failed.map((check) => check.name).join(', '),
      anchor: checkAnchor({ check: first.id, source, account: account.id }),
    };
  }
  const passed = of('passed').length;
  return passed > 0 ? { tone: 'good', label: `${plural(passed, 'check')} passed`, names: undefined, anchor: 'checks' } : null;
}

export function statusOf(status: string): Shown {
  switch (status) {
    case 'queued':
      return { tone: 'waiting', label: 'Waiting' };
    case 'running':
      return { tone: 'busy', label: 'Running' };
    case 'succeeded':
      return { tone: 'good', label: 'Done' };
    case 'partial':
      return { tone: 'warn', label: 'Partly done' };
    case 'failed':
      return { tone: 'bad', label: 'Failed' };
    case 'cancelled':
      return { tone: 'muted', label: 'Cancelled' };
    default:
      return { tone: 'muted', label: status };
  }
}
