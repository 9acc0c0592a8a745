// Boxes, views and the bulk bar look as on the list of orders.
import "../orders/orders-table.css";
import "../orders/orders.css";
import "./holds.css";
import type { ReactNode } from "react";

export default function HoldsLayout({ children }: { children: ReactNode }) {
  return children;
}
