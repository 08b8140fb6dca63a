import { expect, it } from 'vitest';
import { actionOf, actionText, actorOf, auditExport, auditFilterOf, changesOf } from './audit';
import { toCsv } from '@/lib/csv';

it('says who did it', () => {
  expect(actorOf({ actor: 'usr_1', actor_name: 'ada@example.com' })).toBe('ada@example.com');
  expect(actorOf({ actor: 'operator', actor_name: null })).toBe('Command on the server');
  expect(actorOf({ actor: 'usr_gone', actor_name: null })).toBe('usr_gone');
});

it('says what was done, and of what it does not know as well', () => {
  expect(actionText('session:open')).toBe('Sign in');
  expect(actionText('finding:dismiss')).toBe('Dismiss finding');
  expect(actionText('data_key:rotate')).toBe('Rotate data key');
  expect(actionText('strange')).toBe('Strange');
});

it('takes an action by the words it is shown with', () => {
  const known = ['finding:dismiss', 'session:open'];
  expect(actionOf('sign in', known)).toBe('session:open');
  expect(actionOf('finding:dismiss', known)).toBe('finding:dismiss');
  expect(actionOf('finding', known)).toBe('finding');
});

it('shows what became different, by path, and nothing else', () => {
  const before = { name: 'North Sea', branding: { colour: null, logo_url: 'https://a.example/l.svg' }, roles: ['a'] };
  const after = { name: 'North Sea', branding: { colour: '#0b7285', logo_url: 'https://a.example/l.svg' }, roles: ['a', 'b'], industry: 'retail' };
  expect(changesOf(before, after)).toEqual([
    { field: 'branding.colour', before: null, after: '#0b7285' },
    { field: 'roles', before: 'a', after: 'a, b' },
    { field: 'industry', before: null, after: 'retail' },
  ]);
  expect(changesOf(null, { email: 'eve@client.example' })).toEqual([{ field: 'email', before: null, after: 'eve@client.example' }]);
  expect(changesOf(undefined, null)).toEqual([]);
  expect(changesOf(1, 2)).toEqual([{ field: 'value', before: '1', after: '2' }]);
});

it('asks for whole days of the reader', () => {
  const filter = auditFilterOf({ by: 'eve@client.example', since: '2026-03-28', until: '2026-03-29' });
  expect(filter.actor).toBe('eve@client.example');
  expect(new Date(filter.from ?? '')).toEqual(new Date(2026, 2, 28));
  expect(new Date(filter.to ?? '')).toEqual(new Date(2026, 2, 30));
  expect(auditFilterOf({})).toEqual({});
});

it('writes rows out whole, and no cell that a spreadsheet would run', () => {
  const row = {
    seq: 7, at: '2026-11-20T10:00:00Z', actor: 'usr_1', actor_name: '=cmd()', tenant: null, action: 'user:invite', resource: 'user:usr_2', ip: null, agent: null,
    outcome: 'ok', before: null, after: { role: 'client_viewer' }, request_id: 'req_1', prev_hash: 'aa', hash: 'bb',
  };
  const { header, rows } = auditExport([row]);
  expect(toCsv(header, rows).split('\r\n')[1]).toBe(`7,2026-11-20T10:00:00Z,usr_1,'=cmd(),,user:invite,user:usr_2,ok,,,req_1,,"{""role"":""client_viewer""}",aa,bb`);
});
