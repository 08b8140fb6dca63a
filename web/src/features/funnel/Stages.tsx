import type { FunnelGap, FunnelStage } from '@/api/types';
import { byPhase, gapWords, phaseName, shownOf, sourceWords, stepWords, yardstick } from './words';
import { formatDays, formatFigure } from '@/lib/format';
import { Confidence } from '@/ui/Confidence';
import { StatusBadge } from '@/ui/StatusBadge';
import { WideTable } from '@/ui/WideTable';
import classes from './Funnel.module.css';

interface Props {
  stages: readonly FunnelStage[];
  currency: string | null | undefined;
  /** The funnel's last day; a stage of what comes late has one of its own. */
  to: string;
}

/** Each stage's yield with its range, beside what is common and what was usual. */
export function Stages({ stages, currency, to }: Props) {
  return (
    <WideTable label="Stages from impression to sale">
      <table className={classes.table} aria-label="Stages from impression to sale">
        <thead>
          <tr>
            <th scope="col">Stage</th>
            <th scope="col">In → out</th>
            <th scope="col">Yield</th>
            <th scope="col">Its benchmark</th>
            <th scope="col">Its own past</th>
          </tr>
        </thead>
        {byPhase(stages).map(({ phase, stages: inside }) => (
          <tbody key={`${phase}/${inside[0]?.step ?? ''}`}>
            <tr className={classes.phase}>
              <th scope="rowgroup" colSpan={5}>
                {phaseName(phase)}
              </th>
            </tr>
            {inside.map((stage) => (
              <Stage key={stage.step} stage={stage} currency={currency} to={to} />
            ))}
          </tbody>
        ))}
      </table>
    </WideTable>
  );
}

function Stage({ stage, currency, to }: { stage: FunnelStage; currency: string | null | undefined; to: string }) {
  const { label, way } = stepWords(stage.step);
  const shown = shownOf(stage, currency);
  return (
    <tr data-bottleneck={stage.bottleneck}>
      <th scope="row">
        <span>{label}</span>
        {stage.bottleneck && <StatusBadge tone="bad">Bottleneck</StatusBadge>}
        <small>{way}</small>
        {stage.first_day && stage.last_day && stage.last_day !== to && <small>{formatDays(stage.first_day, stage.last_day)}, all in</small>}
      </th>
      <td>
        {volume(stage.from, stage.step === 'cpm', currency)} → {volume(stage.into, stage.step === 'aov', currency)}
      </td>
      <td>
        <b>{formatFigure(stage.value, shown)}</b>
        <small>
          {formatFigure(stage.low, shown)} to {formatFigure(stage.high, shown)}
        </small>
      </td>
      <td>
        <Gap gap={stage.benchmark} stage={stage} against="benchmark" currency={currency} none="no benchmark" />
      </td>
      <td>
        <Gap gap={stage.past} stage={stage} against="past" currency={currency} none="no past to compare with" />
      </td>
    </tr>
  );
}

function volume(value: number, isMoney: boolean, currency: string | null | undefined): string {
  return formatFigure(value, isMoney ? { unit: 'money', currency, compact: true } : { unit: 'count' });
}

interface GapProps {
  gap: FunnelGap | null | undefined;
  stage: FunnelStage;
  against: 'benchmark' | 'past';
  currency: string | null | undefined;
  none: string;
}

function Gap({ gap, stage, against, currency, none }: GapProps) {
  if (!gap) return <span className="muted">{none}</span>;
  const { main, worth } = gapWords(gap, stage, against, currency);
  const source = sourceWords(gap);
  return (
    <>
      {yardstick(gap, shownOf(stage, currency))}
      {source && <small>{source}</small>}
      {main === null ? (
        <small>not worse beyond doubt</small>
      ) : (
        <>
          <strong className={classes.lost} data-against={against}>
            {main}
          </strong>
          {worth && <small>{worth}</small>}
          <span className={classes.sure}>
            <Confidence value={gap.confidence} plain />
          </span>
        </>
      )}
    </>
  );
}
