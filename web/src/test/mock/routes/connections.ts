// Sources, connections and accounts. Tokens that hold "bad" are refused.
import { HttpResponse, delay, http } from 'msw';
import type { NewConnection, Source } from '@/api/types';
import { addDays } from '@/lib/period';
import { credential, type TenantConnection } from '@/test/mock/connections';
import { api, before, list, now, problem, today } from '@/test/mock/http';
import { ofTenant, state } from '@/test/mock/state';
import { ACCOUNTS, OTHER_ACCOUNTS, coverageOf } from '@/test/mock/world';

/** A version that is served for so many more days. */
function spoken(name: string, version: string, days: number | null): Source['interface'] {
  const phase = days === null || days > 60 ? 'supported' : days < 0 ? 'ended' : 'ending';
  const supported_until = days === null ? null : addDays(today(), days);
  return { name, version, released: null, supported_until, certainty: days === null ? 'unknown' : 'estimated', days_left: days, phase, told_by: 'https://example.com/calendar' };
}

export const connectionRoutes = [
  http.get(api('/sources'), () =>
    HttpResponse.json({
      items: [
        { id: 'meta', label: 'Meta Ads', connectable: true, account_hint: 'The number after act= in the address of Ads Manager, with or without act_', secret_hint: 'A token with ads_read for the account: Business settings → Users → System users → Generate new token', interface: spoken('Marketing API', 'v26.0', 246) },
        { id: 'google', label: 'Google Ads', connectable: false, account_hint: null, secret_hint: null, interface: spoken('Google Ads API', 'v25', 41) },
        { id: 'pinterest', label: 'Pinterest Ads', connectable: false, account_hint: null, secret_hint: null, interface: spoken('Pinterest API', 'v5', null) },
        { id: 'tiktok', label: 'TikTok Ads', connectable: false, account_hint: null, secret_hint: null, interface: spoken('API for Business', 'v1.3', -12) },
        { id: 'ga4', label: 'Google Analytics', connectable: true, account_hint: 'The property id: digits only, under Admin → Property details', secret_hint: 'JSON with client_id, client_secret and refresh_token, or the key file of a service account that may view the property', interface: null },
        { id: 'klaviyo', label: 'Klaviyo', connectable: true, account_hint: 'The six-character site id under Settings → Account', secret_hint: 'A private key with read access to campaigns, flows and metrics: Settings → API keys', interface: null },
        { id: 'magento', label: 'Magento', connectable: true, account_hint: 'The address of the shop, as https://shop.example', secret_hint: 'JSON with consumer_key, consumer_secret, access_token and access_token_secret of an integration that may read sales', interface: null },
        { id: 'shopify', label: 'Shopify', connectable: true, account_hint: 'The name before .myshopify.com', secret_hint: 'JSON with client_id and client_secret of a custom app with read_orders', interface: null },
        { id: 'ecb', label: 'European Central Bank', connectable: false, account_hint: null, secret_hint: null, interface: null },
        { id: 'csv', label: 'File', connectable: false, account_hint: null, secret_hint: null, interface: null },
      ],
    }),
  ),
  http.get(api('/connections'), ofTenant((tenant) => list(state.connections.filter((c) => c.tenant === tenant)))),
  http.post(api('/connections'), ofTenant(async (tenant, { request }) => {
    const body = (await request.json()) as NewConnection;
    await delay(500);
    if (!/^(act_)?\d{6,20}$/.test(body.account)) {
      return problem(422, 'invalid', 'Not accepted', 'One field needs a correction.', { errors: [{ field: 'account', detail: 'must be digits, for example 1234567890' }] });
    }
    if (body.secret.includes('bad')) {
      return problem(422, 'credential_refused', 'Meta refused the token', 'Meta does not accept this token; create a new one and paste it whole.', {
        errors: [{ field: 'secret', detail: 'Meta does not accept this token' }],
      });
    }
    const connection: TenantConnection = {
      tenant, id: `con_${Date.now()}`, source: body.source,
      account: { id: body.account.replace('act_', ''), name: `Account ${body.account}`, currency: 'EUR', timezone: 'Europe/Amsterdam' },
      health: 'ok', detail: null, since: now(), until: null, fix: null, expires_at: null, credential: credential({ expiry: 'never', set_at: now() }), base_url: body.base_url ?? null, created_at: now(), data_as_of: null, settled_through: null, rows: 0, last_run: null, syncing: false,
    };
    state.connections.push(connection);
    return HttpResponse.json(connection, { status: 201 });
  })),
  http.delete(api('/connections/:id'), ({ params }) => {
    state.connections = state.connections.filter((c) => c.id !== params.id);
    return new HttpResponse(null, { status: 204 });
  }),
  http.get(api('/accounts'), ofTenant((tenant) =>
    list(
      [...ACCOUNTS, ...OTHER_ACCOUNTS].filter((a) => a.tenant === tenant).map((a) => {
        const { first, last } = coverageOf(a, today());
        return {
          source: a.source, id: a.id, name: a.name, currency: a.currency, timezone: a.timezone, first_day: first, last_day: last, rows: 182_300,
          data_as_of: before(2.2), settled_through: addDays(today(), -29),
        };
      }),
    ))),
];
