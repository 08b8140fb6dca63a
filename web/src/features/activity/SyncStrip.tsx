import { Progress } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { executionsOptions, isActive } from '@/api/executions';
import { formatCount, formatDuration, plural } from '@/lib/format';
import classes from './SyncStrip.module.css';

/** One quiet line on every page while data is being loaded. */
export function SyncStrip({ tenant }: { tenant: string }) {
  const { data: executions = [] } = useQuery(executionsOptions(tenant));
  const running = executions.find(isActive);
  if (!running) return null;
  const { done, total, unit, rows, rows_per_second: speed, seconds_left: left } = running.progress;
  const percent = total > 0 ? (done / total) * 100 : 0;
  const what = running.kind === 'sync' ? 'Syncing' : 'Importing';
  return (
    <section className={classes.strip} aria-label="Activity">
      <Progress value={percent} size={3} radius={0} animated={running.status === 'queued'} aria-label={`${what}: ${done} of ${total} ${unit}`} />
      <p className={classes.text}>
        <strong>{what}</strong>
        {running.status === 'queued' ? (
          <span>waiting to start</span>
        ) : (
          <>
            <span>
              {formatCount(done)} of {formatCount(total)} {unit}
            </span>
            <span>{plural(rows, 'row')}</span>
            {speed != null && speed > 0 && <span>{formatCount(Math.round(speed))} rows/s</span>}
            {left != null && <span>{formatDuration(left)} left</span>}
          </>
        )}
      </p>
    </section>
  );
}
