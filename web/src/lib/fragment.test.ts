import { expect, it } from 'vitest';
import { fragment, takeFragment } from '@/lib/fragment';

it('takes the token of a link out of the address, and of no other page', () => {
  globalThis.history.replaceState(null, '', '/data?tenant=a#part');
  takeFragment();
  expect(globalThis.location.hash).toBe('#part');
  expect(fragment()).toBe('');
  globalThis.history.replaceState(null, '', '/invitation?x=1#secret%2Dtoken');
  takeFragment();
  expect(globalThis.location.href).toMatch(/\/invitation\?x=1$/);
  takeFragment();
  expect(fragment()).toBe('secret-token');
});
