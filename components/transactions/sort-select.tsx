"use client";
import { useRouter } from "next/navigation";
import { useId } from "react";

/** The order of rows. The browser's own select: it opens as a wheel on a phone and costs no script to speak of. */
export function SortSelect({
  label,
  value,
  options,
}: {
  label: string;
  value: string;
  options: readonly { value: string; label: string; href: string }[];
}) {
  const router = useRouter();
  const id = useId();
  return (
    <>
      <label className="unseen" htmlFor={id}>
        {label}
      </label>
      <select
        id={id}
        className="h-7 cursor-pointer rounded bg-transparent pe-1 text-end text-xs text-muted hover:text-foreground pointer-coarse:h-10"
        value={value}
        onChange={(event) => {
          const chosen = options.find((option) => option.value === event.target.value);
          if (chosen) router.push(chosen.href);
        }}
      >
        {options.map((option) => (
          <option key={option.value} value={option.value} className="bg-overlay text-foreground">
            {option.label}
          </option>
        ))}
      </select>
    </>
  );
}
