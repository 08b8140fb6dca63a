import { Button, UnstyledButton } from '@mantine/core';
import { useDisclosure } from '@mantine/hooks';
import { useMutation, useQueryClient, type UseQueryResult } from '@tanstack/react-query';
import { IconChevronDown, IconDownload, IconHistory, IconPlayerPlay } from '@tabler/icons-react';
import { checksOptions, runChecks } from '@/api/checks';
import { asProblem } from '@/api/problem';
import { REFUSED, useCan } from '@/api/session';
import type { Check, CheckResult, Checks } from '@/api/types';
import { failedOf, failures, groupChecks } from './checks';
import { exportChecks } from './export';
import { checkStateOf } from './states';
import { download, toCsv } from '@/lib/csv';
import { formatDay, formatInstant, localized, plural, sentence } from '@/lib/format';
import { checkAnchor, type CheckPlace, type Place } from '@/lib/places';
import { accountLabel, platformName } from '@/lib/platforms';
import { Ago } from '@/ui/Ago';
import { Card } from '@/ui/Card';
import { PlatformMark } from '@/ui/PlatformMark';
import { ErrorState, Loading } from '@/ui/States';
import { StatusBadge } from '@/ui/StatusBadge';
import { useToast } from '@/ui/Toasts';
import classes from './Data.module.css';

interface Props {
  tenant: string;
  checks: UseQueryResult<Checks>;
  /** What the address points at, if anything: a check, or its answer for one account. */
  pointed: string | undefined;
  onHistory: (place: CheckPlace) => void;
  onOpen: (place: Place) => void;
}

/** What is asked of the stored data, by severity, what failed first. */
export function ChecksCard({ tenant, checks, pointed, onHistory, onOpen }: Props) {
  const queryClient = useQueryClient();
  const toast = useToast();
  const allowed = useCan()('data:load', tenant);
  const run = useMutation({
    mutationFn: () => runChecks(tenant),
    onSuccess: (answer) => {
      queryClient.setQueryData(checksOptions(tenant).queryKey, answer);
      void queryClient.invalidateQueries({ queryKey: ['checks', tenant] });
      const { errors, warnings } = failures(answer);
      toast(
        errors + warnings === 0
          ? { tone: 'good', title: 'All checks passed' }
          : { tone: errors > 0 ? 'bad' : 'good', title: 'The checks have run', text: `Failed: ${plural(errors, 'error')}, ${plural(warnings, 'warning')}.` },
      );
    },
    onError: (error) => toast({ tone: 'bad', title: asProblem(error).title, text: asProblem(error).detail }),
  });
  const { data } = checks;
  const ran = data !== undefined && data.items.length > 0 && data.checked_at != null;
  const save = (): void => {
    if (!data) return;
    const { header, rows } = exportChecks(data);
    download(`${tenant}-checks-${(data.checked_at ?? '').slice(0, 10)}.csv`, toCsv(header, rows));
  };
  const actions = (
    <>
      <Button variant="default" size="xs" leftSection={<IconDownload size={15} aria-hidden />} aria-label="Export CSV of the checks" disabled={!ran} onClick={save}>
        Export CSV
      </Button>
      <Button
        variant="default"
        size="xs"
        leftSection={<IconPlayerPlay size={15} aria-hidden />}
        loading={run.isPending}
        disabled={!allowed}
        title={allowed ? undefined : REFUSED}
        onClick={() => run.mutate()}
      >
        Run checks now
      </Button>
    </>
  );
  return (
    <Card
      title="Checks"
      note={data?.checked_at ? <>Last run <Ago at={data.checked_at} />. They also run by themselves after every sync.</> : 'They run by themselves after every sync.'}
      actions={actions}
      flush
    >
      {checks.error && !data ? (
        <ErrorState compact problem={asProblem(checks.error)} onRetry={() => void checks.refetch()} />
      ) : !data ? (
        <Loading rows={4} height={30} label="Loading checks" />
      ) : !ran ? (
        <p className={classes.none}>No check has run yet. They run after the first sync; “Run checks now” asks at once.</p>
      ) : (
        groupChecks(data.items).map((group) => (
          <section key={group.severity} className={classes.checkGroup} aria-label={group.label}>
            <h3>{group.label}</h3>
            <ul>
              {group.checks.map((check) => (
                <CheckItem key={check.id} check={check} pointed={pointed} onHistory={onHistory} onOpen={onOpen} />
              ))}
            </ul>
          </section>
        ))
      )}
    </Card>
  );
}

