import { StatusBadge } from '@/ui/StatusBadge';

/** How something that was done came out. */
export function Outcome({ outcome }: { outcome: string }) {
  if (outcome === 'ok') return <StatusBadge tone="good">Done</StatusBadge>;
  if (outcome === 'refused') return <StatusBadge tone="warn">Refused</StatusBadge>;
  return <StatusBadge tone="bad">{outcome === 'failed' ? 'Failed' : outcome}</StatusBadge>;
}
