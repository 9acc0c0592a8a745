import "../orders/orders.css";
import "./notices.css";
import type { ReactNode } from "react";

export default function NoticesLayout({ children }: { children: ReactNode }) {
  return children;
}
