import { ActionIcon, Button, Menu } from '@mantine/core';
import { IconChartLine, IconDots, IconPencil, IconTrash } from '@tabler/icons-react';
import { REFUSED, useCan } from '@/api/session';
import type { Account, Budget, Pace, PaceDay } from '@/api/types';
import { Allocation } from './Allocation';
import { Course } from './Course';
import { PaceBar } from './PaceBar';
import { apart, daysLeft, periodWords, spentRatio, verdictWords } from './pace';
import { formatDay, formatFigure, formatRatio, localized, sentence, type Figure } from '@/lib/format';
import { nounOf } from '@/lib/levels';
import { accountLabel, platformName } from '@/lib/platforms';
import { CannotTell } from '@/ui/CannotTell';
import { Confidence } from '@/ui/Confidence';
import { PlatformMark } from '@/ui/PlatformMark';
import { StatusBadge } from '@/ui/StatusBadge';
import classes from './Pacing.module.css';

interface Props {
  tenant: string;
  budget: Budget;
  pace: Pace | null;
  days: readonly PaceDay[];
  accounts: readonly Account[];
  /** Names by id, as far as they are known. */
  campaigns: ReadonlyMap<string, string>;
  /** Whether its days are shown. */
  open: boolean;
  onOpen: () => void;
  onEdit: () => void;
  onRemove: () => void;
}

/** A budget, how far it is, and where it will end. */
export function BudgetCard({ tenant, budget, pace, days, accounts, campaigns, open, onOpen, onEdit, onRemove }: Props) {
  const verdict = pace && verdictWords(pace.verdict);
  return (
    <li className={classes.budget} aria-label={budget.name}>
      <div className={classes.budgetHead}>
        {budget.source && <PlatformMark source={budget.source} small />}
        <div className={classes.budgetName}>
          <h2>{budget.name}</h2>
          <p>
            {scopeOf(budget, accounts, campaigns)} · {formatFigure(budget.amount, { unit: 'money', currency: budget.currency })} {periodWords(budget)}
          </p>
        </div>
        {verdict && <StatusBadge tone={verdict.tone}>{verdict.label}</StatusBadge>}
        <Actions tenant={tenant} budget={budget} onEdit={onEdit} onRemove={onRemove} />
      </div>
      {pace ? (
        <>
          <PaceBar pace={pace} />
          <Figures pace={pace} currency={budget.currency} />
          {pace.verdict === 'cannot_tell' && <CannotTell because={pace.because} />}
          {pace.notes.length > 0 && (
            <ul className={classes.notes} aria-label="What to know about the figures">
              {pace.notes.map((note) => (
                <li key={note}>{sentence(localized(note))}</li>
              ))}
            </ul>
          )}
          {days.length > 0 && (
            <div>
              <Button
                variant="subtle"
                size="compact-sm"
                ml={-8}
                leftSection={<IconChartLine size={15} aria-hidden />}
                aria-expanded={open}
                aria-label={`Day by day: ${budget.name}`}
                onClick={onOpen}
              >
                Day by day
              </Button>
            </div>
          )}
          {open && days.length > 0 && <Course days={days} currency={budget.currency} name={budget.name} />}
          {open && pace.allocation.length > 0 && <Allocation advice={pace.allocation} currency={budget.currency} name={budget.name} />}
        </>
      ) : (
        <p className={classes.waiting}>Its pace is worked out once there are figures: with the next sync, or by “Analyse now”.</p>
      )}
    </li>
  );
}

function scopeOf({ level, source, account, campaign }: Budget, accounts: readonly Account[], campaigns: ReadonlyMap<string, string>): string {
  if (!source) return 'Whole tenant';
  const name = accounts.find((one) => one.source === source && one.id === account)?.name ?? account ?? '';
  switch (level) {
    case 'platform':
      return `All of ${platformName(source)}`;
    case 'account':
      return accountLabel(name, source);
    default:
      return `${nounOf('campaign', source).one} ${campaigns.get(campaign ?? '') ?? campaign ?? ''} in ${accountLabel(name, source)}`;
  }
}

function Figures({ pace, currency }: { pace: Pace; currency: string }) {
  const money = (figure: Figure): string => formatFigure(figure, { unit: 'money', currency });
  const ratio = spentRatio(pace);
  return (
    <dl className={classes.figures}>
      <div>
        <dt>Spent{pace.as_of && ` by ${formatDay(pace.as_of, 'short')}`}</dt>
        <dd>
          <b>{money(pace.actual)}</b> {ratio !== null && <span>{formatRatio(ratio, 0)}</span>}
          <small>of {money(pace.amount)}</small>
        </dd>
      </div>
      <div>
        <dt>Planned by then</dt>
        <dd>
          <b>{money(pace.planned_to_date)}</b>
          {pace.variance_percent != null && (
            <small>{apart(pace.variance_percent, 'more spent', 'less spent')}</small>
          )}
        </dd>
      </div>
      <div>
        <dt>{pace.days_left > 0 ? 'Will end at' : 'Ended at'}</dt>
        <dd>
          {pace.projected == null ? (
            <b>–</b>
          ) : (
            <>
              <b>{money(pace.projected)}</b> {pace.projected_off_percent != null && <span>{apart(pace.projected_off_percent, 'over', 'under')}</span>}
              {pace.days_left > 0 && (
                <small>
                  {money(pace.projected_low)} to {money(pace.projected_high)}
                </small>
              )}
            </>
          )}
        </dd>
      </div>
      <div>
        <dt>Needed per day</dt>
        <dd>
          <b>{money(pace.required_daily)}</b>
          {pace.recent_daily != null && <small>of late {money(pace.recent_daily)}</small>}
        </dd>
      </div>
      <div>
        <dt>Time</dt>
        <dd>
          <span className={classes.time}>{daysLeft(pace)}</span>
          {pace.used_up_on && <small data-bad>used up on {formatDay(pace.used_up_on, 'short')}</small>}
        </dd>
      </div>
      {pace.verdict !== 'cannot_tell' && (
        <div>
          <dt>How sure</dt>
          <dd>
            <Confidence value={pace.confidence} plain />
          </dd>
        </div>
      )}
    </dl>
  );
}

function Actions({ tenant, budget, onEdit, onRemove }: { tenant: string; budget: Budget; onEdit: () => void; onRemove: () => void }) {
  const allowed = useCan()('budget:manage', tenant);
  return (
    <Menu position="bottom-end" shadow="md" withinPortal>
      <Menu.Target>
        <ActionIcon variant="subtle" color="gray" size={30} aria-label={`Change ${budget.name}`} disabled={!allowed} title={allowed ? undefined : REFUSED}>
          <IconDots size={18} />
        </ActionIcon>
      </Menu.Target>
      <Menu.Dropdown>
        <Menu.Item leftSection={<IconPencil size={15} aria-hidden />} onClick={onEdit}>
          Edit
        </Menu.Item>
        <Menu.Item leftSection={<IconTrash size={15} aria-hidden />} onClick={onRemove}>
          Remove
        </Menu.Item>
      </Menu.Dropdown>
    </Menu>
  );
}
