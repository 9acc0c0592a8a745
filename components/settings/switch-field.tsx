"use client";
import { Description, Label, Switch } from "@heroui/react";

/**
 * On or off, with what it means under it. A refused one stays reachable and keeps its place: it cannot be switched on, and the
 * sentence under it says why.
 */
export function SwitchField({
  name,
  label,
  isOn,
  onChange,
  hint,
  refusedReason = null,
}: {
  name: string;
  label: string;
  isOn: boolean;
  onChange: (on: boolean) => void;
  hint: string;
  refusedReason?: string | null;
}) {
  const isRefused = refusedReason !== null;
  return (
    <Switch
      name={name}
      isSelected={isOn}
      onChange={onChange}
      isReadOnly={isRefused}
      data-refused={isRefused || undefined}
    >
      <Switch.Content>
        <Switch.Control>
          <Switch.Thumb />
        </Switch.Control>
        <Label className={isRefused ? "text-muted!" : undefined}>{label}</Label>
      </Switch.Content>
      <Description>{refusedReason ?? hint}</Description>
    </Switch>
  );
}
