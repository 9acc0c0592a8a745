const MAX_HEADER = 4096;

/**
 * The one value of a header, whatever its letter case. Null when it is absent, empty, longer than 4 KB, or not the only
 * one: duplicates arrive joined by a comma, and which of two signatures counts must not be a matter of taste.
 */
export function onlyHeader(headers: Readonly<Record<string, string>>, name: string): string | null {
  const values = Object.entries(headers).filter(([key]) => key.toLowerCase() === name);
  const value = values.length === 1 ? values[0]?.[1] : undefined;
  return value && value.length <= MAX_HEADER && !value.includes(",") ? value : null;
}
