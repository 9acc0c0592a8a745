"use client";
import { FieldError, Label, TextArea, TextField } from "@heroui/react";

/** Why something is done, in a person's own words: asked for before it is done, and kept with it. */
export function ReasonField({
  label,
  value,
  onChange,
  isMissing,
  problem,
  autoFocus = false,
  className,
}: {
  label: string;
  value: string;
  onChange: (value: string) => void;
  isMissing: boolean;
  /** What is said when it is missing. */
  problem: string;
  autoFocus?: boolean;
  className?: string;
}) {
  return (
    <TextField
      value={value}
      onChange={onChange}
      isRequired
      isInvalid={isMissing}
      validationBehavior="aria"
      maxLength={500}
      autoFocus={autoFocus}
      fullWidth
      {...(className ? { className } : {})}
    >
      <Label>{label}</Label>
      <TextArea rows={2} />
      <FieldError>{problem}</FieldError>
    </TextField>
  );
}
