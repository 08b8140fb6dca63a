// Rows × columns of coloured cells, one for each hour of some days. On phones, where a day's hours do not fit side by side, they stand below
// each other. The grid listens for all of its cells.
import { useMediaQuery } from '@mantine/hooks';
import { useRef, useState, type CSSProperties, type KeyboardEvent, type ReactNode, type SyntheticEvent } from 'react';
import { CELL, CellTip, SWATCH, tipAt, type TipAt } from '@/ui/CellMap';
import classes from '@/ui/HourMap.module.css';

/** `good` and `bad` in two colours by strength, `plain` in one, `unread` hatched, `none` an outline. */
export type HourTone = 'good' | 'bad' | 'plain' | 'unread' | 'none';

export interface HourCell {
  tone: HourTone;
  /** 0 to 1. */
  strength: number;
  /** Has a ring: it stands out for what it is. */
  marked?: boolean;
  /** Stands in the cell. */
  text?: string;
  /** What it is of: "Monday 20:00". */
  title: string;
  /** What it says. */
  says: string;
}

export interface HourLine {
  id: string;
  /** Its name, and what stands beside the cells for it. */
  name: string;
  short: string;
  /** The same where there is room for two or three letters. */
  tiny?: string;
  /** Stands apart from those before it. */
  apart?: boolean;
}

interface Props {
  label: string;
  days: readonly HourLine[];
  hours: readonly HourLine[];
  cell: (day: number, hour: number) => HourCell;
  legend?: ReactNode;
}

interface At {
  row: number;
  column: number;
}

const PHONE = '(max-width: 759px)';

export function HourMap({ label, days, hours, cell, legend }: Props) {
  const upright = useMediaQuery(PHONE, false);
  const [rows, columns] = upright ? [hours, days] : [days, hours];
  const of = (row: number, column: number): HourCell => (upright ? cell(column, row) : cell(row, column));
  const [cursor, setCursor] = useState<At>({ row: 0, column: 0 });
  const at: At = { row: Math.min(cursor.row, rows.length - 1), column: Math.min(cursor.column, columns.length - 1) };
  const [tip, setTip] = useState<(At & TipAt) | null>(null);
  const grid = useRef<HTMLDivElement>(null);

  const point = (event: SyntheticEvent): void => {
    const found = placeOf(event.target);
    if (!found) {
      setTip(null);
      return;
    }
    setTip({ row: found.row, column: found.column, ...tipAt(found.element) });
  };
  const onKey = (event: KeyboardEvent): void => {
    if (event.key === 'Escape') setTip(null);
    const found = placeOf(event.target);
    const next = found && stepOf(found, event.key, event.ctrlKey || event.metaKey, rows.length, columns.length);
    if (!next) return;
    event.preventDefault();
    setCursor(next);
    grid.current?.querySelector<HTMLElement>(`[data-place="${next.row}/${next.column}"]`)?.focus();
  };
  // Reason for `as`: a property of our own, which the type of styles does not list.
  const style = { gridTemplateColumns: `var(--name) ${columns.map(({ apart }) => (apart ? 'minmax(var(--cell), 1.35fr)' : 'minmax(var(--cell), 1fr)')).join(' ')}` } as CSSProperties;
  const shown = tip && of(tip.row, tip.column);
  return (
    <>
      <div className={classes.scroller}>
        <div
          ref={grid}
          className={classes.map}
          role="grid"
          aria-label={label}
          style={style}
          onKeyDown={onKey}
          onMouseOver={point}
          onMouseLeave={() => setTip(null)}
          onFocus={point}
          onBlur={() => setTip(null)}
        >
          <div role="row" className={classes.row}>
            <span role="presentation" className={classes.head} />
            {columns.map(({ id, name, short, tiny, apart }) => (
              <span key={id} role="columnheader" aria-label={name} className={classes.head} data-apart={apart}>
                {upright ? (tiny ?? short) : short}
              </span>
            ))}
          </div>
          {rows.map((row, r) => (
            <div key={row.id} role="row" className={classes.row}>
              <span role="rowheader" aria-label={row.name} className={classes.name} data-below={row.apart}>
                {row.short}
              </span>
              {columns.map((column, c) => {
                const { tone, strength, marked, text, title, says } = of(r, c);
                return (
                  <span
                    key={column.id}
                    role="gridcell"
                    className={`${CELL} ${classes.colour} ${classes.cell}`}
                    data-place={`${r}/${c}`}
                    data-tone={tone}
                    data-marked={marked}
                    data-apart={column.apart}
                    data-below={row.apart}
                    // Reason for `as`: the same.
                    style={{ '--strength': `${Math.round(Math.min(1, Math.max(0, strength)) * 100)}%` } as CSSProperties}
                    tabIndex={r === at.row && c === at.column ? 0 : -1}
                    aria-label={`${title}: ${says}`}
                  >
                    {text && <span aria-hidden>{text}</span>}
                  </span>
                );
              })}
            </div>
          ))}
        </div>
      </div>
      {legend && <p className={classes.legend}>{legend}</p>}
      {tip && shown && (
        <CellTip at={tip} title={shown.title}>
          <span>{shown.says}</span>
        </CellTip>
      )}
    </>
  );
}

/** What a colour or a sign stands for. */
export function HourSwatch({ tone, strength = 1, marked, children }: { tone: HourTone; strength?: number; marked?: boolean; children: ReactNode }) {
  return (
    <span className={classes.key}>
      <i className={`${SWATCH} ${classes.colour}`} data-tone={tone} data-marked={marked} style={{ '--strength': `${strength * 100}%` } as CSSProperties} aria-hidden /> {children}
    </span>
  );
}

function placeOf(target: EventTarget): (At & { element: HTMLElement }) | null {
  const element = target instanceof Element ? target.closest<HTMLElement>('[data-place]') : null;
  const [row, column] = (element?.dataset.place ?? '').split('/').map(Number);
  return element && row !== undefined && column !== undefined ? { element, row, column } : null;
}

/** Where a key leads; `null` where it leads nowhere. */
export function stepOf({ row, column }: At, key: string, whole: boolean, rows: number, columns: number): At | null {
  const last = { row: rows - 1, column: columns - 1 };
  switch (key) {
    case 'ArrowLeft':
      return column > 0 ? { row, column: column - 1 } : null;
    case 'ArrowRight':
      return column < last.column ? { row, column: column + 1 } : null;
    case 'ArrowUp':
      return row > 0 ? { row: row - 1, column } : null;
    case 'ArrowDown':
      return row < last.row ? { row: row + 1, column } : null;
    case 'Home':
      return { row: whole ? 0 : row, column: 0 };
    case 'End':
      return { row: whole ? last.row : row, column: last.column };
    default:
      return null;
  }
}
