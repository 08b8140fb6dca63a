// What the address holds of the settings.
import type { Permission } from '@/api/identity';

export const PARTS = ['people', 'roles', 'keys', 'security', 'client'] as const;
export type Part = (typeof PARTS)[number];

export interface SettingsView {
  part?: Part;
  /** People and keys of the whole agency instead of the client's. */
  of?: 'agency';
}

export const PART_NAMES: Record<Part, string> = { people: 'People', roles: 'Roles', keys: 'API keys', security: 'My security', client: 'Client settings' };

/** One of these is needed to see a part; none for one's own. */
const NEEDS: Record<Part, readonly Permission[]> = { people: ['user:manage'], roles: ['user:manage', 'role:manage'], keys: ['key:manage'], security: [], client: ['tenant:manage'] };

export function partsFor(can: (permission: Permission) => boolean): Part[] {
  return PARTS.filter((part) => NEEDS[part].length === 0 || NEEDS[part].some(can));
}
