import type { ForecastMetric, ForecastOfAccount } from '@/api/types';
import { gainOf, holidayWords } from './ahead';
import { formatFigure, formatRatio, localized, plural, sentence } from '@/lib/format';
import { Card } from '@/ui/Card';
import classes from './Forecast.module.css';

/** What a forecast is put together from, how it would have done, and what to know before relying on it. */
export function HowMade({ metric, account }: { metric: ForecastMetric; account: ForecastOfAccount }) {
  const { model, backtest } = metric;
  const notes = [holidayWords(account), ...metric.notes];
  return (
    <div className={classes.columns}>
      <Card title="Models" note="What it is put together from, each by how well it did on days it had not seen.">
        <ul className={classes.models}>
          {model.map((one) => (
            <li key={one.model}>
              <span>{one.model}</span>
              <b>{formatRatio(one.weight, 0)}</b>
              <span className={classes.track} aria-hidden>
                <i style={{ width: `${Math.min(1, Math.max(0, one.weight)) * 100}%` }} />
              </span>
            </li>
          ))}
        </ul>
      </Card>
      <Card title="How it would have done">
        <div className={classes.prose}>
          {backtest ? (
            <>
              <p>
                <Gain gain={gainOf(metric)} /> Made on {plural(backtest.origins, 'day')} of the past for the {plural(backtest.horizon, 'day')} after each.
              </p>
              <dl>
                <dt>Mean error</dt>
                <dd>{formatFigure(backtest.error, { unit: 'ratio' })} usual day-to-day changes</dd>
                <dt>Of repeating the last week</dt>
                <dd>{formatFigure(backtest.naive_error, { unit: 'ratio' })}</dd>
              </dl>
            </>
          ) : (
            <p>There are too few days to try it on the past.</p>
          )}
          <ul aria-label="What to know before relying on it">
            {notes.map((note) => (
              <li key={note}>{sentence(localized(note))}</li>
            ))}
          </ul>
        </div>
      </Card>
    </div>
  );
}

function Gain({ gain }: { gain: number | null }) {
  if (gain === null) return null;
  const by = formatRatio(Math.abs(gain), 0);
  if (Math.abs(gain) < 0.005) return <>It errs as much as repeating the last week does.</>;
  return (
    <>
      It errs <b>{by} {gain > 0 ? 'less' : 'more'}</b> than repeating the last week does.
    </>
  );
}
