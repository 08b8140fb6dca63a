import '@testing-library/jest-dom/vitest';
import { cleanup, configure } from '@testing-library/react';
import { setupServer } from 'msw/node';
import { afterAll, afterEach, beforeAll, beforeEach } from 'vitest';
import { handlers, resetMock } from '@/test/mock/handlers';

configure({ asyncUtilTimeout: 8_000 });

export const server = setupServer(...handlers);

beforeAll(() => server.listen({ onUnhandledRequest: 'error' }));
beforeEach(() => resetMock('ada@example.com'));
afterEach(() => {
  cleanup();
  server.resetHandlers();
});
afterAll(() => server.close());
