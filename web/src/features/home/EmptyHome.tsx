import { Button } from '@mantine/core';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { IconCalendarOff, IconCloudDownload, IconFileImport, IconPlugConnected } from '@tabler/icons-react';
import { executionsOptions, isActive, startSync } from '@/api/executions';
import { asProblem } from '@/api/problem';
import { REFUSED, useCan } from '@/api/session';
import type { Connection } from '@/api/types';
import { formatDay, formatDays } from '@/lib/format';
import { addDays, lengthOf, type Period } from '@/lib/period';
import { Ago } from '@/ui/Ago';
import { EmptyState } from '@/ui/States';
import { useToast } from '@/ui/Toasts';
import classes from './HomePage.module.css';

/** A tenant without any source: the two ways to get one. */
export function NoConnection({ tenant, onConnect }: { tenant: string; onConnect: (panel: 'connect' | 'import') => void }) {
  const can = useCan();
  const canConnect = can('connection:manage', tenant);
  const canLoad = can('data:load', tenant);
  return (
    <>
      <div className={classes.welcome}>
        <h1 className={classes.title}>Bring in the first numbers</h1>
        <p>There are two ways. Both give the same page, and you can use both.</p>
      </div>
      <div className={classes.ways}>
        <section className={classes.way}>
          <IconPlugConnected size={26} stroke={1.5} aria-hidden />
          <h2>Connect an ad account</h2>
          <p>With a token from the platform. Trimtab reads the history, keeps it up to date, and looks again at days that may still change.</p>
          <Button onClick={() => onConnect('connect')} disabled={!canConnect} title={canConnect ? undefined : REFUSED}>
            Connect an account
          </Button>
        </section>
        <section className={classes.way}>
          <IconFileImport size={26} stroke={1.5} aria-hidden />
          <h2>Import an export file</h2>
          <p>A CSV or Excel export from Ads Manager, Google Ads or LinkedIn, as it came. You see how it was read before anything is stored.</p>
          <Button variant="default" onClick={() => onConnect('import')} disabled={!canLoad} title={canLoad ? undefined : REFUSED}>
            Import a file
          </Button>
        </section>
      </div>
    </>
  );
}

interface NoFactsProps {
  tenant: string;
  connections: readonly Connection[];
  /** When the accounts were last read, if they were. */
  asOf: string | null;
}

/** Connected, but nothing read yet, or nothing to read. */
export function NoFacts({ tenant, connections, asOf }: NoFactsProps) {
  const queryClient = useQueryClient();
  const toast = useToast();
  const allowed = useCan()('data:load', tenant);
  const { data: executions = [] } = useQuery(executionsOptions(tenant));
  const running = executions.some(isActive) || connections.some((c) => c.syncing);
  const sync = useMutation({
    mutationFn: () => startSync(tenant),
    onSuccess: () => queryClient.invalidateQueries({ queryKey: ['executions', tenant] }),
    onError: (error) => toast({ tone: 'bad', title: asProblem(error).title, text: asProblem(error).detail }),
  });
  return (
    <EmptyState
      page
      icon={<IconCloudDownload size={22} stroke={1.6} />}
      title={asOf ? 'No delivery so far' : running ? 'The first sync is running' : 'Nothing has been read yet'}
      actions={
        !running && (
          <Button loading={sync.isPending} disabled={!allowed} title={allowed ? undefined : REFUSED} onClick={() => sync.mutate()}>
            Sync now
          </Button>
        )
      }
    >
      {asOf ? (
        <>
          Data as of <Ago at={asOf} />. The platform reported nothing for the days that were read; figures appear here once an ad delivers.
        </>
      ) : running ? (
        'Figures appear here as soon as the first days are stored. You can stay on this page.'
      ) : (
        'The account is connected. Start a sync to read its history.'
      )}
    </EmptyState>
  );
}

interface NothingProps {
  period: Period;
  lastDay: string | null;
  /** When the accounts were last read, if they were. */
  asOf: string | null;
  onPeriod: (period: Period) => void;
}

/** There are facts, but not of these days. */
export function NothingInPeriod({ period, lastDay, asOf, onPeriod }: NothingProps) {
  const offered = lastDay ? { from: addDays(lastDay, 1 - lengthOf(period)), to: lastDay } : null;
  return (
    <EmptyState
      icon={<IconCalendarOff size={22} stroke={1.6} />}
      title="No data in this period"
      actions={offered && <Button onClick={() => onPeriod(offered)}>Show {formatDays(offered.from, offered.to)}</Button>}
    >
      Nothing was stored for {formatDays(period.from, period.to)}.{lastDay && ` The last day with data is ${formatDay(lastDay)}.`}
      {asOf && (
        <>
          {' '}
          Data as of <Ago at={asOf} />.
        </>
      )}
    </EmptyState>
  );
}
