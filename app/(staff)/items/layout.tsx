// Search and pager look as on the list of orders; dialogs as everywhere.
import "../orders/orders.css";
import "../orders/order.css";
import type { ReactNode } from "react";

export default function ItemsLayout({ children }: { children: ReactNode }) {
  return children;
}
