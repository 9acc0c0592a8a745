"use client";
import { Toast, toast } from "@heroui/react";
import { useEffect, useRef } from "react";
import type { ToastMessage } from "./toaster";

/** Draws the messages of the toaster. Each is shown once, in the order they came. */
export function ToastHost({ messages }: { messages: readonly ToastMessage[] }) {
  const shown = useRef(0);
  useEffect(() => {
    for (const { text, undo } of messages.slice(shown.current)) {
      const key = toast(text, {
        indicator: null,
        timeout: undo ? 8000 : 4000,
        ...(undo && {
          actionProps: {
            children: undo.label,
            size: "sm",
            variant: "outline",
            onPress: () => {
              undo.run();
              toast.close(key);
            },
          },
        }),
      });
    }
    shown.current = messages.length;
  }, [messages]);
  return <Toast.Provider placement="bottom" width={400} />;
}
