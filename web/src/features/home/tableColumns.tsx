// The columns of the performance table: who, in what state, and the figures with their change.
import { comparedOf, figureOf, metricColumns, textOf, type ResultRow } from '@/api/result';
import type { Level } from './levels';
import { platformName } from '@/lib/platforms';
import type { Metric, QueryResult } from '@/api/types';
import { formatFigure } from '@/lib/format';
import type { TableColumn } from '@/ui/DataTable';
import { Delta } from '@/ui/Delta';
import { StatusBadge, type StatusTone } from '@/ui/StatusBadge';
import classes from './HomePage.module.css';

const STATUS: Record<string, { tone: StatusTone; label: string }> = {
  active: { tone: 'good', label: 'Active' },
  paused: { tone: 'paused', label: 'Paused' },
  pending: { tone: 'waiting', label: 'Pending' },
  disapproved: { tone: 'bad', label: 'Disapproved' },
  with_issues: { tone: 'warn', label: 'With issues' },
  ended: { tone: 'muted', label: 'Ended' },
  archived: { tone: 'muted', label: 'Archived' },
  deleted: { tone: 'muted', label: 'Deleted' },
};

const WIDTHS: Record<string, number> = { spend: 106, revenue: 124, impressions: 110, clicks: 80, conversions: 110 };

export function tableColumns(result: QueryResult, level: Level, noun: { one: string }, severalAccounts: boolean, meanings: ReadonlyMap<string, Metric> | undefined): TableColumn<ResultRow>[] {
  const comparing = Boolean(result.compare);
  const totals: ResultRow = { ...result.totals, compare: result.compare?.totals };
  const figure = (row: ResultRow, id: string) => {
    const column = byId.get(id);
    if (!column) return null;
    const value = figureOf(row, id);
    const compared = comparedOf(row, id, comparing);
    const shown = { unit: column.unit, currency: result.currency };
    return (
      <span className={classes.figure}>
        {formatFigure(value, shown)}
        {comparing && <Delta quiet value={value} compared={compared} direction={column.direction} against={formatFigure(compared, shown)} />}
      </span>
    );
  };
  const metrics = metricColumns(result.columns);
  const byId = new Map(metrics.map((column) => [column.id, column]));

  const name: TableColumn<ResultRow> = {
    id: level,
    header: noun.one,
    width: 220,
    sortable: true,
    cell: (row) => {
      const label = textOf(row, level) || `Without ${noun.one.toLowerCase()}`;
      const place = [platformName(textOf(row, 'platform')), textOf(row, 'account')].filter(Boolean).join(' · ');
      return (
        <span className={classes.entity}>
          <span title={label}>{label}</span>
          {severalAccounts && place && <small>{place}</small>}
        </span>
      );
    },
    total: 'Total',
  };
  const status: TableColumn<ResultRow> = {
    id: 'status',
    header: 'Status',
    width: 122,
    sortable: true,
    cell: (row) => {
      const known = STATUS[textOf(row, 'status')];
      return known ? <StatusBadge tone={known.tone}>{known.label}</StatusBadge> : <span className="muted">Not known</span>;
    },
  };
  return [
    name,
    ...(level === 'campaign' ? [status] : []),
    ...metrics.map(
      ({ id, label }): TableColumn<ResultRow> => ({
        id,
        header: label,
        title: meanings?.get(id)?.description,
        align: 'end',
        width: WIDTHS[id] ?? 74,
        sortable: true,
        cell: (row) => figure(row, id),
        total: figure(totals, id),
      }),
    ),
  ];
}
