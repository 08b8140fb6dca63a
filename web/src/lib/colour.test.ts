import { expect, it } from 'vitest';
import { inkOn } from '@/lib/colour';

it('writes white on dark and black on light colours', () => {
  expect(inkOn('#0b7285')).toBe('#ffffff');
  expect(inkOn('#FFD43B')).toBe('#000000');
  // The greys between the two: at least 4.5 : 1 either way.
  expect(inkOn('#757575')).toBe('#ffffff');
  expect(inkOn('#777777')).toBe('#000000');
});

it('knows no other way to write a colour', () => {
  for (const text of ['', 'red', '#fff', '#12345g', 'url(#a)', '#0b7285;x']) expect(inkOn(text)).toBeNull();
});
