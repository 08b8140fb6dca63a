import type { FatigueAd } from '@/api/types';
import { confounderName, daysLeft, lossRange, lossText, ruledWords, verdictWords } from './words';
import { formatDay, formatDays, formatFigure, localized, sentence } from '@/lib/format';
import { CannotTell } from '@/ui/CannotTell';
import { Confidence } from '@/ui/Confidence';
import { StatusBadge } from '@/ui/StatusBadge';
import classes from './Creatives.module.css';

/** What is said of one ad, and each other reason with what became of it. */
export function AdDetail({ ad }: { ad: FatigueAd }) {
  const { verdict, because, since, rulings, confidence } = ad;
  const { label, tone } = verdictWords(verdict);
  const range = lossRange(ad);
  return (
    <div className={classes.detail}>
      <p className={classes.signs}>
        <StatusBadge tone={tone}>{label}</StatusBadge>
        {verdict !== 'cannot_tell' && <Confidence value={confidence} />}
        {since && <span>clearly below its first days since {formatDay(since)}</span>}
      </p>
      {because && (verdict === 'cannot_tell' ? <CannotTell because={because} /> : <p>{sentence(localized(because))}</p>)}
      <dl className={classes.figures}>
        <dt>CTR</dt>
        <dd>
          {formatFigure(ad.ctr_before, { unit: 'percent' })} → {formatFigure(ad.ctr_after, { unit: 'percent' })}
          <small>{[ad.days_before, ad.days_after].map(daysText).filter(Boolean).join(' → ')}</small>
        </dd>
        <dt>Lost of its own</dt>
        <dd>
          {lossText(ad.loss)}
          {range && <small>{range}, 4 times in 5</small>}
        </dd>
        <dt>Frequency</dt>
        <dd>
          {formatFigure(ad.frequency_before, { unit: 'ratio' })} → {formatFigure(ad.frequency_after, { unit: 'ratio' })}
          <small>impressions per person and day</small>
        </dd>
        <dt>Days left</dt>
        <dd>
          {daysLeft(ad)}
          <small>until a quarter of its appeal is lost, at the pace of late</small>
        </dd>
      </dl>
      {rulings.length > 0 && (
        <>
          <h3>What else could be why</h3>
          <ul className={classes.rulings}>
            {rulings.map(({ confounder, ruled, text }) => {
              const words = ruledWords(ruled);
              return (
                <li key={confounder}>
                  <b>{confounderName(confounder)}</b>
                  <StatusBadge tone={words.tone}>{words.label}</StatusBadge>
                  <p>{sentence(localized(text))}</p>
                </li>
              );
            })}
          </ul>
        </>
      )}
    </div>
  );
}

function daysText(days: readonly unknown[] | null | undefined): string {
  const [from, to] = days ?? [];
  return typeof from === 'string' && typeof to === 'string' ? formatDays(from, to) : '';
}
