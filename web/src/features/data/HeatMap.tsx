// Accounts × days as a grid of plain cells. Rows are drawn once and only again when their days or the cursor in them change, and the
// grid listens for all of its cells, so that thousands of days cost no more than their boxes.
import { memo, useLayoutEffect, useMemo, useRef, useState, type CSSProperties, type KeyboardEvent, type MouseEvent, type SyntheticEvent } from 'react';
import type { CoveredAccount, DayState } from '@/api/types';
import { TICKS_MAX, gistOf, monthsOf, moved, statesOf, tickOf, troubleOf, type Cursor, type Group } from './days';
import { dayWords } from './states';
import { formatDay } from '@/lib/format';
import type { Day } from '@/lib/period';
import type { Place } from '@/lib/places';
import { accountLabel, platformName } from '@/lib/platforms';
import { CELL, CellTip, SWATCH, tipAt, type TipAt } from '@/ui/CellMap';
import { PlatformMark } from '@/ui/PlatformMark';
import classes from './HeatMap.module.css';

interface Props {
  groups: readonly Group[];
  days: readonly Day[];
  busy: boolean;
  onOpen: (place: Place) => void;
}

interface Tip extends TipAt {
  row: number;
  day: number;
}

export function HeatMap({ groups, days, busy, onOpen }: Props) {
  const accounts = useMemo(() => groups.flatMap((group) => group.accounts), [groups]);
  const states = useMemo(() => accounts.map((account) => statesOf(account, days)), [accounts, days]);
  const names = useMemo(() => days.map((day) => formatDay(day, 'weekday')), [days]);
  const [cursor, setCursor] = useState<Cursor | null>(null);
  const [tip, setTip] = useState<Tip | null>(null);
  const grid = useRef<HTMLDivElement>(null);
  // Until somebody moves, Tab leads to the newest day of the first account; a place that is gone counts as none.
  const at: Cursor = cursor && cursor.row < accounts.length && cursor.day < days.length ? cursor : { row: 0, day: days.length - 1 };

  // The newest days are what people come for: a map wider than its frame begins at its end.
  useLayoutEffect(() => {
    if (grid.current) grid.current.scrollLeft = grid.current.scrollWidth;
  }, [days]);

  const cellOf = (target: EventTarget): { cell: HTMLElement; row: number; day: number } | null => {
    const cell = target instanceof Element ? target.closest<HTMLElement>('[data-day]') : null;
    const row = cell?.parentElement?.dataset.row;
    return cell && row !== undefined ? { cell, row: Number(row), day: Number(cell.dataset.day) } : null;
  };
  const open = ({ row, day }: Cursor): void => {
    const account = accounts[row];
    const date = days[day];
    if (account && date) onOpen({ source: account.source, account: account.account, day: date });
  };
  const point = (event: SyntheticEvent): void => {
    const found = cellOf(event.target);
    if (!found) {
      setTip(null);
      return;
    }
    setTip({ ...tipAt(found.cell), row: found.row, day: found.day });
  };
  const onKey = (event: KeyboardEvent): void => {
    const found = cellOf(event.target);
    if (!found) return;
    if (event.key === 'Escape') setTip(null);
    if (event.key === 'Enter' || event.key === ' ') {
      event.preventDefault();
      open(found);
      return;
    }
    const next = moved(found, event.key, event.ctrlKey || event.metaKey, states);
    if (!next) return;
    event.preventDefault();
    setCursor(next);
    grid.current?.querySelector<HTMLElement>(`[data-row="${next.row}"] > [data-day="${next.day}"]`)?.focus();
  };
  const onClick = (event: MouseEvent): void => {
    const found = cellOf(event.target);
    if (!found) return;
    setCursor({ row: found.row, day: found.day });
    open(found);
  };

  // Reason for `as`: a property of our own, which the type of styles does not list.
  const style = { '--days': days.length } as CSSProperties;
  return (
    <>
      <div
        ref={grid}
        className={classes.map}
        role="grid"
        aria-label="Days of each account"
        aria-rowcount={accounts.length}
        aria-colcount={days.length + 1}
        aria-busy={busy}
        data-busy={busy}
        data-fine={days.length > TICKS_MAX}
        style={style}
        onKeyDown={onKey}
        onClick={onClick}
        onMouseOver={point}
        onMouseLeave={() => setTip(null)}
        onFocus={point}
        onBlur={() => setTip(null)}
        onScroll={() => setTip(null)}
      >
        <Axis days={days} />
        {groups.map((group) => (
          <div key={group.kind} role="rowgroup" aria-label={group.label}>
            <div role="presentation" className={classes.group}>
              <span aria-hidden>{group.label}</span>
            </div>
            {group.accounts.map((account) => {
              const index = accounts.indexOf(account);
              return (
                <Row
                  key={`${account.source}/${account.account}`}
                  index={index}
                  account={account}
                  states={states[index] ?? []}
                  names={names}
                  cursor={index === at.row ? at.day : null}
                />
              );
            })}
          </div>
        ))}
      </div>
      {tip && <TipBox tip={tip} account={accounts[tip.row]} day={names[tip.day]} state={states[tip.row]?.[tip.day]} />}
    </>
  );
}

