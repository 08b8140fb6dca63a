import { Button, Select, Stack, Text, TextInput } from '@mantine/core';
import { useMutation, useQuery } from '@tanstack/react-query';
import { useState, type SubmitEvent } from 'react';
import { invite, rolesOptions, type Within } from '@/api/people';
import { asProblem } from '@/api/problem';
import { Secret } from './Secret';
import { Dialog } from '@/ui/Dialog';
import { ProblemAlert } from '@/ui/ProblemAlert';
import classes from './Settings.module.css';

interface Props {
  tenant: Within;
  name: string;
  opened: boolean;
  onClose: () => void;
  onInvited: () => void;
}

export function InviteDialog(props: Props) {
  return (
    <Dialog title={`Invite somebody to ${props.name}`} opened={props.opened} onClose={props.onClose}>
      <Form {...props} />
    </Dialog>
  );
}

function Form({ tenant, name, onClose, onInvited }: Props) {
  const roles = useQuery(rolesOptions);
  const [email, setEmail] = useState('');
  const [role, setRole] = useState<string | null>(null);
  const [tried, setTried] = useState(false);
  const send = useMutation({ mutationFn: () => invite(tenant, email.trim(), role ?? ''), onSuccess: onInvited });
  const problem = send.error ? asProblem(send.error) : null;
  const faults = { email: /^\S+@\S+$/.test(email.trim()) ? undefined : 'Enter an e-mail address', role: role ? undefined : 'Choose a role' };
  const fitting = roles.data?.items.filter(({ scopes }) => scopes.includes(tenant === undefined ? 'agency' : 'tenant')) ?? [];
  const chosen = fitting.find((one) => one.name === role);
  const submit = (event: SubmitEvent): void => {
    event.preventDefault();
    setTried(true);
    if (!faults.email && !faults.role) send.mutate();
  };
  if (send.data) {
    return (
      <Stack gap="md">
        <Text size="sm" role="status">
          {send.data.mailed ? `${send.data.email} got a mail with a link. It is good for seven days.` : `No mail could be sent. Hand this link to ${send.data.email}: it is good for seven days and shown only now.`}
        </Text>
        {send.data.link !== null && <Secret label="Link of the invitation" value={send.data.link} />}
        <Button onClick={onClose}>Done</Button>
      </Stack>
    );
  }
  return (
    <form onSubmit={submit} noValidate>
      <Stack gap="md">
        <ProblemAlert problem={problem && Object.keys(problem.fields).length === 0 ? problem : null} />
        <TextInput label="E-mail" type="email" data-autofocus value={email} error={(tried ? faults.email : undefined) ?? problem?.fields.email} onChange={(event) => setEmail(event.currentTarget.value)} />
        <Select
          label="Role"
          data={fitting.map((one) => ({ value: one.name, label: one.label }))}
          value={role}
          error={(tried ? faults.role : undefined) ?? problem?.fields.role}
          onChange={setRole}
        />
        {chosen && roles.data && (
          <section className={classes.allows} aria-label={`What ${chosen.label} allows`}>
            <p>In {name} they may:</p>
            <ul>
              {roles.data.permissions
                .filter((permission) => chosen.permissions.includes(permission.name))
                .map((permission) => (
                  <li key={permission.name}>{permission.says}</li>
                ))}
            </ul>
          </section>
        )}
        <Button type="submit" loading={send.isPending}>
          Invite
        </Button>
      </Stack>
    </form>
  );
}
