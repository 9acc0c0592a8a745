import { useTranslations } from "next-intl";
import type { FulfilmentProgress, OrderStatus } from "#lib/domain/order";
import type { PaymentState } from "#lib/domain/payment";
import { Glyph, type GlyphName } from "./status-glyphs";

export type Tone = "bare" | "neutral" | "strong" | "wait" | "held" | "good" | "bad";
type Look = { glyph: GlyphName; tone: Tone };

/** A payment state without glyph and tone does not compile. */
const PAYMENT: Record<PaymentState, Look> = {
  creating: { glyph: "creating", tone: "neutral" },
  pending: { glyph: "pending", tone: "wait" },
  processing: { glyph: "processing", tone: "wait" },
  withholding: { glyph: "withholding", tone: "held" },
  successful: { glyph: "successful", tone: "good" },
  partially_refunded: { glyph: "partially_refunded", tone: "neutral" },
  refunded: { glyph: "refunded", tone: "neutral" },
  failed: { glyph: "failed", tone: "bad" },
  expired: { glyph: "expired", tone: "bad" },
  cancelled: { glyph: "cancelled", tone: "neutral" },
};

const SHIPPED: Record<FulfilmentProgress, Look> = {
  none: { glyph: "goods_none", tone: "bare" },
  partly: { glyph: "goods_partly", tone: "strong" },
  fully: { glyph: "goods_fully", tone: "strong" },
};

const ORDER: Record<OrderStatus | "completed", Look> = {
  open: { glyph: "open", tone: "strong" },
  pending_prepayment: { glyph: "bars", tone: "wait" },
  released: { glyph: "arrow", tone: "good" },
  completed: { glyph: "double_tick", tone: "good" },
  cancelled: { glyph: "cross", tone: "neutral" },
};

/**
 * Two ways to wear a state. `pill` has a soft ground and is for places where somebody scans or decides; `bare` is a coloured
 * glyph beside a plain word, for repeated or historic facts. `quiet` is bare with the word muted.
 */
export type Wear = "pill" | "bare" | "quiet";

function Badge({ glyph, tone, wear, children }: Look & { wear: Wear; children: string }) {
  const kind =
    wear === "pill"
      ? tone === "bare"
        ? "pill pill-bare"
        : tone === "neutral"
          ? "pill"
          : `pill pill-${tone}`
      : `state${tone === "bare" || wear === "quiet" ? " state-quiet" : ""}${tone === "bare" || tone === "neutral" ? "" : ` state-${tone}`}`;
  return (
    <span className={kind}>
      <Glyph name={glyph} />
      {children}
    </span>
  );
}

/** What the money is doing. `state` null means no attempt exists; `required` false then says that none is needed. */
export function PaymentPill({
  state,
  required = true,
  wear = "pill",
}: {
  state: PaymentState | null;
  required?: boolean;
  wear?: Wear;
}) {
  const t = useTranslations("states.payment");
  const look: Look = state ? PAYMENT[state] : { glyph: "dash", tone: "bare" };
  return (
    <Badge {...look} wear={wear}>
      {t(state ?? (required ? "no_link" : "not_required"))}
    </Badge>
  );
}

/** What the goods are doing, and what is invoiced once invoicing has begun: `Shipped · partly invoiced`. */
export function FulfilmentPill({
  shipped,
  invoiced = "none",
  wear = "pill",
}: {
  shipped: FulfilmentProgress;
  invoiced?: FulfilmentProgress;
  wear?: Wear;
}) {
  const t = useTranslations("states");
  const word = t(`shipped.${shipped}`);
  return (
    <Badge {...SHIPPED[shipped]} wear={wear}>
      {invoiced === "none" ? word : `${word} · ${t(`invoiced.${invoiced}`)}`}
    </Badge>
  );
}

/** The document's own status. `completed` (fully shipped and invoiced) takes the place of Released. */
export function OrderStatusPill({
  status,
  completed = false,
  wear = "pill",
}: {
  status: OrderStatus;
  completed?: boolean;
  wear?: Wear;
}) {
  const t = useTranslations("states.order");
  const shown = completed && status === "released" ? "completed" : status;
  return (
    <Badge {...ORDER[shown]} wear={wear}>
      {t(shown)}
    </Badge>
  );
}

/** Somebody must look. Stands beside the payment pill, never instead of it. */
export function ReviewFlag({ wear = "pill" }: { wear?: Wear }) {
  const t = useTranslations("states");
  return (
    <Badge glyph="review" tone="bad" wear={wear}>
      {t("review")}
    </Badge>
  );
}

/** Glyph and tone of a payment state, for a timeline that draws the glyph alone beside its sentence. */
export const paymentLook = (state: PaymentState): Look => PAYMENT[state];
/** Money that is there and does not suffice. */
export const PARTLY_COVERED: Look = { glyph: "withholding", tone: "wait" };
/** The same for goods, for a list whose rows are drawn from plain data. */
export const shippedLook = (shipped: FulfilmentProgress): Look => SHIPPED[shipped];
