import { render, screen } from '@testing-library/react';
import { describe, expect, it } from 'vitest';
import { QrCode } from './QrCode';

describe('QrCode', () => {
  it('draws another picture for another text, with its three corners', () => {
    const { rerender } = render(<QrCode label="For the app" value="otpauth://totp/Trimtab:ada@example.com?secret=JBSWY3DPEHPK3PXP" />);
    const drawn = (): string => screen.getByRole('img', { name: 'For the app' }).querySelector('path')?.getAttribute('d') ?? '';
    const first = drawn();
    const side = Number(screen.getByRole('img').getAttribute('viewBox')?.split(' ')[2]);
    const dark = (x: number, y: number): boolean => first.includes(`M${x} ${y}h1`);
    for (const [x, y] of [[0, 0], [side - 7, 0], [0, side - 7]] as const) {
      expect([dark(x, y), dark(x + 1, y + 1), dark(x + 3, y + 3), dark(x + 6, y + 6)]).toEqual([true, false, true, true]);
    }
    rerender(<QrCode label="For the app" value="otpauth://totp/Trimtab:ada@example.com?secret=JBSWY3DPEHPK3PXQ" />);
    expect(drawn()).not.toBe(first);
  });
});
