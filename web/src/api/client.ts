// The one HTTP client. Calls throw `Problem` and nothing else; a lost session is reported through `onSignedOut`.
import createClient from 'openapi-fetch';
import type { paths } from '@/api/generated/schema';
import { problemOf, UNREACHABLE } from '@/api/problem';

let signedOut: (() => void) | null = null;

/** Sets what happens when the server no longer knows the session. */
export function onSignedOut(handler: () => void): void {
  signedOut = handler;
}

export async function send(request: Request): Promise<Response> {
  let response: Response;
  try {
    response = await fetch(request);
  } catch (error) {
    if (request.signal.aborted) throw error;
    throw UNREACHABLE;
  }
  if (!response.ok) {
    const problem = await problemOf(response);
    if (response.status === 401 && !request.url.endsWith('/auth/login')) signedOut?.();
    throw problem;
  }
  return response;
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
