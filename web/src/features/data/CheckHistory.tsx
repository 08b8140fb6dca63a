import { useQuery } from '@tanstack/react-query';
import { checkHistoryOptions } from '@/api/checks';
import { asProblem } from '@/api/problem';
import type { Checks } from '@/api/types';
import { checkStateOf } from './states';
import { formatInstant, localized, sentence } from '@/lib/format';
import type { CheckPlace } from '@/lib/places';
import { accountLabel } from '@/lib/platforms';
import { Dialog } from '@/ui/Dialog';
import { ErrorState, Loading } from '@/ui/States';
import { StatusBadge } from '@/ui/StatusBadge';
import classes from './Data.module.css';

interface Props {
  tenant: string;
  place: CheckPlace | null;
  checks: Checks | undefined;
  onClose: () => void;
}

/** How one account answered one check: a line for each time the answer changed. */
export function CheckHistory({ tenant, place, checks, onClose }: Props) {
  const check = checks?.items.find((item) => item.id === place?.check);
  const result = check?.results.find((one) => one.source === place?.source && one.account === place.account);
  const name = result?.name ?? place?.account;
  const failing = result?.state === 'failed';
  return (
    <Dialog title={place ? `${check?.name ?? place.check}, ${accountLabel(name ?? '', place.source)}` : ''} size="lg" opened={place !== null} onClose={onClose}>
      {place && (
        <>
          {check && <p className={classes.dayNote}>{sentence(check.description)}</p>}
          {check && failing && (
            <p className={classes.dayNote}>
              <b>What to do:</b> {check.help}
            </p>
          )}
          <Runs tenant={tenant} place={place} severity={check?.severity ?? 'error'} />
        </>
      )}
    </Dialog>
  );
}

function Runs({ tenant, place, severity }: { tenant: string; place: CheckPlace; severity: 'error' | 'warning' }) {
  const { data: items, error, refetch } = useQuery(checkHistoryOptions(tenant, place.check, place.source, place.account));
  if (error && !items) {
    const problem = asProblem(error);
    return <ErrorState compact problem={problem} onRetry={() => void refetch()} />;
  }
  if (!items) return <Loading rows={5} label="Loading the history" />;
  if (items.length === 0) return <p className="muted">It has not run for this account yet.</p>;
  return (
    <ol className={classes.history} aria-label="Answers, newest first">
      {items.map((item) => {
        const shown = checkStateOf(item.state, severity);
        return (
          <li key={item.since}>
            <Span since={item.since} until={item.checked_at} />
            <StatusBadge tone={shown.tone}>{shown.label}</StatusBadge>
            <span>{sentence(localized(item.message))}</span>
          </li>
        );
      })}
    </ol>
  );
}

/** From the first run that answered so to the last one. */
function Span({ since, until }: { since: string; until: string }) {
  return (
    <span className={classes.span}>
      <time dateTime={since}>{formatInstant(since)}</time>
      {formatInstant(until) !== formatInstant(since) && (
        <>
          {' – '}
          <time dateTime={until}>{formatInstant(until)}</time>
        </>
      )}
    </span>
  );
}
