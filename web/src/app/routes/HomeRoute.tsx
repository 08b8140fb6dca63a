import { useNavigate, useSearch } from '@tanstack/react-router';
import { useScope } from '@/app/scope';
import { HomePage } from '@/features/home/HomePage';

export function HomeRoute() {
  const scope = useScope();
  const view = useSearch({ from: '/shell/' });
  const navigate = useNavigate({ from: '/' });
  if (!scope) return null;
  return (
    <HomePage
      key={scope.tenant.id}
      scope={scope}
      view={view}
      onView={(change, mode) => void navigate({ search: (previous) => ({ ...previous, ...change }), replace: mode === 'replace', resetScroll: false })}
      onPeriod={({ from, to }) => void navigate({ search: (previous) => ({ ...previous, from, to }) })}
      onConnect={(panel) => void navigate({ to: '/connections', search: { panel } })}
    />
  );
}
