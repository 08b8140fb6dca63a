import { execFileSync } from 'node:child_process';
import { expect, it } from 'vitest';

it('is generated from the API document as it is now', () => {
  expect(() => execFileSync('node', ['scripts/api.mjs', '--check'], { stdio: 'pipe' })).not.toThrow();
});
