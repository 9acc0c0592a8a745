"use client";
import { useState } from "react";
import { getJson } from "#lib/api/http";
import type { OrderFormChoices } from "#lib/contracts/orders";

type Person = { id: string; name: string };

/** The salespeople to filter by. The list is asked for when somebody looks into it, not with every page of orders. */
export function SalespersonOptions({ anyone, me, chosen }: { anyone: string; me: Person; chosen: Person | null }) {
  const known = [me, ...(chosen && chosen.id !== me.id ? [chosen] : [])];
  const [people, setPeople] = useState<readonly Person[]>(known);
  const [asked, setAsked] = useState(false);
  const ask = () => {
    if (asked) return;
    setAsked(true);
    getJson<OrderFormChoices>("/api/v1/orders/form-choices")
      .then(({ salespeople }) =>
        setPeople(salespeople.some(({ id }) => id === me.id) ? salespeople : [me, ...salespeople]),
      )
      // Without an answer there is still oneself to choose; the next look asks again.
      .catch(() => setAsked(false));
  };
  return (
    <select
      id="filter-salesperson"
      className="input"
      name="salespersonId"
      defaultValue={chosen?.id ?? ""}
      onFocus={ask}
      onPointerEnter={ask}
    >
      <option value="">{anyone}</option>
      {people.map(({ id, name }) => (
        <option key={id} value={id}>
          {name}
        </option>
      ))}
    </select>
  );
}
