import { useQuery } from '@tanstack/react-query';
import { CHART_DEFAULT } from './metrics';
import type { HomeView } from './levels';
import { metricsOptions } from '@/api/metrics';
import { comparedOf, figureOf, metricColumns } from '@/api/result';
import type { QueryResult } from '@/api/types';
import { magnitude } from '@/lib/format';
import { KpiTile, type Kpi } from '@/ui/KpiTile';
import classes from './HomePage.module.css';

const LINES_MAX = 2;

/** The metrics on the chart: as the address says, of those there are, else spend and revenue. */
export function chartMetrics(view: HomeView, { columns }: Pick<QueryResult, 'columns'>): string[] {
  const known = metricColumns(columns).map((column) => column.id);
  const asked = (view.chart ?? '').split(',').filter((id) => known.includes(id));
  return asked.length > 0 ? [...new Set(asked)].slice(0, LINES_MAX) : [...CHART_DEFAULT];
}

/** One more, one less, or another second one; never none. */
export function toggled(shown: readonly string[], id: string): string[] {
  if (shown.includes(id)) return shown.length > 1 ? shown.filter((other) => other !== id) : [...shown];
  return [...shown.slice(0, LINES_MAX - 1), id];
}

interface Props {
  result: QueryResult;
  view: HomeView;
  onView: (change: Partial<HomeView>, mode?: 'push' | 'replace') => void;
}

export function KpiTiles({ result, view, onView }: Props) {
  const shown = chartMetrics(view, result);
  const { data: metrics } = useQuery(metricsOptions);
  const comparing = Boolean(result.compare);
  const totals = { ...result.totals, compare: result.compare?.totals };
  return (
    <section aria-label="Key figures" className={classes.tiles}>
      {metricColumns(result.columns).map((column) => {
        const kpi: Kpi = {
          ...column,
          description: metrics?.get(column.id)?.description,
          value: figureOf(totals, column.id),
          compared: comparedOf(totals, column.id, comparing),
          series: result.rows.map((row) => magnitude(figureOf(row, column.id))),
        };
        const at = shown.indexOf(column.id);
        return (
          <KpiTile
            key={column.id}
            kpi={kpi}
            currency={result.currency ?? null}
            line={at === 0 ? 1 : at === 1 ? 2 : null}
            onToggle={() => onView({ chart: toggled(shown, column.id).join(',') }, 'replace')}
          />
        );
      })}
    </section>
  );
}
