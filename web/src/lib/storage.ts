// Small conveniences remembered on this device. Storage may be forbidden or full: then nothing is remembered and nothing breaks.

export function remember(key: string, value: string): void {
  try {
    localStorage.setItem(`trimtab.${key}`, value);
  } catch {
    // See the header.
  }
}

export function recall(key: string): string | null {
  try {
    return localStorage.getItem(`trimtab.${key}`);
  } catch {
    return null;
  }
}
