"use client";
import { useEffect, useState } from "react";

const PAUSE_MS = 150;

/** The value once it has stopped changing for a moment: a search asks once per word, not once per letter. */
export function useSettled<Value>(value: Value): Value {
  const [settled, setSettled] = useState(value);
  useEffect(() => {
    const timer = setTimeout(() => setSettled(value), PAUSE_MS);
    return () => clearTimeout(timer);
  }, [value]);
  return settled;
}
