import { useNavigate, useSearch } from '@tanstack/react-router';
import { useScope } from '@/app/scope';
import { SettingsPage } from '@/features/settings/SettingsPage';

export function SettingsRoute() {
  const scope = useScope();
  const view = useSearch({ from: '/shell/settings' });
  const navigate = useNavigate({ from: '/settings' });
  return (
    <SettingsPage
      key={scope?.tenant.id}
      tenant={scope?.tenant ?? null}
      view={view}
      onView={(change) => void navigate({ search: (previous) => ({ ...previous, ...change }), resetScroll: false })}
      // A fresh page forgets everything that was read.
      onSignedOut={() => globalThis.location.assign('/sign-in')}
    />
  );
}
