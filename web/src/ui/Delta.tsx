import { IconArrowDownRight, IconArrowUpRight, IconMinus } from '@tabler/icons-react';
import { changeOf, describeChange, type Direction, type Figure } from '@/lib/format';
import classes from '@/ui/Delta.module.css';

interface Props {
  value: Figure;
  compared: Figure;
  direction: Direction;
  /** What it is compared with, in words, for the title. */
  against?: string;
  quiet?: boolean;
}

const ARROWS = { up: IconArrowUpRight, down: IconArrowDownRight, flat: IconMinus };

/** How a figure moved: arrow, percentage and, by the metric's direction, colour. The words are there for those who see no colour. */
export function Delta({ value, compared, direction, against, quiet }: Props) {
  const change = changeOf(value, compared, direction);
  if (change.trend === 'none') return null;
  const Arrow = ARROWS[change.trend];
  const words = describeChange(change);
  return (
    <span className={classes.delta} data-tone={change.tone} data-quiet={quiet} title={against ? `${words}; before: ${against}` : words}>
      <Arrow size={quiet ? 12 : 14} stroke={2.2} aria-hidden />
      <span aria-hidden>{change.text}</span>
      <span className="visually-hidden">{words}</span>
    </span>
  );
}
