import { Alert, Button, Group, Radio, Select, Stack, Switch, TextInput } from '@mantine/core';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { useState, type SubmitEvent } from 'react';
import { saveBudget } from '@/api/budgets';
import { asProblem } from '@/api/problem';
import type { Account, Budget, Tenant } from '@/api/types';
import { campaignNames, campaignsOptions } from './campaigns';
import { LEVELS, draftOf, emptyDraft, faultsOf, payingAccounts, planOf, type BudgetLevel, type Draft, type Fields } from './plan';
import { accountLabel, platformName } from '@/lib/platforms';
import { useToast } from '@/ui/Toasts';

const CURRENCIES = Intl.supportedValuesOf('currency');
const LEVEL_WORDS: Record<BudgetLevel, string> = { tenant: 'The whole tenant', platform: 'A platform', account: 'An account', campaign: 'A campaign' };

interface Props {
  tenant: Tenant;
  today: string;
  accounts: readonly Account[];
  /** The budget to change; `null` for a new one. */
  budget: Budget | null;
  onDone: () => void;
}

export function BudgetForm({ tenant, today, accounts, budget, onDone }: Props) {
  const queryClient = useQueryClient();
  const toast = useToast();
  const [draft, setDraft] = useState<Draft>(() => (budget ? draftOf(budget) : emptyDraft(tenant.currency)));
  const [tried, setTried] = useState(false);
  const change = (next: Partial<Draft>): void => setDraft((now) => ({ ...now, ...next }));
  const save = useMutation({
    mutationFn: () => saveBudget(tenant.id, budget?.id ?? null, planOf(draft)),
    onSuccess: (saved) => {
      void Promise.all(['budgets', 'pacing'].map((kind) => queryClient.invalidateQueries({ queryKey: [kind, tenant.id] })));
      toast({ tone: 'good', title: budget ? 'Changed' : 'Planned', text: saved.name });
      onDone();
    },
  });
  const problem = save.error ? asProblem(save.error) : null;
  const faults = faultsOf(draft);
  const error = (field: keyof Fields): string | undefined => (tried ? faults[field] : undefined) ?? problem?.fields[field];
  const shownFields = ['name', 'source', 'account', 'campaign', 'amount', 'currency', 'from', 'to'];
  const unplaced = problem && !Object.keys(problem.fields).some((field) => shownFields.includes(field));

  const submit = (event: SubmitEvent): void => {
    event.preventDefault();
    setTried(true);
    if (Object.keys(faults).length === 0) save.mutate();
  };
  const paying = payingAccounts(accounts);
  const chosen = paying.find(({ account }) => account.source === draft.source && account.id === draft.account);
  const own = draft.level === 'account' || draft.level === 'campaign' ? chosen?.account.currency : undefined;

  return (
    <form onSubmit={submit} noValidate>
      <Stack gap="md">
        {unplaced && (
          <Alert color="red" title={problem.title} role="alert">
            {problem.detail || Object.values(problem.fields).join(' ')}
          </Alert>
        )}
        <TextInput label="Name" data-autofocus value={draft.name} error={error('name')} onChange={(e) => change({ name: e.currentTarget.value })} />
        <Select
          label="For"
          description="What the money is for. Budgets of several levels may stand side by side."
          allowDeselect={false}
          data={LEVELS.map((level) => ({ value: level, label: LEVEL_WORDS[level] }))}
          value={draft.level}
          onChange={(level) => change({ level: LEVELS.find((one) => one === level) ?? 'tenant' })}
        />
        {draft.level === 'platform' && (
          <Select
            label="Platform"
            data={[...new Set(paying.map(({ account }) => account.source))].map((source) => ({ value: source, label: platformName(source) }))}
            value={draft.source}
            error={error('source')}
            onChange={(source) => change({ source, account: null, campaign: null })}
          />
        )}
        {(draft.level === 'account' || draft.level === 'campaign') && (
          <Select
            label="Account"
            searchable
            data={paying.map(({ value, account }) => ({ value, label: accountLabel(account.name, account.source) }))}
            value={chosen?.value ?? null}
            error={error('account')}
            onChange={(value) => {
              const account = paying.find((one) => one.value === value)?.account;
              change({ source: account?.source ?? null, account: account?.id ?? null, campaign: null, ...(account && { currency: account.currency }) });
            }}
          />
        )}
        {draft.level === 'campaign' && <CampaignField tenant={tenant.id} today={today} draft={draft} error={error('campaign')} onChange={(campaign) => change({ campaign })} />}
        <Group grow align="flex-start">
          <TextInput
            label="Amount"
            inputMode="decimal"
            description={draft.period === 'month' ? 'Per month.' : 'For all of the days.'}
            value={draft.amount}
            error={error('amount')}
            onChange={(e) => change({ amount: e.currentTarget.value })}
          />
          <Select
            label="Currency"
            description={own ? 'The account’s own.' : 'Spend is converted day by day.'}
            searchable
            allowDeselect={false}
            disabled={own !== undefined}
            data={CURRENCIES}
            value={own ?? draft.currency}
            error={error('currency')}
            onChange={(currency) => change({ currency })}
          />
        </Group>
        <Radio.Group label="Period" value={draft.period} onChange={(period) => change({ period: period === 'days' ? 'days' : 'month' })}>
          <Stack gap={6} mt={6}>
            <Radio value="month" label="Every calendar month anew" />
            <Radio value="days" label="Particular days" />
          </Stack>
        </Radio.Group>
        {draft.period === 'days' ? (
          <Group grow align="flex-start">
            <TextInput type="date" label="First day" value={draft.from} error={error('from')} onChange={(e) => change({ from: e.currentTarget.value })} />
            <TextInput type="date" label="Last day" value={draft.to} error={error('to')} onChange={(e) => change({ to: e.currentTarget.value })} />
          </Group>
        ) : (
          <Switch
            label="Add what one month left over to the next"
            description="Overspend is not taken off: each month keeps at least its own amount."
            checked={draft.rollOver}
            onChange={(e) => change({ rollOver: e.currentTarget.checked })}
          />
        )}
        <Button type="submit" loading={save.isPending}>
          {budget ? 'Save changes' : 'Plan the budget'}
        </Button>
      </Stack>
    </form>
  );
}

interface CampaignProps {
  tenant: string;
  today: string;
  draft: Draft;
  error: string | undefined;
  onChange: (campaign: string | null) => void;
}

/** Campaigns that had figures of late, most spent first. */
function CampaignField({ tenant, today, draft, error, onChange }: CampaignProps) {
  const { source, account, campaign } = draft;
  const asked = useQuery({ ...campaignsOptions(tenant, today, { source, account }), enabled: account !== null });
  const options = campaignNames(asked.data);
  if (campaign && !options.has(campaign)) options.set(campaign, campaign);
  const help = account === null ? 'Choose the account first.' : asked.isPending ? 'Asking for its campaigns…' : asked.error ? asProblem(asked.error).detail : options.size === 0 ? 'No campaign had figures in the last half year.' : undefined;
  return (
    <Select
      label="Campaign"
      searchable
      limit={100}
      disabled={account === null}
      description={help}
      data={[...options].map(([value, label]) => ({ value, label }))}
      value={campaign}
      error={error}
      onChange={onChange}
    />
  );
}
