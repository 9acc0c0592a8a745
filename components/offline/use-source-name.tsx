import { useTranslations } from "next-intl";
import type { OfflineKind } from "#lib/domain/offline";

/** Where a payment's money came from, for lists and heads: the service's name, or how it came past all services. */
export function useSourceName(): (payment: {
  serviceName: string;
  offline: OfflineKind | { kind: OfflineKind } | null;
}) => string {
  const kind = useTranslations("states.offlineKind");
  return ({ serviceName, offline }) =>
    offline === null ? serviceName : kind(typeof offline === "string" ? offline : offline.kind);
}
