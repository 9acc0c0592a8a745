import type { Ref } from "react";

/** Who somebody is, for a password manager too: the same field where they sign in and where they ask for a new password. */
export function EmailField({
  label,
  problem = null,
  ref,
}: {
  label: string;
  problem?: string | null;
  ref?: Ref<HTMLInputElement>;
}) {
  return (
    <div>
      <label className="label" htmlFor="email">
        {label}
      </label>
      <input
        ref={ref}
        className="input"
        id="email"
        name="email"
        type="email"
        autoComplete="username"
        autoCapitalize="none"
        spellCheck={false}
        maxLength={254}
        required
        aria-invalid={problem !== null || undefined}
        aria-describedby={problem !== null ? "email-problem" : undefined}
      />
      {problem !== null && (
        <p className="field-problem" id="email-problem">
          {problem}
        </p>
      )}
    </div>
  );
}
