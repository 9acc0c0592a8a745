import "../orders/orders.css";
import "./review.css";
import type { ReactNode } from "react";

export default function ReviewLayout({ children }: { children: ReactNode }) {
  return children;
}
