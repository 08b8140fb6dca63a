import type { PatternPicture, SeasonPart } from '@/api/types';
import { HoursMap, HoursTable } from './HoursMap';
import { Mark, Plot } from './Plot';
import { bandPath, linePath, stepsOf, type Scale } from './plot';
import { reasonOf } from './words';
import { formatAxis, formatCount, formatFigure, formatMonth, formatRatio, formatWeekday, NONE, plural, type Figure, type Shown } from '@/lib/format';
import { CannotTell } from '@/ui/CannotTell';
import { FigureTable } from '@/ui/FigureTable';
import type { As } from '@/ui/ShowAs';
import classes from './Patterns.module.css';

type Of<Type extends PatternPicture['type']> = Extract<PatternPicture, { type: Type }>;

interface Props {
  picture: PatternPicture;
  currency: string | null | undefined;
  as: As;
}

const share = (value: number): string => formatRatio(value, 0);

/** What a pattern looks like, or the same figures in a table. */
export function Picture({ picture, currency, as }: Props) {
  const drawn = as === 'picture';
  switch (picture.type) {
    case 'hours':
      return drawn ? <HoursMap picture={picture} currency={currency} /> : <HoursTable picture={picture} currency={currency} />;
    case 'wear':
      return drawn ? <Wear picture={picture} /> : <WearTable picture={picture} />;
    case 'budget':
      return drawn ? <Budget picture={picture} currency={currency} /> : <BudgetTable picture={picture} currency={currency} />;
    case 'audience':
      return <Audience picture={picture} />;
    case 'lag':
      return drawn ? <Lag picture={picture} /> : <LagTable picture={picture} />;
    case 'season':
      return <Season picture={picture} as={as} />;
  }
}

/** Whether there is a picture beside the table. */
export function isDrawn({ type }: PatternPicture): boolean {
  return type !== 'audience';
}

function Wear({ picture: { curve, typical_days: typical, low_days: low, high_days: high, ads, tired, seen_days: seen } }: { picture: Of<'wear'> }) {
  const last = curve.at(-1)?.days ?? 1;
  const from = { days: 0, share: 1, low: 1, high: 1 };
  const steps = [from, ...curve];
  const points = (x: Scale, y: Scale, read: (step: typeof from) => number) => stepsOf(steps.map((step) => [x(step.days), y(read(step))] as const));
  return (
    <Plot
      label={`The share of ${plural(ads, 'creative')} that is not tired, by age: ${typical == null ? `fewer than half were within ${plural(Math.round(seen || last), 'day')}` : `half are tired after ${plural(Math.round(typical), 'day')}`}. ${plural(tired, 'creative')} were seen to tire. The same figures are behind “Table”.`}
      x={{ range: [0, last], text: formatCount, title: 'age in days', whole: true }}
      y={{ range: [0, 1], ticks: [0, 0.25, 0.5, 0.75, 1], text: share, title: 'not tired' }}
    >
      {(x, y) => (
        <>
          <path className={classes.band} d={bandPath(points(x, y, (step) => step.high), points(x, y, (step) => step.low))} />
          <path className={classes.line} d={linePath(points(x, y, (step) => step.share))} />
          {typical != null && (
            <Mark at={typical} low={low} high={high == null ? null : Math.min(high, last)} scale={x} room="top">
              {`half after ${plural(Math.round(typical), 'day')}`}
            </Mark>
          )}
        </>
      )}
    </Plot>
  );
}

function WearTable({ picture: { curve } }: { picture: Of<'wear'> }) {
  return (
    <FigureTable
      label="Creatives that are not tired, by age"
      rows={curve}
      rowId={({ days }) => String(days)}
      columns={[
        { header: 'Age', cell: ({ days }) => plural(Math.round(days), 'day') },
        { header: 'Not tired', end: true, cell: (step) => share(step.share) },
        { header: '4 times in 5', end: true, cell: ({ low, high }) => `${share(low)} to ${share(high)}` },
        { header: 'Followed', end: true, cell: ({ followed }) => formatCount(followed) },
      ]}
    />
  );
}

const resultShown = ({ goal }: Of<'budget'>, currency: string | null | undefined): Shown => (goal === 'revenue' ? { unit: 'money', currency } : { unit: 'number' });

