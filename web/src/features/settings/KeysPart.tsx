import { Button, Checkbox, Stack, Text, TextInput } from '@mantine/core';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { IconPlus } from '@tabler/icons-react';
import { useState, type SubmitEvent } from 'react';
import type { ApiKey, Permission } from '@/api/identity';
import { createKey, keysOptions, revokeKey } from '@/api/keys';
import { rolesOptions, type Within } from '@/api/people';
import { asProblem, askedOf } from '@/api/problem';
import { useCan } from '@/api/session';
import { Ask, type Question } from './Ask';
import { Secret } from './Secret';
import { formatInstant } from '@/lib/format';
import { Ago, useNow } from '@/ui/Ago';
import { Card } from '@/ui/Card';
import { Dialog } from '@/ui/Dialog';
import { FigureTable } from '@/ui/FigureTable';
import { ProblemAlert } from '@/ui/ProblemAlert';
import { ErrorState, Loading } from '@/ui/States';
import { StatusBadge } from '@/ui/StatusBadge';
import classes from './Settings.module.css';

/** Keys of programs. */
export function KeysPart({ tenant, name }: { tenant: Within; name: string }) {
  const queryClient = useQueryClient();
  const keys = askedOf(useQuery(keysOptions(tenant)));
  const [making, setMaking] = useState(false);
  const [question, setQuestion] = useState<Question | null>(null);
  const now = useNow();
  const again = (): Promise<unknown> => queryClient.invalidateQueries({ queryKey: ['keys'] });
  return (
    <div className={classes.parts}>
      <Card
        title="API keys"
        note={`For programs that read or load data of ${name}. A key does what it is allowed, whoever holds it.`}
        actions={
          <Button size="sm" leftSection={<IconPlus size={16} aria-hidden />} onClick={() => setMaking(true)}>
            New key
          </Button>
        }
        flush
      >
        {keys.problem ? (
          <ErrorState problem={keys.problem} onRetry={keys.retry} compact />
        ) : !keys.data ? (
          <Loading rows={3} />
        ) : keys.data.length === 0 ? (
          <p className={classes.none}>There are none.</p>
        ) : (
          <FigureTable
            label="API keys"
            minWidth={760}
            rows={keys.data}
            rowId={(key) => key.id}
            columns={[
              {
                header: 'Key',
                cell: (key) => (
                  <>
                    {key.name}
                    <span className={classes.sub}>{key.hint}…</span>
                  </>
                ),
              },
              { header: 'Allows', cell: (key) => key.permissions.join(', ') },
              { header: 'Made', cell: (key) => <Ago at={key.made_at} /> },
              { header: 'Last used', cell: (key) => (key.used_at === null ? 'Never' : <Ago at={key.used_at} />) },
              { header: 'Ends', cell: (key) => (key.expires_at === null ? 'Never' : formatInstant(key.expires_at)) },
              { header: 'State', cell: (key) => <State apiKey={key} now={now} /> },
              {
                header: 'Change',
                end: true,
                cell: (key) =>
                  key.revoked_at === null && (
                    <Button
                      variant="subtle"
                      size="compact-sm"
                      aria-label={`Revoke ${key.name}`}
                      onClick={() => setQuestion({ title: `Revoke “${key.name}”?`, text: 'Programs that use it are refused at once. This cannot be taken back.', does: 'Revoke', run: () => revokeKey(tenant, key.id).then(again) })}
                    >
                      Revoke
                    </Button>
                  ),
              },
            ]}
          />
        )}
      </Card>
      <Dialog title={`New key for ${name}`} opened={making} onClose={() => setMaking(false)}>
        <KeyForm tenant={tenant} onMade={() => void again()} onClose={() => setMaking(false)} />
      </Dialog>
      <Ask question={question} onClose={() => setQuestion(null)} />
    </div>
  );
}

function State({ apiKey, now }: { apiKey: ApiKey; now: number }) {
  if (apiKey.revoked_at !== null) return <StatusBadge tone="muted">Revoked</StatusBadge>;
  if (apiKey.expires_at !== null && Date.parse(apiKey.expires_at) <= now) return <StatusBadge tone="warn">Ended</StatusBadge>;
  return <StatusBadge tone="good">Active</StatusBadge>;
}

function KeyForm({ tenant, onMade, onClose }: { tenant: Within; onMade: () => void; onClose: () => void }) {
  const can = useCan();
  const { data: roles } = useQuery(rolesOptions);
  const [name, setName] = useState('');
  const [allows, setAllows] = useState<string[]>(['data:view']);
  const [ends, setEnds] = useState('');
  const [tried, setTried] = useState(false);
  const make = useMutation({
    mutationFn: () => createKey(tenant, { name: name.trim(), permissions: allows, ...(ends && { expires_at: new Date(`${ends}T23:59:59`).toISOString() }) }),
    onSuccess: onMade,
  });
  const problem = make.error ? asProblem(make.error) : null;
  const faults = { name: name.trim() ? undefined : 'Say what the key is for', allows: allows.length > 0 ? undefined : 'Choose what it may do' };
  // Nobody gives a key more than they may do themselves. Reason for `as`: names of the server's own list.
  const offered = roles?.permissions.filter((permission) => can(permission.name as Permission, tenant)) ?? [];
  const submit = (event: SubmitEvent): void => {
    event.preventDefault();
    setTried(true);
    if (!faults.name && !faults.allows) make.mutate();
  };
  if (make.data) {
    return (
      <Stack gap="md">
        <Text size="sm" role="status">
          This is the key. It is shown only now: keep it where programs read their secrets.
        </Text>
        <Secret label="The key" value={make.data.token} />
        <Button onClick={onClose}>Done</Button>
      </Stack>
    );
  }
  return (
    <form onSubmit={submit} noValidate>
      <Stack gap="md">
        <ProblemAlert problem={problem && Object.keys(problem.fields).length === 0 ? problem : null} />
        <TextInput label="What it is for" data-autofocus value={name} error={(tried ? faults.name : undefined) ?? problem?.fields.name} onChange={(event) => setName(event.currentTarget.value)} />
        <Checkbox.Group label="Allows" value={allows} error={(tried ? faults.allows : undefined) ?? problem?.fields.permissions} onChange={setAllows}>
          <Stack gap={8} mt={8} mb={4}>
            {offered.map((permission) => (
              <Checkbox key={permission.name} value={permission.name} label={permission.says} />
            ))}
          </Stack>
        </Checkbox.Group>
        <TextInput type="date" label="Last day" description="Empty: until it is revoked." value={ends} error={problem?.fields.expires_at} onChange={(event) => setEnds(event.currentTarget.value)} />
        <Button type="submit" loading={make.isPending}>
          Make the key
        </Button>
      </Stack>
    </form>
  );
}
