import { Button, Select } from '@mantine/core';
import { IconFilterOff } from '@tabler/icons-react';
import type { Account } from '@/api/types';
import { NO_FILTER, isNarrowed, type FindingsView } from './view';
import { FINDING_KINDS } from '@/lib/findings';
import { accountLabel } from '@/lib/platforms';
import classes from './Findings.module.css';

interface Props {
  view: FindingsView;
  accounts: readonly Account[];
  onView: (change: Partial<FindingsView>) => void;
}

const ALL = 'any';

export function Filters({ view, accounts, onView }: Props) {
  return (
    <div className={classes.filters} role="group" aria-label="Which findings">
      <Select
        size="sm"
        label="Kind"
        allowDeselect={false}
        data={[{ value: ALL, label: 'All kinds' }, ...FINDING_KINDS.map(({ id, label }) => ({ value: id, label }))]}
        value={view.kind ?? ALL}
        onChange={(kind) => onView({ kind: chosen(kind) })}
      />
      <Select
        size="sm"
        label="Severity"
        allowDeselect={false}
        data={[
          { value: ALL, label: 'All' },
          { value: 'warning', label: 'Warning and critical' },
          { value: 'critical', label: 'Critical' },
        ]}
        value={view.severity ?? ALL}
        onChange={(severity) => onView({ severity: severity === 'warning' || severity === 'critical' ? severity : undefined })}
      />
      <Select
        size="sm"
        label="Account"
        searchable
        allowDeselect={false}
        data={[{ value: ALL, label: 'All accounts' }, ...accountOptions(accounts, view.account)]}
        value={view.account ?? ALL}
        onChange={(account) => onView({ account: chosen(account) })}
      />
      <Select
        size="sm"
        label="State"
        allowDeselect={false}
        data={[
          { value: ALL, label: 'Open' },
          { value: 'put_away', label: 'Also dismissed and snoozed' },
          { value: 'all', label: 'Also those that are gone' },
        ]}
        value={view.state ?? ALL}
        onChange={(state) => onView({ state: state === 'put_away' || state === 'all' ? state : undefined })}
      />
      {(isNarrowed(view) || view.state) && (
        <Button variant="subtle" size="sm" leftSection={<IconFilterOff size={15} aria-hidden />} onClick={() => onView(NO_FILTER)}>
          Clear filters
        </Button>
      )}
    </div>
  );
}

function chosen(value: string | null): string | undefined {
  return value === null || value === ALL ? undefined : value;
}

/** One option per id: the server tells accounts apart by that alone. An account of the address that is not there keeps its id. */
function accountOptions(accounts: readonly Account[], asked: string | undefined): { value: string; label: string }[] {
  const options = new Map(accounts.map(({ id, name, source }) => [id, accountLabel(name, source)]));
  if (asked && !options.has(asked)) options.set(asked, asked);
  return [...options].map(([value, label]) => ({ value, label }));
}
