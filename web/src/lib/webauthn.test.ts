import { expect, it } from 'vitest';
import { fromBase64Url, toBase64Url } from '@/lib/webauthn';

it('writes bytes as base64url and reads them back', () => {
  const bytes = Uint8Array.from([251, 255, 190, 0, 1]);
  expect(toBase64Url(bytes.buffer)).toBe('-_--AAE');
  expect([...new Uint8Array(fromBase64Url('-_--AAE'))]).toEqual([...bytes]);
});
