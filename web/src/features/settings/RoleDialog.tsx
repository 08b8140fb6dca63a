import { Button, Checkbox, Stack } from '@mantine/core';
import { useMutation, useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import type { ManagedUser } from '@/api/identity';
import { grantRole, revokeRole, rolesOptions, type Within } from '@/api/people';
import { asProblem } from '@/api/problem';
import { Dialog } from '@/ui/Dialog';
import { ProblemAlert } from '@/ui/ProblemAlert';

interface Props {
  tenant: Within;
  name: string;
  user: ManagedUser | null;
  /** Names of the roles they hold there. */
  held: readonly string[];
  onClose: () => void;
  onChanged: () => Promise<unknown>;
}

export function RoleDialog(props: Props) {
  return (
    <Dialog title={props.user ? `Roles of ${props.user.email}` : ''} opened={props.user !== null} onClose={props.onClose}>
      {props.user && <Form {...props} user={props.user} />}
    </Dialog>
  );
}

function Form({ tenant, name, user, held, onClose, onChanged }: Props & { user: ManagedUser }) {
  const roles = useQuery(rolesOptions);
  const [wanted, setWanted] = useState<string[]>([...held]);
  const save = useMutation({
    mutationFn: async () => {
      // The new ones first, so that nobody is without any in between.
      for (const role of wanted.filter((one) => !held.includes(one))) await grantRole(tenant, user.id, role);
      for (const role of held.filter((one) => !wanted.includes(one))) await revokeRole(tenant, user.id, role);
    },
    onSuccess: onClose,
    onSettled: onChanged,
  });
  const fitting = roles.data?.items.filter(({ scopes }) => scopes.includes(tenant === undefined ? 'agency' : 'tenant')) ?? [];
  return (
    <Stack gap="md">
      <ProblemAlert problem={save.error ? asProblem(save.error) : null} />
      <Checkbox.Group label={tenant === undefined ? 'Over the whole agency' : `In ${name}`} value={wanted} onChange={setWanted}>
        <Stack gap={8} mt={8}>
          {fitting.map((role) => (
            <Checkbox key={role.name} value={role.name} label={role.label} />
          ))}
        </Stack>
      </Checkbox.Group>
      <Button loading={save.isPending} onClick={() => save.mutate()}>
        Save roles
      </Button>
    </Stack>
  );
}
