import { render, screen } from '@testing-library/react';
import { expect, it } from 'vitest';
import { CELL, CellTip, SWATCH, tipAt } from './CellMap';

it('has one cell, one swatch and one tip for all maps', () => {
  expect([CELL, SWATCH].every((name) => name.length > 0) && CELL !== SWATCH).toBe(true);
  const cell = document.createElement('i');
  cell.getBoundingClientRect = () => new DOMRect(100, 40, 20, 10);
  expect(tipAt(cell)).toEqual({ x: 110, y: 40 });
  render(
    <CellTip at={tipAt(cell)} title="Monday 20:00">
      <span>CTR 1.2%</span>
    </CellTip>,
  );
  // What the cell's own name says is not read twice.
  expect(screen.getByText('Monday 20:00').closest('[aria-hidden]')).toHaveStyle({ top: '40px' });
});
