// A table of figures: sticky header, sticky first column, totals that stay in sight, rows drawn only where they are seen.
// It sorts nothing and sums nothing: rows and totals come as the server gave them.
import { UnstyledButton } from '@mantine/core';
import { IconArrowDown, IconArrowUp, IconArrowsSort } from '@tabler/icons-react';
import { columnVisibilityFeature, createColumnHelper, tableFeatures, useTable } from '@tanstack/react-table';
import { useVirtualizer } from '@tanstack/react-virtual';
import { useMemo, useRef, type KeyboardEvent, type ReactNode } from 'react';
import classes from '@/ui/DataTable.module.css';

export interface TableColumn<Row> {
  id: string;
  header: string;
  /** Explains the header. */
  title?: string;
  align?: 'start' | 'end';
  width: number;
  sortable?: boolean;
  cell: (row: Row) => ReactNode;
  total?: ReactNode;
}

export interface TableSort {
  by: string;
  descending: boolean;
}

interface Props<Row> {
  label: string;
  columns: readonly TableColumn<Row>[];
  hidden?: ReadonlySet<string>;
  rows: readonly Row[];
  rowId: (row: Row) => string;
  /** Goes one level down from a row; rows are then reachable and answer to Enter. */
  onOpen?: (row: Row) => void;
  canOpen?: (row: Row) => boolean;
  sort?: TableSort;
  onSort?: (sort: TableSort) => void;
  showTotals?: boolean;
  busy?: boolean;
  empty?: ReactNode;
}

const features = tableFeatures({ columnVisibilityFeature });
const ROW_HEIGHT = 46;

export function DataTable<Row>({ label, columns, hidden, rows, rowId, onOpen, canOpen, sort, onSort, showTotals, busy, empty }: Props<Row>) {
  const definitions = useMemo(() => {
    const helper = createColumnHelper<typeof features, Row & object>();
    return columns.map((column) => helper.display({ id: column.id, header: column.header, cell: ({ row }) => column.cell(row.original) }));
  }, [columns]);
  const byId = useMemo(() => new Map(columns.map((column) => [column.id, column])), [columns]);
  const visibility = useMemo(() => Object.fromEntries([...(hidden ?? [])].map((id) => [id, false])), [hidden]);
  const table = useTable({
    features,
    columns: definitions,
    // Reason for `as`: rows are objects; the library wants that said.
    data: rows as readonly (Row & object)[],
    getRowId: (row) => rowId(row),
    state: { columnVisibility: visibility },
  });
  const scroller = useRef<HTMLDivElement>(null);
  const model = table.getRowModel().rows;
  // eslint-disable-next-line react-hooks/incompatible-library -- no compiler runs over this code; the hook is used as its makers say
  const virtual = useVirtualizer({
    count: model.length,
    getScrollElement: () => scroller.current,
    estimateSize: () => ROW_HEIGHT,
    overscan: 12,
    initialRect: { width: 1200, height: 800 },
  });
  const items = virtual.getVirtualItems();
  const above = items[0]?.start ?? 0;
  const below = virtual.getTotalSize() - (items.at(-1)?.end ?? 0);
  const shown = table.getVisibleLeafColumns().flatMap((column) => byId.get(column.id) ?? []);

  const onKey = (event: KeyboardEvent<HTMLTableSectionElement>): void => {
    if (event.key !== 'ArrowDown' && event.key !== 'ArrowUp') return;
    const row = (event.target as HTMLElement).closest('tr');
    const next = event.key === 'ArrowDown' ? row?.nextElementSibling : row?.previousElementSibling;
    const target = next?.querySelector<HTMLElement>('[data-open]');
    if (target) {
      event.preventDefault();
      target.focus();
    }
  };

  return (
    <div ref={scroller} className={classes.scroller} role="region" aria-label={label} aria-busy={busy} tabIndex={0} data-busy={busy}>
      <table className={classes.table} aria-rowcount={rows.length + 1 + (showTotals ? 1 : 0)} style={{ minWidth: shown.reduce((sum, c) => sum + c.width, 0) }}>
        <colgroup>
          {shown.map((column) => (
            <col key={column.id} style={{ width: column.width }} />
          ))}
        </colgroup>
        <thead>
          <tr>
            {shown.map((column) => (
              <HeaderCell key={column.id} column={column} sort={sort} onSort={onSort} />
            ))}
          </tr>
        </thead>
        <tbody onKeyDown={onKey}>
          {above > 0 && <tr aria-hidden style={{ height: above }} />}
          {items.map(({ index }) => {
            const row = model[index];
            if (!row) return null;
            const open = onOpen && (canOpen?.(row.original) ?? true) ? () => onOpen(row.original) : null;
            return (
              <tr key={row.id} aria-rowindex={index + 2} data-openable={open !== null} onClick={open ? (event) => rowClick(event.target, open) : undefined}>
                {row.getVisibleCells().map((cell, i) => {
                  const content = <table.FlexRender cell={cell} />;
                  if (i > 0) {
                    return (
                      <td key={cell.id} data-align={byId.get(cell.column.id)?.align}>
                        {content}
                      </td>
                    );
                  }
                  return (
                    <th key={cell.id} scope="row">
                      {open ? (
                        <UnstyledButton className={classes.open} data-open onClick={open}>
                          {content}
                        </UnstyledButton>
                      ) : (
                        <span className={classes.closed}>{content}</span>
                      )}
                    </th>
                  );
                })}
              </tr>
            );
          })}
          {below > 0 && <tr aria-hidden style={{ height: below }} />}
          {rows.length === 0 && (
            <tr>
              <td colSpan={shown.length} className={classes.empty}>
                {empty ?? 'Nothing to show.'}
              </td>
            </tr>
          )}
        </tbody>
        {showTotals && rows.length > 0 && (
          <tfoot>
            <tr>
              {shown.map((column, i) =>
                i === 0 ? (
                  <th key={column.id} scope="row">
                    <span className={classes.closed}>{column.total}</span>
                  </th>
                ) : (
                  <td key={column.id} data-align={column.align}>
                    {column.total}
                  </td>
                ),
              )}
            </tr>
          </tfoot>
        )}
      </table>
    </div>
  );
}

/** A click anywhere on a row opens it, unless it was meant for a control or to select text. */
function rowClick(target: EventTarget, open: () => void): void {
  if (target instanceof Element && target.closest('a,button')) return;
  if (globalThis.getSelection()?.toString()) return;
  open();
}

interface HeaderProps<Row> {
  column: TableColumn<Row>;
  sort: TableSort | undefined;
  onSort: ((sort: TableSort) => void) | undefined;
}

function HeaderCell<Row>({ column, sort, onSort }: HeaderProps<Row>) {
  const active = sort?.by === column.id;
  const order = active ? (sort.descending ? 'descending' : 'ascending') : undefined;
  if (!column.sortable || !onSort) {
    return (
      <th scope="col" data-align={column.align} title={column.title}>
        {column.header}
      </th>
    );
  }
  const Icon = order === 'descending' ? IconArrowDown : order === 'ascending' ? IconArrowUp : IconArrowsSort;
  // Figures are wanted largest first, names from A.
  const next = { by: column.id, descending: active ? !sort.descending : column.align === 'end' };
  return (
    <th scope="col" data-align={column.align} aria-sort={order} title={column.title}>
      <UnstyledButton className={classes.sort} data-active={active} onClick={() => onSort(next)}>
        <span>{column.header}</span>
        <Icon size={13} stroke={2} aria-hidden />
      </UnstyledButton>
    </th>
  );
}
