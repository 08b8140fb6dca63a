import { useQuery } from '@tanstack/react-query';
import { asProblem } from '@/api/problem';
import { connectionsOptions } from '@/api/connections';
import { accountsOptions } from '@/api/tenants';
import { AboutNumbers } from './AboutNumbers';
import { Attention } from './Attention';
import { NoConnection, NoFacts, NothingInPeriod } from './EmptyHome';
import { KpiTiles } from './KpiTiles';
import { PerformanceTable } from './PerformanceTable';
import { PlatformSplit } from './PlatformSplit';
import { StoreCard } from './StoreCard';
import { TrailNav } from './TrailNav';
import { TrendCard } from './TrendCard';
import type { HomeView } from './levels';
import { dailyOptions, type HomeScope } from './queries';
import type { Period } from '@/lib/period';
import { kindOf } from '@/lib/platforms';
import { ErrorState, Loading } from '@/ui/States';
import classes from './HomePage.module.css';

interface Props {
  scope: HomeScope;
  view: HomeView;
  /** `replace` for changes nobody wants to go back through. */
  onView: (change: Partial<HomeView>, mode?: 'push' | 'replace') => void;
  onPeriod: (period: Period) => void;
  onConnect: (panel: 'connect' | 'import') => void;
}

export function HomePage({ scope, view, onView, onPeriod, onConnect }: Props) {
  const tenant = scope.tenant.id;
  const accounts = useQuery(accountsOptions(tenant));
  const connections = useQuery(connectionsOptions(tenant));
  const hasShop = accounts.data?.some((account) => kindOf(account.source) === 'shop') ?? false;
  // What is asked depends on whether there is a shop; the accounts are known before the figures could be.
  const daily = useQuery({ ...dailyOptions(scope, view, hasShop), enabled: !accounts.isPending });
  const failed = daily.error ?? accounts.error;

  const lastDay = accounts.data?.flatMap((account) => account.last_day ?? []).sort().at(-1);
  if (accounts.data && connections.data && !lastDay) {
    const asOf = accounts.data.flatMap((account) => account.data_as_of ?? []).sort()[0] ?? null;
    return connections.data.length === 0 ? (
      <NoConnection tenant={tenant} onConnect={onConnect} />
    ) : (
      <NoFacts tenant={tenant} connections={connections.data} asOf={asOf} />
    );
  }
  const empty = daily.data && daily.data.rows.length === 0 && !view.campaign && !view.platform;

  return (
    <div className={classes.page}>
      <header className={classes.head}>
        <TrailNav scope={scope} view={view} onView={onView} />
        {daily.data && !empty && <AboutNumbers result={daily.data} period={scope.period} />}
      </header>
      <Attention tenant={tenant} period={scope.period} connections={connections.data ?? []} />
      {failed && !daily.data ? (
        <HomeError error={failed} onRetry={() => void Promise.all([daily.refetch(), accounts.refetch()])} />
      ) : empty ? (
        <NothingInPeriod period={scope.period} lastDay={lastDay ?? null} asOf={daily.data.freshness ?? null} onPeriod={onPeriod} />
      ) : (
        <>
          {daily.data ? (
            <>
              <KpiTiles result={daily.data} view={view} onView={onView} />
              <TrendCard result={daily.data} view={view} onView={onView} busy={daily.isPlaceholderData} />
            </>
          ) : (
            <Loading rows={9} height={34} label="Loading figures" />
          )}
          {!view.campaign && <PlatformSplit scope={scope} view={view} onView={onView} />}
          {hasShop && !view.campaign && !view.platform && <StoreCard scope={scope} />}
          <PerformanceTable scope={scope} view={view} onView={onView} />
        </>
      )}
    </div>
  );
}

function HomeError({ error, onRetry }: { error: Error; onRetry: () => void }) {
  const problem = asProblem(error);
  return <ErrorState problem={problem} onRetry={onRetry} />;
}
