import { MessagesFor } from "#components/messages-for";
import { QueryProvider } from "#components/query-provider";
import type { OrderFormChoices, OrderView } from "#lib/contracts/orders";
import { BLOCKER_NAMESPACES } from "#lib/i18n/blocker-text";
import { OrderForm } from "./order-form";

/** The calendar day where the company works, as the form and the API write it: `2026-11-20`. */
const dayIn = (zone: string): string => new Intl.DateTimeFormat("sv-SE", { timeZone: zone }).format(new Date());

/** The form with the sentences its parts need. */
export function OrderFormPage({
  order,
  choices,
  authorId,
}: {
  order: OrderView | null;
  choices: OrderFormChoices;
  authorId: string;
}) {
  return (
    <MessagesFor namespaces={["orderForm", "editMoney", "order", "trouble", "errors", "signIn", ...BLOCKER_NAMESPACES]}>
      <QueryProvider>
        <OrderForm
          key={order?.id ?? "new"}
          order={order}
          choices={choices}
          authorId={authorId}
          today={dayIn(choices.company.zone)}
        />
      </QueryProvider>
    </MessagesFor>
  );
}
