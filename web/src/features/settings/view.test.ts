import { expect, it } from 'vitest';
import { partsFor } from './view';

it('offers the parts somebody may use, and everybody their own', () => {
  expect(partsFor(() => false)).toEqual(['security']);
  expect(partsFor((permission) => permission === 'role:manage')).toEqual(['roles', 'security']);
  expect(partsFor((permission) => permission === 'audit:view')).toEqual(['security', 'audit']);
  expect(partsFor(() => true)).toEqual(['people', 'roles', 'keys', 'security', 'client', 'audit']);
  expect(partsFor(() => true, false)).toEqual(['people', 'roles', 'keys', 'security', 'audit']);
});
