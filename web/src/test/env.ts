// What jsdom lacks and the components ask for. Loaded before anything else.
import { vi } from 'vitest';

vi.stubGlobal('matchMedia', (query: string) => ({
  matches: false, media: query, addEventListener: () => undefined, removeEventListener: () => undefined,
  addListener: () => undefined, removeListener: () => undefined, dispatchEvent: () => false, onchange: null,
}));
vi.stubGlobal('ResizeObserver', class {
  observe(): void {}
  unobserve(): void {}
  disconnect(): void {}
});
vi.stubGlobal('EventSource', class {
  addEventListener(): void {}
  removeEventListener(): void {}
  close(): void {}
});
// Rows are drawn for the height there is; jsdom lays nothing out.
Object.defineProperty(HTMLElement.prototype, 'clientHeight', { configurable: true, get: () => 800 });
Object.defineProperty(HTMLElement.prototype, 'clientWidth', { configurable: true, get: () => 1200 });
Element.prototype.scrollIntoView = () => undefined;
