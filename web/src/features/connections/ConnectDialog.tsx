import { Alert, Anchor, Button, Collapse, PasswordInput, Select, Skeleton, Stack, Text, TextInput, UnstyledButton } from '@mantine/core';
import { useDisclosure } from '@mantine/hooks';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { IconAlertTriangle, IconChevronDown } from '@tabler/icons-react';
import { useState, type SubmitEvent } from 'react';
import { addConnection, connectionsOptions, sourcesOptions } from '@/api/connections';
import { executionsOptions, startSync } from '@/api/executions';
import { asProblem, type Problem } from '@/api/problem';
import type { Source } from '@/api/types';
import { sentence } from '@/lib/format';
import { KINDS, kindOf } from '@/lib/platforms';
import { Dialog } from '@/ui/Dialog';
import { useToast } from '@/ui/Toasts';
import classes from './Connections.module.css';

interface Props {
  tenant: string;
  opened: boolean;
  onClose: () => void;
}

export function ConnectDialog({ tenant, opened, onClose }: Props) {
  return (
    <Dialog title="Connect an account" size="lg" opened={opened} onClose={onClose}>
      <ConnectBody tenant={tenant} onDone={onClose} />
    </Dialog>
  );
}

function ConnectBody({ tenant, onDone }: { tenant: string; onDone: () => void }) {
  const sources = useQuery(sourcesOptions);
  const connectable = sources.data?.filter((source) => source.connectable) ?? [];
  const [chosen, setChosen] = useState<string | null>(null);
  const source = connectable.find((s) => s.id === chosen) ?? connectable[0];
  if (sources.error) {
    const problem = asProblem(sources.error);
    return (
      <Alert color="red" icon={<IconAlertTriangle size={18} />} title={problem.title}>
        {problem.detail}
      </Alert>
    );
  }
  if (!source) return <Skeleton height={260} />;
  return (
    <Stack gap="md">
      <Select
        label="Source"
        data={choicesOf(connectable)}
        value={source.id}
        allowDeselect={false}
        maxDropdownHeight={380}
        onChange={setChosen}
        disabled={connectable.length === 1}
        description={connectable.length === 1 ? 'More platforms follow; files of others can be imported today.' : undefined}
      />
      <ConnectForm key={source.id} tenant={tenant} source={source} onDone={onDone} />
    </Stack>
  );
}

/** By what they are read for; a single kind needs no heading. */
export function choicesOf(sources: readonly Source[]) {
  const groups = KINDS.map(({ kind, label }) => ({
    group: label,
    items: sources.filter((source) => kindOf(source.id) === kind).map(({ id, label }) => ({ value: id, label })),
  })).filter(({ items }) => items.length > 0);
  return groups.length > 1 ? groups : groups.flatMap(({ items }) => items);
}

interface Draft {
  account: string;
  secret: string;
  baseUrl: string;
}

/** What the form itself can tell before the server is asked. */
export function faultsOf({ account, secret, baseUrl }: Draft): Partial<Record<keyof Draft, string>> {
  const faults: Partial<Record<keyof Draft, string>> = {};
  if (!account.trim()) faults.account = 'Enter the account’s id';
  if (!secret.trim()) faults.secret = 'Paste the token';
  // JSON may be pasted as its console prints it, over several lines.
  else if (/\s/.test(secret.trim()) && !secret.trim().startsWith('{')) faults.secret = 'A token has no spaces or line breaks: paste it whole, and nothing else';
  if (baseUrl.trim() && !/^https?:\/\/\S+$/.test(baseUrl.trim())) faults.baseUrl = 'Enter an address that starts with http:// or https://';
  return faults;
}

