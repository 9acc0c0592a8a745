"use client";
import dynamic from "next/dynamic";
import { useEffect, useState } from "react";

export type ToastMessage = {
  text: string;
  /** A way back, while it is shown. */
  undo?: { label: string; run: () => void };
};

const ToastHost = dynamic(() => import("./toast-host").then((module) => module.ToastHost), { ssr: false });
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
