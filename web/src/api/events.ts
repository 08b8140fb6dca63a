// The live stream of one tenant. The browser reconnects by itself and tells the server the last event it saw.
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

/** Listens until the returned function is called. */
export function listen(tenant: string, handlers: EventHandlers): () => void {
  const stream = new EventSource(`/api/v1/events?tenant=${encodeURIComponent(tenant)}`);
  const on = (name: string, handle: (body: unknown) => void): void => {
    stream.addEventListener(name, (event: MessageEvent<string>) => {
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
  return () => stream.close();
}
