import "./sign-in.css";
import type { ReactNode } from "react";

export default function SignInLayout({ children }: { children: ReactNode }) {
  return children;
}
