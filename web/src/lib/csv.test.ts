import { describe, expect, it } from 'vitest';
import { toCsv, toTsv } from '@/lib/csv';

describe('toCsv', () => {
  it('quotes what would break a line', () => {
    expect(toCsv(['name', 'spend'], [['A "b", c', '1.50'], ['line\nfeed', null]])).toBe('name,spend\r\n"A ""b"", c",1.50\r\n"line\nfeed",\r\n');
  });

  it('keeps names from running as formulas, but leaves numbers alone', () => {
    expect(toCsv(['n'], [['=1+1'], ['@x'], ['-2.50'], ['-x'], ['-2+3']])).toBe("n\r\n'=1+1\r\n'@x\r\n-2.50\r\n'-x\r\n'-2+3\r\n");
  });
});

describe('toTsv', () => {
  it('keeps one row on one line', () => {
    expect(toTsv(['a', 'b'], [['x\ty', 'two\nlines']])).toBe('a\tb\nx y\ttwo lines');
  });
});
