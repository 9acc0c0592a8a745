import Link from "next/link";
import { useTranslations } from "next-intl";
import type { ReactNode } from "react";
import type { AuditExportQuery } from "#lib/contracts/audit";
import { AUDIT_ACTORS, AUDIT_ENTITIES } from "#lib/domain/audit";
import { pages } from "#lib/paths";

/** Who, what, about which record, from when to when. A plain form: it asks for an address, with or without script. */
export function AuditFilters({
  filters,
  people,
}: {
  filters: AuditExportQuery;
  people: readonly { id: string; name: string }[];
}) {
  const t = useTranslations("audit");
  const isFiltered = Object.values(filters).some((value) => value !== undefined);
  return (
    <form
      key={JSON.stringify(filters)}
      className="audit-filters"
      action={pages.audit()}
      method="get"
      aria-label={t("filters")}
    >
      <Field label={t("filter.who")} name="who">
        <select id="audit-who" name="who" className="input" defaultValue={filters.who ?? ""}>
          <option value="">{t("anybody")}</option>
          {people.map((person) => (
            <option key={person.id} value={person.id}>
              {person.name}
            </option>
          ))}
          {AUDIT_ACTORS.map((kind) => (
            <option key={kind} value={kind}>
              {t(`actors.${kind}`)}
            </option>
          ))}
        </select>
      </Field>
      <Field label={t("filter.entity")} name="entity">
        <select id="audit-entity" name="entity" className="input" defaultValue={filters.entity ?? ""}>
          <option value="">{t("anything")}</option>
          {AUDIT_ENTITIES.map((entity) => (
            <option key={entity} value={entity}>
              {t(`entity.${entity}`)}
            </option>
          ))}
        </select>
      </Field>
      <Field label={t("filter.about")} name="about">
        <input
          id="audit-about"
          name="about"
          className="input"
          defaultValue={filters.about ?? ""}
          placeholder="SO-000123"
          pattern="[\w\-]*"
          maxLength={64}
          autoComplete="off"
        />
      </Field>
      <Field label={t("filter.from")} name="from">
        <input id="audit-from" name="from" type="date" className="input" defaultValue={filters.from ?? ""} />
      </Field>
      <Field label={t("filter.to")} name="to">
        <input id="audit-to" name="to" type="date" className="input" defaultValue={filters.to ?? ""} />
      </Field>
      <div className="audit-submit">
        <button type="submit" className="button button--outline">
          {t("show")}
        </button>
        {isFiltered && (
          <Link className="button button--ghost" href={pages.audit()} prefetch={false}>
            {t("clear")}
          </Link>
        )}
      </div>
    </form>
  );
}

function Field({ label, name, children }: { label: string; name: string; children: ReactNode }) {
  return (
    <div className="audit-field">
      <label htmlFor={`audit-${name}`}>{label}</label>
      {children}
    </div>
  );
}
