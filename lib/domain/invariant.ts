/** Throws when something that cannot be is: a fault of ours, never a refusal to a person. */
export function invariant(condition: unknown, message: string): asserts condition {
  if (!condition) throw new Error(`Invariant broken: ${message}`);
}

/** For the end of a switch: a new member of the union does not compile until it has a case. */
export function unreachable(value: never): never {
  throw new Error(`Not a known case: ${String(value)}`);
}
