"use client";
import { Check, Copy } from "lucide-react";
import { useState } from "react";
import { ActionButton } from "./action-button";
import { announce } from "./announcer";

/**
 * Copies a text and says so in place. `label` names the button ("Copy invoice id"), `done` confirms ("Copied"). `onCopied`
 * lets a page log the share.
 */
export function CopyButton({
  text,
  label,
  done,
  withLabel = false,
  shortcut,
  onCopied,
  disabledReason = null,
}: {
  text: string;
  label: string;
  done: string;
  withLabel?: boolean;
  shortcut?: string;
  onCopied?: () => void;
  disabledReason?: string | null;
}) {
  const [copied, setCopied] = useState(false);
  const copy = async () => {
    if (!(await writeClipboard(text))) return;
    announce(done);
    setCopied(true);
    setTimeout(() => setCopied(false), 2000);
    onCopied?.();
  };
  return (
    <ActionButton
      label={copied ? done : label}
      icon={copied ? <Check aria-hidden="true" /> : <Copy aria-hidden="true" />}
      iconOnly={!withLabel}
      variant={withLabel ? "outline" : "ghost"}
      size="sm"
      shortcut={shortcut}
      disabledReason={disabledReason}
      onPress={copy}
    />
  );
}

/** The clipboard interface exists on https and localhost only; elsewhere a selected field still copies. */
export async function writeClipboard(text: string): Promise<boolean> {
  try {
    await navigator.clipboard.writeText(text);
    return true;
  } catch {
    const field = document.createElement("textarea");
    field.value = text;
    field.className = "unseen";
    document.body.append(field);
    field.select();
    const done = document.execCommand("copy");
    field.remove();
    return done;
  }
}
