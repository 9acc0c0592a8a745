"use client";
import type { ReactNode, RefObject } from "react";

/** A page that is a form: Enter in a field saves as the button in its head does, and errors are said in our words. */
export function SettingsForm({
  element,
  submit,
  onSubmit,
  children,
}: {
  element: RefObject<HTMLFormElement | null>;
  submit: string;
  onSubmit: () => Promise<void>;
  children: ReactNode;
}) {
  return (
    <form
      ref={element}
      noValidate
      onSubmit={(event) => {
        event.preventDefault();
        void onSubmit();
      }}
    >
      {children}
      <button type="submit" className="unseen" tabIndex={-1} aria-hidden="true">
        {submit}
      </button>
    </form>
  );
}
