// One's own way in.
import { queryOptions } from '@tanstack/react-query';
import { ask, type Device, type Passkey, type PasskeyOptions, type Security } from '@/api/identity';

export const securityOptions = queryOptions({ queryKey: ['security'], queryFn: ({ signal }) => ask<Security>('GET', '/me/security', { signal }) });
export const devicesOptions = queryOptions({ queryKey: ['devices'], queryFn: ({ signal }) => ask<{ items: Device[] }>('GET', '/me/sessions', { signal }).then(({ items }) => items) });

export const changeName = (name: string): Promise<void> => ask('PATCH', '/me', { body: { name } });
export const changePassword = (old: string, next: string): Promise<void> => ask('POST', '/me/password', { body: { old, new: next } });
export const endSession = (id: string): Promise<void> => ask('DELETE', `/me/sessions/${encodeURIComponent(id)}`);
export const endOtherSessions = (): Promise<{ ended: number }> => ask('POST', '/me/sessions/end-others');
export const enrolAuthenticator = (password: string): Promise<{ secret: string; url: string }> => ask('POST', '/me/authenticator', { body: { password } });
export const confirmAuthenticator = (code: string): Promise<{ recovery_codes: string[] }> => ask('POST', '/me/authenticator/confirm', { body: { code } });
export const removeAuthenticator = (password: string): Promise<void> => ask('POST', '/me/authenticator/remove', { body: { password } });
export const startPasskey = (password: string): Promise<PasskeyOptions> => ask('POST', '/me/passkeys/start', { body: { password } });
export const addPasskey = (challenge: string, name: string, credential: object): Promise<Passkey> => ask('POST', '/me/passkeys', { body: { challenge, name, credential } });
export const removePasskey = (id: string): Promise<void> => ask('DELETE', `/me/passkeys/${encodeURIComponent(id)}`);
