"use client";
import { useId } from "react";

/** The system's own list: hundreds of zones, found by typing. */
export function ZoneSelect({
  label,
  value,
  onChange,
  zones,
  none,
  hint,
  error,
}: {
  label: string;
  value: string;
  onChange: (value: string) => void;
  zones: readonly string[];
  /** What is meant where none is chosen; left out: one has to be. */
  none?: string;
  hint: string;
  error: string | null;
}) {
  const id = useId();
  return (
    <div className="flex min-w-0 flex-col gap-1">
      <label className="label" htmlFor={id}>
        {label}
      </label>
      <select
        id={id}
        name="zone"
        className="input w-full"
        value={value}
        onChange={(event) => onChange(event.target.value)}
        aria-invalid={error !== null || undefined}
        aria-describedby={`${id}said`}
      >
        {none && <option value="">{none}</option>}
        {zones.map((zone) => (
          <option key={zone} value={zone}>
            {zone.replaceAll("_", " ")}
          </option>
        ))}
      </select>
      <p id={`${id}said`} className={error ? "field-error text-xs" : "text-xs text-muted"} data-visible="true">
        {error ?? hint}
      </p>
    </div>
  );
}
