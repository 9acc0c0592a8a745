import type { PaymentId, PaymentServiceId } from "./ids.ts";
import type { Currency } from "./money.ts";
import type { MoneyFacts, PaymentType } from "./payment.ts";
import type { Result } from "./result.ts";

/** The kinds of payment provider. A new one: a folder under lib/providers, a line in the registry, an emulator. */
export const PROVIDERS = ["monobank", "liqpay"] as const;
export type Provider = (typeof PROVIDERS)[number];

/** Where a payment's money comes from: a provider, or past all of them, recorded by a person. */
export const PAYMENT_SOURCES = [...PROVIDERS, "offline"] as const;
export type PaymentSource = (typeof PAYMENT_SOURCES)[number];

/** One configured account, credentials decrypted. Lives for one call; never logged, never stored, never sent out. */
export type ServiceAccount = {
  id: PaymentServiceId;
  provider: Provider;
  /** Field name → value, already checked against the adapter's `credentialFields`. */
  credentials: Readonly<Record<string, string>>;
  paymentType: PaymentType;
  mode: "test" | "live";
  currency: Currency;
};

/** What a link is created for. Frozen in the payment's row before the provider hears of it. */
export type LinkRequest = {
  paymentId: PaymentId;
  /** Ours, unique for ever, at most 64 characters of [a-z0-9_]: the payment's id. */
  reference: string;
  amountMinor: bigint;
  currency: Currency;
  orderNumber: string;
  /** Shown to the payer by the provider; at most 250 characters. */
  purpose: string;
  /** What the basket's one line is called and coded where a provider wants goods that add up to the amount. */
  basket: { name: string; code: string };
  language: "en" | "uk";
  /** When the link stops; providers with a lifetime in seconds get the difference to `now`. */
  expiresAt: Date;
  now: Date;
  returnUrl: string;
  webhookUrl: string;
  customer: { name: string; email: string | null; phone: string | null };
};

export type CreatedLink = { url: string; providerPaymentId: string | null; expiresAt: Date };

/** How a payment is found at the provider. */
export type PaymentReference = {
  reference: string;
  providerPaymentId: string | null;
  /** What was asked and what is known, for providers whose answers only make sense beside it. */
  amountMinor: bigint;
  currency: Currency;
  paymentType: PaymentType;
  known: MoneyFacts;
  /** True when we asked the provider to cancel the unpaid link: a later "expired" is then our cancellation. */
  cancelRequested: boolean;
  /** The amount of our confirmed or running finalization, when there is one. */
  finalizeRequestedMinor: bigint | null;
  expiresAt: Date | null;
  /** The basket line the link was created with: refunds and part finalizations of a fiscal merchant must name it again. */
  basket?: { name: string; code: string };
  now: Date;
};

/**
 * `rejected`: the provider understood and said no; nothing happened there. `unavailable`: the request certainly had no
 * effect (it never reached the provider, or a question had no answer). `outcome_unknown`: it may have had an effect; ask.
 */
export type ProviderFailure = {
  kind: "rejected" | "unavailable" | "outcome_unknown";
  /** The provider's code, or ours in lower snake case for transport faults (`timeout`, `bad_answer`, `http_502`). */
  code: string;
  /** The provider's sentence, shown verbatim to staff; "" when it gave none. At most 500 characters. */
  message: string;
  /** The credentials were refused: no new links until an admin repairs them. */
  credentials?: boolean;
  /** The provider asks to be left alone for so long. */
  retryAfterSeconds?: number;
  /** For finalize, release, refund, cancel: the provider says it has been done before. Check by asking. */
  alreadyDone?: boolean;
};

/** Particulars worth keeping; never blanked by a later, poorer report. */
export type PaymentDetails = {
  maskedCard?: string;
  cardBank?: string;
  paymentSystem?: string;
  method?: string;
  rrn?: string;
  approvalCode?: string;
  terminal?: string;
  transactionId?: string;
  feeMinor?: string;
  failureCode?: string;
  failureReason?: string;
  fiscalStatus?: "none" | "required" | "issued" | "failed";
  receiptUrl?: string;
};

/** What a report about the receipt alone is called: it is no word of the bank about the money. */
export const FISCAL_WORD = "fiscal receipt";

/** The fiscal receipt of what was taken: `required` is on its way. The address is the tax office's, for the customer. */
export type FiscalReceipt = { status: NonNullable<PaymentDetails["fiscalStatus"]>; url: string | null };

/** A refund as the provider lists it. `reference` is ours when we asked for it, null when it was made elsewhere. */
export type ObservedRefund = {
  reference: string | null;
  amountMinor: bigint;
  status: "processing" | "success" | "failure";
};

