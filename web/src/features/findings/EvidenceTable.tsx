import { useMemo } from 'react';
import { comparedOf, figureOf, metricColumns, textOf, type ResultRow } from '@/api/result';
import type { Column, Evidence, QueryResult } from '@/api/types';
import { formatDay, formatFigure } from '@/lib/format';
import { platformName } from '@/lib/platforms';
import { DataTable, type TableColumn } from '@/ui/DataTable';
import { Delta } from '@/ui/Delta';
import type { Marked } from '@/ui/TimeChart';
import classes from './Evidence.module.css';

interface Props {
  evidence: Evidence;
  result: QueryResult;
  marked: Marked | null;
}

/** An answer as rows, with the server's totals; days that are pointed out say so. */
export function EvidenceTable({ evidence, result, marked }: Props) {
  const columns = useMemo(() => columnsOf(result, marked), [result, marked]);
  return (
    <DataTable
      label={`Figures: ${evidence.shows}`}
      columns={columns}
      rows={result.rows}
      rowId={(row) => result.columns.filter(({ kind }) => kind === 'dimension').map(({ key }) => textOf(row, `${key}_id`) || textOf(row, key)).join('/')}
      showTotals={result.rows.length > 1}
      empty="Nothing was stored for these days."
    />
  );
}

function columnsOf(result: QueryResult, marked: Marked | null): TableColumn<ResultRow>[] {
  const totals: ResultRow = { ...result.totals, compare: result.compare?.totals };
  const dimensions = result.columns.filter(({ kind }) => kind === 'dimension');
  const comparing = Boolean(result.compare);
  const first: TableColumn<ResultRow>[] =
    dimensions.length === 0
      ? [{ id: 'all', header: 'Days', width: 160, cell: () => 'Whole period' }]
      : dimensions.map((column, i) => ({
          id: column.key,
          header: column.label,
          width: i === 0 ? 210 : 150,
          cell: (row) => dimensionCell(row, column, marked),
          total: i === 0 ? 'Total' : undefined,
        }));
  return [
    ...first,
    ...metricColumns(result.columns).flatMap(({ id, label, unit, direction }): TableColumn<ResultRow>[] => {
      const shown = { unit, currency: result.currency };
      const now: TableColumn<ResultRow> = {
        id,
        header: label,
        align: 'end',
        width: 120,
        cell: (row) => formatFigure(figureOf(row, id), shown),
        total: formatFigure(figureOf(totals, id), shown),
      };
      if (!comparing) return [now];
      return [
        now,
        {
          id: `${id}-before`,
          header: `${label} before`,
          align: 'end',
          width: 140,
          cell: (row) => formatFigure(comparedOf(row, id, true), shown),
          total: formatFigure(comparedOf(totals, id, true), shown),
        },
        {
          id: `${id}-change`,
          header: 'Change',
          align: 'end',
          width: 100,
          cell: (row) => <Delta value={figureOf(row, id)} compared={comparedOf(row, id, true)} direction={direction} />,
          total: <Delta value={figureOf(totals, id)} compared={comparedOf(totals, id, true)} direction={direction} />,
        },
      ];
    }),
  ];
}

function dimensionCell(row: ResultRow, { key }: Column, marked: Marked | null) {
  const text = textOf(row, key);
  if (key === 'platform') return text ? platformName(text) : 'No ad platform';
  if (key !== 'date') return text || '–';
  return (
    <span className={classes.day}>
      <span>{formatDay(text, 'weekday')}</span>
      {marked && marked.from <= text && text <= marked.to && <small>{marked.label.toLowerCase()}</small>}
    </span>
  );
}
