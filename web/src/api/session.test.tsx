import { screen } from '@testing-library/react';
import { HttpResponse, http } from 'msw';
import { expect, it } from 'vitest';
import { may, useCan } from '@/api/session';
import { meOf } from '@/test/mock/identity';
import { show } from '@/test/render';
import { server } from '@/test/setup';

it('adds what somebody may do for a tenant to what they may do everywhere', () => {
  const me = { permissions: ['data:view'], tenants: [{ id: 'a', permissions: ['budget:manage'] }] };
  expect(may(me, 'data:view')).toBe(true);
  expect(may(me, 'data:view', 'b')).toBe(true);
  expect(may(me, 'budget:manage', 'a')).toBe(true);
  expect(may(me, 'budget:manage', 'b')).toBe(false);
  expect(may(me, 'budget:manage')).toBe(false);
});

function Shown() {
  const can = useCan();
  return <p>{[can('data:view', 'north-sea-coffee'), can('data:view', 'alder-finch'), can('user:manage', 'north-sea-coffee')].join(' ')}</p>;
}

it('asks the server what a viewer may do, and allows nothing before', async () => {
  let answer = (): void => undefined;
  const asked = new Promise<void>((resolve) => {
    answer = resolve;
  });
  server.use(
    http.get('*/api/v1/me', async () => {
      await asked;
      return HttpResponse.json(meOf('viewer@example.com'));
    }),
  );
  await show(<Shown />);
  expect(screen.getByText('false false false')).toBeInTheDocument();
  answer();
  expect(await screen.findByText('true false false')).toBeInTheDocument();
});
