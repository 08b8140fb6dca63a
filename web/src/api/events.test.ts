import { expect, it, vi } from 'vitest';
import { listen } from '@/api/events';

class Stream extends EventTarget {
  static readonly CLOSED = 2;
  static made: Stream[] = [];
  readyState = 1;

  constructor(readonly url: string) {
    super();
    Stream.made.push(this);
  }

  close(): void {
    this.readyState = Stream.CLOSED;
  }

  refuse(): void {
    this.close();
    this.dispatchEvent(new Event('error'));
  }
}

it('opens a refused stream again, and has everything read anew', async () => {
  const usual = globalThis.EventSource;
  vi.stubGlobal('EventSource', Stream);
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
  const resync = vi.fn();
  const nothing = (): void => undefined;
  const stop = listen('north-sea-coffee', { execution: nothing, connection: nothing, data: nothing, analyses: nothing, resync });
  Stream.made[0]?.refuse();
  expect(Stream.made).toHaveLength(1);
  vi.advanceTimersByTime(5_000);
  vi.useRealTimers();
  await vi.waitFor(() => expect(Stream.made).toHaveLength(2));
  expect(resync).not.toHaveBeenCalled();
  Stream.made[1]?.dispatchEvent(new Event('open'));
  expect(resync).toHaveBeenCalledOnce();
  stop();
  Stream.made[1]?.refuse();
  expect(Stream.made).toHaveLength(2);
  vi.stubGlobal('EventSource', usual);
});
