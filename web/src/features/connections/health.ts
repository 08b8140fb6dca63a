// What a connection's health means to people.
import type { StatusTone } from '@/ui/StatusBadge';

export function healthOf(health: string): { tone: StatusTone; label: string } {
  switch (health) {
    case 'ok':
      return { tone: 'good', label: 'Working' };
    case 'expiring':
      return { tone: 'warn', label: 'Token expires soon' };
    case 'needs_reauth':
      return { tone: 'bad', label: 'Reconnect needed' };
    case 'failing':
      return { tone: 'bad', label: 'Failing' };
    default:
      return { tone: 'muted', label: health };
  }
}

const MS_PER_DAY = 86_400_000;

/** Whole days until the token ends, in words; negative ones are over. */
export function expiryOf(expiresAt: string | null | undefined, now: number): string {
  if (!expiresAt) return 'Token without an end date';
  const days = Math.floor((Date.parse(expiresAt) - now) / MS_PER_DAY);
  if (Number.isNaN(days)) return 'Token end not known';
  if (days < 0) return 'Token has expired';
  if (days === 0) return 'Token expires today';
  return days === 1 ? 'Token expires tomorrow' : `Token good for ${days} days`;
}

export function statusOf(status: string): { tone: StatusTone; label: string } {
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
