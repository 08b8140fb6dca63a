import type { Pace } from '@/api/types';
import { barOf } from './pace';
import classes from './Pacing.module.css';

/** Spent, planned by now, and where it will end, along the budget. Decoration: the figures stand below it. */
export function PaceBar({ pace }: { pace: Pace }) {
  const { spent, planned, budget, projected, low, high } = barOf(pace);
  return (
    <div className={classes.bar} data-verdict={pace.verdict} aria-hidden>
      <i className={classes.room} style={{ width: `${budget}%` }} />
      {low !== null && high !== null && <i className={classes.range} style={{ left: `${low}%`, width: `${Math.max(0.5, high - low)}%` }} />}
      <i className={classes.spent} style={{ width: `${spent}%` }} />
      {projected !== null && <i className={classes.projected} style={{ left: `${projected}%` }} />}
      <i className={classes.planned} style={{ left: `${planned}%` }} />
      <i className={classes.limit} style={{ left: `${budget}%` }} />
    </div>
  );
}

export function PaceLegend() {
  return (
    <ul className={classes.legend} aria-label="How to read the bars">
      <li>
        <i data-part="spent" aria-hidden /> spent
      </li>
      <li>
        <i data-part="planned" aria-hidden /> planned by now
      </li>
      <li>
        <i data-part="projected" aria-hidden /> where it will end
      </li>
      <li>
        <i data-part="range" aria-hidden /> four times in five in this range
      </li>
      <li>
        <i data-part="limit" aria-hidden /> the budget
      </li>
    </ul>
  );
}
