import type { ScorePart, SubScore } from '@/api/types';
import { partName, scoreTone, standing, subFigure, subWords } from './words';
import { formatCount, formatFigure, formatRatio } from '@/lib/format';
import { Card } from '@/ui/Card';
import classes from './Scores.module.css';

/** A part of a score: each figure it comes from, and where that stands between what scores nothing and what scores all. */
export function Part({ part: { kind, score, subs } }: { part: ScorePart }) {
  return (
    <Card title={partName(kind)} note={score == null ? 'Nothing of it is known.' : `${formatCount(score)} of 100`}>
      {subs.length > 0 && (
        <ul className={classes.subs}>
          {subs.map((sub) => (
            <Sub key={sub.name} sub={sub} />
          ))}
        </ul>
      )}
    </Card>
  );
}

function Sub({ sub }: { sub: SubScore }) {
  const { label, about } = subWords(sub.name);
  return (
    <li>
      <p className={classes.subHead}>
        <span>{label}</span>
        <b>{formatCount(sub.score)}</b>
      </p>
      <p className={classes.subSays}>
        {subFigure(sub, sub.figure)} {about}
      </p>
      <span className={classes.line} aria-hidden>
        <i data-tone={scoreTone(sub.score)} style={{ width: `${standing(sub) * 100}%` }} />
      </span>
      <p className={classes.ends}>
        <span>
          {subFigure(sub, sub.none_at)} scores 0
        </span>
        <span>
          {subFigure(sub, sub.full_at)} scores 100
        </span>
      </p>
      <p className={classes.small}>
        Weighs {formatRatio(sub.weight, 0)} of the part
        {sub.lost_points > 0 && `, costs ${formatFigure(sub.lost_points, { unit: 'number' })} points of the total`}
        {sub.about.length > 0 && `. Mostly: ${sub.about.join(', ')}`}.
      </p>
    </li>
  );
}
