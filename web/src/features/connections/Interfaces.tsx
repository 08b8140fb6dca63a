import { useQuery } from '@tanstack/react-query';
import { sourcesOptions } from '@/api/connections';
import type { Connection, Interface, Source } from '@/api/types';
import { formatDay } from '@/lib/format';
import { platformName } from '@/lib/platforms';
import { PlatformMark } from '@/ui/PlatformMark';
import { StatusBadge } from '@/ui/StatusBadge';
import classes from './Connections.module.css';

/** Which version of each platform's interface is spoken, and until when the platform serves it. Quiet until an end is near. */
export function Interfaces({ connections }: { connections: readonly Connection[] }) {
  const sources = useQuery(sourcesOptions);
  const spoken = (sources.data ?? []).flatMap((source) =>
    source.interface && connections.some((c) => c.source === source.id) ? [{ source, spoken: source.interface }] : [],
  );
  if (spoken.length === 0) return null;
  return (
    <ul className={classes.interfaces} aria-label="Interfaces of the platforms">
      {spoken.map(({ source, spoken }) => (
        <Line key={source.id} source={source} spoken={spoken} />
      ))}
    </ul>
  );
}

function Line({ source, spoken }: { source: Source; spoken: Interface }) {
  const { phase, days_left: days, certainty } = spoken;
  return (
    <li className={classes.interface} title={certainty === 'estimated' ? 'Estimated: the platform serves a version for about a year' : undefined}>
      <PlatformMark source={source.id} />
      <div>
        <span>
          {nameOf(source, spoken)} {spoken.version}
          {' · '}
          {supportOf(spoken)}
        </span>
        {phase === 'ending' && <StatusBadge tone="warn">{days === 0 ? 'Ends today' : days === 1 ? 'Ends tomorrow' : `Ends in ${days} days`}: upgrade Trimtab</StatusBadge>}
        {phase === 'ended' && <StatusBadge tone="bad">No longer supported: upgrade Trimtab</StatusBadge>}
      </div>
    </li>
  );
}

/** Several platforms call theirs a "Marketing API". */
function nameOf({ id }: Source, { name }: Interface): string {
  const platform = platformName(id);
  return name.includes(platform) ? name : `${platform} ${name}`;
}

function supportOf({ supported_until: until, certainty, phase }: Interface): string {
  if (!until) return 'no end announced';
  const about = certainty === 'estimated' ? 'about ' : '';
  return phase === 'ended' ? `was supported until ${about}${formatDay(until)}` : `supported until ${about}${formatDay(until)}`;
}
