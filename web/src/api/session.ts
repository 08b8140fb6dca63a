import { queryOptions, useQuery } from '@tanstack/react-query';
import { api, data } from '@/api/client';

export const meOptions = queryOptions({
  queryKey: ['me'],
  queryFn: ({ signal }) => data(api.GET('/api/v1/me', { signal })),
  staleTime: 5 * 60_000,
});

export function signIn(email: string, password: string) {
  return data(api.POST('/api/v1/auth/login', { body: { email, password } }));
}

export async function signOut(): Promise<void> {
  await api.POST('/api/v1/auth/logout');
}

/** What the server lets this person do; a refused action is shown disabled, with the reason. */
export type Permission = 'view_data' | 'load_data' | 'manage_connections' | 'manage_tenants' | 'manage_findings' | 'manage_budgets' | 'manage_knowledge';

export function useCan(permission: Permission): boolean {
  const { data: me } = useQuery(meOptions);
  return me?.permissions.includes(permission) ?? false;
}

export const REFUSED = 'Your role does not allow this. Ask an agency admin.';
