import { useElementSize } from '@mantine/hooks';
import type { ReactNode } from 'react';
import { scaleOf, ticksOf, type Scale } from './plot';
import classes from './Patterns.module.css';

export interface PlotAxis {
  range: readonly [number, number];
  /** What is marked; round numbers where it is not told. */
  ticks?: readonly number[];
  text: (value: number) => string;
  title: string;
  /** There is nothing between whole numbers. */
  whole?: boolean;
}

interface Props {
  /** All it shows, in words. */
  label: string;
  x: PlotAxis;
  y: PlotAxis;
  children: (x: Scale, y: Scale) => ReactNode;
}

const HEIGHT = 208;
const ROOM = { left: 46, right: 12, top: 22, bottom: 40 };
const WIDTH_LEAST = 240;

/** Two axes and what is drawn between them. */
export function Plot({ label, x, y, children }: Props) {
  const { ref, width: measured } = useElementSize<HTMLDivElement>();
  const width = Math.max(WIDTH_LEAST, measured);
  const floor = HEIGHT - ROOM.bottom;
  const across = scaleOf(x.range, [ROOM.left, width - ROOM.right]);
  const up = scaleOf(y.range, [floor, ROOM.top]);
  return (
    <div ref={ref} className={classes.plot}>
      <svg width={width} height={HEIGHT} viewBox={`0 0 ${width} ${HEIGHT}`} role="img" aria-label={label}>
        <text className={classes.axis} x={0} y={10}>
          {y.title}
        </text>
        {(y.ticks ?? ticksOf(...y.range)).map((tick) => (
          <g key={tick}>
            <path className={classes.grid} d={`M${ROOM.left} ${up(tick).toFixed(1)}H${width - ROOM.right}`} />
            <text className={classes.axis} x={ROOM.left - 7} y={up(tick) + 4} textAnchor="end">
              {y.text(tick)}
            </text>
          </g>
        ))}
        {(x.ticks ?? ticksOf(...x.range, width > 420 ? 6 : 4).filter((tick) => !x.whole || Number.isInteger(tick))).map((tick) => (
          <text key={tick} className={classes.axis} x={across(tick)} y={floor + 17} textAnchor="middle">
            {x.text(tick)}
          </text>
        ))}
        <text className={classes.axis} x={width - ROOM.right} y={HEIGHT - 4} textAnchor="end">
          {x.title}
        </text>
        {children(across, up)}
      </svg>
    </div>
  );
}

interface MarkProps {
  at: number;
  low?: number | null;
  high?: number | null;
  scale: Scale;
  /** Where there is room for what it is called. */
  room: 'top' | 'bottom';
  children: string;
}

/** A place on the x axis that is pointed out, with how sure that is. */
export function Mark({ at, low, high, scale, room, children }: MarkProps) {
  const x = scale(at);
  const floor = HEIGHT - ROOM.bottom;
  return (
    <g>
      {low != null && high != null && <rect className={classes.reach} x={scale(low)} width={Math.max(0, scale(high) - scale(low))} y={ROOM.top} height={floor - ROOM.top} />}
      <path className={classes.mark} d={`M${x.toFixed(1)} ${ROOM.top}V${floor}`} />
      <text className={classes.markText} x={x + 5} y={room === 'top' ? ROOM.top + 11 : floor - 9}>
        {children}
      </text>
    </g>
  );
}
