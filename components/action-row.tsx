"use client";
import Link from "next/link";
import type { ReactNode } from "react";
import { KeyHint } from "./key-hint";
import { type Action, useAction } from "./use-action";
import { ariaKeys } from "./use-shortcuts";

export type ActionRowProps = Action & {
  icon: ReactNode;
  /** Goes there instead of doing something. */
  href?: string;
};

/**
 * An action in the FactBox: a line of a list, with the reason always in sight under it when it is refused. No hover is needed
 * where people work all day. Put rows into an element with class `action-rows`.
 */
export function ActionRow(props: ActionRowProps) {
  const { id, isRefused, isPending, press, warmUp, dialog } = useAction(props);
  const body = (
    <>
      {props.icon}
      <span className="action-row-label">{isPending ? (props.pendingLabel ?? props.label) : props.label}</span>
      {props.shortcut && <KeyHint keys={props.shortcut} />}
    </>
  );
  if (props.href !== undefined && !isRefused)
    return (
      <Link className="action-row" href={props.href} data-command={id}>
        {body}
      </Link>
    );
  return (
    <>
      <button
        type="button"
        className="action-row"
        aria-disabled={isRefused || isPending || undefined}
        aria-describedby={isRefused ? `${id}why` : undefined}
        aria-keyshortcuts={props.shortcut && ariaKeys(props.shortcut)}
        data-pending={isPending || undefined}
        data-command={id}
        onPointerEnter={warmUp}
        onFocus={warmUp}
        onClick={press}
      >
        {body}
      </button>
      {isRefused && (
        <p id={`${id}why`} className="action-row-why">
          {props.disabledReason}
        </p>
      )}
      {dialog}
    </>
  );
}
