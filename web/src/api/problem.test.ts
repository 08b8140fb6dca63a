import { describe, expect, it } from 'vitest';
import { asProblem, askedOf, problemOf } from '@/api/problem';

const answer = (body: string, init: ResponseInit) => new Response(body, init);

describe('problemOf', () => {
  it('reads problem details with fields and waiting time', async () => {
    const body = { title: 'Too many requests', detail: 'wait', code: 'rate_limited', request_id: 'r1', errors: [{ field: 'account', detail: 'must be digits' }] };
    const problem = await problemOf(answer(JSON.stringify(body), { status: 429, headers: { 'content-type': 'application/problem+json', 'retry-after': '30' } }));
    expect(problem).toMatchObject({ status: 429, code: 'rate_limited', detail: 'Wait.', requestId: 'r1', retryAfter: 30, fields: { account: 'Must be digits.' } });
  });

  it('survives answers that are no problem details', async () => {
    const html = await problemOf(answer('<html>', { status: 500, headers: { 'content-type': 'text/html', 'x-request-id': 'r2' } }));
    expect(html).toMatchObject({ status: 500, requestId: 'r2' });
    const broken = await problemOf(answer('{', { status: 400, headers: { 'content-type': 'application/json' } }));
    expect(broken.status).toBe(400);
  });

  it('takes a gateway’s failure for a server that is down', async () => {
    expect((await problemOf(answer('', { status: 502 }))).title).toBe('The server does not answer');
  });
});

describe('asProblem', () => {
  it('wraps whatever was thrown', () => {
    expect(asProblem('odd').detail).toBe('odd');
  });
});

it('keeps what was read before where asking again fails', () => {
  const refetch = (): Promise<void> => Promise.resolve();
  expect(askedOf({ data: [1], error: new Error('gone'), refetch })).toMatchObject({ data: [1], problem: null });
  expect(askedOf({ data: undefined, error: new Error('gone'), refetch }).problem?.detail).toBe('gone');
  expect(askedOf({ data: undefined, error: null, refetch })).toMatchObject({ data: undefined, problem: null });
});
