import { useNavigate, useSearch } from '@tanstack/react-router';
import { useScope } from '@/app/scope';
import { AnalyseButton } from '@/features/findings/Analyse';
import { ForecastPage } from '@/features/forecast/ForecastPage';

export function ForecastRoute() {
  const scope = useScope();
  const view = useSearch({ from: '/shell/forecast' });
  const navigate = useNavigate({ from: '/forecast' });
  if (!scope) return null;
  return (
    <ForecastPage
      key={scope.tenant.id}
      tenant={scope.tenant}
      view={view}
      analyse={<AnalyseButton tenant={scope.tenant.id} />}
      onView={(change) => void navigate({ search: (previous) => ({ ...previous, ...change }), resetScroll: false })}
    />
  );
}
