import { useQuery } from '@tanstack/react-query';
import { IconShieldCheck } from '@tabler/icons-react';
import type { ReactNode } from 'react';
import { scoresOptions } from '@/api/analyses';
import { asProblem } from '@/api/problem';
import type { ScoreOfAccount, Tenant } from '@/api/types';
import { Part } from './Part';
import { TONE_WORDS, partName, scoreTone } from './words';
import { formatCount, formatDays, formatFigure, formatRatio, localized, sentence } from '@/lib/format';
import { nounOf } from '@/lib/levels';
import { AccountSelect } from '@/ui/AccountSelect';
import { Ago } from '@/ui/Ago';
import { CannotTell } from '@/ui/CannotTell';
import { Card } from '@/ui/Card';
import { Facts } from '@/ui/Facts';
import { PageHead } from '@/ui/PageHead';
import { EmptyState, ErrorState, Loading } from '@/ui/States';
import { StatusBadge } from '@/ui/StatusBadge';
import classes from './Scores.module.css';

/** What the address holds of the page. */
export interface ScoresView {
  /** The platform's id. */
  account?: string;
}

interface Props {
  tenant: Tenant;
  view: ScoresView;
  onView: (change: Partial<ScoresView>) => void;
  analyse: ReactNode;
}

/** How well each account is kept, what that is made of, and what to do first. */
export function ScoresPage({ tenant, view, onView, analyse }: Props) {
  const asked = useQuery(scoresOptions(tenant.id));
  const account = asked.data?.find((one) => one.account === view.account) ?? asked.data?.[0];
  const problem = asked.error && !asked.data ? asProblem(asked.error) : null;
  return (
    <div className={classes.page}>
      <PageHead title="Account score" actions={account && analyse}>
        How well the ad accounts of {tenant.name} are kept, 0 to 100.
        {account && (
          <>
            {' '}
            Worked out <Ago at={account.made_at} />.
          </>
        )}
      </PageHead>
      {problem ? (
        <ErrorState title={problem.title} detail={problem.detail} requestId={problem.requestId} unreachable={problem.unreachable} onRetry={() => void asked.refetch()} />
      ) : !asked.data ? (
        <Loading rows={7} height={48} label="Loading scores" />
      ) : account ? (
        <>
          <AccountSelect accounts={asked.data} value={account.account} onChange={(id) => onView({ account: id })} />
          <Told account={account} />
        </>
      ) : (
        <EmptyState icon={<IconShieldCheck size={22} stroke={1.6} />} title="No account is scored yet" actions={analyse}>
          Ad accounts with figures are scored after each sync, or by “Analyse now”.
        </EmptyState>
      )}
    </div>
  );
}

function Told({ account: { source, result, currency } }: { account: ScoreOfAccount }) {
  const { total, coverage, parts, recommendations, untold } = result;
  const tone = total == null ? null : scoreTone(total);
  return (
    <>
      <Facts
        facts={[
          {
            label: 'Score',
            value: total == null || !tone ? '–' : <span className={classes.total}>{formatCount(total)}</span>,
            notes: total == null || !tone ? ['too little is known'] : ['of 100', <StatusBadge key="tone" tone={tone}>{TONE_WORDS[tone]}</StatusBadge>],
          },
          ...parts.map(({ kind, score }) => ({ label: partName(kind), value: score == null ? '–' : formatCount(score), notes: [score == null ? 'nothing is known' : 'of 100'] })),
          { label: 'Known', value: formatRatio(coverage, 0), notes: ['of what it is made of'] },
          { label: 'Spent', value: formatFigure(result.spend, { unit: 'money', currency, compact: true }), notes: [formatDays(result.from, result.to)] },
        ]}
      />
      {total == null && <CannotTell because="too little of what a score is made of is known" />}
      {recommendations.length > 0 && (
        <Card title="What to do" note="By the points that can be won.">
          <ol className={classes.advice}>
            {recommendations.map(({ id, level, name, action, points }) => (
              <li key={`${id}/${action}`}>
                <b>+{formatFigure(points, { unit: 'number' })}</b>
                <span>
                  {sentence(localized(action))}
                  <small>
                    {nounOf(level, source).one} {name}
                  </small>
                </span>
              </li>
            ))}
          </ol>
        </Card>
      )}
      <div className={classes.parts}>
        {parts.map((part) => (
          <Part key={part.kind} part={part} />
        ))}
      </div>
      {untold.length > 0 && (
        <Card title="What is not known" note="It counts neither for nor against the account.">
          <ul className={classes.untold}>
            {untold.map((one) => (
              <li key={one}>{sentence(localized(one))}</li>
            ))}
          </ul>
        </Card>
      )}
    </>
  );
}
