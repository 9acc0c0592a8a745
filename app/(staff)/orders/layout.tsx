// Parts before the pages that lay them out: a page's rules for narrow screens come last.
import "./orders-table.css";
import "./orders.css";
import "../../../components/messages/message-panel.css";
import "../../../components/orders/edit-money.css";
import "../../../components/sharing/share.css";
import "./order-side.css";
import "./order-document.css";
import "./order.css";
import "./order-grid.css";
import "./order-form.css";
import type { ReactNode } from "react";

export default function OrdersLayout({ children }: { children: ReactNode }) {
  return children;
}
