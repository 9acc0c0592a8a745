import { keysText } from "./use-shortcuts";

/** A shortcut at the end of a button or row. The button itself carries `aria-keyshortcuts`. */
export function KeyHint({ keys }: { keys: string }) {
  return (
    // biome-ignore lint/a11y/noAriaHiddenOnFocusable: a kbd takes no focus
    <kbd className="kbd-hint" aria-hidden="true">
      {keysText(keys)}
    </kbd>
  );
}
