/**
 * HTML with escaping that cannot be forgotten: whatever is put into a template is text, unless another template made it.
 * Attributes are always written in double quotes.
 */
export class Html {
  readonly text: string;
  constructor(text: string) {
    this.text = text;
  }
}

export type Fill = Html | string | number | false | null | undefined | readonly Fill[];

const ENTITIES: Record<string, string> = { "&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;", "'": "&#39;" };
/** Controls, and invisible marks that reorder or hide text: a name could make an amount read differently. */
const TRICKS = /(?![\t\n\r\u00ad\u200c\u200d])[\p{Cc}\p{Cf}]/gu;

export const escaped = (text: string): string =>
  text.replace(TRICKS, "").replace(/[&<>"']/g, (character) => ENTITIES[character] ?? character);

function filled(value: Fill): string {
  if (value === false || value === null || value === undefined) return "";
  if (value instanceof Html) return value.text;
  return Array.isArray(value) ? value.map(filled).join("") : escaped(String(value));
}

export function html(strings: TemplateStringsArray, ...values: Fill[]): Html {
  return new Html(strings.map((text, at) => text + (at < values.length ? filled(values[at]) : "")).join(""));
}

/**
 * A sentence in which some values are markup: `say` gets a placeholder for each part, and the parts are put in its place
 * after the rest has been escaped.
 */
export function withParts<Name extends string>(
  parts: Record<Name, Html>,
  say: (places: Record<Name, string>) => string,
): Html {
  const names = Object.keys(parts) as Name[];
  const places = Object.fromEntries(names.map((name, at) => [name, `\ue000${at}\ue001`])) as Record<Name, string>;
  const text = escaped(say(places));
  return new Html(text.replace(/\ue000(\d+)\ue001/g, (_, at) => parts[names[Number(at)] as Name]?.text ?? ""));
}
