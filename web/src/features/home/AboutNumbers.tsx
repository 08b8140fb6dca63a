import { Button, CopyButton, Popover } from '@mantine/core';
import { IconInfoCircle } from '@tabler/icons-react';
import type { QueryResult } from '@/api/types';
import { formatDay, formatDays, formatInstant, plural } from '@/lib/format';
import { addDays, type Period } from '@/lib/period';
import { Ago } from '@/ui/Ago';
import classes from './HomePage.module.css';

/** Where the figures on this page come from and how final they are. */
export function AboutNumbers({ result, period }: { result: QueryResult; period: Period }) {
  const { freshness, currency, timezones, provisional_from: provisional, compare, notes, source_hash: hash, rates } = result;
  const settling = provisional != null && provisional <= period.to;
  return (
    <div className={classes.about}>
      <span>{freshness ? <>Data as of <Ago at={freshness} /></> : 'Not read yet'}</span>
      <span aria-hidden>·</span>
      <span>{currency ?? 'no currency'}</span>
      <span aria-hidden>·</span>
      <span>{timezones.length > 1 ? `${timezones.length} time zones` : (timezones[0] ?? '').replaceAll('_', ' ')}</span>
      <Popover width={360} position="bottom-end" shadow="lg" withinPortal trapFocus>
        <Popover.Target>
          <Button variant="subtle" size="compact-sm" leftSection={<IconInfoCircle size={15} aria-hidden />}>
            About these numbers
          </Button>
        </Popover.Target>
        <Popover.Dropdown>
          <dl className={classes.facts}>
            <dt>Days</dt>
            <dd>{formatDays(result.from, result.to)}</dd>
            {compare && (
              <>
                <dt>Compared</dt>
                <dd>{formatDays(compare.from, compare.to)}</dd>
              </>
            )}
            <dt>Data as of</dt>
            <dd>{freshness ? `${formatInstant(freshness)}, your time` : 'not read yet'}</dd>
            <dt>Currency</dt>
            <dd>{currency ?? '–'}</dd>
            {rates && (
              <>
                <dt>Converted</dt>
                <dd>
                  {rates.from.join(', ')} to {rates.to} at ECB rates of {formatDays(rates.first, rates.last)}, each day at its own.
                  {rates.carried_days > 0 && ` ${plural(rates.carried_days, 'day')} without a rate, as weekends have none, ${rates.carried_days === 1 ? 'uses' : 'use'} the last one before.`}
                </dd>
              </>
            )}
            <dt>Days cut in</dt>
            <dd>{timezones.join(', ') || '–'}</dd>
            <dt>Settled</dt>
            <dd>
              {settling && provisional
                ? `Through ${formatDay(addDays(provisional, -1))}. Later days may still grow: conversions are credited for weeks after the click.`
                : 'All days are final.'}
            </dd>
            <dt>Source hash</dt>
            <dd>
              <CopyButton value={hash}>
                {({ copied, copy }) => (
                  <Button variant="default" size="compact-xs" ff="monospace" fw={400} onClick={copy} aria-label={`Copy the source hash ${hash}`}>
                    {copied ? 'copied' : `${hash.slice(0, 16)}…`}
                  </Button>
                )}
              </CopyButton>
              <br />
              <small className="muted">Equal hashes mean equal numbers.</small>
            </dd>
          </dl>
          {notes.length > 0 && (
            <ul className={classes.notes}>
              {notes.map((note) => (
                <li key={note}>{note}</li>
              ))}
            </ul>
          )}
        </Popover.Dropdown>
      </Popover>
    </div>
  );
}
