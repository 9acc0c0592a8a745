import { companyInput, companyView } from "#lib/contracts/company";
import { savedAs } from "#lib/http/answers";
import { handle } from "#lib/http/handle";
import { resource } from "#lib/http/resource";
import { readCompany } from "#lib/reads/company";
import { saveCompanySettings } from "#lib/workflows/save-company";

export const { GET, POST, PUT, PATCH, DELETE, OPTIONS } = resource({
  GET: handle({
    permission: "service:read",
    summary: "The selling company and its settings.",
    answers: companyView,
    run: async ({ user }) => ({ ok: true, value: { body: await readCompany(user) } }),
  }),
  PATCH: handle({
    permission: "company:write",
    summary: "Changes what is sent and nothing else; refused when somebody else saved first.",
    body: companyInput,
    answers: companyView,
    run: ({ world, actor, body, user }) =>
      savedAs(saveCompanySettings(world, actor, body), () => readCompany(user), "company"),
  }),
});
