import { useNavigate, useSearch } from '@tanstack/react-router';
import { useScope } from '@/app/scope';
import { KnowledgePage } from '@/features/knowledge/KnowledgePage';

export function KnowledgeRoute() {
  const scope = useScope();
  const view = useSearch({ from: '/shell/knowledge' });
  const navigate = useNavigate({ from: '/knowledge' });
  if (!scope) return null;
  return (
    <KnowledgePage
      key={scope.tenant.id}
      tenant={scope.tenant}
      view={view}
      onView={(change) => void navigate({ search: (previous) => ({ ...previous, ...change }), resetScroll: false, replace: 'q' in change && change.part === undefined })}
    />
  );
}
