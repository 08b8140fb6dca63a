import type { UseQueryResult } from '@tanstack/react-query';
import { asProblem } from '@/api/problem';
import type { Rates } from '@/api/types';
import { formatDay, plural, sentence, localized } from '@/lib/format';
import { Ago } from '@/ui/Ago';
import { Card } from '@/ui/Card';
import { ErrorState, Loading } from '@/ui/States';
import { StatusBadge } from '@/ui/StatusBadge';
import classes from './Data.module.css';

/** How far the exchange rates go, and whether they are late. */
export function RatesCard({ rates }: { rates: UseQueryResult<Rates> }) {
  const { data, error } = rates;
  return (
    <Card title="Exchange rates" note="Reference rates of the European Central Bank. Each day’s amounts are converted at that day’s rate; days without one use the rate of the day before.">
      {error && !data ? (
        <ErrorState compact problem={asProblem(error)} onRetry={() => void rates.refetch()} />
      ) : !data ? (
        <Loading rows={2} label="Loading exchange rates" />
      ) : (
        <Body rates={data} />
      )}
    </Card>
  );
}

function Body({ rates }: { rates: Rates }) {
  const { base, last_day: last, read_at: read, currencies, stale, message } = rates;
  if (!last) {
    return (
      <p className={classes.noRates}>
        {message ? sentence(localized(message)) : 'No rates have been read yet.'} They are read by themselves once a day. Until then amounts of another currency cannot be converted.
      </p>
    );
  }
  return (
    <>
      {(stale || message) && (
        <p className={classes.stale} role="note" data-stale={stale}>
          {message ? sentence(localized(message)) : `No newer rates than those of ${formatDay(last)} could be read.`}
          {stale && ' Figures of later days use the last known rates. Check that the server may reach the European Central Bank.'}
        </p>
      )}
      <dl className={classes.rates}>
        <div>
          <dt>Last day</dt>
          <dd>
            {formatDay(last, 'weekday')} {stale ? <StatusBadge tone="warn">Late</StatusBadge> : <StatusBadge tone="good">Up to date</StatusBadge>}
          </dd>
        </div>
        <div>
          <dt>Read</dt>
          <dd>{read ? <Ago at={read} /> : 'never'}</dd>
        </div>
        <div>
          <dt>Base</dt>
          <dd>{base}</dd>
        </div>
        <div className={classes.currencies}>
          <dt>{plural(currencies.length, 'currency', 'currencies')}</dt>
          <dd>{currencies.join(', ') || '–'}</dd>
        </div>
      </dl>
    </>
  );
}
