// Builds the text of a metric query's `where`. Values are quoted, so no name can break out of its condition.

function quoted(value: string): string {
  return `"${value.replaceAll('\\', '\\\\').replaceAll('"', '\\"')}"`;
}

export function equals(dimension: string, value: string): string {
  return `${dimension} = ${quoted(value)}`;
}

export function contains(dimension: string, text: string): string {
  return `${dimension} ~ ${quoted(text)}`;
}

/** All conditions must hold; `undefined` when there are none. */
export function allOf(conditions: readonly (string | null | undefined)[]): string | undefined {
  const given = conditions.filter((condition) => condition);
  return given.length > 0 ? given.join(' and ') : undefined;
}
