"use client";
import { Description, FieldError, Input, InputGroup, Label, TextArea, TextField } from "@heroui/react";
import type { ReactNode } from "react";

/** A line of text in a settings form: label, field, what stands behind it in the field, help, what is wrong with it. */
export function SettingsTextField({
  name,
  label,
  value,
  onChange,
  onBlur,
  error,
  suffix,
  description,
  isRequired = false,
  multiline = false,
  ...input
}: {
  name: string;
  label: string;
  value: string;
  onChange: (value: string) => void;
  onBlur?: () => void;
  error: string | null;
  /** Quiet words inside the field, at its end: "4 h", "UAH, hryvnia". */
  suffix?: ReactNode;
  description?: ReactNode;
  isRequired?: boolean;
  multiline?: boolean;
  inputMode?: "numeric" | "text";
  maxLength?: number;
  autoComplete?: string;
  autoFocus?: boolean;
  placeholder?: string;
  spellCheck?: "true" | "false";
}) {
  return (
    <TextField
      name={name}
      value={value}
      onChange={onChange}
      onBlur={onBlur}
      isInvalid={error !== null}
      isRequired={isRequired}
      validationBehavior="aria"
      fullWidth
      // Nearly every field here is required; stars would only be noise. Screen readers are told.
      className="[&_.label]:after:hidden"
    >
      <Label>{label}</Label>
      {multiline ? (
        <TextArea rows={2} maxLength={input.maxLength} />
      ) : suffix ? (
        <InputGroup fullWidth>
          <InputGroup.Input {...input} />
          <InputGroup.Suffix className="text-muted">{suffix}</InputGroup.Suffix>
        </InputGroup>
      ) : (
        <Input {...input} fullWidth />
      )}
      {description && error === null && <Description>{description}</Description>}
      <FieldError>{error}</FieldError>
    </TextField>
  );
}
