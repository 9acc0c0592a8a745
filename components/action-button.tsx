"use client";
import { Button, Tooltip } from "@heroui/react";
import { type ReactNode, useEffect, useState } from "react";
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
 * keyboard focus, after a moment on hover, and when pressed, so that a finger gets the reason as well.
 */
export function ActionButton(props: ActionButtonProps) {
  const { label, icon, detail, variant = "outline", size = "md", iconOnly = false } = props;
  const { id, isRefused, isPending, press, warmUp, dialog } = useAction(props);
  const [open, setOpen] = useState(false);
  const text = isRefused ? props.disabledReason : iconOnly ? label : null;

  // A finger has no hover to end and not every browser blurs a button on a tap elsewhere.
  useEffect(() => {
    if (!open) return;
    const close = () => setOpen(false);
    document.addEventListener("pointerdown", close);
    return () => document.removeEventListener("pointerdown", close);
  }, [open]);

  const shown = isPending ? (props.pendingLabel ?? label) : label;
  return (
    <>
      <Tooltip isOpen={open && text !== null} onOpenChange={setOpen} isDisabled={text === null}>
        <Button
          ref={(button: HTMLButtonElement | null) => {
            const keys = props.shortcut && ariaKeys(props.shortcut);
            if (keys) button?.setAttribute("aria-keyshortcuts", keys);
          }}
          variant={isRefused || isPending ? "outline" : variant}
          size={size}
          isIconOnly={iconOnly}
          fullWidth={props.fullWidth}
          className={props.className}
          isPending={isPending}
          aria-label={iconOnly ? shown : undefined}
          aria-disabled={isRefused || undefined}
          aria-describedby={isRefused ? `${id}why` : undefined}
          aria-haspopup={props.confirm && !isRefused ? "dialog" : undefined}
          data-command={id}
          onHoverStart={warmUp}
          onFocus={warmUp}
          onPress={() => (isRefused ? setOpen(true) : press())}
        >
          {icon}
          {!iconOnly && shown}
          {!iconOnly && detail && <span className="button-detail">{detail}</span>}
          {!iconOnly && props.shortcut && <KeyHint keys={props.shortcut} />}
        </Button>
        {text !== null && (
          <Tooltip.Content placement="bottom" offset={4}>
            {text}
          </Tooltip.Content>
        )}
      </Tooltip>
      {isRefused && (
        <span id={`${id}why`} hidden>
          {props.disabledReason}
        </span>
      )}
      {dialog}
    </>
  );
}
