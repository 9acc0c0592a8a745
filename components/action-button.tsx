"use client";
import type { ReactNode } from "react";
import { KeyHint } from "./key-hint";
import { type Action, useAction } from "./use-action";
import { ariaKeys } from "./use-shortcuts";

export type ActionButtonProps = Action & {
  icon?: ReactNode;
  /** Quiet text behind the label: "2 of 3" on a bulk action. */
  detail?: string;
  /** One `primary` per screen: the next step. */
  variant?: "primary" | "outline" | "ghost" | "danger";
  size?: "sm" | "md" | "lg";
  /** Shows the icon alone; the label becomes its name and its tooltip. */
  iconOnly?: boolean;
  fullWidth?: boolean;
  className?: string;
};

/**
 * The one way to do a thing. When it cannot be done the button stays, readable and focusable, and says why: at once on
 * keyboard focus, after a moment on hover, and when pressed, so that a finger gets the reason as well (the frame's
 * `Tooltips` shows `data-tip`).
 *
 * A native button with HeroUI's classes: its `Button` and `Tooltip` add 25 KB to every page, and the orders list has 170 in all.
 */
export function ActionButton(props: ActionButtonProps) {
  const { label, icon, detail, variant = "outline", size = "md", iconOnly = false } = props;
  const { id, isRefused, isPending, press, warmUp, dialog } = useAction(props);
  const shown = isPending ? (props.pendingLabel ?? label) : label;
  const className = [
    "button",
    `button--${isRefused || isPending ? "outline" : variant}`,
    size !== "md" && `button--${size}`,
    iconOnly && "button--icon-only",
    props.fullWidth && "button--full-width",
    props.className,
  ];
  return (
    <>
      <button
        type="button"
        className={className.filter(Boolean).join(" ")}
        aria-label={iconOnly ? shown : undefined}
        aria-disabled={isRefused || isPending || undefined}
        aria-describedby={isRefused ? `${id}why` : undefined}
        aria-haspopup={props.confirm && !isRefused ? "dialog" : undefined}
        aria-keyshortcuts={props.shortcut && ariaKeys(props.shortcut)}
        data-pending={isPending || undefined}
        data-tip={isRefused ? (props.disabledReason ?? undefined) : iconOnly ? label : undefined}
        data-command={props.shortcut && id}
        onPointerEnter={warmUp}
        onFocus={warmUp}
        onClick={press}
      >
        {icon}
        {!iconOnly && shown}
        {!iconOnly && detail && <span className="button-detail">{detail}</span>}
        {!iconOnly && props.shortcut && <KeyHint keys={props.shortcut} />}
      </button>
      {isRefused && (
        <span id={`${id}why`} hidden>
          {props.disabledReason}
        </span>
      )}
      {dialog}
    </>
  );
}
