import { Link } from '@tanstack/react-router';
import type { Pixel } from '@/api/types';
import { EventDays, EventMap } from './EventMap';
import { endWords, hoursText, isBeyond, oneIn, qualityWords, shiftWords, silentText, untoldText, verdictWords, type Owned } from './words';
import { NONE, formatCount, formatDay, formatFigure, formatInstant, plural, type Figure } from '@/lib/format';
import { accountLabel, platformName } from '@/lib/platforms';
import { Ago } from '@/ui/Ago';
import { Card } from '@/ui/Card';
import { Confidence } from '@/ui/Confidence';
import { Facts, type Fact } from '@/ui/Facts';
import { FigureTable } from '@/ui/FigureTable';
import { StatusBadge } from '@/ui/StatusBadge';
import { Untold } from '@/ui/Untold';
import classes from './Pixels.module.css';

/** A pixel: whether it tells all, what is wrong with it, and all that it tells. */
export function PixelDetail({ owned: { account, pixel } }: { owned: Owned }) {
  const { label, tone, says } = verdictWords(pixel.verdict);
  return (
    <>
      <Card
        title={<h2 className={classes.name}>{pixel.name || pixel.id}</h2>}
        label={pixel.name || pixel.id}
        note={`${accountLabel(account.name, account.source)} · pixel ${pixel.id}`}
        actions={
          <>
            {pixel.unavailable && <StatusBadge tone="bad">Cannot be used, says the platform</StatusBadge>}
            <StatusBadge tone={tone}>{label}</StatusBadge>
          </>
        }
      >
        <div className={classes.verdict}>
          <p>{pixel.by === 'none' && pixel.verdict === 'unknown' && pixel.last_fired_at ? 'It fires; whether it tells all cannot be known from that.' : says}</p>
          {account.result.about && (
            <p className="muted">
              {platformName(account.source)}: {account.result.about}
            </p>
          )}
          {pixel.verdict !== 'unknown' && <Confidence value={pixel.confidence} />}
          {pixel.findings.map((id, i) => (
            <Link key={id} to="/findings/$finding" params={{ finding: id }}>
              {pixel.findings.length === 1 ? 'See what was found' : `See finding ${i + 1} of ${pixel.findings.length}`}
            </Link>
          ))}
        </div>
        <Troubles pixel={pixel} />
      </Card>
      <Facts
        facts={[
          pixel.by === 'none'
            ? { label: 'Last fired', value: pixel.last_fired_at ? <Ago at={pixel.last_fired_at} /> : NONE, notes: ['says the platform'] }
            : {
                label: 'Last event',
                value: silentText(pixel),
                notes: [endWords(pixel, formatInstant(pixel.counted_until)), ...(pixel.last_fired_at ? [<>fired <Ago at={pixel.last_fired_at} />, says the platform</>] : [])],
              },
          noticedFact(pixel),
          { label: 'Match quality', ...qualityWords(pixel, account.source) },
          ...(pixel.by === 'none' ? [] : [{ label: 'Counted since', value: formatDay(pixel.counted_from), notes: [pixel.by === 'day' ? 'by the day' : 'by the hour'] }]),
        ]}
      />
      {pixel.hourly.length > 0 && (pixel.by === 'day' ? <EventDays pixel={pixel} /> : <EventMap pixel={pixel} />)}
      {pixel.by !== 'none' && (
        <div className={classes.columns}>
          <Events pixel={pixel} />
          <Steps pixel={pixel} />
        </div>
      )}
      {pixel.untold.length > 0 && <Untold title="What cannot be told" items={pixel.untold.map(untoldText)} />}
    </>
  );
}

function noticedFact({ by, noticed_after_hours: hours }: Pixel): Fact {
  const label = 'A silence is noticed';
  if (by === 'none') return { label, value: 'after about 2 days', notes: ['if ads were clicked and it did not fire'] };
  if (hours == null) return { label, value: NONE, notes: ['too few events for an alarm'] };
  return { label, value: `after about ${hoursText(hours)}`, notes: ['by its own rhythm, at a usual time'] };
}

