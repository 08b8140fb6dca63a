import { SegmentedControl, Skeleton, useComputedColorScheme } from '@mantine/core';
import { Suspense, lazy, useMemo, useState } from 'react';
import { comparedOf, figureOf, metricColumns, textOf, type ResultRow } from '@/api/result';
import { chartMetrics } from './KpiTiles';
import type { HomeView } from './levels';
import type { QueryResult } from '@/api/types';
import { formatDay, formatDays, formatFigure } from '@/lib/format';
import { daysOf } from '@/lib/period';
import { Card } from '@/ui/Card';
import { DataTable, type TableColumn } from '@/ui/DataTable';
import { Delta } from '@/ui/Delta';
import type { ChartLine } from '@/ui/TimeChart';
import classes from './HomePage.module.css';

// The chart library is most of the page's weight: figures and table come first.
const TimeChart = lazy(() => import('@/ui/TimeChart').then((module) => ({ default: module.TimeChart })));

interface Props {
  result: QueryResult;
  view: HomeView;
  onView: (change: Partial<HomeView>, mode?: 'push' | 'replace') => void;
  busy: boolean;
}

/** Up to two metrics by day, as lines or as the same figures in a table. */
export function TrendCard({ result, view }: Props) {
  const [as, setAs] = useState<'chart' | 'table'>('chart');
  const dark = useComputedColorScheme('light') === 'dark';
  const model = useMemo(() => modelOf(result, view), [result, view]);
  const { lines, days, comparedDays, settling } = model;
  const title = lines.map((line) => line.label).join(' and ');

  return (
    <Card
      title={`${title} by day`}
      note={
        <span className={classes.legend}>
          {lines.map((line, i) => (
            <span key={line.id}>
              <i className={classes.swatch} data-line={i + 1} aria-hidden />
              {line.label}
            </span>
          ))}
          {result.compare && (
            <span>
              <i className={classes.swatch} data-dashed aria-hidden />
              {formatDays(result.compare.from, result.compare.to)}
            </span>
          )}
          {settling && (
            <span title="Conversions are credited for weeks after the click, so these days may still grow.">
              <i className={classes.hatch} aria-hidden />
              {settling <= result.from ? 'all days are still settling' : `still settling from ${formatDay(settling, 'short')}`}
            </span>
          )}
        </span>
      }
      actions={
        <SegmentedControl
          size="xs"
          aria-label="Show as"
          value={as}
          onChange={(value) => setAs(value === 'table' ? 'table' : 'chart')}
          data={[
            { value: 'chart', label: 'Chart' },
            { value: 'table', label: 'Table' },
          ]}
        />
      }
      flush={as === 'table'}
    >
      {as === 'chart' ? (
        <Suspense fallback={<Skeleton height={300} radius="md" />}>
          <TimeChart
            days={days}
            comparedDays={comparedDays}
            lines={lines}
            currency={result.currency ?? null}
            provisionalFrom={settling}
            dark={dark}
            label={`Line chart of ${title.toLowerCase()} by day, ${formatDays(result.from, result.to)}. The same figures are behind “Table”.`}
          />
        </Suspense>
      ) : (
        <DayTable result={result} lines={lines} settling={settling} />
      )}
    </Card>
  );
}

function modelOf(result: QueryResult, view: HomeView) {
  const days = daysOf(result);
  const comparedDays = result.compare ? daysOf(result.compare) : null;
  const rows = new Map(result.rows.map((row) => [textOf(row, 'date'), row]));
  const columns = metricColumns(result.columns);
  const lines = chartMetrics(view, result).flatMap((id): ChartLine[] => {
    const column = columns.find((c) => c.id === id);
    if (!column) return [];
    const of = (read: (row: ResultRow) => ReturnType<typeof figureOf>) =>
      days.map((day) => {
        const row = rows.get(day);
        return row ? read(row) : null;
      });
    return [
      {
        id,
        label: column.label,
        unit: column.unit,
        values: of((row) => figureOf(row, id)),
        compared: comparedDays ? of((row) => comparedOf(row, id, true)) : null,
      },
    ];
  });
  const provisional = result.provisional_from ?? null;
  const settling = provisional !== null && provisional <= result.to ? provisional : null;
  return { days, comparedDays, lines, settling };
}

function DayTable({ result, lines, settling }: { result: QueryResult; lines: readonly ChartLine[]; settling: string | null }) {
  const comparing = Boolean(result.compare);
  const columns = useMemo((): TableColumn<ResultRow>[] => {
    const metrics = metricColumns(result.columns).filter((column) => lines.some((line) => line.id === column.id));
    const totals = { ...result.totals, compare: result.compare?.totals };
    return [
      {
        id: 'date',
        header: 'Day',
        width: 190,
        cell: (row) => {
          const day = textOf(row, 'date');
          return (
            <span className={classes.entity}>
              <span>{formatDay(day, 'weekday')}</span>
              {settling && day >= settling && <small>still settling</small>}
            </span>
          );
        },
        total: 'Whole period',
      },
      ...metrics.flatMap((column): TableColumn<ResultRow>[] => {
        const shown = { unit: column.unit, currency: result.currency };
        const now: TableColumn<ResultRow> = {
          id: column.id,
          header: column.label,
          align: 'end',
          width: 130,
          cell: (row) => formatFigure(figureOf(row, column.id), shown),
          total: formatFigure(figureOf(totals, column.id), shown),
        };
        if (!comparing) return [now];
        return [
          now,
          {
            id: `${column.id}-before`,
            header: `${column.label} before`,
            align: 'end',
            width: 150,
            cell: (row) => formatFigure(comparedOf(row, column.id, true), shown),
            total: formatFigure(comparedOf(totals, column.id, true), shown),
          },
          {
            id: `${column.id}-change`,
            header: 'Change',
            align: 'end',
            width: 100,
            cell: (row) => <Delta value={figureOf(row, column.id)} compared={comparedOf(row, column.id, true)} direction={column.direction} />,
            total: <Delta value={figureOf(totals, column.id)} compared={comparedOf(totals, column.id, true)} direction={column.direction} />,
          },
        ];
      }),
    ];
  }, [result, lines, settling, comparing]);
  return <DataTable label="Figures by day" columns={columns} rows={result.rows} rowId={(row) => textOf(row, 'date')} showTotals />;
}
