import { surePercent, sureWords } from '@/lib/findings';
import classes from '@/ui/Confidence.module.css';

interface Props {
  /** 0 to 1. */
  value: number;
  /** Only the words and the number, for rows of one line. */
  plain?: boolean;
}

/** How sure something is: words, number, and a bar that repeats them. */
export function Confidence({ value, plain }: Props) {
  return (
    <span className={classes.sure} title="How sure this is, computed from the figures at hand">
      {!plain && (
        <span className={classes.track} aria-hidden>
          <i style={{ width: `${Math.min(1, Math.max(0, value)) * 100}%` }} />
        </span>
      )}
      <span>
        {sureWords(value)} <small>({surePercent(value)})</small>
      </span>
    </span>
  );
}
