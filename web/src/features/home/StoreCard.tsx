import { useQuery } from '@tanstack/react-query';
import { storeOptions, type HomeScope } from './queries';
import { asProblem } from '@/api/problem';
import { metricsOptions } from '@/api/metrics';
import { comparedOf, figureOf, metricColumns, textOf, type MetricColumn, type ResultRow } from '@/api/result';
import { formatDays, formatFigure } from '@/lib/format';
import { platformName } from '@/lib/platforms';
import { Card } from '@/ui/Card';
import { Delta } from '@/ui/Delta';
import { PlatformMark } from '@/ui/PlatformMark';
import { ErrorState, Loading } from '@/ui/States';
import { WideTable } from '@/ui/WideTable';
import classes from './StoreCard.module.css';

/** Of the whole tenant, in order. */
const HEADLINES = ['mer', 'ncac', 'store_revenue', 'orders'] as const;
/** Of each platform, in order. */
const COLUMNS = ['spend', 'revenue', 'store_revenue', 'claimed_to_counted'] as const;
const HEADERS: Record<(typeof COLUMNS)[number], string> = {
  spend: 'Spend',
  revenue: 'Claimed by the platform',
  store_revenue: 'Counted by the store',
  claimed_to_counted: 'Claimed ÷ counted',
};

const NOTE =
  'The store counts an order once, for the last click before it, as told by its utm tags. Platforms claim every order they were part of, so their sums exceed the store’s.';

/** What the platforms claim beside what the store counted. For tenants with a shop. */
export function StoreCard({ scope }: { scope: HomeScope }) {
  const { data: result, error, refetch, isPlaceholderData } = useQuery(storeOptions(scope));
  const { data: meanings } = useQuery(metricsOptions);
  const problem = error && asProblem(error);
  if (problem && !result) {
    return (
      <Card title="Store vs platforms" flush>
        <ErrorState compact problem={problem} onRetry={() => void refetch()} />
      </Card>
    );
  }
  if (!result) {
    return (
      <Card title="Store vs platforms">
        <Loading rows={4} height={24} label="Loading what the store counted" />
      </Card>
    );
  }
  const comparing = Boolean(result.compare);
  const totals: ResultRow = { ...result.totals, compare: result.compare?.totals };
  const columns = new Map(metricColumns(result.columns).map((column) => [column.id, column]));
  const figure = (row: ResultRow, column: MetricColumn | undefined) => column && <StoreFigure row={row} column={column} currency={result.currency ?? null} comparing={comparing} />;
  const { rates } = result;
  return (
    <Card title="Store vs platforms" note={NOTE} flush>
      <div className={classes.store} data-busy={isPlaceholderData}>
        <dl className={classes.headlines} aria-label="Of the whole store">
          {HEADLINES.map((id) => {
            const column = columns.get(id);
            return (
              column && (
                <div key={id}>
                  <dt title={meanings?.get(id)?.description}>{column.label}</dt>
                  <dd>{figure(totals, column)}</dd>
                </div>
              )
            );
          })}
        </dl>
        <WideTable label="Claimed and counted revenue by platform">
          <table className={classes.table}>
            <caption className="visually-hidden">Claimed and counted revenue by platform</caption>
            <thead>
              <tr>
                <th scope="col">Platform</th>
                {COLUMNS.map((id) => (
                  <th key={id} scope="col" title={meanings?.get(id)?.description}>
                    {HEADERS[id]}
                  </th>
                ))}
              </tr>
            </thead>
            <tbody>
              {result.rows.map((row) => {
                const platform = textOf(row, 'platform');
                return (
                  <tr key={platform}>
                    <th scope="row">
                      <span className={classes.platform}>
                        {platform && <PlatformMark source={platform} small />}
                        {platform ? platformName(platform) : <span title="Direct visits, search, mail, and links without utm tags">No ad platform</span>}
                      </span>
                    </th>
                    {COLUMNS.map((id) => (
                      <td key={id}>{figure(row, columns.get(id))}</td>
                    ))}
                  </tr>
                );
              })}
            </tbody>
            <tfoot>
              <tr>
                <th scope="row">Overall</th>
                {COLUMNS.map((id) => (
                  <td key={id}>{figure(totals, columns.get(id))}</td>
                ))}
              </tr>
            </tfoot>
          </table>
        </WideTable>
        <p className={classes.note}>
          MER is the store’s revenue over all ad spend; new-customer CAC is all ad spend over first orders.
          {rates && ` ${rates.from.join(', ')} converted to ${rates.to} at ECB rates of ${formatDays(rates.first, rates.last)}.`}
        </p>
      </div>
    </Card>
  );
}

interface FigureProps {
  row: ResultRow;
  column: MetricColumn;
  currency: string | null;
  comparing: boolean;
}

function StoreFigure({ row, column, currency, comparing }: FigureProps) {
  const shown = { unit: column.unit, currency };
  const value = figureOf(row, column.id);
  const compared = comparedOf(row, column.id, comparing);
  return (
    <span className={classes.figure}>
      {formatFigure(value, shown)}
      {comparing && <Delta quiet value={value} compared={compared} direction={column.direction} against={formatFigure(compared, shown)} />}
    </span>
  );
}
