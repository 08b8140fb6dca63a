import { expect, it } from 'vitest';
import { stepOf } from './HourMap';

it('moves within the map, and to its ends', () => {
  const step = (row: number, column: number, key: string, whole = false) => stepOf({ row, column }, key, whole, 7, 24);
  expect(step(3, 3, 'ArrowLeft')).toEqual({ row: 3, column: 2 });
  expect(step(3, 3, 'ArrowDown')).toEqual({ row: 4, column: 3 });
  expect([step(0, 0, 'ArrowUp'), step(0, 0, 'ArrowLeft'), step(6, 23, 'ArrowDown'), step(6, 23, 'ArrowRight'), step(1, 1, 'x')]).toEqual([null, null, null, null, null]);
  expect([step(3, 3, 'Home'), step(3, 3, 'End'), step(3, 3, 'Home', true), step(3, 3, 'End', true)]).toEqual([{ row: 3, column: 0 }, { row: 3, column: 23 }, { row: 0, column: 0 }, { row: 6, column: 23 }]);
});
