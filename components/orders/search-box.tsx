"use client";
import { useEffect, useRef } from "react";

/** Long enough that a fast typist asks once, short enough to feel immediate. */
const PAUSE_MS = 350;

/** The search field of the list. Sends its form when typing pauses; Enter sends it at once; Esc empties it. */
export function SearchBox({ label, placeholder, value }: { label: string; placeholder: string; value: string }) {
  const field = useRef<HTMLInputElement>(null);
  const timer = useRef<ReturnType<typeof setTimeout>>(undefined);
  // A filter taken away elsewhere empties the field too, but never while somebody is typing in it.
  useEffect(() => {
    if (field.current && document.activeElement !== field.current) field.current.value = value;
  }, [value]);
  useEffect(() => () => clearTimeout(timer.current), []);
  return (
    <div className="search-box">
      <svg className="icon" viewBox="0 0 24 24" fill="none" stroke="currentColor" aria-hidden="true">
        <circle cx="11" cy="11" r="7" />
        <path d="m20 20-3.5-3.5" />
      </svg>
      <input
        ref={field}
        id="order-search"
        type="search"
        name="q"
        className="input"
        aria-label={label}
        aria-keyshortcuts="/"
        placeholder={placeholder}
        defaultValue={value}
        maxLength={200}
        autoComplete="off"
        onInput={() => {
          clearTimeout(timer.current);
          timer.current = setTimeout(() => field.current?.form?.requestSubmit(), PAUSE_MS);
        }}
      />
    </div>
  );
}
