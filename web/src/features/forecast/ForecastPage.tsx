import { SegmentedControl } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { IconChartDots } from '@tabler/icons-react';
import type { ReactNode } from 'react';
import { forecastsOptions } from '@/api/analyses';
import { metricsOptions } from '@/api/metrics';
import { askedOf } from '@/api/problem';
import type { ForecastOfAccount, Tenant } from '@/api/types';
import { chosenMetric } from './ahead';
import { ForecastOf } from './ForecastOf';
import { HORIZONS, horizonOf, type ForecastView } from './view';
import { chosenOf } from '@/lib/accounts';
import { AccountSelect } from '@/ui/AccountSelect';
import { AccountsPage } from '@/ui/AccountsPage';
import classes from './Forecast.module.css';

interface Props {
  tenant: Tenant;
  view: ForecastView;
  onView: (change: Partial<ForecastView>) => void;
  /** Has analysis made at once. */
  analyse: ReactNode;
}

/** What each ad account will do in the coming weeks, how sure that is, and how it was worked out. */
export function ForecastPage({ tenant, view, onView, analyse }: Props) {
  return (
    <AccountsPage
      title="Forecast"
      says={`What the ad accounts of ${tenant.name} will do if nothing is changed.`}
      asked={askedOf(useQuery(forecastsOptions(tenant.id)))}
      loading="Loading forecasts"
      empty={{ icon: <IconChartDots size={22} stroke={1.6} />, title: 'Nothing is forecast yet', text: 'Forecasts are made of ad accounts with figures: after each sync, or by “Analyse now”.' }}
      analyse={analyse}
    >
      {(accounts) => {
        const account = chosenOf(accounts, view.account, ({ result }) => result.metrics.some(({ series }) => series.length > 0));
        return account && <Told tenant={tenant.id} all={accounts} account={account} view={view} onView={onView} />;
      }}
    </AccountsPage>
  );
}

interface ToldProps {
  tenant: string;
  all: readonly ForecastOfAccount[];
  account: ForecastOfAccount;
  view: ForecastView;
  onView: (change: Partial<ForecastView>) => void;
}

function Told({ tenant, all, account, view, onView }: ToldProps) {
  const metrics = useQuery(metricsOptions);
  const metric = chosenMetric(account, view.metric);
  const horizon = horizonOf(view);
  const name = (id: string): string => metrics.data?.get(id)?.name ?? id;
  return (
    <>
      <div className={classes.filters}>
        <AccountSelect accounts={all} value={account.account} onChange={(id) => onView({ account: id })} />
        <SegmentedControl
          aria-label="Metric"
          value={metric?.metric ?? ''}
          onChange={(id) => onView({ metric: id })}
          data={account.result.metrics.map(({ metric: id }) => ({ value: id, label: name(id) }))}
        />
        <SegmentedControl
          aria-label="Days ahead"
          value={String(horizon)}
          onChange={(days) => onView({ days })}
          data={HORIZONS.map((days) => ({ value: String(days), label: `${days} days` }))}
        />
      </div>
      {metric && <ForecastOf key={`${account.account}/${metric.metric}`} tenant={tenant} account={account} metric={metric} horizon={horizon} known={metrics.data ?? new Map()} />}
    </>
  );
}
