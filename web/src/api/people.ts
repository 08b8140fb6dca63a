// People, invitations and roles. `tenant`: within it; `undefined`: of the whole agency.
import { queryOptions } from '@tanstack/react-query';
import { ask, type Invitation, type Invited, type ManagedUser, type Role, type Roles } from '@/api/identity';

export type Within = string | undefined;

interface Items<T> {
  items: T[];
}

export function usersOptions(tenant: Within) {
  return queryOptions({ queryKey: ['users', tenant ?? null], queryFn: ({ signal }) => ask<Items<ManagedUser>>('GET', '/users', { query: { tenant }, signal }).then(({ items }) => items) });
}

export function invitationsOptions(tenant: Within) {
  return queryOptions({ queryKey: ['invitations', tenant ?? null], queryFn: ({ signal }) => ask<Items<Invitation>>('GET', '/invitations', { query: { tenant }, signal }).then(({ items }) => items) });
}

export const rolesOptions = queryOptions({ queryKey: ['roles'], queryFn: ({ signal }) => ask<Roles>('GET', '/roles', { signal }), staleTime: 60_000 });

const path = (id: string): string => `/users/${encodeURIComponent(id)}`;

export const invite = (tenant: Within, email: string, role: string): Promise<Invited> => ask('POST', '/invitations', { query: { tenant }, body: { email, role } });
export const withdraw = (tenant: Within, id: string): Promise<void> => ask('DELETE', `/invitations/${encodeURIComponent(id)}`, { query: { tenant } });
export const grantRole = (tenant: Within, user: string, role: string): Promise<void> => ask('POST', `${path(user)}/grants`, { query: { tenant }, body: { role } });
export const revokeRole = (tenant: Within, user: string, role: string): Promise<void> => ask('DELETE', `${path(user)}/grants`, { query: { tenant, role } });
export const setDisabled = (user: string, disabled: boolean): Promise<void> => ask('POST', `${path(user)}/${disabled ? 'disable' : 'enable'}`);
export const signOutUser = (user: string): Promise<{ ended: number }> => ask('POST', `${path(user)}/sign-out`);

export const saveRole = (name: string, label: string, permissions: readonly string[]): Promise<Role> => ask('PUT', `/roles/${encodeURIComponent(name)}`, { body: { label, permissions } });
export const removeRole = (name: string): Promise<void> => ask('DELETE', `/roles/${encodeURIComponent(name)}`);
