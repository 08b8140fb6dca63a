import { Link } from '@tanstack/react-router';
import type { Finding } from '@/api/types';
import { PutAway } from './PutAway';
import type { Away } from './usePutAway';
import { awayOf, directionOfFinding, entityName, entityPlace, expectedWord, intervalOf, isIntervalOfValue, shownOf, type AccountNames } from './words';
import { kindName, proseOf, severityOf, showsWhen } from '@/lib/findings';
import { formatFigure } from '@/lib/format';
import { Confidence } from '@/ui/Confidence';
import { Delta } from '@/ui/Delta';
import { PlatformMark } from '@/ui/PlatformMark';
import { StatusBadge } from '@/ui/StatusBadge';
import classes from './Findings.module.css';

interface Props {
  tenant: string;
  finding: Finding;
  names: AccountNames;
  busy: boolean;
  onPut: (away: Away) => void;
}

/** A finding in a list: what, of what, since when, how far off, how sure, and why. */
export function FindingRow({ tenant, finding, names, busy, onPut }: Props) {
  const { entity, cause } = finding;
  const severity = severityOf(finding.severity);
  const place = entityPlace(entity, names);
  const away = awayOf(finding);
  return (
    <li className={classes.row} data-tone={severity.tone} data-away={away !== null}>
      <div className={classes.rowMark} aria-hidden>
        {entity.source ? <PlatformMark source={entity.source} small /> : <span className={classes.noMark} />}
      </div>
      <div className={classes.rowText}>
        <h3 className={classes.headline}>
          <Link to="/findings/$finding" params={{ finding: finding.id }} data-row>
            {proseOf(finding.headline, entity)}
          </Link>
        </h3>
        <p className={classes.about}>
          <StatusBadge tone={severity.tone}>{severity.label}</StatusBadge>
          <span>{kindName(finding.kind)}</span>
          <span>
            {entityName(entity)}
            {place && <span className="muted"> in {place}</span>}
          </span>
          <span>{showsWhen(finding)}</span>
          {!finding.ongoing && <span className="muted">over</span>}
          {away && <StatusBadge tone="paused">{away.label}</StatusBadge>}
        </p>
        {cause && (
          <p className={classes.why}>
            <b>Why:</b> {proseOf(cause.text, entity)}
          </p>
        )}
      </div>
      <Figures finding={finding} />
      <div className={classes.rowActions}>
        <PutAway tenant={tenant} finding={finding} busy={busy} onPut={onPut} size="compact-sm" />
      </div>
    </li>
  );
}

function Figures({ finding }: { finding: Finding }) {
  const shown = shownOf(finding);
  const interval = intervalOf(finding);
  const ofValue = isIntervalOfValue(finding);
  const word = expectedWord(finding);
  return (
    <div className={classes.rowFigures}>
      {finding.value != null && (
        <p>
          {finding.metric_name && <span className="muted">{finding.metric_name} </span>}
          <b>{formatFigure(finding.value, shown)}</b>{' '}
          {finding.expected != null && <Delta value={finding.value} compared={finding.expected} direction={directionOfFinding(finding)} against={`${word} ${formatFigure(finding.expected, shown)}`} quiet />}
        </p>
      )}
      {interval && ofValue && <p className="muted">{interval}</p>}
      {finding.expected != null && (
        <p className="muted">
          {word} {formatFigure(finding.expected, shown)}
          {interval && !ofValue && <span> ({interval})</span>}
        </p>
      )}
      <p>
        <Confidence value={finding.confidence} plain />
      </p>
    </div>
  );
}
