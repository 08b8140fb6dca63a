// Colours that people choose themselves: what is written on them has to stay readable.

/** Black or white, whichever stands out more on `#rrggbb`; at least 4.5 : 1 on every colour. `null` for what is no such colour. */
export function inkOn(colour: string): '#000000' | '#ffffff' | null {
  const channels = /^#([0-9a-f]{2})([0-9a-f]{2})([0-9a-f]{2})$/i.exec(colour)?.slice(1).map((hex) => linear(Number.parseInt(hex, 16) / 255));
  if (!channels) return null;
  const [red = 0, green = 0, blue = 0] = channels;
  const luminance = 0.2126 * red + 0.7152 * green + 0.0722 * blue;
  // Contrast is (lighter + 0.05) / (darker + 0.05): https://www.w3.org/TR/WCAG22/#dfn-contrast-ratio
  return (luminance + 0.05) / 0.05 >= 1.05 / (luminance + 0.05) ? '#000000' : '#ffffff';
}

/** A channel of sRGB, 0 to 1, as light. */
function linear(channel: number): number {
  return channel <= 0.04045 ? channel / 12.92 : ((channel + 0.055) / 1.055) ** 2.4;
}
