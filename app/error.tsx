"use client";
import "./plain.css";
import { BrokenPage } from "#components/broken-page";

/** A fault outside the staff screens, or in their frame. */
export default function RootError({ error, retry }: { error: unknown; retry: () => void }) {
  return <BrokenPage error={error} retry={retry} />;
}
