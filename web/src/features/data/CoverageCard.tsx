import { useMemo } from 'react';
import { HeatMap } from './HeatMap';
import { groupsOf } from './days';
import { DAY_STATES, LEGEND } from './states';
import type { Coverage } from '@/api/types';
import { formatDays, plural } from '@/lib/format';
import { daysOf } from '@/lib/period';
import type { Place } from '@/lib/places';
import { Card } from '@/ui/Card';
import { SWATCH } from '@/ui/CellMap';
import classes from './Data.module.css';
import map from './HeatMap.module.css';

interface Props {
  coverage: Coverage;
  busy: boolean;
  onOpen: (place: Place) => void;
}

/** Which day of which account was read, and how far it can be trusted. */
export function CoverageCard({ coverage, busy, onOpen }: Props) {
  const { from, to, accounts } = coverage;
  const days = useMemo(() => daysOf({ from, to }), [from, to]);
  const groups = useMemo(() => groupsOf(accounts), [accounts]);
  return (
    <Card
      title="Coverage"
      note={`${plural(accounts.length, 'account')}, ${formatDays(from, to)}. Each account’s days are cut in its own time zone.`}
      flush
    >
      <ul className={classes.legend} aria-label="Legend">
        {LEGEND.map((state) => (
          <li key={state} title={DAY_STATES[state].help}>
            <i className={`${SWATCH} ${map.colour}`} data-state={state} aria-hidden />
            {DAY_STATES[state].label}
          </li>
        ))}
      </ul>
      <HeatMap groups={groups} days={days} busy={busy} onOpen={onOpen} />
      <p className={classes.hint}>
        Choose a day to see what is known of it. With the keyboard: arrows move, Page Up and Page Down go to the next day that needs a look, Enter opens it.
      </p>
    </Card>
  );
}
