import { queryOptions, useQuery } from '@tanstack/react-query';
import { ask, type Me, type Offer, type PasskeyOptions, type Permission, type Provider, type SignIn } from '@/api/identity';

export const meOptions = queryOptions({
  queryKey: ['me'],
  queryFn: ({ signal }) => ask<Me>('GET', '/me', { signal }),
  staleTime: 5 * 60_000,
});

export const providersOptions = queryOptions({
  queryKey: ['providers'],
  queryFn: ({ signal }) => ask<{ items: Provider[] }>('GET', '/auth/providers', { signal }).then(({ items }) => items),
  staleTime: 5 * 60_000,
});

export function signIn(email: string, password: string): Promise<SignIn> {
  return ask('POST', '/auth/login', { body: { email, password } });
}

/** A second factor: one of the three. */
export type Proof = { code: string } | { recovery_code: string } | { passkey: object };

export function prove(challenge: string, proof: Proof): Promise<SignIn> {
  return ask('POST', '/auth/second-factor', { body: { challenge, ...proof } });
}

export function askForPasskey(email: string): Promise<PasskeyOptions> {
  return ask('POST', '/auth/passkey/start', { body: { email } });
}

export function signInWithPasskey(challenge: string, credential: object): Promise<SignIn> {
  return ask('POST', '/auth/passkey', { body: { challenge, credential } });
}

export async function signOut(): Promise<void> {
  await ask('POST', '/auth/logout');
}

export async function forgotPassword(email: string): Promise<void> {
  await ask('POST', '/auth/forgot', { body: { email } });
}

export async function resetPassword(token: string, password: string): Promise<void> {
  await ask('POST', '/auth/reset', { body: { token, password } });
}

export function openInvitation(token: string): Promise<Offer> {
  return ask('POST', '/auth/invitation', { body: { token } });
}

export function acceptInvitation(token: string, name: string, password: string): Promise<SignIn> {
  return ask('POST', '/auth/invitation/accept', { body: { token, name, password } });
}

/** Whether somebody may do something: for a tenant, or in the whole installation. */
export function may(me: Pick<Me, 'permissions' | 'tenants'>, permission: Permission, tenant?: string): boolean {
  if (me.permissions.includes(permission)) return true;
  return tenant !== undefined && me.tenants.some((one) => one.id === tenant && one.permissions.includes(permission));
}

/** What the server lets this person do. Before that is known: nothing. */
export function useCan(): (permission: Permission, tenant?: string) => boolean {
  const { data: me } = useQuery(meOptions);
  return (permission, tenant) => me !== undefined && may(me, permission, tenant);
}

export const REFUSED = 'Your role does not allow this. Ask an agency admin.';
