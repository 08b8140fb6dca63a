import { setupWorker } from 'msw/browser';
import { handlers } from '@/test/mock/handlers';

/** Answers the API inside this page. For `--mode mock` only. */
export async function startMock(): Promise<void> {
  await setupWorker(...handlers).start({ onUnhandledRequest: 'bypass', quiet: true });
}
