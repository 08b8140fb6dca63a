import { Button } from '@mantine/core';
import { useDisclosure } from '@mantine/hooks';
import type { ReconciliationSummary } from '@/api/types';
import { formatCount, plural } from '@/lib/format';
import { accountLabel, platformName } from '@/lib/platforms';
import { PlatformMark } from '@/ui/PlatformMark';
import { StatusBadge } from '@/ui/StatusBadge';
import classes from './Data.module.css';

const PARTS = ['equal', 'provisional', 'untold', 'mismatched'] as const;

/** More accounts than this are shown when asked for: those that differ are among the first. */
const SHOWN_MAX = 6;

/** Per account, how its days compare; those that differ first. */
export function ReconciliationSummaries({ summary }: { summary: readonly ReconciliationSummary[] }) {
  const [all, { open }] = useDisclosure(false);
  const sorted = [...summary].sort((a, b) => b.mismatched - a.mismatched || a.name.localeCompare(b.name) || a.source.localeCompare(b.source));
  // A button that hides one row takes as much room as the row.
  const shown = all || sorted.length <= SHOWN_MAX + 1 ? sorted : sorted.slice(0, SHOWN_MAX);
  return (
    <>
      <ul className={classes.summaries} aria-label="Accounts compared">
        {shown.map((account) => (
          <li key={`${account.source}/${account.account}`} className={classes.summary} aria-label={accountLabel(account.name, account.source)}>
            <PlatformMark source={account.source} small />
            <span className={classes.two}>
              <b>{account.name}</b>
              <small>
                {platformName(account.source)} · {account.currency}
              </small>
            </span>
            {/* Shares of days as a bar: drawing only, the words beside it say the same. */}
            <span className={classes.shares} aria-hidden>
              {PARTS.map((part) => account[part] > 0 && <i key={part} data-part={part} style={{ flexGrow: account[part] }} />)}
            </span>
            <span className={classes.counts}>{countsOf(account)}</span>
            <Judgement account={account} />
          </li>
        ))}
      </ul>
      {shown.length < sorted.length && (
        <div className={classes.rest}>
          <Button variant="subtle" size="compact-xs" onClick={open}>
            Show all {plural(sorted.length, 'account')}
          </Button>
          <span>{restOf(sorted.slice(SHOWN_MAX))}</span>
        </div>
      )}
    </>
  );
}

function countsOf({ days, equal, provisional, untold }: ReconciliationSummary): string {
  if (days === 0) return `${plural(untold, 'day')} without a total to compare with`;
  const parts = [`${formatCount(equal)} of ${plural(days, 'day')} equal`, provisional > 0 && `${formatCount(provisional)} settling`, untold > 0 && `${formatCount(untold)} without a total`];
  return parts.filter(Boolean).join(', ');
}

/** What the accounts out of sight would say. */
function restOf(hidden: readonly ReconciliationSummary[]): string {
  const differ = hidden.filter((account) => account.mismatched > 0).length;
  return differ > 0 ? `${formatCount(differ)} of the ${formatCount(hidden.length)} others differ` : `No day of the ${formatCount(hidden.length)} others differs`;
}

function Judgement({ account }: { account: ReconciliationSummary }) {
  if (account.mismatched > 0) return <StatusBadge tone="bad">{account.mismatched === 1 ? '1 day differs' : `${formatCount(account.mismatched)} days differ`}</StatusBadge>;
  if (account.equal > 0) return <StatusBadge tone="good">All equal</StatusBadge>;
  if (account.provisional > 0) return <StatusBadge tone="waiting">All settling</StatusBadge>;
  return <StatusBadge tone="muted">Not compared</StatusBadge>;
}
