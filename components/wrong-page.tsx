"use client";
import type { ReactNode } from "react";
import { Mark } from "./mark";

/**
 * A page outside the frame that says what is wrong and where to go. Its style sheet is a file of its own, fetched only when it
 * is shown, so that no other page carries it.
 */
export function WrongPage({
  title,
  more,
  reference,
  children,
}: {
  title: string;
  more: string;
  reference?: string | null;
  /** Links and buttons, the best one first. */
  children: ReactNode;
}) {
  return (
    <div className="wrong">
      <link rel="stylesheet" href="/wrong.css" precedence="default" />
      <header className="wrong-logo">
        <Mark />
        Holdpoint
      </header>
      <main>
        <h1>{title}</h1>
        <p>{more}</p>
        {reference && <p className="wrong-reference">{reference}</p>}
        <nav>{children}</nav>
      </main>
    </div>
  );
}
