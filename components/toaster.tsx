"use client";
import { useEffect, useState } from "react";
import { onDemand } from "./on-demand";

export type ToastMessage = {
  text: string;
  /** A way back, while it is shown. */
  undo?: { label: string; run: () => void };
};

const ToastHost = onDemand(async () => (await import("./toast-host")).ToastHost);
let show: ((message: ToastMessage) => void) | null = null;

/**
 * Says that something is done, and offers to undo it. Never the only place where a refusal or a failure is told: those stay on
 * the page.
 */
export function showToast(message: ToastMessage): void {
  show?.(message);
}

/** Rendered once, by the frame. The code that draws messages is fetched with the first of them. */
export function Toaster() {
  const [messages, setMessages] = useState<readonly ToastMessage[]>([]);
  useEffect(() => {
    show = (message) => setMessages((earlier) => [...earlier, message]);
    return () => {
      show = null;
    };
  }, []);
  return messages.length > 0 && <ToastHost messages={messages} />;
}
