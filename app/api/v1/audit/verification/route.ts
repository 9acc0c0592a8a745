import { auditVerdict } from "#lib/contracts/audit";
import { found } from "#lib/http/answers";
import { handle } from "#lib/http/handle";
import { resource } from "#lib/http/resource";
import { readAuditVerdict } from "#lib/reads/audit";

export const { GET, POST, PUT, PATCH, DELETE, OPTIONS } = resource({
  GET: handle({
    permission: "audit:read",
    summary: "Computes every hash of the audit log anew and names the first row that was tampered with.",
    answers: auditVerdict,
    run: ({ user }) => found(readAuditVerdict(user), "audit"),
  }),
});
