import { useState } from 'react';
import type { Pattern, PatternCard } from '@/api/types';
import { Picture, isDrawn } from './Pictures';
import { kindOf, reasonOf, titleOf } from './words';
import { surePercent } from '@/lib/findings';
import { formatDay, formatDays, localized, sentence } from '@/lib/format';
import { CannotTell } from '@/ui/CannotTell';
import { Card } from '@/ui/Card';
import { Confidence } from '@/ui/Confidence';
import { ShowAs, type As } from '@/ui/ShowAs';
import { StatusBadge } from '@/ui/StatusBadge';
import classes from './Patterns.module.css';

interface Props {
  card: PatternCard;
  pattern: Pattern;
  today: string;
}

/** A pattern: what it says and looks like, how sure it is and until when, and what to use it for. */
export function PatternPart({ card, pattern, today }: Props) {
  const [as, setAs] = useState<As>('picture');
  const { headline, doubt, actions, picture, currency } = pattern;
  const title = titleOf(card);
  const isMap = picture.type === 'hours';
  return (
    <Card
      title={title}
      note={kindOf(card).about}
      flush
      actions={isDrawn(picture) && <ShowAs label={`Show ${title} as`} as={as} onAs={setAs} picture={isMap ? 'Map' : undefined} />}
    >
      <p className={classes.headline}>{sentence(localized(headline))}</p>
      <div className={isMap || as === 'table' || !isDrawn(picture) ? classes.wide : classes.drawn}>
        <Picture picture={picture} currency={currency} as={as} />
      </div>
      <div className={classes.told} data-map={isMap}>
        <div className={classes.prose}>
          {actions.length > 0 && (
            <>
              <h3>What to use it for</h3>
              <ul>
                {actions.map((action) => (
                  <li key={action}>{sentence(localized(action))}</li>
                ))}
              </ul>
            </>
          )}
          {doubt && (
            <p className={classes.doubt}>
              <b>When it misleads.</b> {sentence(localized(doubt))}
            </p>
          )}
        </div>
        <Rests pattern={pattern} today={today} />
      </div>
    </Card>
  );
}

/** How sure a pattern is and what that rests on, what it was learnt from, and its end. */
function Rests({ pattern: { confidence, detail, learned_from: from, learned_to: to, valid_until: until }, today }: { pattern: Pattern; today: string }) {
  const parts = [
    ['not chance', confidence.sample],
    ['not noise', confidence.spread],
    ['seen often enough', confidence.span],
  ] as const;
  return (
    <dl className={classes.rests}>
      <div>
        <dt>How sure</dt>
        <dd>
          <Confidence value={confidence.value} />
          <small>{parts.map(([words, value]) => `${words} ${surePercent(value)}`).join(' × ')}</small>
          {detail && <small>{sentence(localized(detail))}</small>}
        </dd>
      </div>
      <div>
        <dt>Good until</dt>
        <dd>
          {formatDay(until)} {until < today && <StatusBadge tone="warn">Out of date</StatusBadge>}
          <small>learnt from {formatDays(from, to)}</small>
        </dd>
      </div>
    </dl>
  );
}

/** A kind of which there is nothing to tell, and why. */
export function NoPattern({ card }: { card: PatternCard }) {
  const reason = reasonOf(card.because);
  return (
    <Card title={titleOf(card)} note={kindOf(card).about}>
      {card.enough ? (
        <div className={classes.none}>
          <StatusBadge tone="muted">No pattern</StatusBadge>
          <p>{sentence(reason)}</p>
        </div>
      ) : (
        <CannotTell because={reason} />
      )}
    </Card>
  );
}