interface ItemProps {
  check: Check;
  pointed: string | undefined;
  onHistory: (place: CheckPlace) => void;
  onOpen: (place: Place) => void;
}

function CheckItem({ check, pointed, onHistory, onOpen }: ItemProps) {
  const failed = failedOf(check);
  const others = check.results.filter((result) => result.state !== 'failed');
  // What the address points at is in sight, though it may have passed since.
  const [all, { toggle }] = useDisclosure(others.some(({ source, account }) => checkAnchor({ check: check.id, source, account }) === pointed));
  const anchor = checkAnchor({ check: check.id });
  const state = checkStateOf(failed.length > 0 ? 'failed' : others.some((result) => result.state === 'passed') ? 'passed' : 'skipped', check.severity);
  const passed = others.filter((result) => result.state === 'passed').length;
  const rest = [passed > 0 && `passed for ${plural(passed, 'account')}`, others.length > passed && `not applicable to ${plural(others.length - passed, 'account')}`];
  const words = rest.filter(Boolean).join(', ');
  return (
    <li id={anchor} tabIndex={-1} className={classes.check} aria-label={check.name} data-failed={failed.length > 0} data-pointed={anchor === pointed}>
      <div className={classes.checkHead}>
        <StatusBadge tone={state.tone}>{state.label}</StatusBadge>
        <div>
          <strong>{check.name}</strong>
          <p>{sentence(check.description)}</p>
          {failed.length > 0 && (
            <p className={classes.help}>
              <b>What to do:</b> {check.help}
            </p>
          )}
        </div>
        {others.length > 0 && (
          <UnstyledButton className={classes.others} aria-expanded={all} aria-label={`${check.name}: ${words}`} onClick={toggle}>
            {words}
            <IconChevronDown size={14} aria-hidden data-open={all} />
          </UnstyledButton>
        )}
      </div>
      {(failed.length > 0 || all) && (
        <ul className={classes.results}>
          {[...failed, ...(all ? others : [])].map((result) => (
            <ResultRow key={`${result.source}/${result.account}`} check={check} result={result} pointed={pointed} onHistory={onHistory} onOpen={onOpen} />
          ))}
        </ul>
      )}
    </li>
  );
}

const DAYS_MAX = 6;

function ResultRow({ check, result, pointed, onHistory, onOpen }: ItemProps & { result: CheckResult }) {
  const { source, account, name, state, message, since } = result;
  const days = [...result.days].sort().reverse();
  const anchor = checkAnchor({ check: check.id, source, account });
  const shown = checkStateOf(state, check.severity);
  const hidden = days.length - DAYS_MAX;
  return (
    <li id={anchor} tabIndex={-1} className={classes.result} data-tone={state === 'failed' ? shown.tone : undefined} data-pointed={anchor === pointed}>
      <span aria-hidden>
        <PlatformMark source={source} small />
      </span>
      <div className={classes.resultText}>
        <p>
          <b>{name}</b> <span className={classes.platform}>{platformName(source)}</span> {state !== 'failed' && <span className="muted">{shown.label}.</span>} {sentence(localized(message))}
        </p>
        {days.length > 0 && (
          <ul className={classes.days} aria-label="Days">
            {days.slice(0, DAYS_MAX).map((day) => (
              <li key={day}>
                <UnstyledButton onClick={() => onOpen({ source, account, day })} aria-label={`${formatDay(day, 'short')}, open this day of ${accountLabel(name, source)}`}>
                  {formatDay(day, 'short')}
                </UnstyledButton>
              </li>
            ))}
            {hidden > 0 && <li title={days.slice(DAYS_MAX).map((day) => formatDay(day)).join(', ')}>and {plural(hidden, 'more day')}</li>}
          </ul>
        )}
      </div>
      <div className={classes.resultSide}>
        {since && state === 'failed' && <span title={formatInstant(since)}>Since {formatInstant(since)}</span>}
        <Button
          variant="subtle"
          size="compact-xs"
          leftSection={<IconHistory size={14} aria-hidden />}
          aria-label={`History of ${check.name} for ${accountLabel(name, source)}`}
          onClick={() => onHistory({ check: check.id, source, account })}
        >
          History
        </Button>
      </div>
    </li>
  );
}
