import { IconAlertTriangle, IconCoin, IconPencil, IconPlugConnected, IconPlus, IconSchool, IconToggleLeft } from '@tabler/icons-react';
import type { KnownEvent } from '@/api/types';
import { entityName, eventChange, eventName, eventWhen } from './words';
import { formatDay } from '@/lib/format';
import classes from './Findings.module.css';

const ICONS: Record<string, typeof IconCoin> = {
  budget: IconCoin,
  status: IconToggleLeft,
  disapproved: IconAlertTriangle,
  learning: IconSchool,
  created: IconPlus,
  edited: IconPencil,
  connection: IconPlugConnected,
};

/** What is known to have happened, in the order of days, with the finding's first day among it. */
export function Events({ events, from }: { events: readonly KnownEvent[]; from: string }) {
  const sorted = [...events].sort((a, b) => a.day.localeCompare(b.day));
  const begun = sorted.findIndex((event) => event.day >= from);
  const at = begun < 0 ? sorted.length : begun;
  return (
    <ol className={classes.events} aria-label="What is known to have happened">
      {sorted.slice(0, at).map((event, i) => (
        <Happened key={i} event={event} from={from} />
      ))}
      <li data-begin>
        <span className={classes.eventMark} aria-hidden />
        <time dateTime={from}>{formatDay(from, 'short')}</time>
        <span>
          <b>It begins to show</b>
        </span>
      </li>
      {sorted.slice(at).map((event, i) => (
        <Happened key={i} event={event} from={from} />
      ))}
    </ol>
  );
}

function Happened({ event, from }: { event: KnownEvent; from: string }) {
  const Icon = ICONS[event.kind] ?? IconPencil;
  return (
    <li>
      <span className={classes.eventMark} aria-hidden>
        <Icon size={14} stroke={1.8} />
      </span>
      <time dateTime={event.day}>{formatDay(event.day, 'short')}</time>
      <span>
        <b>{eventName(event.kind)}</b>: {entityName(event.entity)}, {eventChange(event)}
        <small>
          {eventWhen(event.day, from)}
          {event.by && `, by ${event.by}`}
        </small>
      </span>
    </li>
  );
}
