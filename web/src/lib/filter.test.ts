import { describe, expect, it } from 'vitest';
import { allOf, contains, equals } from '@/lib/filter';

describe('filters', () => {
  it('quote values, so that no name breaks out', () => {
    expect(equals('campaign', 'a" or spend > 0 and "')).toBe('campaign = "a\\" or spend > 0 and \\""');
    expect(contains('ad', 'back\\slash')).toBe('ad ~ "back\\\\slash"');
  });

  it('join with and, and vanish when empty', () => {
    expect(allOf([equals('platform', 'meta'), null, contains('ad', 'x')])).toBe('platform = "meta" and ad ~ "x"');
    expect(allOf([null, undefined])).toBeUndefined();
  });
});
