import { useQuery } from '@tanstack/react-query';
import { IconShieldCheck } from '@tabler/icons-react';
import type { ReactNode } from 'react';
import { scoresOptions } from '@/api/analyses';
import { askedOf } from '@/api/problem';
import type { ScoreOfAccount, Tenant } from '@/api/types';
import { Part } from './Part';
import { TONE_WORDS, partName, scoreTone } from './words';
import { chosenOf } from '@/lib/accounts';
import { formatCount, formatDays, formatFigure, formatRatio, localized, sentence } from '@/lib/format';
import { nounOf } from '@/lib/levels';
import { AccountSelect } from '@/ui/AccountSelect';
import { AccountsPage } from '@/ui/AccountsPage';
import { CannotTell } from '@/ui/CannotTell';
import { Card } from '@/ui/Card';
import { Facts } from '@/ui/Facts';
import { StatusBadge } from '@/ui/StatusBadge';
import { Untold } from '@/ui/Untold';
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
  return (
    <AccountsPage
      title="Account score"
      says={`How well the ad accounts of ${tenant.name} are kept, 0 to 100.`}
      asked={askedOf(useQuery(scoresOptions(tenant.id)))}
      loading="Loading scores"
      empty={{ icon: <IconShieldCheck size={22} stroke={1.6} />, title: 'No account is scored yet', text: 'Ad accounts with figures are scored after each sync, or by “Analyse now”.' }}
      analyse={analyse}
    >
      {(accounts) => {
        const account = chosenOf(accounts, view.account);
        return (
          account && (
            <>
              <AccountSelect accounts={accounts} value={account.account} onChange={(id) => onView({ account: id })} />
              <Told account={account} />
            </>
          )
        );
      }}
    </AccountsPage>
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
      <Untold title="What is not known" note="It counts neither for nor against the account." items={untold} />
    </>
  );
}
