"use client";
import Form from "next/form";
import type { ReactNode } from "react";
import { SearchBox } from "#components/orders/search-box";
import { useCommands } from "#components/use-shortcuts";

/** The search of customers and of items: a GET form, so what is listed is an address. `children` stand behind it. */
export function CatalogSearch({
  action,
  label,
  placeholder,
  value,
  children,
}: {
  action: string;
  label: string;
  placeholder: string;
  value: string;
  children?: ReactNode;
}) {
  useCommands([
    {
      id: "catalog-search",
      label,
      keys: "/",
      disabledReason: null,
      run: () => document.querySelector<HTMLInputElement>("#order-search")?.select(),
    },
  ]);
  return (
    <search className="orders-filters">
      <Form action={action} className="orders-search" replace>
        <SearchBox label={label} placeholder={placeholder} value={value} />
      </Form>
      {children}
    </search>
  );
}