function Budget({ picture, currency }: { picture: Of<'budget'>; currency: string | null | undefined }) {
  const { curve, weeks, diminishing_at: at, low, high, goal } = picture;
  const spends = [...curve, ...weeks].map(({ spend }) => spend);
  const results = [...curve, ...weeks].map(({ result }) => result);
  const [first, last] = [Math.min(...spends), Math.max(...spends)];
  const pad = (last - first) * 0.04;
  const { unit } = resultShown(picture, currency);
  return (
    <Plot
      label={`${goal === 'revenue' ? 'Revenue' : 'Conversions'} a day by spend a day, of ${plural(weeks.length, 'week')}, with the curve through them.${at == null ? '' : ` From ${formatFigure(at, { unit: 'money', currency })} a day another unit buys less than half.`} The same figures are behind “Table”.`}
      x={{ range: [first - pad, last + pad], text: (value) => formatAxis(value, 'money', currency), title: 'spend a day' }}
      y={{ range: [0, Math.max(...results) * 1.06], text: (value) => formatAxis(value, unit, currency), title: `${goal} a day` }}
    >
      {(x, y) => (
        <>
          {at != null && (
            <Mark at={at} low={low} high={Math.min(high ?? last, last)} scale={x} room="bottom">
              {`buys half from ${formatAxis(at, 'money', currency)}`}
            </Mark>
          )}
          {weeks.map(({ spend, result }, i) => (
            <circle key={i} className={classes.dot} cx={x(spend)} cy={y(result)} r={3} />
          ))}
          <path className={classes.line} d={linePath(curve.map(({ spend, result }) => [x(spend), y(result)] as const))} />
        </>
      )}
    </Plot>
  );
}

function BudgetTable({ picture, currency }: { picture: Of<'budget'>; currency: string | null | undefined }) {
  const shown = resultShown(picture, currency);
  const one = (value: Figure): string => formatFigure(value, { ...shown, unit: shown.unit === 'money' ? 'money' : 'ratio' });
  return (
    <FigureTable
      label="What a spend per day brings"
      rows={picture.curve}
      rowId={({ spend }) => String(spend)}
      columns={[
        { header: 'Spend a day', cell: ({ spend }) => formatFigure(spend, { unit: 'money', currency }) },
        { header: `${picture.goal === 'revenue' ? 'Revenue' : 'Conversions'} a day`, end: true, cell: ({ result }) => one(result) },
        { header: 'One hundred more bring', end: true, cell: ({ marginal }) => one(marginal * 100) },
      ]}
    />
  );
}

function Audience({ picture: { decays, of } }: { picture: Of<'audience'> }) {
  return (
    <FigureTable
      label={`Ad groups that lose their audience, of ${formatCount(of)} looked at`}
      minWidth={560}
      rows={decays}
      rowId={({ id }) => id}
      columns={[
        { header: 'Ad group', cell: ({ name, id }) => name || id },
        {
          header: 'Loses a week',
          end: true,
          cell: ({ per_week: week, low, high }) => (
            <>
              {formatRatio(week, 1)}
              <small>
                {formatRatio(low, 1)} to {formatRatio(high, 1)}
              </small>
            </>
          ),
        },
        { header: 'Half is lost in', end: true, cell: ({ half_weeks: weeks }) => plural(Math.round(weeks), 'week') },
        { header: 'Frequency', end: true, cell: ({ frequency_before: before, frequency_after: after }) => (before == null || after == null ? NONE : `${formatFigure(before, { unit: 'ratio' })} → ${formatFigure(after, { unit: 'ratio' })}`) },
        { header: 'New ads', end: true, cell: ({ new_ads: ads }) => (ads === 0 ? 'none' : formatCount(ads)) },
      ]}
    />
  );
}

