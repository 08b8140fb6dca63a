// What went wrong with a call, in one shape, whether the server said so or could not be reached.
import type { ProblemBody } from '@/api/types';
import { sentence } from '@/lib/format';

export type FieldErrors = Readonly<Record<string, string>>;

export class Problem extends Error {
  override readonly name = 'Problem';

  constructor(
    readonly status: number,
    readonly code: string,
    readonly title: string,
    /** For people: says what to do. */
    readonly detail: string,
    readonly requestId: string | null,
    /** By field of the request. */
    readonly fields: FieldErrors = {},
    /** Seconds after which a retry may succeed. */
    readonly retryAfter: number | null = null,
  ) {
    super(detail || title);
  }

  /** No answer came: the server is down or the network is. */
  get unreachable(): boolean {
    return this.status === 0;
  }
}

export const UNREACHABLE = new Problem(
  0,
  'unreachable',
  'The server does not answer',
  'Check that Trimtab is running and that you are connected, then try again.',
  null,
);

/** Reads a refused response; never throws, whatever the body is. */
export async function problemOf(response: Response): Promise<Problem> {
  const requestId = response.headers.get('x-request-id');
  const retryAfter = Number(response.headers.get('retry-after') ?? Number.NaN);
  const wait = Number.isFinite(retryAfter) ? retryAfter : null;
  const body = await bodyOf(response);
  if (!body) {
    const down = response.status >= 502 && response.status <= 504;
    return down
      ? new Problem(response.status, 'unreachable', UNREACHABLE.title, UNREACHABLE.detail, requestId, {}, wait)
      : new Problem(response.status, 'unexpected', 'Unexpected answer', `The server answered ${response.status}.`, requestId, {}, wait);
  }
  const fields = Object.fromEntries((body.errors ?? []).map((error) => [error.field, sentence(error.detail)]));
  return new Problem(
    response.status,
    body.code ?? 'unexpected',
    body.title ?? 'Something went wrong',
    sentence(body.detail ?? ''),
    body.request_id ?? requestId,
    fields,
    wait,
  );
}

async function bodyOf(response: Response): Promise<Partial<ProblemBody> | null> {
  if (!(response.headers.get('content-type') ?? '').includes('json')) return null;
  try {
    const body: unknown = await response.json();
    // Reason for `as`: every field is optional, so a body of another shape only loses its detail.
    return typeof body === 'object' && body !== null ? (body) : null;
  } catch {
    return null;
  }
}

/** Any thrown value as a Problem, for showing. */
export function asProblem(error: unknown): Problem {
  if (error instanceof Problem) return error;
  const text = error instanceof Error ? error.message : String(error);
  return new Problem(0, 'client', 'Something went wrong here', text, null);
}

/** An answer as a page needs it: what there is, what is wrong where there is nothing, and how to ask again. */
export interface Asked<T> {
  data: T | undefined;
  problem: Problem | null;
  retry: () => void;
}

/** What was read before stays on the page when asking again fails. */
export function askedOf<T>({ data, error, refetch }: { data: T | undefined; error: unknown; refetch: () => Promise<unknown> }): Asked<T> {
  return { data, problem: error != null && data === undefined ? asProblem(error) : null, retry: () => void refetch() };
}
