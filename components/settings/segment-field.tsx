"use client";
import { ToggleButton, ToggleButtonGroup } from "@heroui/react";
import { useId } from "react";

/** A choice between two, both in sight. The sentence under it says what the chosen one means. */
export function SegmentField<Value extends string>({
  label,
  value,
  onChange,
  options,
}: {
  label: string;
  value: Value;
  onChange: (value: Value) => void;
  options: readonly { value: Value; label: string; hint?: string }[];
}) {
  const id = useId();
  const chosen = options.find((option) => option.value === value);
  return (
    <div className="flex flex-col gap-1">
      <span id={`${id}label`} className="label">
        {label}
      </span>
      <ToggleButtonGroup
        aria-labelledby={`${id}label`}
        aria-describedby={chosen?.hint && `${id}hint`}
        selectionMode="single"
        disallowEmptySelection
        selectedKeys={[value]}
        onSelectionChange={(keys) => {
          const next = options.find((option) => keys.has(option.value));
          if (next) onChange(next.value);
        }}
        fullWidth
      >
        {options.map((option) => (
          <ToggleButton key={option.value} id={option.value}>
            {option.label}
          </ToggleButton>
        ))}
      </ToggleButtonGroup>
      {chosen?.hint && (
        <p id={`${id}hint`} className="text-xs text-muted">
          {chosen.hint}
        </p>
      )}
    </div>
  );
}
