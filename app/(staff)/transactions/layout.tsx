import "./transactions.css";
import type { ReactNode } from "react";

export default function TransactionsLayout({ children }: { children: ReactNode }) {
  return children;
}