/** Silences and ratios that moved, a line each. */
function Troubles({ pixel: { silences, shifts } }: { pixel: Pixel }) {
  if (silences.length + shifts.length === 0) return null;
  return (
    <ul className={classes.troubles} aria-label="What was noticed">
      {silences.map(({ from, to, hours, expected, rarity, ongoing, alarm }) => (
        <li key={from}>
          <StatusBadge tone={alarm ? (ongoing ? 'bad' : 'warn') : 'muted'}>{`${ongoing ? 'Silent for' : 'Was silent for'} ${hoursText(hours)}`}</StatusBadge>
          <span>
            {ongoing ? `Since ${formatInstant(from)}` : `From ${formatInstant(from)} to ${formatInstant(to)}`}, where {plural(Math.round(expected), 'event')} {Math.round(expected) === 1 ? 'was' : 'were'} due.
            <small>{alarm ? `By its own rhythm that is ${oneIn(rarity)}.` : 'That is nothing unusual of it.'}</small>
          </span>
        </li>
      ))}
      {shifts.map((shift) => {
        const { tone, label, says } = shiftWords(shift);
        return (
          <li key={`${shift.event}/${shift.over}/${shift.under}`}>
            <StatusBadge tone={tone}>{label}</StatusBadge>
            <span>
              {says}
              <small>By chance alone that is {oneIn(shift.rarity)}, with all that was looked at.</small>
            </span>
          </li>
        );
      })}
    </ul>
  );
}

const count = (value: Figure): string => formatFigure(value, { unit: 'count' });

function Events({ pixel: { totals } }: { pixel: Pixel }) {
  return (
    <Card title="Events" note="How often each was received; today so far." flush={totals.length > 0}>
      {totals.length === 0 ? (
        <p className={classes.none}>None was received.</p>
      ) : (
        <FigureTable
          label="Events received"
          rows={totals}
          rowId={({ event }) => event}
          columns={[
            { header: 'Event', cell: ({ event }) => event },
            { header: 'Today', end: true, cell: ({ today }) => count(today) },
            { header: '7 days', end: true, cell: ({ days_7: days }) => count(days) },
            { header: '30 days', end: true, cell: ({ days_30: days }) => count(days) },
            ...(totals.some(({ match_quality: quality }) => quality != null)
              ? [{ header: 'Match quality', end: true, cell: ({ match_quality: quality }: Pixel['totals'][number]) => formatFigure(quality, { unit: 'number' }) }]
              : []),
          ]}
        />
      )}
    </Card>
  );
}

/** A rate beyond a hundred fills the bar. */
const width = (rate: number): string => `${Math.min(100, Math.max(0, rate))}%`;

function Steps({ pixel: { rates } }: { pixel: Pixel }) {
  return (
    <Card title="Steps on the way" note="Of the second per hundred of the first, over the last 30 days." flush={rates.length > 0}>
      {rates.length === 0 ? (
        <p className={classes.none}>It takes two steps on the way to a sale, and there are not.</p>
      ) : (
        <ul className={classes.steps}>
          {rates.map((step) => (
            <li key={`${step.from}/${step.into}`}>
              <span>
                {step.from} → {step.into}
              </span>
              <b>{formatFigure(step.rate, { unit: 'percent' })}</b>
              <span className={classes.track} aria-hidden>
                <i data-beyond={isBeyond(step)} style={{ width: width(step.rate) }} />
              </span>
              <small>
                {isBeyond(step)
                  ? 'counted more often than what leads to it'
                  : step.low != null && step.high != null
                    ? `${formatFigure(step.low, { unit: 'percent' })} to ${formatFigure(step.high, { unit: 'percent' })}, 19 times in 20`
                    : ''}
              </small>
            </li>
          ))}
        </ul>
      )}
    </Card>
  );
}

/** "2 of them silent": how many there are of each verdict. */
export function countWords(all: readonly Owned[]): string {
  const counts = new Map<string, number>();
  for (const { pixel } of all) counts.set(pixel.verdict, (counts.get(pixel.verdict) ?? 0) + 1);
  return [...counts].map(([verdict, of]) => `${formatCount(of)} ${verdictWords(verdict).label.toLowerCase()}`).join(', ');
}
