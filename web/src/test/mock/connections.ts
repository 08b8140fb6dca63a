// Connections in every state, for the mock.
import type { Connection } from '@/api/types';
import { addDays } from '@/lib/period';
import { before, today } from '@/test/mock/http';

export type TenantConnection = Connection & { tenant: string };

/** One account in each state a connection may be in, on every platform. */
export function inTrouble(base: (tenant: string, id: string, account: Connection['account']) => TenantConnection): TenantConnection[] {
  const of = (id: string, name: string): TenantConnection =>
    base('juniper-sleep', `con_${id}`, { id, name, currency: 'USD', timezone: 'America/New_York' });
  const lasting = { expires_at: null, credential: credential({ expiry: 'never' }) };
  const until = new Date(Date.now() + 25 * 60_000).toISOString();
  return [
    {
      ...of('5500012', 'Juniper Search'), source: 'google', health: 'limited', until, since: before(0.2), ...lasting,
      detail: `Google Ads account 5500012 has used up its quota: it can be read again from ${until}`, fix: 'nothing to do: a sync after that time goes on where this one stopped',
    },
    {
      ...of('7340055', 'Juniper TikTok'), source: 'tiktok', health: 'doubtful', since: before(3), ...lasting,
      detail: `TikTok Ads account 7340055 answered nothing for ${addDays(today(), -9)} to ${addDays(today(), -3)}, although its own total says that 1234.00 USD were spent; the figures known of this are kept as of ${before(27)}`,
      fix: 'nothing to do for now: the next sync asks again; if it stays, look at the account on the platform',
    },
    {
      ...of('549755', 'Juniper Pins'), source: 'pinterest', health: 'expiring', since: before(48),
      ...ending(4.4, { expiry: 'at_latest' }), detail: `the credential ends on ${addDays(today(), 4)} at the latest`, fix: 'connect the account again with a new one before then',
    },
    {
      ...of('120411999', 'Juniper Outlet'), health: 'unsupported', since: before(30),
      detail: 'Meta Ads no longer supports version v26.0 of its interface: upgrade Trimtab; it said: (#2635) You are calling a deprecated version of the Ads API (HTTP 400, code 2635)',
      fix: 'upgrade Trimtab: a newer release speaks a version that is still served',
    },
    {
      ...of('120411555', 'Juniper CA'), health: 'needs_reauth', since: before(70), expires_at: null,
      credential: credential({ expiry: 'never', scopes: ['public_profile'], missing_scopes: ['ads_read'] }),
      detail: 'Meta Ads account 120411555: the token lacks the permission ads_read; the credential lacks access: grant it the permission and the account on the platform, or connect with another',
      fix: 'connect the account again with a token that may read it',
    },
  ];
}

export function credential(told: Partial<Connection['credential']>): Connection['credential'] {
  return { set_at: before(24 * 8), expiry: 'told', access_ends_at: null, ends_at: null, days_left: null, scopes: [], missing_scopes: [], ...told };
}

/** A credential that ends in so many days. */
export function ending(days: number, told: Partial<Connection['credential']> = {}): Pick<Connection, 'expires_at' | 'credential'> {
  const end = new Date(Date.now() + days * 86_400_000).toISOString();
  return { expires_at: end, credential: credential({ ends_at: end, days_left: Math.floor(days), scopes: ['ads_read'], ...told }) };
}
