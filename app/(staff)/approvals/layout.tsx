// Views and pager look as on the list of orders; dialogs and panels as everywhere.
import "../orders/orders.css";
import "../orders/order-side.css";
import "../orders/order.css";
import type { ReactNode } from "react";

export default function ApprovalsLayout({ children }: { children: ReactNode }) {
  return children;
}
