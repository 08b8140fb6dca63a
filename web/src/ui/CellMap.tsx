// What maps of small coloured cells share: hours of a week, days of accounts.
import type { ReactNode } from 'react';
import classes from './CellMap.module.css';

/** Class of a cell, beside the map's own that says how it is coloured. */
export const CELL = classes.cell ?? '';
/** Class of a cell's like in a legend. */
export const SWATCH = classes.swatch ?? '';

/** A place of the window: above the middle of a cell. */
export interface TipAt {
  x: number;
  y: number;
}

export function tipAt(cell: Element): TipAt {
  const box = cell.getBoundingClientRect();
  return { x: box.left + box.width / 2, y: box.top };
}

/** What the cell under pointer or cursor stands for. The cell's own name says the same, so that it is not read twice. */
export function CellTip({ at, title, children }: { at: TipAt; title: ReactNode; children: ReactNode }) {
  return (
    <div className={classes.tip} role="presentation" aria-hidden style={{ left: `clamp(150px, ${at.x}px, calc(100vw - 150px))`, top: at.y }}>
      <strong>{title}</strong>
      {children}
    </div>
  );
}
