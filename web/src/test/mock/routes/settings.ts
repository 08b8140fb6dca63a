// People, roles, keys and one's own way in. The password "wrong" is, the code 123456 is right.
import { HttpResponse, http } from 'msw';
import { api, before, list, now, ofBody, problem } from '@/test/mock/http';
import { ALL_PERMISSIONS, identity } from '@/test/mock/identity';
import type { Grant } from '@/api/identity';

const gone = (): Response => new HttpResponse(null, { status: 204 });
const missing = (): Response => problem(404, 'not_found', 'Not found', 'It is not there any more.');
const scopeOf = (request: Request): string | null => new URL(request.url).searchParams.get('tenant');
const made = (kind: string): string => `${kind}_new${String((identity.made += 1))}`;

function grantOf(request: Request, name: string): Grant {
  return { tenant: scopeOf(request), role: name, role_label: identity.roles.find((one) => one.name === name)?.label ?? name };
}

/** With a tenant: those who hold something in it, and of them only that. */
function within<Holder extends { grants: Grant[] }>(holders: readonly Holder[], request: Request): Holder[] {
  const tenant = scopeOf(request);
  if (tenant === null) return [...holders];
  return holders.map((one) => ({ ...one, grants: one.grants.filter((grant) => grant.tenant === tenant) })).filter((one) => one.grants.length > 0);
}

async function confirmed(request: Request): Promise<Response | null> {
  const { password } = await ofBody<{ password: string }>(request);
  return password === 'wrong' ? problem(403, 'forbidden', 'Not accepted', 'The password is wrong.') : null;
}

const peopleRoutes = [
  http.get(api('/users'), ({ request }) => HttpResponse.json(list(within(identity.users, request)))),
  http.post(api('/users/:id/grants'), async ({ request, params }) => {
    const { role } = await ofBody<{ role: string }>(request);
    identity.users.find((one) => one.id === params.id)?.grants.push(grantOf(request, role));
    return gone();
  }),
  http.delete(api('/users/:id/grants'), ({ request, params }) => {
    const user = identity.users.find((one) => one.id === params.id);
    const role = new URL(request.url).searchParams.get('role');
    if (!user) return missing();
    if (user.id === 'usr_ada') return problem(409, 'conflict', 'Not possible', 'This is the last agency admin; name another one first.');
    user.grants = user.grants.filter((grant) => grant.tenant !== scopeOf(request) || grant.role !== role);
    return gone();
  }),
  http.post(api('/users/:id/:what'), ({ params }) => {
    const user = identity.users.find((one) => one.id === params.id);
    if (!user) return missing();
    if (params.what === 'sign-out') return HttpResponse.json({ ended: 2 });
    user.disabled_at = params.what === 'disable' ? now() : null;
    return gone();
  }),
  http.get(api('/invitations'), ({ request }) => HttpResponse.json(list(within(identity.invitations, request)))),
  http.post(api('/invitations'), async ({ request }) => {
    const { email, role } = await ofBody<{ email: string; role: string }>(request);
    if (!email.includes('.')) return problem(422, 'invalid', 'Invalid request', 'email: is no address', { errors: [{ field: 'email', detail: 'is no address' }] });
    const invitation = { id: made('inv'), email, grants: [grantOf(request, role)], made_at: now(), made_by: 'usr_ada', expires_at: before(-168) };
    identity.invitations.push(invitation);
    const link = `${globalThis.location.origin}/invitation#good-link-token`;
    return HttpResponse.json({ id: invitation.id, email, expires_at: invitation.expires_at, mailed: false, link }, { status: 201 });
  }),
  http.delete(api('/invitations/:id'), ({ params }) => {
    identity.invitations = identity.invitations.filter((one) => one.id !== params.id);
    return gone();
  }),
  http.get(api('/roles'), () => HttpResponse.json({ items: identity.roles, permissions: ALL_PERMISSIONS })),
  http.put(api('/roles/:name'), async ({ request, params }) => {
    const { label, permissions } = await ofBody<{ label: string; permissions: string[] }>(request);
    const role = { name: String(params.name), label, built_in: false, permissions, scopes: ['agency', 'tenant'] };
    const at = identity.roles.findIndex((one) => one.name === role.name);
    if (at < 0) identity.roles.push(role);
    else identity.roles[at] = role;
    return HttpResponse.json(role);
  }),
  http.delete(api('/roles/:name'), ({ params }) => {
    if (identity.users.some((one) => one.grants.some((grant) => grant.role === params.name))) return problem(409, 'conflict', 'Still held', 'Somebody holds this role; take it from them first.');
    identity.roles = identity.roles.filter((one) => one.name !== params.name);
    return gone();
  }),
];

