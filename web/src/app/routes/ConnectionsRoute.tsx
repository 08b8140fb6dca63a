import { useNavigate, useSearch } from '@tanstack/react-router';
import { useScope } from '@/app/scope';
import { ConnectionsPage } from '@/features/connections/ConnectionsPage';

export function ConnectionsRoute() {
  const scope = useScope();
  const { panel } = useSearch({ from: '/shell/connections' });
  const navigate = useNavigate({ from: '/connections' });
  if (!scope) return null;
  return (
    <ConnectionsPage
      key={scope.tenant.id}
      tenant={scope.tenant}
      panel={panel}
      onPanel={(next) => void navigate({ search: (previous) => ({ ...previous, panel: next }) })}
      onShowDays={(from, to) => void navigate({ to: '/', search: { from, to } })}
    />
  );
}
