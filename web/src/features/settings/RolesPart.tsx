import { Button, Checkbox, Group, Stack, TextInput } from '@mantine/core';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { IconCheck, IconPlus } from '@tabler/icons-react';
import { useState, type SubmitEvent } from 'react';
import type { Role, Roles } from '@/api/identity';
import { removeRole, rolesOptions, saveRole } from '@/api/people';
import { asProblem, askedOf } from '@/api/problem';
import { useCan } from '@/api/session';
import { Ask, type Question } from './Ask';
import { Card } from '@/ui/Card';
import { Dialog } from '@/ui/Dialog';
import { FigureTable } from '@/ui/FigureTable';
import { ProblemAlert } from '@/ui/ProblemAlert';
import { ErrorState, Loading } from '@/ui/States';
import classes from './Settings.module.css';

/** What each role allows. */
export function RolesPart() {
  const queryClient = useQueryClient();
  const roles = askedOf(useQuery(rolesOptions));
  const allowed = useCan()('role:manage');
  const [edited, setEdited] = useState<Role | 'new' | null>(null);
  const [question, setQuestion] = useState<Question | null>(null);
  const again = (): Promise<unknown> => queryClient.invalidateQueries({ queryKey: ['roles'] });
  if (roles.problem) return <ErrorState problem={roles.problem} onRetry={roles.retry} />;
  if (!roles.data) return <Loading rows={8} />;
  const { items, permissions } = roles.data;
  const own = items.filter((role) => !role.built_in);
  return (
    <div className={classes.parts}>
      <Card
        title="What each role allows"
        note="Roles that come with Trimtab stay as they are."
        actions={
          allowed && (
            <Button size="sm" leftSection={<IconPlus size={16} aria-hidden />} onClick={() => setEdited('new')}>
              New role
            </Button>
          )
        }
        flush
      >
        <FigureTable
          label="Permissions of roles"
          minWidth={260 + items.length * 96}
          rows={permissions}
          rowId={(permission) => permission.name}
          columns={[
            {
              header: 'Permission',
              cell: (permission) => (
                <>
                  {permission.name}
                  <span className={classes.sub}>{permission.says}</span>
                </>
              ),
            },
            ...items.map((role) => ({
              header: role.label,
              cell: (permission: { name: string }) => (role.permissions.includes(permission.name) ? <IconCheck size={17} role="img" aria-label="yes" /> : <span aria-label="no" role="img">–</span>),
            })),
          ]}
        />
      </Card>
      {allowed && own.length > 0 && (
        <Card title="Roles of the agency" flush>
          <FigureTable
            label="Roles of the agency"
            rows={own}
            rowId={(role) => role.name}
            columns={[
              {
                header: 'Role',
                cell: (role) => (
                  <>
                    {role.label}
                    <span className={classes.sub}>{role.name}</span>
                  </>
                ),
              },
              { header: 'Allows', cell: (role) => role.permissions.join(', ') },
              {
                header: 'Change',
                end: true,
                cell: (role) => (
                  <Group gap={4} justify="flex-end" wrap="nowrap">
                    <Button variant="subtle" size="compact-sm" aria-label={`Edit ${role.label}`} onClick={() => setEdited(role)}>
                      Edit
                    </Button>
                    <Button
                      variant="subtle"
                      size="compact-sm"
                      aria-label={`Remove ${role.label}`}
                      onClick={() => setQuestion({ title: `Remove the role “${role.label}”?`, text: 'This works only while nobody holds it.', does: 'Remove', run: () => removeRole(role.name).then(again) })}
                    >
                      Remove
                    </Button>
                  </Group>
                ),
              },
            ]}
          />
        </Card>
      )}
      <Dialog title={edited === 'new' ? 'New role' : `Change “${edited?.label ?? ''}”`} opened={edited !== null} onClose={() => setEdited(null)}>
        {edited && (
          <RoleForm
            role={edited === 'new' ? null : edited}
            permissions={permissions}
            onSaved={async () => {
              await again();
              setEdited(null);
            }}
          />
        )}
      </Dialog>
      <Ask question={question} onClose={() => setQuestion(null)} />
    </div>
  );
}

/** `Media buyer` → `media_buyer`. */
function nameOf(label: string): string {
  return label.normalize('NFKD').replaceAll(/[\u0300-\u036f]/g, '').toLowerCase().replaceAll(/[^a-z0-9]+/g, '_').replaceAll(/^_+|_+$/g, '').slice(0, 40);
}

function RoleForm({ role, permissions, onSaved }: { role: Role | null; permissions: Roles['permissions']; onSaved: () => Promise<void> }) {
  const [label, setLabel] = useState(role?.label ?? '');
  const [allows, setAllows] = useState<string[]>(role?.permissions ?? ['data:view']);
  const [tried, setTried] = useState(false);
  const name = role?.name ?? nameOf(label);
  const save = useMutation({ mutationFn: () => saveRole(name, label.trim(), allows), onSuccess: onSaved });
  const fault = name.length < 2 ? 'Give the role a name' : undefined;
  const submit = (event: SubmitEvent): void => {
    event.preventDefault();
    setTried(true);
    if (!fault) save.mutate();
  };
  return (
    <form onSubmit={submit} noValidate>
      <Stack gap="md">
        <ProblemAlert problem={save.error ? asProblem(save.error) : null} />
        <TextInput label="Name" data-autofocus value={label} error={tried ? fault : undefined} onChange={(event) => setLabel(event.currentTarget.value)} />
        <Checkbox.Group label="Allows" description="Whoever holds the role is allowed this at once." value={allows} onChange={setAllows}>
          <Stack gap={8} mt={8}>
            {permissions.map((permission) => (
              // Every role looks on: without that, nothing else could be seen.
              <Checkbox key={permission.name} value={permission.name} label={permission.says} disabled={permission.name === 'data:view'} />
            ))}
          </Stack>
        </Checkbox.Group>
        <Button type="submit" loading={save.isPending}>
          Save the role
        </Button>
      </Stack>
    </form>
  );
}
