// What the address holds of the settings.
import type { Permission } from '@/api/identity';

export const PARTS = ['people', 'roles', 'keys', 'security', 'client', 'audit'] as const;
export type Part = (typeof PARTS)[number];

export interface SettingsView {
  part?: Part;
  /** People and keys of the whole agency instead of the client's. */
  of?: 'agency';
  /** Of the audit log: by whom, what (an action or all of a noun), how it came out, and the days, both included. */
  by?: string;
  action?: string;
  outcome?: Outcome;
  since?: string;
  until?: string;
}

export const OUTCOMES = [
  { id: 'ok', label: 'Done' },
  { id: 'refused', label: 'Refused' },
  { id: 'failed', label: 'Failed' },
] as const;
export type Outcome = (typeof OUTCOMES)[number]['id'];

export const NO_AUDIT_FILTER = { by: undefined, action: undefined, outcome: undefined, since: undefined, until: undefined } satisfies Partial<SettingsView>;

export const PART_NAMES: Record<Part, string> = { people: 'People', roles: 'Roles', keys: 'API keys', security: 'My security', client: 'Client settings', audit: 'Audit log' };

/** One of these is needed to see a part; none for one's own. */
const NEEDS: Record<Part, readonly Permission[]> = { people: ['user:manage'], roles: ['user:manage', 'role:manage'], keys: ['key:manage'], security: [], client: ['tenant:manage'], audit: ['audit:view'] };

/** The parts somebody may use; without a tenant there is no client to set. */
export function partsFor(can: (permission: Permission) => boolean, ofTenant = true): Part[] {
  return PARTS.filter((part) => (part !== 'client' || ofTenant) && (NEEDS[part].length === 0 || NEEDS[part].some(can)));
}

/** Whether some of the audit log is filtered out. */
export function isNarrowed({ by, action, outcome, since, until }: SettingsView): boolean {
  return (by ?? action ?? outcome ?? since ?? until) !== undefined;
}
