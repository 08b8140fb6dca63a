// Tables as text for other programs. Values are raw (not formatted), so that a spreadsheet can calculate with them.

export type Cell = string | number | null | undefined;

/** A cell starting like a formula is text to us: the quote keeps a spreadsheet from running it. The server's own files hold the same. */
function guarded(text: string): string {
  const formula = /^[=+@\t\r]/.test(text) || (text.startsWith('-') && Number.isNaN(Number(text)));
  return formula ? `'${text}` : text;
}

function csvCell(cell: Cell): string {
  if (cell === null || cell === undefined) return '';
  const text = typeof cell === 'number' ? String(cell) : guarded(cell);
  return /[",\n\r]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}

export function toCsv(header: readonly string[], rows: readonly (readonly Cell[])[]): string {
  return [header, ...rows].map((row) => row.map(csvCell).join(',')).join('\r\n') + '\r\n';
}

/** Tab-separated, as spreadsheets paste it. */
export function toTsv(header: readonly string[], rows: readonly (readonly Cell[])[]): string {
  const cell = (value: Cell): string => guarded(String(value ?? '')).replaceAll(/[\t\r\n]+/g, ' ');
  return [header, ...rows].map((row) => row.map(cell).join('\t')).join('\n');
}

/** Hands a text to the browser as a file. */
export function download(name: string, text: string, type = 'text/csv;charset=utf-8'): void {
  const url = URL.createObjectURL(new Blob(['\uFEFF', text], { type }));
  const link = document.createElement('a');
  link.href = url;
  link.download = name;
  link.click();
  setTimeout(() => URL.revokeObjectURL(url), 0);
}
