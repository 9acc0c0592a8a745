"use client";
import { useEffect, useRef } from "react";
import { announce } from "./announcer";

/**
 * Something a person can do here, by key or from the palette. `keys`: `u`, `shift+l`, `ctrl+enter`, `f9`, `alt+f2`, or two
 * in a row, `g o`. `ctrl` also means ⌘.
 */
export type Command = {
  id: string;
  label: string;
  keys?: string;
  /** Null: it can be done now. Otherwise the command stays listed and says why not. */
  disabledReason: string | null;
  run: () => void;
};

type Registered = Command & { scope: "page" | "anywhere" };

/** What is on screen registers itself here; the palette and the shortcut sheet list it, the key listener runs it. */
const registered = new Map<symbol, () => readonly Registered[]>();

/** The commands valid now, each key and each label once: a button in the head and its twin in the FactBox are one command. */
export function commandsNow(): Registered[] {
  const found: Registered[] = [];
  for (const list of registered.values())
    for (const command of list())
      if (!found.some((other) => other.id === command.id || (command.keys && other.keys === command.keys)))
        found.push(command);
  return found;
}

/** Registers commands while the component is on screen. `scope` "anywhere" is the frame's own. */
export function useCommands(commands: readonly Command[], scope: "page" | "anywhere" = "page"): void {
  const latest = useRef(commands);
  useEffect(() => {
    latest.current = commands;
  });
  useEffect(() => {
    const key = Symbol(scope);
    registered.set(key, () => latest.current.map((command) => ({ ...command, scope })));
    return () => {
      registered.delete(key);
    };
  }, [scope]);
}

const SINGLE_KEYS_SETTING = "hp_single_keys";
/** WCAG 2.1.4: single letters can be switched off. Kept on the device, because it is about its keyboard and voice control. */
export const singleKeysOn = (): boolean => localStorage.getItem(SINGLE_KEYS_SETTING) !== "off";
export function setSingleKeys(on: boolean): void {
  if (on) localStorage.removeItem(SINGLE_KEYS_SETTING);
  else localStorage.setItem(SINGLE_KEYS_SETTING, "off");
}

/** `g o` waits this long for its second key. */
const SEQUENCE_MS = 1200;

/** Listens for keys. Rendered once, by the frame. */
export function useShortcutListener(): void {
  useEffect(() => {
    let first: { key: string; at: number } | null = null;
    const onKeyDown = (event: KeyboardEvent) => {
      if (event.defaultPrevented || event.isComposing || event.repeat) return;
      const pressed = keysOf(event);
      if (!pressed) return;
      const plain = !event.ctrlKey && !event.metaKey && !event.altKey && !/^(shift\+)?f\d+$/.test(pressed);
      if (plain && (!singleKeysOn() || typing(event.target) || overlayOpen())) return;
      if (!plain && overlayOpen()) return;
      const sequence = first && event.timeStamp - first.at < SEQUENCE_MS ? `${first.key} ${pressed}` : pressed;
      const commands = commandsNow();
      const command =
        commands.find((candidate) => candidate.keys === sequence) ??
        commands.find((candidate) => candidate.keys === pressed);
      first = commands.some((candidate) => candidate.keys?.startsWith(`${pressed} `))
        ? { key: pressed, at: event.timeStamp }
        : null;
      if (!command) return;
      event.preventDefault();
      runCommand(command);
    };
    document.addEventListener("keydown", onKeyDown);
    return () => document.removeEventListener("keydown", onKeyDown);
  }, []);
}

/** Runs a command, or brings the person to the button that says why it cannot be done. */
export function runCommand(command: Command): void {
  if (command.disabledReason === null) {
    command.run();
    return;
  }
  document.querySelector<HTMLElement>(`[data-command="${CSS.escape(command.id)}"]`)?.focus();
  announce(command.disabledReason, "assertive");
}

/**
 * The pressed keys in the notation of {@link Command.keys}. A letter that is not Latin is read from its place on the keyboard,
 * so that shortcuts work under the Ukrainian layout; there, the key of `/` and `?` types `.` and `,`.
 */
export function keysOf(event: Pick<KeyboardEvent, "key" | "code" | "ctrlKey" | "metaKey" | "altKey" | "shiftKey">) {
  let key = event.key.toLowerCase();
  if (event.code === "Slash" && (key === "." || key === ",")) key = key === "." ? "/" : "?";
  else if (key.length === 1 && key > "~") {
    const place = /^(?:Key([A-Z])|Digit(\d))$/.exec(event.code);
    if (!place) return null;
    key = (place[1] ?? place[2] ?? "").toLowerCase();
  }
  if (["control", "shift", "alt", "meta", "dead"].includes(key)) return null;
  // Shift is part of `?` itself; for letters and named keys it is said.
  const shift = event.shiftKey && (key.length > 1 || /[a-z]/.test(key));
  return `${event.ctrlKey || event.metaKey ? "ctrl+" : ""}${event.altKey ? "alt+" : ""}${shift ? "shift+" : ""}${key}`;
}

const TEXT_INPUTS = /^(?:text|search|email|tel|url|password|number|date|time|month|week|datetime-local)$/;

/** True where a letter means itself: fields, and lists that jump to what is typed. */
function typing(target: EventTarget | null): boolean {
  if (!(target instanceof HTMLElement)) return false;
  if (target.isContentEditable || target instanceof HTMLTextAreaElement || target instanceof HTMLSelectElement)
    return true;
  if (target instanceof HTMLInputElement) return TEXT_INPUTS.test(target.type);
  return target.closest('[role="menu"], [role="listbox"], [role="combobox"]') !== null;
}

/** A toast is an alertdialog too, but asks nothing. */
export const overlayOpen = () =>
  document.querySelector('[role="dialog"], [role="alertdialog"]:not(.toast), [popover="auto"]:popover-open') !== null;

const NAMES: Record<string, string> = { ctrl: "Ctrl", alt: "Alt", shift: "⇧", enter: "↵", escape: "Esc" };

/** Keys as people read them: `Ctrl ↵`, `⇧L`, `G O`. */
export function keysText(keys: string): string {
  return keys
    .split(" ")
    .map((chord) =>
      chord
        .split("+")
        .map((key) => NAMES[key] ?? key.toUpperCase())
        .join(" ")
        .replace("⇧ ", "⇧"),
    )
    .join(" ");
}

/** Keys in the notation of `aria-keyshortcuts`: `Control+Enter`, `Shift+L`. Sequences have none there. */
export function ariaKeys(keys: string): string | undefined {
  if (keys.includes(" ")) return undefined;
  const names: Record<string, string> = { ctrl: "Control", alt: "Alt", shift: "Shift", enter: "Enter" };
  return keys
    .split("+")
    .map((key) => names[key] ?? (key.length === 1 ? key.toUpperCase() : key.charAt(0).toUpperCase() + key.slice(1)))
    .join("+");
}
