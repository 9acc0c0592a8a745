// Panels, facts and dialogs look as on the order.
import "../../orders/order-side.css";
import "../../orders/order.css";
import "./transaction.css";
import type { ReactNode } from "react";

export default function TransactionLayout({ children }: { children: ReactNode }) {
  return children;
}