const keyRoutes = [
  http.get(api('/api-keys'), ({ request }) => HttpResponse.json(list(identity.keys.filter((key) => scopeOf(request) === null || key.tenant === scopeOf(request))))),
  http.post(api('/api-keys'), async ({ request }) => {
    const body = await ofBody<{ name: string; permissions: string[]; expires_at?: string }>(request);
    const key = { id: made('key'), hint: 'tt_m0ck', tenant: scopeOf(request), made_at: now(), made_by: 'usr_ada', used_at: null, revoked_at: null, ...body, expires_at: body.expires_at ?? null };
    identity.keys.push(key);
    return HttpResponse.json({ key, token: 'tt_m0ck_shown_once' }, { status: 201 });
  }),
  http.delete(api('/api-keys/:id'), ({ params }) => {
    const key = identity.keys.find((one) => one.id === params.id);
    if (!key) return missing();
    key.revoked_at = now();
    return gone();
  }),
];

const ownRoutes = [
  http.patch(api('/me'), async ({ request }) => {
    const { name } = await ofBody<{ name: string }>(request);
    if (name.length > 100) return problem(422, 'invalid', 'Invalid request', 'a name has at most 100 characters, on one line');
    identity.name = name.trim();
    const own = identity.users.find((one) => one.id === 'usr_ada');
    if (own) own.name = name.trim();
    return gone();
  }),
  http.get(api('/me/security'), () => HttpResponse.json(identity.security)),
  http.post(api('/me/password'), async ({ request }) => {
    const { old, new: next } = await ofBody<{ old: string; new: string }>(request);
    if (old === 'wrong') return problem(403, 'forbidden', 'Not accepted', 'The password is wrong.');
    return next.length < 12 ? problem(422, 'invalid', 'Invalid request', 'password: use at least 12 characters', { errors: [{ field: 'password', detail: 'use at least 12 characters' }] }) : gone();
  }),
  http.get(api('/me/sessions'), () => HttpResponse.json(list(identity.devices))),
  http.delete(api('/me/sessions/:id'), ({ params }) => {
    identity.devices = identity.devices.filter((one) => one.id !== params.id);
    return gone();
  }),
  http.post(api('/me/sessions/end-others'), () => {
    const ended = identity.devices.filter((one) => !one.current).length;
    identity.devices = identity.devices.filter((one) => one.current);
    return HttpResponse.json({ ended });
  }),
  http.post(api('/me/authenticator'), async ({ request }) => (await confirmed(request)) ?? HttpResponse.json({ secret: 'JBSWY3DPEHPK3PXP', url: 'otpauth://totp/Trimtab:ada@example.com?secret=JBSWY3DPEHPK3PXP&issuer=Trimtab' })),
  http.post(api('/me/authenticator/confirm'), async ({ request }) => {
    const { code } = await ofBody<{ code: string }>(request);
    if (code !== '123456') return problem(403, 'forbidden', 'Not accepted', 'The code is wrong; use the newest one.');
    identity.security = { ...identity.security, authenticator: true, recovery_codes_left: 10 };
    return HttpResponse.json({ recovery_codes: Array.from({ length: 10 }, (_, i) => `mock-${String(1000 + i * 77)}-code`) });
  }),
  http.post(api('/me/authenticator/remove'), async ({ request }) => {
    const refusal = await confirmed(request);
    if (refusal) return refusal;
    identity.security = { ...identity.security, authenticator: false, recovery_codes_left: null };
    return gone();
  }),
  http.delete(api('/me/passkeys/:id'), ({ params }) => {
    identity.security = { ...identity.security, passkeys: identity.security.passkeys.filter((one) => one.id !== params.id) };
    return gone();
  }),
];

export const settingsRoutes = [...peopleRoutes, ...keyRoutes, ...ownRoutes];
