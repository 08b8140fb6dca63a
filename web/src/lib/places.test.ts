import { expect, it } from 'vitest';
import { checkAnchor, checkOf, checkText, nearest, placeOf, placeText } from './places';

it('keeps places in the address, whatever an account is called', () => {
  const place = { source: 'magento', account: 'https://shop.example/nl', day: '2026-11-05' };
  expect(placeOf(placeText(place))).toEqual(place);
  const check = { check: 'continuity', source: 'magento', account: 'https://shop.example/nl' };
  expect(checkOf(checkText(check))).toEqual(check);
  for (const text of [undefined, '', 'meta', 'meta/1', 'meta/1/yesterday']) expect(placeOf(text)).toBeNull();
  expect(checkOf('continuity/meta')).toBeNull();
});

it('looks for a check where its account is no longer told of', () => {
  const anchor = checkAnchor({ check: 'continuity', source: 'meta', account: 'a/b' });
  expect(nearest(anchor)).toEqual(['check/continuity/meta/a/b', 'check/continuity', 'checks']);
  expect(nearest('reconciliation')).toEqual(['reconciliation']);
});
