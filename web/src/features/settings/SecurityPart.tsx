import { Button, Group, PasswordInput, Stack } from '@mantine/core';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { useState, type SubmitEvent } from 'react';
import type { Device } from '@/api/identity';
import { asProblem, askedOf } from '@/api/problem';
import { changePassword, devicesOptions, endOtherSessions, endSession, securityOptions } from '@/api/security';
import { meOptions } from '@/api/session';
import { Ask, type Question } from './Ask';
import { AuthenticatorCard } from './AuthenticatorCard';
import { NameCard } from './NameCard';
import { PasskeysCard } from './PasskeysCard';
import { Ago } from '@/ui/Ago';
import { Card } from '@/ui/Card';
import { FigureTable } from '@/ui/FigureTable';
import { ProblemAlert } from '@/ui/ProblemAlert';
import { ErrorState, Loading } from '@/ui/States';
import classes from './Settings.module.css';

/** One's own way in. `onSignedOut`: all sessions ended, this one too. */
export function SecurityPart({ onSignedOut }: { onSignedOut: () => void }) {
  const { data: me } = useQuery(meOptions);
  const security = askedOf(useQuery(securityOptions));
  return (
    <div className={classes.parts}>
      {me?.user && <NameCard person={me.user} />}
      <Devices />
      {security.problem ? (
        <ErrorState problem={security.problem} onRetry={security.retry} />
      ) : !security.data ? (
        <Loading rows={5} />
      ) : (
        <>
          <PasswordCard onSignedOut={onSignedOut} />
          <AuthenticatorCard security={security.data} />
          <PasskeysCard passkeys={security.data.passkeys} />
        </>
      )}
    </div>
  );
}

const METHODS: Readonly<Record<string, string>> = { password: 'with the password', passkey: 'with a passkey', provider: 'through a provider', link: 'by a link' };

/** "Firefox on Linux", or what the program calls itself. */
function agentName(agent: string | null): string {
  if (agent === null) return 'Unknown device';
  const browser = /(Edg|OPR|Firefox|Chrome|Safari)\//.exec(agent)?.[1];
  const system = /(iPhone|iPad|Android|Windows|Mac OS X|Linux)/.exec(agent)?.[1];
  const name = browser === 'Edg' ? 'Edge' : browser === 'OPR' ? 'Opera' : browser;
  return name && system ? `${name} on ${system === 'Mac OS X' ? 'macOS' : system}` : agent.slice(0, 60);
}

function Devices() {
  const queryClient = useQueryClient();
  const devices = askedOf(useQuery(devicesOptions));
  const [question, setQuestion] = useState<Question | null>(null);
  const again = (): Promise<unknown> => queryClient.invalidateQueries({ queryKey: ['devices'] });
  const end = (device: Device): Question => ({ title: `Sign out ${agentName(device.agent)}?`, text: 'It has to sign in anew.', does: 'Sign out', run: () => endSession(device.id).then(again) });
  const others = devices.data?.some((device) => !device.current) ?? false;
  return (
    <Card
      title="Devices"
      note="Where you are signed in."
      actions={
        others && (
          <Button variant="default" size="sm" onClick={() => setQuestion({ title: 'Sign out all other devices?', text: 'This one stays signed in.', does: 'Sign out', run: () => endOtherSessions().then(again) })}>
            Sign out all others
          </Button>
        )
      }
      flush
    >
      {devices.problem ? (
        <ErrorState problem={devices.problem} onRetry={devices.retry} compact />
      ) : !devices.data ? (
        <Loading rows={2} />
      ) : (
        <FigureTable
          label="Devices"
          minWidth={560}
          rows={devices.data}
          rowId={(device) => device.id}
          columns={[
            {
              header: 'Device',
              cell: (device) => (
                <>
                  {agentName(device.agent)}
                  {device.current && ' (this one)'}
                  <span className={classes.sub}>{device.ip ?? 'Address unknown'}</span>
                </>
              ),
            },
            {
              header: 'Signed in',
              cell: (device) => (
                <>
                  <Ago at={device.created_at} />
                  <span className={classes.sub}>{METHODS[device.method] ?? device.method}</span>
                </>
              ),
            },
            { header: 'Last seen', cell: (device) => <Ago at={device.seen_at} /> },
            {
              header: 'Change',
              end: true,
              cell: (device) =>
                !device.current && (
                  <Button variant="subtle" size="compact-sm" aria-label={`Sign out ${agentName(device.agent)}`} onClick={() => setQuestion(end(device))}>
                    Sign out
                  </Button>
                ),
            },
          ]}
        />
      )}
      <Ask question={question} onClose={() => setQuestion(null)} />
    </Card>
  );
}

const PASSWORD_MIN = 12;

function PasswordCard({ onSignedOut }: { onSignedOut: () => void }) {
  const [old, setOld] = useState('');
  const [next, setNext] = useState('');
  const [tried, setTried] = useState(false);
  const change = useMutation({ mutationFn: () => changePassword(old, next), onSuccess: onSignedOut });
  const problem = change.error ? asProblem(change.error) : null;
  const faults = { old: old ? undefined : 'Enter your password until now', next: next.length < PASSWORD_MIN ? `Use at least ${PASSWORD_MIN} characters` : undefined };
  const submit = (event: SubmitEvent): void => {
    event.preventDefault();
    setTried(true);
    if (!faults.old && !faults.next) change.mutate();
  };
  const eye = { 'aria-label': 'Show or hide the password' };
  return (
    <Card title="Password" note="Once it is changed, all your devices are signed out, this one too.">
      <form onSubmit={submit} noValidate className={classes.narrow}>
        <Stack gap="md">
          <ProblemAlert problem={problem && Object.keys(problem.fields).length === 0 ? problem : null} />
          <PasswordInput label="Password until now" autoComplete="current-password" value={old} error={(tried ? faults.old : undefined) ?? problem?.fields.old} visibilityToggleButtonProps={eye} onChange={(event) => setOld(event.currentTarget.value)} />
          <PasswordInput label="New password" autoComplete="new-password" value={next} error={(tried ? faults.next : undefined) ?? problem?.fields.new ?? problem?.fields.password} visibilityToggleButtonProps={eye} onChange={(event) => setNext(event.currentTarget.value)} />
          <Group>
            <Button type="submit" loading={change.isPending}>
              Change the password
            </Button>
          </Group>
        </Stack>
      </form>
    </Card>
  );
}
