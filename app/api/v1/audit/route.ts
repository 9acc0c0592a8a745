import { auditListPage, auditListQuery } from "#lib/contracts/audit";
import { found } from "#lib/http/answers";
import { handle } from "#lib/http/handle";
import { resource } from "#lib/http/resource";
import { readAudit } from "#lib/reads/audit";

export const { GET, POST, PUT, PATCH, DELETE, OPTIONS } = resource({
  GET: handle({
    permission: "audit:read",
    summary: "The audit log by pages, newest first: who changed what, when, from what to what, and why.",
    query: auditListQuery,
    answers: auditListPage,
    run: ({ query, user }) => found(readAudit(query, user), "audit"),
  }),
});
