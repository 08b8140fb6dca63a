import { Button, Skeleton, useComputedColorScheme } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { IconDownload } from '@tabler/icons-react';
import { Suspense, lazy, useMemo, useState } from 'react';
import { metricQueryOptions } from '@/api/query';
import type { ForecastMetric, ForecastOfAccount, ForecastSum, Metric, QueryResult } from '@/api/types';
import { exportOf, pastQuestion, rowsOf, sumAhead, sumOf, type AheadRow } from './ahead';
import { HowMade } from './HowMade';
import { download, toCsv } from '@/lib/csv';
import { formatDay, formatDays, formatFigure, plural, unitOf, type Figure, type Shown } from '@/lib/format';
import { CannotTell } from '@/ui/CannotTell';
import { Card } from '@/ui/Card';
import { DataTable, type TableColumn } from '@/ui/DataTable';
import { Facts, type Fact } from '@/ui/Facts';
import { ShowAs, type As } from '@/ui/ShowAs';
import classes from './Forecast.module.css';

const TimeChart = lazy(() => import('@/ui/TimeChart').then((module) => ({ default: module.TimeChart })));

interface Props {
  tenant: string;
  account: ForecastOfAccount;
  metric: ForecastMetric;
  horizon: number;
  known: ReadonlyMap<string, Metric>;
}

/** One metric of one account: the days to come, their sum, and what that rests on. */
export function ForecastOf({ tenant, account, metric, horizon, known }: Props) {
  const past = useQuery(metricQueryOptions(tenant, pastQuestion(account, metric.metric, horizon)));
  const name = known.get(metric.metric)?.name ?? metric.metric;
  const unit = unitOf(known.get(metric.metric)?.unit);
  const shown: Shown = { unit, currency: account.result.currency };
  const rows = useMemo(() => rowsOf(past.data, metric.metric, metric.series, horizon), [past.data, metric, horizon]);
  const told = metric.series.length > 0;
  return (
    <>
      {told ? <Facts facts={factsOf(account, metric, horizon, shown, known)} /> : <CannotTell because={metric.because} />}
      {rows.length > 0 && <Course title={name} rows={rows} past={past.data} shown={shown} account={account} horizon={horizon} metric={metric.metric} />}
      {told && <HowMade metric={metric} account={account} />}
    </>
  );
}

function factsOf({ result }: ForecastOfAccount, metric: ForecastMetric, horizon: number, shown: Shown, known: ReadonlyMap<string, Metric>): Fact[] {
  const { series, total } = metric;
  const days = Math.min(horizon, series.length);
  const range = (low: Figure, high: Figure): string => `${formatFigure(low, shown)} to ${formatFigure(high, shown)}`;
  const bounds = (sum: ForecastSum): string[] => [`80 %: ${range(sum.lo80, sum.hi80)}`, `95 %: ${range(sum.lo95, sum.hi95)}`];
  const whole = total && { label: `All ${plural(series.length, 'day')}`, value: formatFigure(total.value, shown), notes: bounds(total) };
  const [first, last] = [series[0]?.day ?? '', series[days - 1]?.day ?? ''];
  const sum = sumOf(metric, days);
  const part: Fact = {
    label: `Next ${plural(days, 'day')}`,
    value: formatFigure(sum ? sum.value : sumAhead(series, days, shown.unit), shown),
    notes: [formatDays(first, last), ...(sum ? bounds(sum) : [])],
  };
  const ratios = result.ratios
    .filter(({ value }) => value != null)
    .map((ratio): Fact => {
      const of = known.get(ratio.metric);
      return { label: of?.name ?? ratio.metric, value: formatFigure(ratio.value, { unit: unitOf(of?.unit), currency: result.currency }), notes: [`over all ${plural(result.horizon, 'day')}`] };
    });
  return [...(days < series.length || !whole ? [part] : []), ...(whole ? [whole] : []), ...ratios];
}

interface CourseProps {
  title: string;
  rows: readonly AheadRow[];
  past: QueryResult | undefined;
  shown: Shown;
  account: ForecastOfAccount;
  horizon: number;
  metric: string;
}

