// Views, search and pager look as on the list of orders.
import "../orders/orders.css";
import "./transactions.css";
import type { ReactNode } from "react";

export default function TransactionsLayout({ children }: { children: ReactNode }) {
  return children;
}