/** A month with less than this of the map's width, and with fewer days than the narrowest cells need for its name, goes without. */
const MONTH_NAME_SHARE = 0.07;
const MONTH_NAME_DAYS = 12;

/** Months and days above the map. The cells say their days themselves. */
const Axis = memo(function Axis({ days }: { days: readonly Day[] }) {
  return (
    <div className={classes.axis} role="presentation" aria-hidden>
      <span className={classes.corner} />
      <div className={classes.scale}>
        <div className={classes.months}>
          {monthsOf(days).map((month) => (
            <span key={month.label} style={{ flexGrow: month.days }}>
              {month.days >= Math.min(days.length * MONTH_NAME_SHARE, MONTH_NAME_DAYS) && <b>{month.label}</b>}
            </span>
          ))}
        </div>
        {days.length <= TICKS_MAX && (
          <div className={classes.ticks}>
            {days.map((day) => (
              <span key={day}>{tickOf(day, days.length)}</span>
            ))}
          </div>
        )}
      </div>
    </div>
  );
});

interface RowProps {
  index: number;
  account: CoveredAccount;
  states: readonly DayState[];
  names: readonly string[];
  /** The day Tab leads to, if it is in this row. */
  cursor: number | null;
}

const Row = memo(function Row({ index, account, states, names, cursor }: RowProps) {
  const gist = gistOf(account);
  return (
    <div role="row" aria-rowindex={index + 1} className={classes.row} data-row={index}>
      <span role="rowheader" className={classes.name} title={`${account.name} · ${platformName(account.source)} ${account.account} · ${gist}`}>
        <span aria-hidden>
          <PlatformMark source={account.source} small />
        </span>
        <span>
          <b>{account.name}</b>{' '}
          <small>
            {platformName(account.source)} <span aria-hidden>·</span> <span data-trouble={troubleOf(account) > 0}>{gist}</span>
          </small>
        </span>
      </span>
      {states.map((state, day) => (
        <span
          key={day}
          role="gridcell"
          className={`${CELL} ${classes.colour} ${classes.cell}`}
          data-day={day}
          data-state={state}
          tabIndex={day === cursor ? 0 : -1}
          aria-label={`${names[day] ?? ''}: ${dayWords(state).label}`}
        />
      ))}
    </div>
  );
});

interface TipProps {
  tip: Tip;
  account: CoveredAccount | undefined;
  day: string | undefined;
  state: DayState | undefined;
}

function TipBox({ tip, account, day, state }: TipProps) {
  if (!account || !day || !state) return null;
  const words = dayWords(state);
  return (
    <CellTip
      at={tip}
      title={
        <>
          <i className={`${SWATCH} ${classes.colour}`} data-state={state} /> {words.label}
        </>
      }
    >
      <span>{accountLabel(account.name, account.source)}</span>
      <span>{day}</span>
    </CellTip>
  );
}