function Lag({ picture: { shares, most_days: most, half_days: half } }: { picture: Of<'lag'> }) {
  const last = shares.at(-1)?.age ?? 1;
  const at = (x: Scale, y: Scale, read: (one: (typeof shares)[number]) => number) => shares.map((one) => [x(one.age), y(read(one))] as const);
  return (
    <Plot
      label={`The share of conversions that is reported, by days after the click: half after ${plural(half, 'day')}, nine tenths after ${plural(most, 'day')}. The same figures are behind “Table”.`}
      x={{ range: [0, last], text: formatCount, title: 'days later', whole: true }}
      y={{ range: [0, 1], ticks: [0, 0.25, 0.5, 0.75, 1], text: share, title: 'reported' }}
    >
      {(x, y) => (
        <>
          <path className={classes.band} d={bandPath(at(x, y, ({ high }) => Math.min(1, high)), at(x, y, ({ low }) => low))} />
          <path className={classes.line} d={linePath(at(x, y, (one) => one.share))} />
          <Mark at={most} scale={x} room="bottom">{`nine tenths after ${plural(most, 'day')}`}</Mark>
        </>
      )}
    </Plot>
  );
}

function LagTable({ picture: { shares } }: { picture: Of<'lag'> }) {
  return (
    <FigureTable
      label="Conversions that are reported, by age"
      rows={shares}
      rowId={({ age }) => String(age)}
      columns={[
        { header: 'Days later', cell: ({ age }) => (age === 0 ? 'The day itself' : plural(age, 'day')) },
        { header: 'Reported', end: true, cell: (one) => share(one.share) },
        { header: '4 times in 5', end: true, cell: ({ low, high }) => `${share(low)} to ${share(high)}` },
      ]}
    />
  );
}

function Season({ picture, as }: { picture: Of<'season'>; as: As }) {
  const parts = [
    { title: 'Weekdays', seen: 'week', name: formatWeekday, parts: picture.weekdays, because: picture.weekdays_because },
    { title: 'Months', seen: 'year', name: formatMonth, parts: picture.months, because: picture.months_because },
  ];
  return (
    <div className={classes.seasons}>
      {parts.map(({ title, seen, name, parts: told, because }) => (
        <section key={title} aria-label={title}>
          <h3>{title}</h3>
          {!told ? (
            <CannotTell because={reasonOf(because)} />
          ) : as === 'picture' ? (
            <SeasonBars title={`${picture.metric} by ${title === 'Months' ? 'month' : 'weekday'}`} parts={told} name={name} />
          ) : (
            <FigureTable
              label={`${picture.metric} by ${title === 'Months' ? 'month' : 'weekday'}`}
              rows={told}
              rowId={({ place }) => String(place)}
              columns={[
                { header: title, cell: ({ place }) => name(place, 'long') },
                { header: 'Against the mean', end: true, cell: ({ index }) => share(index) },
                { header: '4 times in 5', end: true, cell: ({ low, high }) => `${share(low)} to ${share(high)}` },
                { header: 'Seen in', end: true, cell: (part) => plural(part.seen, seen) },
              ]}
            />
          )}
        </section>
      ))}
    </div>
  );
}

function SeasonBars({ title, parts, name }: { title: string; parts: readonly SeasonPart[]; name: (place: number, style: 'long' | 'short') => string }) {
  const top = Math.max(1, ...parts.map(({ high }) => high));
  const bottom = Math.min(1, ...parts.map(({ low }) => low));
  const room = (top - bottom) * 0.06;
  const [best, worst] = [...parts].sort((a, b) => b.index - a.index).filter((_, i, all) => i === 0 || i === all.length - 1);
  return (
    <Plot
      label={`${title} against the mean${best && worst ? `: most ${name(best.place, 'long')} with ${share(best.index)}, least ${name(worst.place, 'long')} with ${share(worst.index)}` : ''}. The same figures are behind “Table”.`}
      x={{ range: [-0.6, parts.length - 0.4], ticks: parts.map((_, i) => i), text: (i) => name(parts[i]?.place ?? 0, 'short').slice(0, parts.length > 7 ? 1 : 3), title: '' }}
      y={{ range: [bottom - room, top + room], text: share, title: 'against the mean' }}
    >
      {(x, y) =>
        parts.map(({ place, index, low, high }, i) => {
          const half = (x(1) - x(0)) * 0.32;
          return (
            <g key={place}>
              <rect className={classes.bar} data-less={index < 1} x={x(i) - half} width={half * 2} y={Math.min(y(index), y(1))} height={Math.max(1, Math.abs(y(index) - y(1)))} rx={2} />
              <path className={classes.whisker} d={`M${x(i).toFixed(1)} ${y(low).toFixed(1)}V${y(high).toFixed(1)}`} />
            </g>
          );
        })
      }
    </Plot>
  );
}
