import { ActionIcon, Button, Menu } from '@mantine/core';
import { useQuery, useQueryClient } from '@tanstack/react-query';
import { IconDots, IconUserPlus } from '@tabler/icons-react';
import { useState } from 'react';
import type { Invitation, ManagedUser } from '@/api/identity';
import { invitationsOptions, revokeRole, setDisabled, signOutUser, usersOptions, withdraw, type Within } from '@/api/people';
import { askedOf } from '@/api/problem';
import { meOptions } from '@/api/session';
import { Ask, type Question } from './Ask';
import { InviteDialog } from './InviteDialog';
import { RoleDialog } from './RoleDialog';
import { formatInstant } from '@/lib/format';
import { Ago } from '@/ui/Ago';
import { Card } from '@/ui/Card';
import { FigureTable } from '@/ui/FigureTable';
import { ErrorState, Loading } from '@/ui/States';
import { StatusBadge } from '@/ui/StatusBadge';
import classes from './Settings.module.css';

/** Roles somebody holds, with the tenant where it is not the shown one. */
function grantsOf({ grants }: { grants: Invitation['grants'] }, shown: Within): string {
  return grants.map((grant) => (grant.tenant === null || grant.tenant === shown ? grant.role_label : `${grant.role_label} (${grant.tenant})`)).join(', ');
}

/** Who may see the client, or works for the agency, and who is invited. */
export function PeoplePart({ tenant, name }: { tenant: Within; name: string }) {
  const queryClient = useQueryClient();
  const { data: me } = useQuery(meOptions);
  const users = askedOf(useQuery(usersOptions(tenant)));
  const invitations = askedOf(useQuery(invitationsOptions(tenant)));
  const [inviting, setInviting] = useState(false);
  const [changing, setChanging] = useState<ManagedUser | null>(null);
  const [question, setQuestion] = useState<Question | null>(null);
  const again = (): Promise<unknown> => Promise.all(['users', 'invitations'].map((kind) => queryClient.invalidateQueries({ queryKey: [kind] })));

  /** What of somebody's roles belongs to the shown scope. */
  const here = (user: ManagedUser) => user.grants.filter((grant) => (tenant === undefined ? grant.tenant === null : grant.tenant === tenant));
  const remove = (user: ManagedUser): Question => ({
    title: `Remove ${user.email}?`,
    text: `They lose every role ${tenant === undefined ? 'over the whole agency' : `in ${name}`}, at once. Their account stays.`,
    does: 'Remove',
    run: async () => {
      for (const grant of here(user)) await revokeRole(tenant, user.id, grant.role);
      await again();
    },
  });
  const disable = (user: ManagedUser): Question => ({
    title: `Disable ${user.email}?`,
    text: 'They are signed out everywhere and cannot sign in until they are enabled again.',
    does: 'Disable',
    run: () => setDisabled(user.id, true).then(again),
  });
  const signOut = (user: ManagedUser): Question => ({ title: `Sign ${user.email} out?`, text: 'All their sessions end. They can sign in again.', does: 'Sign out', run: () => signOutUser(user.id) });
  const enable = (user: ManagedUser): Question => ({ title: `Enable ${user.email}?`, text: 'They can sign in again, with the roles they hold.', does: 'Enable', run: () => setDisabled(user.id, false).then(again) });

  const menu = (user: ManagedUser) => (
    <Menu position="bottom-end" shadow="md">
      <Menu.Target>
        <ActionIcon variant="subtle" color="gray" size={30} aria-label={`Change ${user.email}`}>
          <IconDots size={18} />
        </ActionIcon>
      </Menu.Target>
      <Menu.Dropdown>
        <Menu.Item onClick={() => setChanging(user)}>Change roles</Menu.Item>
        {here(user).length > 0 && <Menu.Item onClick={() => setQuestion(remove(user))}>Remove</Menu.Item>}
        {tenant === undefined && user.id !== me?.user?.id && (
          <>
            <Menu.Divider />
            <Menu.Item onClick={() => setQuestion(signOut(user))}>Sign out everywhere</Menu.Item>
            {user.disabled_at === null ? <Menu.Item onClick={() => setQuestion(disable(user))}>Disable</Menu.Item> : <Menu.Item onClick={() => setQuestion(enable(user))}>Enable</Menu.Item>}
          </>
        )}
      </Menu.Dropdown>
    </Menu>
  );

  return (
    <div className={classes.parts}>
      <Card
        title="People"
        note={tenant === undefined ? 'Everybody with an account.' : `Who holds a role in ${name}. People of the agency see it as well.`}
        actions={
          <Button size="sm" leftSection={<IconUserPlus size={16} aria-hidden />} onClick={() => setInviting(true)}>
            Invite
          </Button>
        }
        flush
      >
        {users.problem ? (
          <ErrorState problem={users.problem} onRetry={users.retry} compact />
        ) : !users.data ? (
          <Loading rows={4} />
        ) : users.data.length === 0 ? (
          <p className={classes.none}>Nobody holds a role in {name} yet. Invite somebody.</p>
        ) : (
          <FigureTable
            label="People"
            minWidth={720}
            rows={users.data}
            rowId={(user) => user.id}
            columns={[
              {
                header: 'Person',
                cell: (user) => (
                  <>
                    {user.name || user.email}
                    {user.name && <span className={classes.sub}>{user.email}</span>}
                  </>
                ),
              },
              { header: 'Roles', cell: (user) => grantsOf(user, tenant) || 'None' },
              { header: 'Second factor', cell: (user) => (user.second_factor ? 'Yes' : 'No') },
              { header: 'Last seen', cell: (user) => (user.seen_at === null ? 'Never' : <Ago at={user.seen_at} />) },
              { header: 'State', cell: (user) => (user.disabled_at === null ? <StatusBadge tone="good">Active</StatusBadge> : <StatusBadge tone="paused">Disabled</StatusBadge>) },
              { header: 'Change', end: true, cell: menu },
            ]}
          />
        )}
      </Card>
      <Card title="Open invitations" flush>
        {invitations.problem ? (
          <ErrorState problem={invitations.problem} onRetry={invitations.retry} compact />
        ) : !invitations.data ? (
          <Loading rows={2} />
        ) : invitations.data.length === 0 ? (
          <p className={classes.none}>None is open.</p>
        ) : (
          <FigureTable
            label="Open invitations"
            minWidth={560}
            rows={invitations.data}
            rowId={(invitation) => invitation.id}
            columns={[
              { header: 'Invited', cell: (invitation) => invitation.email },
              { header: 'As', cell: (invitation) => grantsOf(invitation, tenant) },
              { header: 'Ends', cell: (invitation) => formatInstant(invitation.expires_at) },
              {
                header: 'Change',
                end: true,
                cell: (invitation) => (
                  <Button
                    variant="subtle"
                    size="compact-sm"
                    aria-label={`Take back the invitation of ${invitation.email}`}
                    onClick={() => setQuestion({ title: `Take back the invitation of ${invitation.email}?`, text: 'The link they got is of no more use.', does: 'Take back', run: () => withdraw(tenant, invitation.id).then(again) })}
                  >
                    Take back
                  </Button>
                ),
              },
            ]}
          />
        )}
      </Card>
      <InviteDialog tenant={tenant} name={name} opened={inviting} onClose={() => setInviting(false)} onInvited={() => void again()} />
      <RoleDialog tenant={tenant} name={name} user={changing} held={changing ? here(changing).map((grant) => grant.role) : []} onClose={() => setChanging(null)} onChanged={again} />
      <Ask question={question} onClose={() => setQuestion(null)} />
    </div>
  );
}
