// The API as the client sees it, without a server.
import { resetFindings } from '@/test/mock/findings';
import { resetIdentity } from '@/test/mock/identity';
import { resetInsights } from '@/test/mock/insights';
import { resetKnowledge } from '@/test/mock/knowledge';
import { resetChecks } from '@/test/mock/quality';
import { auditRoutes } from '@/test/mock/audit';
import { analysisRoutes } from '@/test/mock/routes/analyses';
import { connectionRoutes } from '@/test/mock/routes/connections';
import { executionRoutes } from '@/test/mock/routes/executions';
import { findingRoutes } from '@/test/mock/routes/findings';
import { knowledgeRoutes } from '@/test/mock/routes/knowledge';
import { qualityRoutes } from '@/test/mock/routes/quality';
import { queryRoutes } from '@/test/mock/routes/query';
import { sessionRoutes } from '@/test/mock/routes/session';
import { settingsRoutes } from '@/test/mock/routes/settings';
import { resetState } from '@/test/mock/state';

/** Forgets everything; signed in as `user`. */
export function resetMock(user: string | null): void {
  resetState(user);
  resetChecks();
  resetFindings();
  resetIdentity();
  resetInsights();
  resetKnowledge();
}

export const handlers = [...sessionRoutes, ...settingsRoutes, ...auditRoutes, ...connectionRoutes, ...executionRoutes, ...qualityRoutes, ...findingRoutes, ...analysisRoutes, ...knowledgeRoutes, ...queryRoutes];
