import { Button } from '@mantine/core';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { IconRefresh } from '@tabler/icons-react';
import { checksOptions } from '@/api/checks';
import { connectionsOptions } from '@/api/connections';
import { startSync } from '@/api/executions';
import { asProblem } from '@/api/problem';
import { reconciledDayOptions } from '@/api/reconciliation';
import { REFUSED, useCan } from '@/api/session';
import type { CoveredAccount } from '@/api/types';
import { statesOf } from './days';
import { dayWords, figureName, verdictOf } from './states';
import { formatDay, formatFigure, formatInstant, localized, sentence } from '@/lib/format';
import type { Place } from '@/lib/places';
import { accountLabel, platformName } from '@/lib/platforms';
import { SWATCH } from '@/ui/CellMap';
import { Dialog } from '@/ui/Dialog';
import { ErrorState, Loading } from '@/ui/States';
import { StatusBadge } from '@/ui/StatusBadge';
import { useToast } from '@/ui/Toasts';
import { WideTable } from '@/ui/WideTable';
import classes from './Data.module.css';
import map from './HeatMap.module.css';

interface Props {
  tenant: string;
  place: Place | null;
  account: CoveredAccount | undefined;
  onClose: () => void;
  onShowDay: (place: Place) => void;
}

/** All that is known of one day of one account, and what can be done about it. */
export function DayDialog({ tenant, place, account, onClose, onShowDay }: Props) {
  const title = place ? `${accountLabel(account?.name ?? place.account, place.source)}, ${formatDay(place.day, 'weekday')}` : '';
  return (
    <Dialog title={title} size="lg" opened={place !== null} onClose={onClose}>
      {place && <DayBody tenant={tenant} place={place} account={account} onClose={onClose} onShowDay={onShowDay} />}
    </Dialog>
  );
}

function DayBody({ tenant, place, account, onClose, onShowDay }: Props & { place: Place }) {
  const { data: connections } = useQuery(connectionsOptions(tenant));
  const { data: checks } = useQuery(checksOptions(tenant));
  const here = (of: { source: string; account: string }): boolean => of.source === place.source && of.account === place.account;
  const connected = connections?.some((c) => c.source === place.source && c.account.id === place.account) ?? false;
  const inPeriod = account?.runs.some((run) => run.from <= place.day && place.day <= run.to) ?? false;
  const state = account && inPeriod ? statesOf(account, [place.day])[0] : undefined;
  const words = state && dayWords(state);
  const failed = (checks?.items ?? []).flatMap((check) =>
    check.results.filter((result) => here(result) && result.state === 'failed' && result.days.includes(place.day)).map((result) => ({ check, result })),
  );
  return (
    <div className={classes.day}>
      {words ? (
        <div className={classes.dayState}>
          <i className={`${SWATCH} ${map.colour}`} data-state={state} aria-hidden />
          <div>
            <strong>{words.label}</strong>
            <p>
              {words.help}
              {words.trouble && !connected && connections && ' This account has no connection: import a file that holds the day, or connect the account.'}
            </p>
          </div>
        </div>
      ) : (
        <p className="muted">This day lies outside the chosen period, or the account is gone.</p>
      )}
      <Figures tenant={tenant} place={place} />
      {failed.length > 0 && (
        <section>
          <h3 className={classes.dayTitle}>Failed checks</h3>
          <ul className={classes.dayChecks}>
            {failed.map(({ check, result }) => (
              <li key={check.id}>
                <strong>{check.name}</strong> {sentence(localized(result.message))} {check.help}
              </li>
            ))}
          </ul>
        </section>
      )}
      {account && (
        <p className={classes.dayNote}>
          {platformName(account.source)} · {account.account} · days in {account.zone.replaceAll('_', ' ')} ·{' '}
          {account.data_as_of ? `read ${formatInstant(account.data_as_of)}` : 'never read'}
          {account.settled_through && ` · final through ${formatDay(account.settled_through)}`}
        </p>
      )}
      <DayActions tenant={tenant} place={place} connected={connected} again={state !== 'before'} onClose={onClose} onShowDay={onShowDay} />
    </div>
  );
}

function Figures({ tenant, place }: { tenant: string; place: Place }) {
  const { data: all, error, refetch } = useQuery(reconciledDayOptions(tenant, place.day));
  const items = all?.filter((item) => item.source === place.source && item.account === place.account);
  if (error && !items) {
    const problem = asProblem(error);
    return <ErrorState compact problem={problem} onRetry={() => void refetch()} />;
  }
  if (!items) return <Loading rows={2} label="Loading the day’s totals" />;
  if (items.length === 0) return <p className={classes.dayNote}>The source told no total of its own for this day, so nothing could be compared.</p>;
  return (
    <WideTable label="Our sums beside the source’s own totals">
      <table className={classes.dayTable}>
        <caption className="visually-hidden">Our sums beside the source’s own totals</caption>
        <thead>
          <tr>
            <th scope="col">Figure</th>
            <th scope="col">Ours</th>
            <th scope="col">Theirs</th>
            <th scope="col">Difference</th>
            <th scope="col">Verdict</th>
          </tr>
        </thead>
        <tbody>
          {items.map((item) => {
            const verdict = verdictOf(item.verdict);
            return (
              <tr key={item.figure}>
                <th scope="row">{figureName(item.figure)}</th>
                <td>{formatFigure(item.ours, item)}</td>
                <td>{formatFigure(item.theirs, item)}</td>
                <td>{formatFigure(item.difference, { ...item, signed: true })}</td>
                <td>
                  <StatusBadge tone={verdict.tone}>{verdict.label}</StatusBadge>
                </td>
              </tr>
            );
          })}
        </tbody>
      </table>
    </WideTable>
  );
}

interface ActionsProps {
  tenant: string;
  place: Place;
  connected: boolean;
  /** Whether it may have been read before. */
  again: boolean;
  onClose: () => void;
  onShowDay: (place: Place) => void;
}

function DayActions({ tenant, place, connected, again, onClose, onShowDay }: ActionsProps) {
  const queryClient = useQueryClient();
  const toast = useToast();
  const allowed = useCan()('data:load', tenant);
  const read = useMutation({
    mutationFn: () => startSync(tenant, { source: place.source, account: place.account, from: place.day, to: place.day }),
    onSuccess: () => {
      void queryClient.invalidateQueries({ queryKey: ['executions', tenant] });
      toast({ tone: 'good', title: 'The day is being read', text: 'The map changes by itself when it is done.' });
      onClose();
    },
    onError: (error) => toast({ tone: 'bad', title: asProblem(error).title, text: asProblem(error).detail }),
  });
  return (
    <div className={classes.dayFoot}>
      <Button variant="default" onClick={() => onShowDay(place)}>
        Show this day on Home
      </Button>
      {connected ? (
        <Button
          leftSection={<IconRefresh size={16} aria-hidden />}
          loading={read.isPending}
          disabled={!allowed}
          title={allowed ? undefined : REFUSED}
          onClick={() => read.mutate()}
        >
          {again ? 'Read this day again' : 'Read this day'}
        </Button>
      ) : (
        <Button component={Link} to="/connections">
          Look at Connections
        </Button>
      )}
    </div>
  );
}
