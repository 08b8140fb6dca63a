import { SegmentedControl } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { meOptions, useCan } from '@/api/session';
import type { Permission } from '@/api/identity';
import type { Tenant } from '@/api/types';
import { AuditPart } from './AuditPart';
import { ClientPart } from './ClientPart';
import { KeysPart } from './KeysPart';
import { PeoplePart } from './PeoplePart';
import { RolesPart } from './RolesPart';
import { SecurityPart } from './SecurityPart';
import { PART_NAMES, partsFor, type Part, type SettingsView } from './view';
import { PageFrame } from '@/ui/PageFrame';
import classes from './Settings.module.css';

interface Props {
  /** `null` while the agency has none: then what concerns the agency and oneself is shown. */
  tenant: Tenant | null;
  view: SettingsView;
  onView: (change: Partial<SettingsView>) => void;
  onSignedOut: () => void;
}

/** In the whole agency these are needed to manage what the part shows. */
const OF_AGENCY: Partial<Record<Part, Permission>> = { people: 'user:manage', keys: 'key:manage', audit: 'audit:view' };

/** People, roles, keys, one's own security, and the client itself: to each the parts they may use. */
export function SettingsPage({ tenant, view, onView, onSignedOut }: Props) {
  const can = useCan();
  const { data: me } = useQuery(meOptions);
  const parts = partsFor((permission) => can(permission, tenant?.id), tenant !== null);
  const part = parts.find((one) => one === view.part) ?? parts[0] ?? 'security';
  const wide = OF_AGENCY[part];
  const everywhere = wide !== undefined && can(wide);
  const agency = me?.agency ?? 'the agency';
  const shown = everywhere && view.of === 'agency' ? null : tenant;
  const within = shown?.id;
  const name = shown?.name ?? agency;

  return (
    <PageFrame
      title="Settings"
      says={tenant ? `Who gets in, what they may do, and what ${tenant.name} is.` : 'Who gets in, and what they may do.'}
      actions={
        tenant && everywhere && (
          <SegmentedControl
            aria-label="Of whom"
            data={[
              { value: 'tenant', label: tenant.name },
              { value: 'agency', label: 'Whole agency' },
            ]}
            value={shown ? 'tenant' : 'agency'}
            onChange={(of) => onView({ of: of === 'agency' ? 'agency' : undefined })}
          />
        )
      }
    >
      <nav aria-label="Settings">
        <ul className={classes.nav}>
          {parts.map((one) => (
            <li key={one}>
              <Link to="/settings" search={(previous) => ({ ...previous, part: one })} aria-current={one === part ? 'page' : undefined}>
                {PART_NAMES[one]}
              </Link>
            </li>
          ))}
        </ul>
      </nav>
      {part === 'people' && <PeoplePart key={within} tenant={within} name={name} />}
      {part === 'roles' && <RolesPart />}
      {part === 'keys' && <KeysPart key={within} tenant={within} name={name} />}
      {part === 'security' && <SecurityPart onSignedOut={onSignedOut} />}
      {part === 'client' && tenant && <ClientPart tenant={tenant} />}
      {part === 'audit' && <AuditPart key={within} tenant={within} name={name} view={view} everywhere={everywhere} onView={onView} />}
    </PageFrame>
  );
}
