// What the mock's routes answer with.
import { HttpResponse } from 'msw';
import type { ProblemBody } from '@/api/types';
import { addDays, todayIn, type Period } from '@/lib/period';

export const api = (path: string): string => `*/api/v1${path}`;
let requests = 0;

export function problem(status: number, code: string, title: string, detail: string, extra: Partial<ProblemBody> = {}, headers: Record<string, string> = {}): Response {
  requests += 1;
  const body: ProblemBody = { type: `/api/docs#problem-${code}`, title, status, detail, code, request_id: `req_mock${requests}`, errors: [], ...extra };
  return HttpResponse.json(body, { status, headers: { 'content-type': 'application/problem+json', ...headers } });
}

export const now = (): string => new Date().toISOString();
export const before = (hours: number): string => new Date(Date.now() - hours * 3_600_000).toISOString();
export const today = (): string => todayIn('UTC');

/** The days a request asks for. */
export function periodIn(request: Request): Period {
  const params = new URL(request.url).searchParams;
  return { from: params.get('from') ?? addDays(today(), -90), to: params.get('to') ?? addDays(today(), -1) };
}

/** A whole list on one page. */
export const list = <Item>(items: Item[]) => ({ items, next_cursor: null });

/** A request's body as the client sends it. */
export async function ofBody<Body>(request: Request): Promise<Body> {
  return (await request.json()) as Body;
}
