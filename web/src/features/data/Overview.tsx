import { IconAlertTriangle, IconCircleCheck, IconCircleDashed, IconCircleX, IconClock } from '@tabler/icons-react';
import type { ReactNode } from 'react';
import { failures } from './checks';
import { countsOf } from './days';
import type { Checks, Coverage, Rates, ReconciliationSummary } from '@/api/types';
import { formatCount, formatDay, plural } from '@/lib/format';
import classes from './Data.module.css';

type Tone = 'good' | 'bad' | 'warn' | 'muted' | 'waiting';

const ICONS = { good: IconCircleCheck, bad: IconCircleX, warn: IconAlertTriangle, muted: IconCircleDashed, waiting: IconClock };

interface Props {
  coverage: Coverage;
  summary: readonly ReconciliationSummary[] | undefined;
  checks: Checks | undefined;
  rates: Rates | undefined;
}

/** Whether the numbers can be trusted, in four answers; each leads to its section. */
export function Overview({ coverage, summary, checks, rates }: Props) {
  return (
    <ul className={classes.overview} aria-label="In short">
      <Answer to="coverage" label="Coverage" {...coverageAnswer(coverage)} />
      <Answer to="reconciliation" label="Reconciliation" {...reconciliationAnswer(summary)} />
      <Answer to="checks" label="Checks" {...checksAnswer(checks)} />
      <Answer to="rates" label="Exchange rates" {...ratesAnswer(rates)} />
    </ul>
  );
}

interface Said {
  tone: Tone;
  says: string;
  more: string;
}

function Answer({ to, label, tone, says, more }: Said & { to: string; label: ReactNode }) {
  const Icon = ICONS[tone];
  return (
    <li>
      <a
        href={`#${to}`}
        className={classes.answer}
        data-tone={tone}
        onClick={(event) => {
          // Moves there without writing the address: that holds what the page shows, not how far it is scrolled.
          event.preventDefault();
          const section = document.getElementById(to);
          section?.scrollIntoView({ behavior: 'smooth', block: 'start' });
          section?.focus({ preventScroll: true });
        }}
      >
        <span className={classes.answerLabel}>{label}</span>
        <span className={classes.answerSays}>
          <Icon size={18} stroke={1.9} aria-hidden />
          {says}
        </span>
        <span className={classes.answerMore}>{more}</span>
      </a>
    </li>
  );
}

const WAITING: Said = { tone: 'muted', says: 'Asking', more: ' ' };

export function coverageAnswer({ accounts }: Pick<Coverage, 'accounts'>): Said {
  const sum = { before: 0, present: 0, provisional: 0, empty: 0, missing: 0, mismatched: 0, doubtful: 0 };
  for (const account of accounts) for (const [state, days] of Object.entries(countsOf(account))) sum[state as keyof typeof sum] += days; // Reason for `as`: the counts have these keys only.
  const all = Object.values(sum).reduce((a, b) => a + b, 0) - sum.before;
  const read = all - sum.missing;
  const more = `${formatCount(read)} of ${plural(all, 'day')} read, ${plural(accounts.length, 'account')}`;
  if (sum.missing > 0) return { tone: 'bad', says: `${plural(sum.missing, 'day')} missing`, more };
  const unclear = sum.doubtful + sum.mismatched;
  if (unclear > 0) return { tone: 'warn', says: `${plural(unclear, 'day')} to look at`, more };
  return { tone: 'good', says: 'No gap', more };
}

export function reconciliationAnswer(summary: readonly ReconciliationSummary[] | undefined): Said {
  if (!summary) return WAITING;
  const of = (field: 'days' | 'equal' | 'mismatched' | 'provisional'): number => summary.reduce((sum, account) => sum + account[field], 0);
  const settling = of('provisional') > 0 ? `, ${formatCount(of('provisional'))} settling` : '';
  const more = `${formatCount(of('equal'))} of ${plural(of('days'), 'day')} equal${settling}`;
  if (of('days') === 0) return { tone: 'muted', says: 'Nothing compared', more: 'Days are compared when they are read' };
  if (of('mismatched') > 0) return { tone: 'bad', says: of('mismatched') === 1 ? '1 day differs' : `${formatCount(of('mismatched'))} days differ`, more };
  if (of('equal') === 0) return { tone: 'waiting', says: 'All settling', more };
  return { tone: 'good', says: 'Equal to the cent', more };
}

export function checksAnswer(checks: Checks | undefined): Said {
  if (!checks) return WAITING;
  if (checks.checked_at === null) return { tone: 'muted', says: 'Not run yet', more: 'They run after the first sync' };
  const { errors, warnings } = failures(checks);
  const more = `${plural(checks.items.length, 'check')}, ${plural(warnings, 'warning')}`;
  if (errors > 0) return { tone: 'bad', says: `${formatCount(errors)} failed`, more };
  if (warnings > 0) return { tone: 'warn', says: plural(warnings, 'warning'), more: `${plural(checks.items.length, 'check')}, no error` };
  return { tone: 'good', says: 'All passed', more: plural(checks.items.length, 'check') };
}

export function ratesAnswer(rates: Rates | undefined): Said {
  if (!rates) return WAITING;
  if (!rates.last_day) return { tone: 'muted', says: 'Not read yet', more: 'They are read once a day' };
  const more = `through ${formatDay(rates.last_day)}, ${plural(rates.currencies.length, 'currency', 'currencies')}`;
  return rates.stale ? { tone: 'warn', says: 'Late', more } : { tone: 'good', says: 'Up to date', more };
}
