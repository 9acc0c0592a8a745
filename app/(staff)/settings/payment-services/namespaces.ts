import type { Namespace } from "#lib/i18n/app-config";

/** The sentences of the service form: its own, and those that say why something was refused. */
export const SERVICE_FORM_NAMESPACES: readonly Namespace[] = [
  "services",
  "states",
  "problems",
  "errors",
  "signIn",
  "blockers",
];
