import type { ReactNode } from 'react';
import { WideTable } from '@/ui/WideTable';
import classes from '@/ui/FigureTable.module.css';

export interface FigureColumn<Row> {
  header: string;
  /** Figures stand at the end. */
  end?: boolean;
  cell: (row: Row) => ReactNode;
}

interface Props<Row> {
  label: string;
  columns: readonly FigureColumn<Row>[];
  rows: readonly Row[];
  rowId: (row: Row) => string;
  /** In pixels; the table scrolls sideways where there is less room. */
  minWidth?: number;
}

/** A short table as a section's whole content: the first column names its rows. */
export function FigureTable<Row>({ label, columns, rows, rowId, minWidth }: Props<Row>) {
  return (
    <WideTable label={label}>
      <table className={classes.table} aria-label={label} style={{ minWidth }}>
        <thead>
          <tr>
            {columns.map(({ header, end }) => (
              <th key={header} scope="col" data-end={end}>
                {header}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {rows.map((row) => (
            <tr key={rowId(row)}>
              {columns.map(({ header, end, cell }, i) =>
                i === 0 ? (
                  <th key={header} scope="row">
                    {cell(row)}
                  </th>
                ) : (
                  <td key={header} data-end={end}>
                    {cell(row)}
                  </td>
                ),
              )}
            </tr>
          ))}
        </tbody>
      </table>
    </WideTable>
  );
}
