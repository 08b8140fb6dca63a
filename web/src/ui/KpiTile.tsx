import { UnstyledButton } from '@mantine/core';
import { Delta } from '@/ui/Delta';
import { Sparkline } from '@/ui/Sparkline';
import { formatFigure, type Direction, type Figure, type Unit } from '@/lib/format';
import classes from '@/ui/KpiTile.module.css';

export interface Kpi {
  id: string;
  label: string;
  unit: Unit;
  direction: Direction;
  value: Figure;
  /** `undefined` when nothing is compared. */
  compared?: Figure;
  series: readonly (number | null)[];
  description?: string;
  /** Some accounts do not report what it is computed from. */
  partial?: boolean;
}

interface Props {
  kpi: Kpi;
  currency: string | null;
  /** Which line of the chart shows it: 1, 2 or none. */
  line: 1 | 2 | null;
  onToggle: () => void;
}

/** One figure of the period with its movement. Pressing it puts it on the chart or takes it off. */
export function KpiTile({ kpi, currency, line, onToggle }: Props) {
  const shown = { unit: kpi.unit, currency };
  const full = formatFigure(kpi.value, shown);
  const before = kpi.compared === undefined ? undefined : formatFigure(kpi.compared, shown);
  return (
    <UnstyledButton className={classes.tile} data-line={line ?? undefined} aria-pressed={line !== null} onClick={onToggle} title={kpi.description}>
      <span className={classes.label}>
        <span className={classes.marker} aria-hidden />
        {kpi.label}
        {kpi.partial && (
          <span className={classes.partial} title="Some accounts do not report this: About these numbers names them">
            partial
          </span>
        )}
      </span>
      <span className={classes.row}>
        <span className={classes.value} title={full}>
          <span aria-hidden>{formatFigure(kpi.value, { ...shown, compact: true })}</span>
          <span className="visually-hidden">{full}</span>
        </span>
        {kpi.compared !== undefined && <Delta value={kpi.value} compared={kpi.compared} direction={kpi.direction} against={before} />}
      </span>
      <span className={classes.spark}>
        <Sparkline values={kpi.series} height={26} colour={line ? `var(--tt-series-${line})` : 'var(--tt-line-strong)'} />
      </span>
    </UnstyledButton>
  );
}
