import { UnstyledButton } from '@mantine/core';
import { Link } from '@tanstack/react-router';
import { IconChevronDown } from '@tabler/icons-react';
import { useId } from 'react';
import type { ContextFigure, Insight, Metric, Tenant } from '@/api/types';
import { BlastRadius } from './BlastRadius';
import { EvidenceList } from './EvidenceList';
import { PutAway } from './PutAway';
import type { Away } from './usePutAway';
import { entityName, entityPlace, markLabel, type AccountNames } from './words';
import { proseOf, severityOf, showsWhen } from '@/lib/findings';
import { directionOf, formatFigure, sentence, unitOf, type Shown } from '@/lib/format';
import { Card } from '@/ui/Card';
import { Confidence } from '@/ui/Confidence';
import { Delta } from '@/ui/Delta';
import { StatusBadge } from '@/ui/StatusBadge';
import { FigureTable } from '@/ui/FigureTable';
import classes from './Insights.module.css';

interface Props {
  tenant: Tenant;
  insight: Insight;
  names: AccountNames;
  known: ReadonlyMap<string, Metric>;
  busy: boolean;
  onPut: (away: Away) => void;
  open: boolean;
  /** The opened evidence, by place. */
  show: string | undefined;
  onOpen: (open: boolean) => void;
  onShow: (show: string | undefined) => void;
}

/** An insight in the list; opened, all that belongs to it. */
export function InsightEntry({ insight, names, busy, onPut, open, onOpen, ...rest }: Props) {
  const id = useId();
  const { finding } = insight;
  const severity = severityOf(finding.severity);
  const place = entityPlace(finding.entity, names);
  return (
    <li className={classes.entry} data-tone={severity.tone}>
      <div className={classes.line}>
        <div className={classes.text}>
          <h3>
            <UnstyledButton className={classes.toggle} aria-expanded={open} aria-controls={id} onClick={() => onOpen(!open)}>
              <IconChevronDown size={16} stroke={1.8} aria-hidden data-open={open} />
              <span>{proseOf(finding.headline, finding.entity)}</span>
            </UnstyledButton>
          </h3>
          <p className={classes.about}>
            <StatusBadge tone={severity.tone}>{severity.label}</StatusBadge>
            <span>{insight.name}</span>
            <span>
              {entityName(finding.entity)}
              {place && <span className="muted"> in {place}</span>}
            </span>
            <span>{showsWhen(finding)}</span>
            <Confidence value={finding.confidence} plain />
          </p>
        </div>
        <PutAway tenant={rest.tenant.id} finding={finding} busy={busy} onPut={onPut} size="compact-sm" />
      </div>
      <div id={id} hidden={!open}>
        {open && <Opened insight={insight} {...rest} />}
      </div>
    </li>
  );
}

type OpenedProps = Pick<Props, 'tenant' | 'insight' | 'known' | 'show' | 'onShow'>;

function Opened({ tenant, insight, known, show, onShow }: OpenedProps) {
  const { finding, context, actions, because_of: because, may_follow: follows, blast_radius: blast } = insight;
  return (
    <div className={classes.opened}>
      <div className={classes.prose}>
        {finding.detail && <p>{proseOf(finding.detail, finding.entity)}</p>}
        {finding.doubt && (
          <p>
            <b>What would change our mind:</b> {sentence(proseOf(finding.doubt, finding.entity))}
          </p>
        )}
        {because && (
          <p>
            <b>Follows from:</b> {because}
          </p>
        )}
        {follows.length > 0 && (
          <p>
            <b>May follow:</b> {follows.join(', ')}
          </p>
        )}
        <p>
          <Link to="/findings/$finding" params={{ finding: finding.id }}>
            See it as a finding
          </Link>
        </p>
      </div>
      <div className={classes.columns}>
        {context.length > 0 && <Context context={context} known={known} currency={tenant.currency} />}
        {actions.length > 0 && (
          <Card title="What to do">
            <ol className={classes.actions}>
              {actions.map(({ name, steps }) => (
                <li key={name}>
                  <b>{name}</b>
                  <ol>
                    {steps.map((step) => (
                      <li key={step}>{sentence(proseOf(step, finding.entity))}</li>
                    ))}
                  </ol>
                </li>
              ))}
            </ol>
          </Card>
        )}
      </div>
      {blast && blast.reached.length > 0 && <BlastRadius blast={blast} known={known} />}
      {finding.evidence.length > 0 && (
        <Card title="Evidence" note="What this rests on. Open one to ask for the figures again, as they are now." flush>
          <EvidenceList
            tenant={tenant.id}
            evidence={finding.evidence}
            marked={{ from: finding.from, to: finding.to, label: markLabel(finding) }}
            open={show === undefined ? null : Number(show)}
            onOpen={(place) => onShow(place === null ? undefined : String(place))}
          />
        </Card>
      )}
    </div>
  );
}

function Context({ context, known, currency }: { context: readonly ContextFigure[]; known: ReadonlyMap<string, Metric>; currency: string }) {
  const shown = (metric: string): Shown => ({ unit: unitOf(known.get(metric)?.unit), currency });
  return (
    <Card title="Figures beside it" note="Over its days, and over as many before." flush>
      <FigureTable
        label="Figures beside it"
        rows={context}
        rowId={({ metric }) => metric}
        columns={[
          { header: 'Metric', cell: ({ metric }) => known.get(metric)?.name ?? metric },
          { header: 'Now', end: true, cell: ({ metric, now }) => formatFigure(now, shown(metric)) },
          { header: 'Before', end: true, cell: ({ metric, before }) => formatFigure(before, shown(metric)) },
          { header: 'Change', end: true, cell: ({ metric, now, before }) => <Delta value={now} compared={before} direction={directionOf(known.get(metric)?.direction)} /> },
        ]}
      />
    </Card>
  );
}
