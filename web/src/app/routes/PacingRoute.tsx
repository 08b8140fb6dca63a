import { useNavigate, useSearch } from '@tanstack/react-router';
import { useScope } from '@/app/scope';
import { AnalyseButton } from '@/features/findings/Analyse';
import { PacingPage } from '@/features/pacing/PacingPage';

export function PacingRoute() {
  const scope = useScope();
  const view = useSearch({ from: '/shell/pacing' });
  const navigate = useNavigate({ from: '/pacing' });
  if (!scope) return null;
  return (
    <PacingPage
      key={scope.tenant.id}
      tenant={scope.tenant}
      today={scope.today}
      view={view}
      analyse={<AnalyseButton tenant={scope.tenant.id} />}
      onView={(change) => void navigate({ search: (previous) => ({ ...previous, ...change }), resetScroll: false })}
    />
  );
}
