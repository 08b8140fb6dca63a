import { describe, expect, it } from 'vitest';
import { connectionsSearch, dataSearch, homeSearch, parseSearch, scopeOf, scopeSearch, signInSearch, stringifySearch } from '@/app/search';

describe('the address', () => {
  it('keeps ids of digits as text', () => {
    expect(parseSearch('?campaign=120210000000000001')).toEqual({ campaign: '120210000000000001' });
    expect(stringifySearch({ campaign: '007', q: '', sort: undefined })).toBe('?campaign=007');
    expect(stringifySearch({})).toBe('');
  });

  it('drops days that are none, or out of order', () => {
    expect(scopeSearch({ tenant: 'a', from: '2026-02-30', to: '2026-03-01', compare: 'sometimes' })).toEqual({
      tenant: 'a',
      from: undefined,
      to: undefined,
      compare: undefined,
    });
  });

  it('falls back to the last 28 days against the 28 before', () => {
    expect(scopeOf({}, '2026-11-21')).toEqual({ period: { from: '2026-10-24', to: '2026-11-20' }, compare: 'previous' });
  });

  it('looks for gaps in the last 90 days, unless days were chosen', () => {
    expect(scopeOf({}, '2026-11-21', '/data').period).toEqual({ from: '2026-08-23', to: '2026-11-20' });
    expect(scopeOf({ from: '2026-11-01', to: '2026-11-02' }, '2026-11-21', '/data').period).toEqual({ from: '2026-11-01', to: '2026-11-02' });
  });

  it('lists only verdicts there are', () => {
    expect(dataSearch({ verdict: 'guilty', day: 'meta/1/2026-11-05' })).toEqual({ verdict: undefined, day: 'meta/1/2026-11-05', history: undefined });
    expect(dataSearch({ verdict: 'all' }).verdict).toBe('all');
  });

  it('knows no ad group without its campaign', () => {
    expect(homeSearch({ ad_group: '1' }).ad_group).toBeUndefined();
  });

  it('leads nowhere but into the app after sign-in', () => {
    expect(signInSearch({ next: '/connections?tenant=a' }).next).toBe('/connections?tenant=a');
    for (const next of ['//evil.example', 'https://evil.example', '/\\evil.example']) expect(signInSearch({ next }).next).toBeUndefined();
  });

  it('opens only panels that exist', () => {
    expect(connectionsSearch({ panel: 'rm' }).panel).toBeUndefined();
  });
});
