/** Asked before a page is left: the guard of a form with unsaved changes, while there is one. */
let asks: ((go: () => void) => void) | null = null;

/** Leaves the page by a command: at once, or when the person has agreed to lose sight of what is not saved. */
export function leave(go: () => void): void {
  if (asks) asks(go);
  else go();
}

/** Puts a guard in the way of {@link leave}; the returned function takes it away. */
export function guardLeaving(guard: (go: () => void) => void): () => void {
  asks = guard;
  return () => {
    if (asks === guard) asks = null;
  };
}
