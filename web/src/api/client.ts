// The one HTTP client. Calls throw `Problem` and nothing else. An access token that ended is renewed once and the call repeated; a session that
// ended is reported through `onSignedOut`.
import createClient from 'openapi-fetch';
import type { paths } from '@/api/generated/schema';
import { problemOf, UNREACHABLE } from '@/api/problem';

const CSRF_COOKIE = 'trimtab_csrf';
const CSRF_HEADER = 'x-csrf-token';
const KEY_HEADER = 'idempotency-key';
const UNSAFE = new Set(['POST', 'PUT', 'PATCH', 'DELETE']);
/** Windows of one browser share their cookies: only one of them renews at a time. */
const REFRESH_LOCK = 'trimtab-refresh';
const REFRESH = '/api/v1/auth/refresh';
const LOGOUT = '/api/v1/auth/logout';

let signedOut: (() => void) | null = null;
/** The renewal under way in this window. */
let renewing: Promise<boolean> | null = null;

/** Sets what happens when the server no longer knows the session. */
export function onSignedOut(handler: () => void): void {
  signedOut = handler;
}

/** The same request to send twice. A cloned body becomes a stream, which tools of the browser cannot show, so text is kept as text. */
async function twice(request: Request): Promise<[Request, Request]> {
  if (!request.headers.get('content-type')?.startsWith('application/json')) return [request, request.clone()];
  const body = await request.text();
  const { url, method, headers, signal } = request;
  const same = () => new Request(url, { method, headers, body, signal });
  return [same(), same()];
}

/** Names a request, so that the server does it once however often it comes. Drawn by hand: without https browsers have no `randomUUID`. */
function requestKey(): string {
  return Array.from(crypto.getRandomValues(new Uint8Array(16)), (byte) => byte.toString(16).padStart(2, '0')).join('');
}

export async function send(asked: Request): Promise<Response> {
  if (asked.method === 'POST' && !asked.headers.has(KEY_HEADER)) asked.headers.set(KEY_HEADER, requestKey());
  const [request, again] = await twice(asked);
  let response = await attempt(request);
  if (response.status === 401 && needsSession(request)) {
    if (await renewed()) response = await attempt(again);
    if (response.status === 401) signedOut?.();
  }
  if (!response.ok) throw await problemOf(response);
  return response;
}

/** Of the calls about signing in, only the one out has a session. */
function needsSession({ url }: Request): boolean {
  const { pathname } = new URL(url);
  return !pathname.startsWith('/api/v1/auth/') || pathname === LOGOUT;
}

async function attempt(request: Request): Promise<Response> {
  const token = UNSAFE.has(request.method) ? cookie(CSRF_COOKIE) : null;
  if (token !== null) request.headers.set(CSRF_HEADER, token);
  try {
    return await fetch(request);
  } catch (error) {
    if (request.signal.aborted) throw error;
    throw UNREACHABLE;
  }
}

function cookie(name: string): string | null {
  const found = document.cookie.split('; ').find((pair) => pair.startsWith(`${name}=`));
  return found === undefined ? null : decodeURIComponent(found.slice(name.length + 1));
}

/** Whether the session goes on. Calls that fail together renew it once. */
function renewed(): Promise<boolean> {
  renewing ??= alone(renew).finally(() => {
    renewing = null;
  });
  return renewing;
}

function alone(work: () => Promise<boolean>): Promise<boolean> {
  // Where the page is not served by https there are no locks; then a second window is answered 409, and goes on as well.
  const locks = (navigator as Partial<Navigator>).locks;
  return locks ? locks.request(REFRESH_LOCK, work) : work();
}

async function renew(): Promise<boolean> {
  const url = new URL(REFRESH, globalThis.location.origin);
  const response = await attempt(new Request(url, { method: 'POST', headers: { 'content-type': 'application/json' }, body: '{}' }));
  // 409: another window renewed it a moment ago, and the cookies are new already.
  if (response.ok || response.status === 409) return true;
  if (response.status === 401 || response.status === 403) return false;
  throw await problemOf(response);
}

export const api = createClient<paths>({ baseUrl: globalThis.location.origin, fetch: send });

/** The data of an answered call. Refusals were thrown in `send`, so only an empty body is left to object to. */
export async function data<T>(call: Promise<{ data?: T }>): Promise<T> {
  const { data: body } = await call;
  if (body === undefined) throw UNREACHABLE;
  return body;
}

interface Listed<T> {
  items: T[];
  next_cursor?: string | null;
}

const PAGES_MAX = 50;

/** Follows a list's cursors to its end (or 50 pages). */
export async function all<T>(page: (cursor: string | undefined) => Promise<{ data?: Listed<T> }>): Promise<T[]> {
  const items: T[] = [];
  let cursor: string | undefined;
  for (let i = 0; i < PAGES_MAX; i += 1) {
    const list = await data(page(cursor));
    items.push(...list.items);
    if (!list.next_cursor) break;
    cursor = list.next_cursor;
  }
  return items;
}
