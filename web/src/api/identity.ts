// The API's nouns of identity, and the one way its calls are made.
import { send } from '@/api/client';

export const PERMISSIONS = [
  'data:view', 'data:load', 'connection:manage', 'finding:manage', 'budget:manage', 'knowledge:manage',
  'tenant:manage', 'tenant:create', 'user:manage', 'role:manage', 'key:manage', 'audit:view',
] as const;
export type Permission = (typeof PERMISSIONS)[number];

export interface Person {
  id: string;
  email: string;
  name: string;
}

export interface Grant {
  /** `null`: the whole agency. */
  tenant: string | null;
  role: string;
  role_label: string;
}

export interface Me {
  kind: 'user' | 'key';
  user: Person | null;
  key: { id: string; name: string } | null;
  agency: string | null;
  /** In the whole installation, for every tenant. */
  permissions: string[];
  grants: Grant[];
  /** For tenants somebody holds something in. */
  tenants: { id: string; permissions: string[] }[];
  session: { id: string; expires_at: string } | null;
  version: string;
}

export interface SignedIn {
  state: 'signed_in';
  user: Person;
  agency: string | null;
  token: string;
  expires_at: string;
  refresh_token: string;
  refresh_expires_at: string;
}

/** Options and answers of WebAuthn as JSON; bytes are base64url. */
export type WebAuthnJson = Record<string, unknown>;

export interface SecondFactor {
  state: 'second_factor';
  challenge: string;
  /** Whether codes of an authenticator app and recovery codes are taken. */
  codes: boolean;
  passkey: WebAuthnJson | null;
}

export type SignIn = SignedIn | SecondFactor | { state: 'sign_in' };

export interface PasskeyOptions {
  challenge: string;
  options: WebAuthnJson;
}

export interface Provider {
  name: string;
  label: string;
}

export interface Offer {
  email: string;
  /** They have an account already. */
  known: boolean;
  agency: string | null;
  grants: Grant[];
  expires_at: string;
}

export interface ManagedUser extends Person {
  grants: Grant[];
  second_factor: boolean;
  created_at: string;
  seen_at: string | null;
  disabled_at: string | null;
}

export interface Invitation {
  id: string;
  email: string;
  grants: Grant[];
  made_at: string;
  made_by: string;
  expires_at: string;
}

export interface Invited {
  id: string;
  email: string;
  expires_at: string;
  mailed: boolean;
  link: string | null;
}

export interface Role {
  name: string;
  label: string;
  built_in: boolean;
  permissions: string[];
  scopes: string[];
}

export interface Roles {
  items: Role[];
  permissions: { name: string; says: string }[];
}

export interface ApiKey {
  id: string;
  name: string;
  hint: string;
  tenant: string | null;
  permissions: string[];
  made_at: string;
  made_by: string;
  expires_at: string | null;
  used_at: string | null;
  revoked_at: string | null;
}

export interface Device {
  id: string;
  current: boolean;
  ip: string | null;
  agent: string | null;
  method: string;
  created_at: string;
  seen_at: string;
  ends_at: string;
}

export interface Passkey {
  id: string;
  name: string;
  made_at: string;
  used_at: string | null;
}

export interface Security {
  authenticator: boolean;
  recovery_codes_left: number | null;
  passkeys: Passkey[];
  providers: { issuer: string; email: string }[];
}

export interface Branding {
  colour: string | null;
  logo_url: string | null;
}

interface Asking {
  /** Left out where `undefined`. */
  query?: Record<string, string | undefined>;
  body?: unknown;
  signal?: AbortSignal;
}

/** Asks the server; answers its JSON, or `undefined` where there is none. */
export async function ask<T>(method: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE', path: string, { query = {}, body, signal }: Asking = {}): Promise<T> {
  const url = new URL(`/api/v1${path}`, globalThis.location.origin);
  for (const [name, value] of Object.entries(query)) if (value !== undefined) url.searchParams.set(name, value);
  const json = body === undefined ? {} : { headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) };
  const response = await send(new Request(url, { method, signal, ...json }));
  const text = await response.text();
  // Reason for `as`: the shapes above are the server's.
  return (text === '' ? undefined : JSON.parse(text)) as T;
}
