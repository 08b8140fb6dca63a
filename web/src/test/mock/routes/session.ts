// Signing in, and the tenants of whoever did. locked@… has tried too often, down@… finds no server, the password "wrong" is, and fresh@… has no tenant yet.
import { HttpResponse, http } from 'msw';
import type { NewTenant, Tenant } from '@/api/types';
import { api, list, problem } from '@/test/mock/http';
import { state, tenants } from '@/test/mock/state';

export const sessionRoutes = [
  http.post(api('/auth/login'), async ({ request }) => {
    const { email, password } = (await request.json()) as { email: string; password: string };
    if (email.startsWith('locked')) {
      return problem(429, 'locked_out', 'Too many attempts', 'Too many wrong passwords; try again in 4 minutes.', {}, { 'retry-after': '240' });
    }
    if (email.startsWith('down')) return HttpResponse.error();
    if (password === 'wrong') return problem(401, 'wrong_credentials', 'Not signed in', 'The e-mail or the password is wrong.');
    state.user = email;
    globalThis.localStorage.setItem('mock.user', email);
    const user = { id: 'usr_ada', email, role: 'agency_admin' };
    return HttpResponse.json({ user, agency: 'Lighthouse Media', token: 'mock', expires_at: new Date(Date.now() + 43_200_000).toISOString() });
  }),
  http.post(api('/auth/logout'), () => {
    state.user = null;
    globalThis.localStorage.removeItem('mock.user');
    return new HttpResponse(null, { status: 204 });
  }),
  http.get(api('/me'), () =>
    state.user
      ? HttpResponse.json({
          user: { id: 'usr_ada', email: state.user, role: 'agency_admin' },
          agency: 'Lighthouse Media',
          permissions: ['view_data', 'load_data', 'manage_connections', 'manage_tenants', 'manage_findings', 'manage_budgets', 'manage_knowledge'],
          version: '0.1.0',
        })
      : problem(401, 'unauthenticated', 'Not signed in', 'Sign in and try again.'),
  ),
  http.get(api('/tenants'), () => HttpResponse.json(list(tenants()))),
  http.post(api('/tenants'), async ({ request }) => {
    const body = (await request.json()) as NewTenant;
    if (state.tenants.some((t) => t.id === body.id)) {
      return problem(409, 'conflict', 'Already there', `There is already a tenant '${body.id}'.`, { errors: [{ field: 'id', detail: 'is taken' }] });
    }
    const tenant: Tenant = { ...body, accounts: 0 };
    state.tenants.push(tenant);
    return HttpResponse.json(tenant, { status: 201 });
  }),
];
