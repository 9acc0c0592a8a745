import type { PaymentSource, Provider } from "#lib/domain/provider";

/** Why a card was not accepted, in words that help a person at the counter of their own bank. */
export const FAILURE_KINDS = [
  "funds",
  "limit",
  "internet",
  "expiry",
  "number",
  "cvv",
  "blocked",
  "declined",
  "type",
  "confirm",
  "payer",
  "technical",
] as const;
export type FailureKind = (typeof FAILURE_KINDS)[number];

/** Codes as the providers document them. What is not here is told in the provider's own sentence. */
const CODES: Record<Provider, Partial<Record<FailureKind, string>>> = {
  monobank: {
    funds: "59",
    limit: "60 62 83 8005 8006",
    internet: "61 63",
    expiry: "51 1080 1419",
    number: "52 1014",
    cvv: "80 81 1200",
    blocked: "6 40 41 50 58 71 72 75 1165 1193 1406 1408 1413 1428",
    declined: "55 68 1407",
    type: "56 57 1056 1064 1194 1411 1436 1439",
    confirm: "84 1034 1035 1045 1054 1421 1422 1425 1429 1458 8004",
    payer: "8002",
    technical: "54 67 73 74 98 1000 1005 1010 1036 1044 1053 1066 1115 1121 1420 8003",
  },
  liqpay: {
    funds: "9859",
    limit: "limit amount_limit err_limit_amount err_payment_amount_limit 103 104 112 2903 9860",
    internet: "9861",
    expiry: "9851",
    number: "9852",
    blocked: "111 9863",
    declined: "frod decline 9854 9868 9872 9961 9989",
    type: "105 113 3914 9855 9857",
    payer: "cancel",
    technical: "90 107 110",
  },
};

export function failureKind(provider: PaymentSource, code: string | null): FailureKind | null {
  if (code === null || provider === "offline") return null;
  return FAILURE_KINDS.find((kind) => CODES[provider][kind]?.split(" ").includes(code)) ?? null;
}
