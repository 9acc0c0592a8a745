"use client";
import { Description, FieldError, Label, ListBox, Select } from "@heroui/react";
import type { ReactNode } from "react";

/** One of several, in a list that opens. */
export function ChoiceField<Value extends string>({
  label,
  value,
  onChange,
  options,
  description,
  error = null,
}: {
  label: string;
  value: Value;
  onChange: (value: Value) => void;
  options: readonly { value: Value; label: string; note?: string }[];
  description?: ReactNode;
  error?: string | null;
}) {
  // An empty key means "nothing chosen" to the list; the empty choice goes under a name of its own.
  const keyOf = (option: Value) => option || NONE;
  return (
    <Select
      fullWidth
      value={keyOf(value)}
      onChange={(key) => {
        const chosen = options.find((option) => keyOf(option.value) === key);
        if (chosen) onChange(chosen.value);
      }}
      isInvalid={error !== null}
      validationBehavior="aria"
    >
      <Label>{label}</Label>
      <Select.Trigger>
        <Select.Value />
        <Select.Indicator />
      </Select.Trigger>
      {description && error === null && <Description>{description}</Description>}
      <FieldError>{error}</FieldError>
      <Select.Popover>
        <ListBox>
          {options.map((option) => (
            <ListBox.Item key={keyOf(option.value)} id={keyOf(option.value)} textValue={option.label}>
              <div className="choice">
                <span>{option.label}</span>
                {option.note && <small>{option.note}</small>}
              </div>
              <ListBox.ItemIndicator />
            </ListBox.Item>
          ))}
        </ListBox>
      </Select.Popover>
    </Select>
  );
}

const NONE = "none";
