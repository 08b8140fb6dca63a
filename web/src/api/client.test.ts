import { HttpResponse, http } from 'msw';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { onSignedOut, send } from '@/api/client';
import { server } from '@/test/setup';

const signedOut = vi.fn();
const ME = `${globalThis.location.origin}/api/v1/me`;

beforeEach(() => {
  signedOut.mockClear();
  onSignedOut(signedOut);
});
afterEach(() => {
  document.cookie = 'trimtab_csrf=; max-age=0';
});

/** A server whose access token ended: `answer` is that of renewing it. Counts what it was asked. */
function expired(answer: () => Response): { renewals: number; bodies: string[] } {
  const seen = { renewals: 0, bodies: [] as string[] };
  let fresh = false;
  const needsToken = async ({ request }: { request: Request }): Promise<Response> => {
    seen.bodies.push(await request.text());
    return fresh ? HttpResponse.json({}) : HttpResponse.json({ code: 'unauthenticated' }, { status: 401 });
  };
  server.use(
    http.get('*/api/v1/me', needsToken),
    http.post('*/api/v1/query', needsToken),
    http.post('*/api/v1/auth/refresh', async ({ request }) => {
      seen.renewals += 1;
      expect(await request.json()).toEqual({});
      const response = answer();
      fresh = response.ok || response.status === 409;
      return response;
    }),
  );
  return seen;
}

it('sends the CSRF token with what changes something, and with nothing else', async () => {
  document.cookie = 'trimtab_csrf=a%2Fb';
  const seen: (string | null)[] = [];
  const note = ({ request }: { request: Request }): Response => {
    seen.push(request.headers.get('x-csrf-token'));
    return HttpResponse.json({});
  };
  server.use(http.get('*/api/v1/me', note), http.patch('*/api/v1/me', note), http.delete('*/api/v1/me', note));
  await send(new Request(ME));
  await send(new Request(ME, { method: 'PATCH', body: '{}' }));
  await send(new Request(ME, { method: 'DELETE' }));
  expect(seen).toEqual([null, 'a/b', 'a/b']);
});

it('renews the session once for calls that fail together, and repeats them whole', async () => {
  const seen = expired(() => HttpResponse.json({}));
  const query = (): Request => new Request(`${globalThis.location.origin}/api/v1/query`, { method: 'POST', body: '{"q":1}' });
  const answers = await Promise.all([send(query()), send(query())]);
  expect(answers.map((answer) => answer.status)).toEqual([200, 200]);
  expect(seen).toEqual({ renewals: 1, bodies: Array.from({ length: 4 }, () => '{"q":1}') });
  expect(signedOut).not.toHaveBeenCalled();
});

it('names what makes or does something, the same when it is sent again and another one each time', async () => {
  const seen: (string | null)[] = [];
  let fresh = false;
  const note = ({ request }: { request: Request }): Response => {
    seen.push(request.headers.get('idempotency-key'));
    return fresh ? HttpResponse.json({}) : HttpResponse.json({ code: 'unauthenticated' }, { status: 401 });
  };
  server.use(
    http.post('*/api/v1/budgets', note),
    http.get('*/api/v1/me', note),
    http.post('*/api/v1/auth/refresh', () => {
      fresh = true;
      return HttpResponse.json({});
    }),
  );
  const budget = (): Request => new Request(`${globalThis.location.origin}/api/v1/budgets`, { method: 'POST', body: '{}' });
  await send(budget());
  await send(budget());
  await send(new Request(ME));
  const [first, repeated, second, read] = seen;
  expect(first).toMatch(/^[0-9a-f]{32}$/);
  expect(repeated).toBe(first);
  expect(second).toMatch(/^[0-9a-f]{32}$/);
  expect(second).not.toBe(first);
  expect(read).toBeNull();
});

it('goes on where another window renewed it', async () => {
  expired(() => HttpResponse.json({}, { status: 409 }));
  expect((await send(new Request(ME))).status).toBe(200);
  expect(signedOut).not.toHaveBeenCalled();
});

it('is signed out where the session ended', async () => {
  const seen = expired(() => HttpResponse.json({}, { status: 401 }));
  await expect(send(new Request(ME))).rejects.toMatchObject({ status: 401 });
  expect(seen).toMatchObject({ renewals: 1, bodies: [''] });
  expect(signedOut).toHaveBeenCalledOnce();
});

it('is not signed out because the server cannot be asked', async () => {
  expired(() => HttpResponse.error());
  await expect(send(new Request(ME))).rejects.toMatchObject({ code: 'unreachable' });
  expect(signedOut).not.toHaveBeenCalled();
});

it('renews nothing because a password is wrong', async () => {
  const seen = expired(() => HttpResponse.json({}));
  server.use(http.post('*/api/v1/auth/login', () => HttpResponse.json({}, { status: 401 })));
  await expect(send(new Request(`${globalThis.location.origin}/api/v1/auth/login`, { method: 'POST' }))).rejects.toMatchObject({ status: 401 });
  expect(seen.renewals).toBe(0);
  expect(signedOut).not.toHaveBeenCalled();
});

it('renews the session to end it', async () => {
  const seen = expired(() => HttpResponse.json({}));
  let asked = 0;
  server.use(http.post('*/api/v1/auth/logout', () => new HttpResponse(null, { status: (asked += 1) > 1 ? 204 : 401 })));
  await send(new Request(`${globalThis.location.origin}/api/v1/auth/logout`, { method: 'POST' }));
  expect([asked, seen.renewals]).toEqual([2, 1]);
});
