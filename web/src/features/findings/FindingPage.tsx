import { Button } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { IconChevronRight, IconTelescope } from '@tabler/icons-react';
import { useMemo } from 'react';
import { findingOptions } from '@/api/findings';
import { asProblem } from '@/api/problem';
import { accountsOptions } from '@/api/tenants';
import type { Finding, Tenant } from '@/api/types';
import { Contributions } from './Contributions';
import { Events } from './Events';
import { EvidenceList } from './EvidenceList';
import { PutAway } from './PutAway';
import { usePutAway } from './usePutAway';
import { accountNames, awayOf, directionOfFinding, entityName, entityPlace, expectedWord, intervalOf, isIntervalOfValue, markLabel, shownOf, sinceWords, type AccountNames } from './words';
import { kindName, proseOf, severityOf, showsWhen } from '@/lib/findings';
import { formatFigure, sentence } from '@/lib/format';
import { Card } from '@/ui/Card';
import { Confidence } from '@/ui/Confidence';
import { Delta } from '@/ui/Delta';
import { PlatformMark } from '@/ui/PlatformMark';
import { EmptyState, ErrorState, Loading } from '@/ui/States';
import { StatusBadge } from '@/ui/StatusBadge';
import classes from './Findings.module.css';

interface Props {
  tenant: Tenant;
  id: string;
  /** Which evidence is open, by place. */
  open: number | null;
  onOpen: (place: number | null) => void;
}

/** All that is known of one finding. */
export function FindingPage({ tenant, id, open, onOpen }: Props) {
  const asked = useQuery(findingOptions(tenant.id, id));
  const accounts = useQuery(accountsOptions(tenant.id));
  const names = useMemo(() => accountNames(accounts.data), [accounts.data]);
  if (asked.error && !asked.data) {
    const problem = asProblem(asked.error);
    if (problem.status !== 404) {
      return <ErrorState problem={problem} onRetry={() => void asked.refetch()} />;
    }
    return (
      <EmptyState
        page
        icon={<IconTelescope size={22} stroke={1.6} />}
        title="There is no such finding"
        actions={
          <Button component={Link} to="/findings">
            See all findings
          </Button>
        }
      >
        The link may be cut off, or it is of another tenant.
      </EmptyState>
    );
  }
  if (!asked.data) return <Loading rows={8} height={34} label="Loading the finding" />;
  return <Detail tenant={tenant.id} finding={asked.data} names={names} open={open} onOpen={onOpen} />;
}

interface DetailProps {
  tenant: string;
  finding: Finding;
  names: AccountNames;
  open: number | null;
  onOpen: (place: number | null) => void;
}

function Detail({ tenant, finding, names, open, onOpen }: DetailProps) {
  const { put, busy } = usePutAway(tenant);
  const { cause, actions, doubt, evidence } = finding;
  const marked = { from: finding.from, to: finding.to, label: markLabel(finding) };
  return (
    <div className={classes.page}>
      <header className={classes.detailHead}>
        <nav aria-label="Breadcrumb">
          <ol className={classes.trail}>
            <li>
              <Link to="/findings">Findings</Link>
              <IconChevronRight size={13} aria-hidden />
            </li>
            <li>
              <Link to="/findings" search={{ kind: finding.kind }}>
                {kindName(finding.kind)}
              </Link>
            </li>
          </ol>
        </nav>
        <div className={classes.head}>
          <h1 className={classes.title}>{proseOf(finding.headline, finding.entity)}</h1>
          <PutAway tenant={tenant} finding={finding} busy={busy(finding)} onPut={(away) => put(finding, away)} size="sm" />
        </div>
        <Signs finding={finding} names={names} />
      </header>
      <Facts finding={finding} />
      <div className={classes.columns}>
        <div className={classes.column}>
          <Card title="What happened">
            <div className={classes.prose}>
              {finding.detail && <p>{proseOf(finding.detail, finding.entity)}</p>}
              {cause ? (
                <>
                  <h3 className={classes.subtitle}>Why</h3>
                  <p>
                    {sentence(proseOf(cause.text, finding.entity))} <Confidence value={cause.confidence} plain />
                  </p>
                  {cause.events.length > 0 && <Events events={cause.events} from={finding.from} />}
                </>
              ) : (
                <p className="muted">No cause is known: nothing that was changed and no other figure explains it.</p>
              )}
            </div>
          </Card>
          <Contributions finding={finding} />
        </div>
        <div className={classes.column}>
          {actions.length > 0 && (
            <Card title="What to do">
              <ol className={classes.actions}>
                {actions.map((action) => (
                  <li key={action}>{sentence(proseOf(action, finding.entity))}</li>
                ))}
              </ol>
            </Card>
          )}
          {doubt && (
            <Card title="What would change our mind">
              <p className={classes.prose}>{sentence(proseOf(doubt, finding.entity))}</p>
            </Card>
          )}
        </div>
      </div>
      {evidence.length > 0 && (
        <Card title="Evidence" note="What this rests on. Open one to ask for the figures again, as they are now." flush>
          <EvidenceList tenant={tenant} evidence={evidence} marked={marked} open={open} onOpen={onOpen} />
        </Card>
      )}
      <p className={classes.small}>
        {sinceWords(finding)} · noticed by “{finding.rule.replaceAll('_', ' ')}”
      </p>
    </div>
  );
}

function Signs({ finding, names }: { finding: Finding; names: AccountNames }) {
  const { entity } = finding;
  const severity = severityOf(finding.severity);
  const away = awayOf(finding);
  const place = entityPlace(entity, names);
  return (
    <p className={classes.about}>
      <StatusBadge tone={severity.tone}>{severity.label}</StatusBadge>
      {away && (
        <StatusBadge tone="paused">
          {away.label}
          {away.by && ` by ${away.by}`}
        </StatusBadge>
      )}
      {entity.source && <PlatformMark source={entity.source} small />}
      <span>
        {entityName(entity)}
        {place && <span className="muted"> in {place}</span>}
      </span>
    </p>
  );
}

function Facts({ finding }: { finding: Finding }) {
  const shown = shownOf(finding);
  const interval = intervalOf(finding);
  const expected = formatFigure(finding.expected, shown);
  const ofValue = isIntervalOfValue(finding);
  const word = expectedWord(finding);
  const range = interval && <small title="It is in this range four times in five">{ofValue ? interval : `usually ${interval}`}</small>;
  return (
    <dl className={classes.facts}>
      {finding.value != null && (
        <div>
          <dt>{finding.metric_name ?? 'Figure'}</dt>
          <dd>
            <b>{formatFigure(finding.value, shown)}</b>{' '}
            {finding.expected != null && <Delta value={finding.value} compared={finding.expected} direction={directionOfFinding(finding)} against={`${word} ${expected}`} />}
            {ofValue && range}
          </dd>
        </div>
      )}
      {finding.expected != null && (
        <div>
          <dt>{word.replace(/^./, (c) => c.toUpperCase())}</dt>
          <dd>
            <b>{expected}</b>
            {!ofValue && range}
          </dd>
        </div>
      )}
      <div>
        <dt>Shows</dt>
        <dd>
          <b>{showsWhen(finding)}</b>
          <small>{finding.ongoing ? 'going on' : 'over'}</small>
        </dd>
      </div>
      <div>
        <dt>How sure</dt>
        <dd>
          <Confidence value={finding.confidence} />
        </dd>
      </div>
    </dl>
  );
}
