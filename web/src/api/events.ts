// The live stream of one tenant. The browser reconnects by itself and tells the server the last event it saw, unless it was refused: then the
// session is renewed first.
import { ask } from '@/api/identity';
import { asProblem } from '@/api/problem';
import type { Connection, Execution } from '@/api/types';

export interface EventHandlers {
  execution: (execution: Execution) => void;
  connection: (connection: Connection) => void;
  /** Facts changed. */
  data: () => void;
  /** Findings and what else analysis makes were made anew. */
  analyses: () => void;
  /** Events were missed: everything must be read again. */
  resync: () => void;
}

/** A refused stream is asked for again after so long. */
const REOPEN_MS = 5_000;

/** Listens until the returned function is called. */
export function listen(tenant: string, handlers: EventHandlers): () => void {
  let stream = open();
  let waiting: ReturnType<typeof setTimeout> | undefined;
  let stopped = false;

  function open(): EventSource {
    const opened = new EventSource(`/api/v1/events?tenant=${encodeURIComponent(tenant)}`);
    const on = (name: string, handle: (body: unknown) => void): void => {
      opened.addEventListener(name, (event: MessageEvent<string>) => {
        try {
          handle(JSON.parse(event.data));
        } catch {
          // A malformed event is dropped: the lists it would have touched are asked again anyway.
        }
      });
    };
    // Reason for `as`: the stream's events have the shapes the API design gives them; no document types them.
    on('execution', (body) => handlers.execution(body as Execution));
    on('connection', (body) => handlers.connection(body as Connection));
    on('data', () => handlers.data());
    on('analyses', () => handlers.analyses());
    on('resync', () => handlers.resync());
    opened.addEventListener('error', () => {
      if (!stopped && opened.readyState === EventSource.CLOSED) waiting = setTimeout(() => void reopen(), REOPEN_MS);
    });
    return opened;
  }

  /** Any call renews the session where that is what was missing. */
  async function reopen(): Promise<void> {
    const status = await ask('GET', '/me').then(() => 200, (error: unknown) => asProblem(error).status);
    // Of a session that ended the client was told by that call.
    if (stopped || status === 401) return;
    if (status !== 200) {
      waiting = setTimeout(() => void reopen(), REOPEN_MS);
      return;
    }
    stream = open();
    // Only once it is open: what happens between reading and listening would be missed.
    stream.addEventListener('open', () => handlers.resync(), { once: true });
  }

  return () => {
    stopped = true;
    clearTimeout(waiting);
    stream.close();
  };
}
