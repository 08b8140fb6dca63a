// People, roles, invitations, keys and devices of the mock's agency.
import { PERMISSIONS, type ApiKey, type Device, type Grant, type Invitation, type ManagedUser, type Me, type Role, type Security } from '@/api/identity';
import { before } from '@/test/mock/http';

const WORK = ['data:view', 'data:load', 'connection:manage', 'finding:manage', 'budget:manage', 'knowledge:manage'];
const role = (name: string, label: string, permissions: readonly string[], scopes: string[], built_in = true): Role => ({ name, label, built_in, permissions: [...permissions], scopes });

const SAYS: Record<(typeof PERMISSIONS)[number], string> = {
  'data:view': 'See figures, findings, campaigns and runs.',
  'data:load': 'Start syncs, imports, checks and analyses.',
  'connection:manage': 'Add, change and remove connections to platforms.',
  'finding:manage': 'Dismiss and snooze findings, and bring them back.',
  'budget:manage': 'Plan budgets.',
  'knowledge:manage': 'Write what is known of a client, its targets among it.',
  'tenant:manage': "Change a tenant's name, currency, zone, industry and branding.",
  'tenant:create': 'Add tenants.',
  'user:manage': 'Invite people, change their roles, end their access.',
  'role:manage': 'Make and change roles.',
  'key:manage': 'Make and revoke API keys.',
  'audit:view': 'Read, verify and export the audit log.',
};
export const ALL_PERMISSIONS = PERMISSIONS.map((name) => ({ name, says: SAYS[name] }));

interface Identity {
  roles: Role[];
  users: ManagedUser[];
  invitations: Invitation[];
  keys: ApiKey[];
  devices: Device[];
  security: Security;
  /** What the signed-in person called themselves since. */
  name: string | null;
  made: number;
}

function fresh(): Identity {
  const ahead = (days: number): string => before(-24 * days);
  return {
    roles: [
      role('agency_admin', 'Agency admin', PERMISSIONS, ['agency']),
      role('agency_analyst', 'Agency analyst', WORK, ['agency', 'tenant']),
      role('client_admin', 'Client admin', [...WORK, 'tenant:manage', 'user:manage', 'key:manage', 'audit:view'], ['tenant']),
      role('client_viewer', 'Client viewer', ['data:view'], ['tenant']),
      role('approver', 'Approver', ['data:view', 'finding:manage'], ['agency', 'tenant']),
      role('auditor', 'Auditor', ['data:view', 'audit:view'], ['agency', 'tenant']),
      role('api', 'API', ['data:view', 'data:load'], ['agency', 'tenant']),
      role('media_buyer', 'Media buyer', ['data:view', 'budget:manage'], ['agency', 'tenant'], false),
    ],
    users: [
      { id: 'usr_ada', email: 'ada@example.com', name: 'Ada Brandt', grants: [{ tenant: null, role: 'agency_admin', role_label: 'Agency admin' }], second_factor: true, created_at: before(9_000), seen_at: before(0.1), disabled_at: null },
      { id: 'usr_bob', email: 'bob@example.com', name: 'Bob Osei', grants: [{ tenant: null, role: 'agency_analyst', role_label: 'Agency analyst' }], second_factor: false, created_at: before(4_000), seen_at: before(30), disabled_at: null },
      { id: 'usr_cleo', email: 'cleo@northsea.example', name: 'Cleo Visser', grants: [{ tenant: 'north-sea-coffee', role: 'client_admin', role_label: 'Client admin' }], second_factor: false, created_at: before(2_000), seen_at: before(80), disabled_at: null },
      { id: 'usr_dan', email: 'dan@example.com', name: '', grants: [{ tenant: null, role: 'approver', role_label: 'Approver' }], second_factor: false, created_at: before(6_000), seen_at: null, disabled_at: before(400) },
    ],
    invitations: [{ id: 'inv_1', email: 'finn@northsea.example', grants: [{ tenant: 'north-sea-coffee', role: 'client_viewer', role_label: 'Client viewer' }], made_at: before(26), made_by: 'usr_ada', expires_at: ahead(6) }],
    keys: [
      { id: 'key_1', name: 'Nightly export', hint: 'tt_k8f3', tenant: 'north-sea-coffee', permissions: ['data:view'], made_at: before(2_400), made_by: 'usr_ada', expires_at: null, used_at: before(5), revoked_at: null },
      { id: 'key_2', name: 'Old dashboard', hint: 'tt_a91c', tenant: 'north-sea-coffee', permissions: ['data:view', 'data:load'], made_at: before(8_000), made_by: 'usr_ada', expires_at: null, used_at: null, revoked_at: before(700) },
    ],
    devices: [
      { id: 'ses_1', current: true, ip: '192.0.2.10', agent: 'Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/140.0.0.0 Safari/537.36', method: 'password', created_at: before(3), seen_at: before(0.02), ends_at: ahead(7) },
      { id: 'ses_2', current: false, ip: '198.51.100.7', agent: 'Mozilla/5.0 (iPhone; CPU iPhone OS 19_0 like Mac OS X) AppleWebKit/605.1.15 Version/19.0 Mobile/15E148 Safari/604.1', method: 'passkey', created_at: before(90), seen_at: before(20), ends_at: ahead(5) },
    ],
    security: {
      authenticator: false,
      recovery_codes_left: null,
      passkeys: [{ id: 'psk_1', name: 'Phone', made_at: before(900), used_at: before(90) }],
      providers: [],
    },
    name: null,
    made: 0,
  };
}

export let identity = fresh();
export const resetIdentity = (): void => {
  identity = fresh();
};

/** Who somebody of this address is: viewer@… looks at one tenant, nobody@… holds nothing, all others run the agency. */
export function meOf(email: string): Me {
  const viewer = email.startsWith('viewer');
  const nobody = email.startsWith('nobody');
  const grants: Grant[] = nobody ? [] : viewer ? [{ tenant: 'north-sea-coffee', role: 'client_viewer', role_label: 'Client viewer' }] : [{ tenant: null, role: 'agency_admin', role_label: 'Agency admin' }];
  return {
    kind: 'user',
    user: viewer ? { id: 'usr_eve', email, name: identity.name ?? 'Eve Client' } : { id: 'usr_ada', email, name: identity.name ?? 'Ada Brandt' },
    key: null,
    agency: 'Lighthouse Media',
    permissions: viewer || nobody ? [] : [...PERMISSIONS],
    grants,
    tenants: viewer ? [{ id: 'north-sea-coffee', permissions: ['data:view'] }] : [],
    session: { id: 'ses_1', expires_at: before(-0.25) },
    version: '0.1.0',
  };
}