function ConnectForm({ tenant, source, onDone }: { tenant: string; source: Source; onDone: () => void }) {
  const queryClient = useQueryClient();
  const toast = useToast();
  const [draft, setDraft] = useState<Draft>({ account: '', secret: '', baseUrl: '' });
  const [tried, setTried] = useState(false);
  const [advanced, { toggle, open }] = useDisclosure(false);
  const connect = useMutation({
    mutationFn: async () => {
      const connection = await addConnection(tenant, {
        source: source.id,
        account: draft.account.trim(),
        secret: draft.secret.trim(),
        ...(draft.baseUrl.trim() ? { base_url: draft.baseUrl.trim() } : {}),
      });
      // The connection stands even if its first sync cannot start; that is said, not undone.
      const execution = await startSync(tenant, { source: connection.source, account: connection.account.id }).catch(() => null);
      return { connection, execution };
    },
    onSuccess: async ({ connection, execution }) => {
      await queryClient.invalidateQueries({ queryKey: connectionsOptions(tenant).queryKey });
      void queryClient.invalidateQueries({ queryKey: executionsOptions(tenant).queryKey });
      void queryClient.invalidateQueries({ queryKey: ['accounts', tenant] });
      toast({
        tone: 'good',
        title: `${connection.account.name} is connected`,
        text: execution ? 'The first sync has started.' : 'Start its first sync with “Sync now”.',
      });
      onDone();
    },
    onError: (error) => {
      if (asProblem(error).fields.base_url) open();
    },
  });
  const problem = connect.error ? asProblem(connect.error) : null;
  const faults = tried ? faultsOf(draft) : {};
  const change = (field: keyof Draft, value: string): void => setDraft({ ...draft, [field]: value });

  const submit = (event: SubmitEvent): void => {
    event.preventDefault();
    setTried(true);
    if (Object.keys(faultsOf(draft)).length === 0) connect.mutate();
  };

  return (
    <form onSubmit={submit} noValidate>
      <Stack gap="md">
        {problem && <Refusal problem={problem} />}
        <TextInput
          label="Account id"
          description={source.account_hint ? sentence(source.account_hint) : undefined}
          value={draft.account}
          error={faults.account ?? problem?.fields.account}
          onChange={(event) => change('account', event.currentTarget.value)}
          autoComplete="off"
          data-autofocus
        />
        <PasswordInput
          label="Token"
          description={source.secret_hint ? sentence(source.secret_hint) : undefined}
          value={draft.secret}
          error={faults.secret ?? problem?.fields.secret}
          aria-invalid={Boolean(faults.secret ?? problem?.fields.secret)}
          onChange={(event) => change('secret', event.currentTarget.value)}
          autoComplete="off"
          visibilityToggleButtonProps={{ 'aria-label': 'Show or hide the token' }}
        />
        {source.id === 'meta' && <MetaHelp />}
        <div>
          <UnstyledButton className={classes.advanced} onClick={toggle} aria-expanded={advanced}>
            <IconChevronDown size={15} aria-hidden data-open={advanced} /> Advanced
          </UnstyledButton>
          <Collapse expanded={advanced}>
            <TextInput
              mt={10}
              label="Base URL"
              description="Only for a sandbox or a proxy. Leave it empty to use the platform itself."
              placeholder="https://"
              value={draft.baseUrl}
              error={faults.baseUrl ?? problem?.fields.base_url}
              onChange={(event) => change('baseUrl', event.currentTarget.value)}
              autoComplete="off"
            />
          </Collapse>
        </div>
        <Text size="xs" c="dimmed">
          The token is checked by a real call, then stored encrypted. Nobody can read it back, not even here.
        </Text>
        <Button type="submit" loading={connect.isPending}>
          {connect.isPending ? 'Checking the token' : 'Check and connect'}
        </Button>
      </Stack>
    </form>
  );
}

const SHOWN_FIELDS = new Set(['account', 'secret', 'base_url']);

/** Everything the fields do not already say. */
function Refusal({ problem }: { problem: Problem }) {
  const others = Object.entries(problem.fields).filter(([field]) => !SHOWN_FIELDS.has(field));
  return (
    <Alert color="red" icon={<IconAlertTriangle size={18} />} title={problem.title} role="alert">
      {problem.detail}
      {others.map(([field, message]) => (
        <div key={field}>
          {field}: {message}
        </div>
      ))}
      {problem.status >= 500 && problem.requestId && <div>Request {problem.requestId}</div>}
    </Alert>
  );
}

function MetaHelp() {
  return (
    <div className={classes.help}>
      <strong>Where to get the token</strong>
      <ol>
        <li>
          Open{' '}
          <Anchor href="https://business.facebook.com/settings/system-users" target="_blank" rel="noreferrer" size="sm">
            Business settings › System users
          </Anchor>
          .
        </li>
        <li>Choose or add a system user and assign the ad account to it with “View performance”.</li>
        <li>
          Generate a token for your app with the permission <code>ads_read</code>, without an end date if Meta offers it.
        </li>
        <li>Copy it whole and paste it above.</li>
      </ol>
    </div>
  );
}
