import "./orders.css";
import "./order.css";
import "./order-form.css";
import type { ReactNode } from "react";

export default function OrdersLayout({ children }: { children: ReactNode }) {
  return children;
}
