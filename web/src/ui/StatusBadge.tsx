import { IconAlertTriangle, IconCircleCheck, IconCircleDashed, IconCircleX, IconClock, IconLoader2, IconPlayerPause } from '@tabler/icons-react';
import type { ReactNode } from 'react';
import classes from '@/ui/StatusBadge.module.css';

export type StatusTone = 'good' | 'bad' | 'warn' | 'muted' | 'busy' | 'paused' | 'waiting';

const ICONS = {
  good: IconCircleCheck,
  bad: IconCircleX,
  warn: IconAlertTriangle,
  muted: IconCircleDashed,
  busy: IconLoader2,
  paused: IconPlayerPause,
  waiting: IconClock,
};

/** A state in words, with a sign and a colour that repeat them. */
export function StatusBadge({ tone, children }: { tone: StatusTone; children: ReactNode }) {
  const Icon = ICONS[tone];
  return (
    <span className={classes.badge} data-tone={tone}>
      <Icon size={14} stroke={2} aria-hidden className={tone === 'busy' ? classes.spin : undefined} />
      {children}
    </span>
  );
}
