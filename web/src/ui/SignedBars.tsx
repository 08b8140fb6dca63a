import { IconArrowDownRight, IconArrowUpRight, IconMinus } from '@tabler/icons-react';
import { formatFigure, formatRatio, magnitude, toneOf, type Direction, type Figure, type Shown } from '@/lib/format';
import classes from '@/ui/SignedBars.module.css';

export interface SignedBar {
  id: string;
  label: string;
  note?: string;
  /** Whose bar it is: by how much it moved the whole. */
  change: Figure;
  /** Its share of the whole move; `null` where that says nothing. */
  share: number | null;
}

interface Props {
  /** Names the list. */
  label: string;
  bars: readonly SignedBar[];
  shown: Shown;
  direction: Direction;
}

const ARROWS = { up: IconArrowUpRight, down: IconArrowDownRight, none: IconMinus };

/** Bars to both sides of zero, each with its figure and, by the metric's direction, whether that is good. The figures are text, so no table is needed beside it. */
export function SignedBars({ label, bars, shown, direction }: Props) {
  const sizes = bars.map((bar) => magnitude(bar.change) ?? 0);
  const [low, high] = [Math.min(0, ...sizes), Math.max(0, ...sizes)];
  const span = high - low || 1;
  const zero = (-low / span) * 100;
  return (
    <ul className={classes.bars} aria-label={label}>
      {bars.map((bar, i) => {
        const size = sizes[i] ?? 0;
        const tone = toneOf(size, direction);
        const Arrow = ARROWS[size > 0 ? 'up' : size < 0 ? 'down' : 'none'];
        return (
          <li key={bar.id}>
            <span className={classes.name}>
              <span>{bar.label}</span>
              {bar.note && <small>{bar.note}</small>}
            </span>
            <span className={classes.track} aria-hidden>
              <i className={classes.zero} style={{ left: `${zero}%` }} />
              <i
                className={classes.bar}
                data-tone={tone}
                style={{ left: `${zero + (Math.min(0, size) / span) * 100}%`, width: `${Math.max(0.6, (Math.abs(size) / span) * 100)}%` }}
              />
            </span>
            <span className={classes.figure} data-tone={tone}>
              <Arrow size={14} stroke={2.2} aria-hidden />
              <b>{formatFigure(bar.change, { ...shown, signed: true })}</b>
              {tone !== 'neutral' && <span className="visually-hidden">{tone === 'good' ? ', better' : ', worse'}</span>}
            </span>
            <span className={classes.share}>
              {bar.share !== null && (
                <>
                  {bar.share < 0 ? '−' : ''}
                  {formatRatio(Math.abs(bar.share), 0)}
                  <span className="visually-hidden"> of the move</span>
                </>
              )}
            </span>
          </li>
        );
      })}
    </ul>
  );
}