function Course({ title, rows, past, shown, account, horizon, metric }: CourseProps) {
  const [as, setAs] = useState<As>('picture');
  const dark = useComputedColorScheme('light') === 'dark';
  const drawn = useMemo(() => drawnOf(rows, title, shown), [rows, title, shown]);
  const [first, last] = [rows[0]?.day ?? '', rows.at(-1)?.day ?? ''];
  const settling = past?.provisional_from ?? null;
  const save = (): void => {
    const file = exportOf(rows);
    download(`${account.account}-${metric}-forecast-${account.result.last_day}.csv`, toCsv(file.header, file.rows));
  };
  return (
    <Card
      title={`${title} by day`}
      note={
        <span className={classes.legend}>
          <span>
            <i data-part="actual" aria-hidden /> actual
          </span>
          <span>
            <i data-part="forecast" aria-hidden /> forecast
          </span>
          <span>
            <i data-part="80" aria-hidden /> 4 times in 5
          </span>
          <span>
            <i data-part="95" aria-hidden /> 19 times in 20
          </span>
          {settling && (
            <span title="Conversions are credited for weeks after the click, so these days may still grow.">
              <i data-part="settling" aria-hidden /> still settling from {formatDay(settling, 'short')}
            </span>
          )}
        </span>
      }
      actions={
        <>
          <Button variant="default" size="xs" leftSection={<IconDownload size={14} aria-hidden />} aria-label="Export CSV of the forecast" onClick={save}>
            Export CSV
          </Button>
          <ShowAs label="Show as" as={as} onAs={setAs} picture="Chart" />
        </>
      }
      flush={as === 'table'}
    >
      {as === 'picture' ? (
        <Suspense fallback={<Skeleton height={320} radius="md" />}>
          <TimeChart
            {...drawn}
            comparedDays={null}
            currency={shown.currency ?? null}
            provisionalFrom={settling}
            provisionalTo={account.result.last_day}
            dark={dark}
            height={320}
            label={`Line chart of ${title.toLowerCase()} by day with ${horizon} days of forecast, ${formatDays(first, last)}. The same figures are behind “Table”.`}
          />
        </Suspense>
      ) : (
        <DataTable label="Forecast by day" columns={columnsOf(shown)} rows={[...rows].reverse()} rowId={({ day }) => day} />
      )}
    </Card>
  );
}

function drawnOf(rows: readonly AheadRow[], label: string, { unit }: Shown) {
  const of = (read: (row: AheadRow) => Figure): Figure[] => rows.map(read);
  return {
    days: rows.map(({ day }) => day),
    lines: [
      { id: 'actual', label, unit, values: of(({ actual }) => actual), compared: null },
      { id: 'forecast', label: 'Forecast', unit, values: of(({ ahead }) => ahead?.value), compared: null, dashed: true },
    ],
    bands: [
      { id: '95', label: '95 %', low: of(({ ahead }) => ahead?.lo95), high: of(({ ahead }) => ahead?.hi95), opacity: 0.13 },
      { id: '80', label: '80 %', low: of(({ ahead }) => ahead?.lo80), high: of(({ ahead }) => ahead?.hi80), opacity: 0.2 },
    ],
  };
}

function columnsOf(shown: Shown): TableColumn<AheadRow>[] {
  const column = (id: string, header: string, read: (row: AheadRow) => Figure): TableColumn<AheadRow> => ({
    id,
    header,
    align: 'end',
    width: 120,
    cell: (row) => formatFigure(read(row), shown),
  });
  return [
    { id: 'day', header: 'Day', width: 180, cell: ({ day }) => formatDay(day, 'weekday') },
    column('actual', 'Actual', ({ actual }) => actual),
    column('forecast', 'Forecast', ({ ahead }) => ahead?.value),
    column('lo80', '80 % from', ({ ahead }) => ahead?.lo80),
    column('hi80', '80 % to', ({ ahead }) => ahead?.hi80),
    column('lo95', '95 % from', ({ ahead }) => ahead?.lo95),
    column('hi95', '95 % to', ({ ahead }) => ahead?.hi95),
  ];
}
