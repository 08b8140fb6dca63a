// Signing in, and the tenants of whoever did. locked@… has tried too often, down@… finds no server, the password "wrong" is, fresh@… has no tenant
// yet, factor@… is asked for a code (123456), and viewer@… may only look at North Sea Coffee.
import { HttpResponse, http } from 'msw';
import type { NewTenant, Tenant } from '@/api/types';
import type { Branding } from '@/api/identity';
import { api, list, ofBody, problem } from '@/test/mock/http';
import { meOf } from '@/test/mock/identity';
import { state, tenants } from '@/test/mock/state';

const FACTOR = 'factor-challenge';
const LINK = 'good-link-token';

function enter(email: string): Response {
  state.user = email;
  globalThis.localStorage.setItem('mock.user', email);
  const ends = (hours: number): string => new Date(Date.now() + hours * 3_600_000).toISOString();
  return HttpResponse.json({ state: 'signed_in', user: meOf(email).user, agency: 'Lighthouse Media', token: 'mock', expires_at: ends(0.25), refresh_token: 'mock', refresh_expires_at: ends(168) });
}

const over = (): Response => problem(404, 'not_found', 'Not found', 'This link is over: it was used, or it is too old.');
const weak = (): Response => problem(422, 'invalid', 'Invalid request', 'password: use at least 12 characters', { errors: [{ field: 'password', detail: 'use at least 12 characters' }] });
const unsigned = (): Response => problem(401, 'unauthenticated', 'Not signed in', 'Sign in and try again.');

export const sessionRoutes = [
  http.post(api('/auth/login'), async ({ request }) => {
    const { email, password } = await ofBody<{ email: string; password: string }>(request);
    if (email.startsWith('locked')) {
      return problem(429, 'locked_out', 'Too many attempts', 'Too many wrong passwords; try again in 4 minutes.', {}, { 'retry-after': '240' });
    }
    if (email.startsWith('down')) return HttpResponse.error();
    if (password === 'wrong') return problem(401, 'wrong_credentials', 'Not signed in', 'The e-mail or the password is wrong.');
    if (email.startsWith('factor')) return HttpResponse.json({ state: 'second_factor', challenge: FACTOR, codes: true, passkey: null });
    return enter(email);
  }),
  http.post(api('/auth/second-factor'), async ({ request }) => {
    const proof = await ofBody<{ code?: string; recovery_code?: string }>(request);
    if (proof.code === '000000') return problem(409, 'conflict', 'Begin again', 'This sign-in took too long; begin again.');
    if (proof.code !== '123456' && proof.recovery_code !== 'abcd-efgh') return problem(403, 'forbidden', 'Not accepted', 'The code is wrong or was used already.');
    return enter('factor@example.com');
  }),
  http.get(api('/auth/providers'), () => HttpResponse.json({ items: [{ name: 'google', label: 'Google' }] })),
  http.post(api('/auth/passkey/start'), () => problem(404, 'not_found', 'Not found', 'There are no passkeys in the mock.')),
  http.post(api('/auth/refresh'), unsigned),
  http.post(api('/auth/forgot'), () => HttpResponse.json({}, { status: 202 })),
  http.post(api('/auth/reset'), async ({ request }) => {
    const { token, password } = await ofBody<{ token: string; password: string }>(request);
    if (token !== LINK) return over();
    return password.length < 12 ? weak() : new HttpResponse(null, { status: 204 });
  }),
  http.post(api('/auth/invitation'), async ({ request }) => {
    const { token } = await ofBody<{ token: string }>(request);
    if (token !== LINK && token !== `${LINK}-known`) return over();
    return HttpResponse.json({
      email: 'eve@client.example', known: token !== LINK, agency: 'Lighthouse Media',
      grants: [{ tenant: 'north-sea-coffee', role: 'client_viewer', role_label: 'Client viewer' }], expires_at: new Date(Date.now() + 86_400_000 * 6).toISOString(),
    });
  }),
  http.post(api('/auth/invitation/accept'), async ({ request }) => {
    const { token, password } = await ofBody<{ token: string; password: string }>(request);
    if (token !== LINK) return HttpResponse.json({ state: 'sign_in' });
    return password.length < 12 ? weak() : enter('viewer@client.example');
  }),
  http.post(api('/auth/logout'), () => {
    state.user = null;
    globalThis.localStorage.removeItem('mock.user');
    return new HttpResponse(null, { status: 204 });
  }),
  http.get(api('/me'), () => (state.user ? HttpResponse.json(meOf(state.user)) : unsigned())),
  http.get(api('/tenants'), () => HttpResponse.json(list(tenants()))),
  http.post(api('/tenants'), async ({ request }) => {
    const body = await ofBody<NewTenant>(request);
    if (state.tenants.some((t) => t.id === body.id)) {
      return problem(409, 'conflict', 'Already there', `There is already a tenant '${body.id}'.`, { errors: [{ field: 'id', detail: 'is taken' }] });
    }
    const tenant: Tenant = { ...body, accounts: 0, branding: { colour: null, logo_url: null } };
    state.tenants.push(tenant);
    return HttpResponse.json(tenant, { status: 201 });
  }),
  http.patch(api('/tenants/:id'), async ({ request, params }) => {
    const body = await ofBody<Partial<Tenant> & { branding?: Branding }>(request);
    const tenant = state.tenants.find((t) => t.id === params.id);
    if (!tenant) return problem(404, 'not_found', 'Not found', 'There is no such tenant.');
    if (body.branding?.logo_url?.startsWith('http:')) return problem(422, 'invalid', 'Invalid request', 'use an https address', { errors: [{ field: 'branding.logo_url', detail: 'use an https address' }] });
    return HttpResponse.json(Object.assign(tenant, body));
  }),
];
