import { timeNow } from "#db/clock";
import { auditExportQuery } from "#lib/contracts/audit";
import { ok } from "#lib/domain/result";
import { fileOf } from "#lib/http/file";
import { handle } from "#lib/http/handle";
import { resource } from "#lib/http/resource";
import { readAuditCsv } from "#lib/reads/audit";

export const { GET, POST, PUT, PATCH, DELETE, OPTIONS } = resource({
  GET: handle({
    permission: "audit:read",
    summary: "The newest 10 000 rows of the audit log as CSV, a line for each field that changed.",
    query: auditExportQuery,
    answers: fileOf("text/csv; charset=utf-8"),
    run: async ({ query, user }) => {
      const bytes = new TextEncoder().encode(await readAuditCsv(query, user));
      const name = `audit-${timeNow().toISOString().slice(0, 10)}.csv`;
      return ok({ body: { sentFile: true, name, type: "text/csv; charset=utf-8", bytes, inline: false } });
    },
  }),
});