/** One report about one payment, in our words. */
export type Observation = {
  reference: string | null;
  providerPaymentId: string | null;
  /** The facts it adds. Cumulative sums are the adapter's duty. */
  facts: Partial<MoneyFacts>;
  /** What the provider believes was asked; null where the report does not say. Compared with the frozen amount. */
  asked: { amountMinor: bigint; currency: string } | null;
  /** The provider's own word, kept for support. */
  providerStatus: string;
  /** A word we do not know: adds no money, raises review. */
  unknownStatus: boolean;
  /** Reported facts that contradict what this service is (a test payment on a live account, another merchant). */
  wrongAccount: boolean;
  holdExpiresAt: Date | null;
  details: PaymentDetails;
  refunds: ObservedRefund[];
  providerTime: Date | null;
  /** The provider's identity of this report: status, time, digest of the money fields. Never the signature. */
  eventKey: string;
  /** The payload without secrets or card data beyond the mask, for the transaction page. */
  raw: Record<string, unknown>;
};

/** A webhook whose signature is good. */
export type VerifiedWebhook = {
  /** Identity of the event for the inbox's permanent unique key. */
  eventKey: string;
  observation: Observation;
  /** True when money must not count before a status call confirms it (shared-secret signatures). */
  confirmByStatus: boolean;
  /**
   * True when the provider's own payment id, being the one that our create call was answered with, proves whose payment it
   * is: then the signature alone counts, and the confirming question follows within a minute.
   */
  boundIdSuffices?: boolean;
};
export type WebhookRefusal = "bad_signature" | "malformed" | "not_ours" | "not_configured" | "unavailable";

/** One payment as the provider's own books have it. Proves nothing by itself: what differs from ours is asked about. */
export type StatementLine = {
  reference: string | null;
  providerPaymentId: string;
  /** The provider's word for it, and what that means: on the card, taken, neither, or a word that we do not know. */
  providerStatus: string;
  money: "held" | "taken" | "none" | "unknown";
  amountMinor: bigint;
  currency: string;
  /** Of it, what has gone back. */
  backMinor: bigint;
  maskedCard: string | null;
  at: Date | null;
};

/** `unreadable`: how many lines were none that could be understood. */
export type Statement = { lines: StatementLine[]; unreadable: number };

/** What buttons ask. */
export type Capabilities = {
  cancelUnpaidLink: boolean;
  holds: boolean;
  finalizePart: boolean;
  finalizeTimes: "once" | "several";
  releaseHold: boolean;
  refund: boolean;
  refundPart: boolean;
  statement: boolean;
  /** How long the provider keeps a hold, in days; null where it has none. */
  holdDays: number | null;
  maxValiditySeconds: number;
  minAmountMinor: bigint;
};

export type CredentialField = {
  name: string;
  secret: boolean;
  /** Shown beside the field so that a person knows what to paste. */
  example: string;
  pattern: RegExp;
  maxLength: number;
};

/** A field that may be empty says so by its pattern. */
export const isRequiredField = (field: CredentialField): boolean => !field.pattern.test("");

/** A provider's answer to a command: what it reported on the spot (if anything) and its own reference for it. */
export type Accepted = { providerReference: string | null; observation: Observation | null };

export type RequestPurpose = { operationId: string };

/**
 * What a folder under lib/providers implements. Stateless; never touches the database; every method has a total deadline
 * and never throws for what a provider may do.
 */
export type PaymentProvider = {
  readonly provider: Provider;
  readonly capabilities: Capabilities;
  readonly credentialFields: readonly CredentialField[];
  /** Hosts a payment page of this provider may live on (https), plus the override's host outside production. */
  createLink(account: ServiceAccount, request: LinkRequest): Promise<Result<CreatedLink, ProviderFailure>>;
  readPayment(account: ServiceAccount, payment: PaymentReference): Promise<Result<Observation, ProviderFailure>>;
  cancelLink?(account: ServiceAccount, payment: PaymentReference): Promise<Result<Accepted, ProviderFailure>>;
  /** `amountMinor` ≤ what is held. Success means accepted; captured money comes by observation. */
  finalizeHold?(
    account: ServiceAccount,
    payment: PaymentReference,
    amountMinor: bigint,
    reference: string,
  ): Promise<Result<Accepted, ProviderFailure>>;
  releaseHold?(
    account: ServiceAccount,
    payment: PaymentReference,
    reference: string,
  ): Promise<Result<Accepted, ProviderFailure>>;
  refund?(
    account: ServiceAccount,
    payment: PaymentReference,
    amountMinor: bigint,
    reference: string,
  ): Promise<Result<Accepted, ProviderFailure>>;
  /** Where the provider issues fiscal receipts. Only for taken money. */
  readFiscal?(account: ServiceAccount, payment: PaymentReference): Promise<Result<FiscalReceipt, ProviderFailure>>;
  /** What moved on the account in these hours, at most a month of them. `answer_too_large`: ask for fewer. */
  readStatement?(
    account: ServiceAccount,
    window: { from: Date; to: Date },
  ): Promise<Result<Statement, ProviderFailure>>;
  testConnection(account: ServiceAccount): Promise<Result<{ merchantName: string | null }, ProviderFailure>>;
  /** Signature over the raw bytes first, then parsing. */
  readWebhook(
    account: ServiceAccount,
    rawBody: Uint8Array,
    headers: Readonly<Record<string, string>>,
  ): Promise<Result<VerifiedWebhook, WebhookRefusal>>;
};
