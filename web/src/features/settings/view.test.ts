import { expect, it } from 'vitest';
import { partsFor } from './view';

it('offers the parts somebody may use, and everybody their own', () => {
  expect(partsFor(() => false)).toEqual(['security']);
  expect(partsFor((permission) => permission === 'role:manage')).toEqual(['roles', 'security']);
  expect(partsFor(() => true)).toEqual(['people', 'roles', 'keys', 'security', 'client']);
});
