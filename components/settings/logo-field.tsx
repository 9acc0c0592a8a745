"use client";
import { Button } from "@heroui/react";
import { ImageUp, Trash2 } from "lucide-react";
import { useTranslations } from "next-intl";
import { useId, useRef, useState } from "react";

/** The contract's own limit: 100 KB of picture. */
const MAX_BYTES = 100 * 1024;
const TYPES = ["image/png", "image/jpeg", "image/webp"];

/** The first bytes of each kind of picture. A file's name and the type the system guesses from it prove nothing. */
function isPicture(bytes: Uint8Array, type: string): boolean {
  const starts = (...expected: number[]) => expected.every((byte, index) => bytes[index] === byte);
  if (type === "image/png") return starts(0x89, 0x50, 0x4e, 0x47);
  if (type === "image/jpeg") return starts(0xff, 0xd8, 0xff);
  const text = String.fromCharCode(...bytes.slice(0, 12));
  return text.startsWith("RIFF") && text.endsWith("WEBP");
}

function readAsDataUrl(file: File): Promise<string> {
  return new Promise((resolve, reject) => {
    const reader = new FileReader();
    reader.onload = () => resolve(String(reader.result));
    reader.onerror = () => reject(reader.error);
    reader.readAsDataURL(file);
  });
}

/** The picture on the customer's page: shown, replaced, removed. Stored with the service when it is saved. */
export function LogoField({
  name,
  logo,
  onChange,
  error,
}: {
  name: string;
  logo: string | null;
  onChange: (logo: string | null) => void;
  error: string | null;
}) {
  const t = useTranslations("services");
  const id = useId();
  const picker = useRef<HTMLInputElement>(null);
  const [problem, setProblem] = useState<string | null>(null);

  const take = async (file: File) => {
    setProblem(null);
    if (!TYPES.includes(file.type)) return setProblem(t("logo.wrongType"));
    if (file.size > MAX_BYTES) return setProblem(t("logo.tooLarge", { size: String(Math.ceil(file.size / 1024)) }));
    try {
      const head = new Uint8Array(await file.slice(0, 12).arrayBuffer());
      if (!isPicture(head, file.type)) return setProblem(t("logo.wrongType"));
      onChange(await readAsDataUrl(file));
    } catch {
      setProblem(t("logo.unreadable"));
    }
  };
  const said = problem ?? error;
  return (
    <fieldset className="flex flex-col gap-1" aria-describedby={`${id}hint`}>
      <legend className="label mb-1">{t("field.logo")}</legend>
      <div className="flex min-h-(--control-h) flex-wrap items-center gap-3">
        {logo ? (
          // biome-ignore lint/performance/noImgElement: a data URL of at most 100 KB has nothing to optimize
          <img
            src={logo}
            alt={t("logo.alt", { name })}
            className="h-8 max-w-32 rounded border border-separator bg-white object-contain"
          />
        ) : (
          <span className="text-muted">{t("logo.none")}</span>
        )}
        <span id={`${id}hint`} className="text-xs text-muted">
          {t("logo.hint")}
        </span>
        <span className="ms-auto flex gap-2">
          {logo && (
            <Button variant="ghost" size="sm" onPress={() => onChange(null)}>
              <Trash2 aria-hidden="true" />
              {t("logo.remove")}
            </Button>
          )}
          <Button variant="outline" size="sm" onPress={() => picker.current?.click()}>
            <ImageUp aria-hidden="true" />
            {logo ? t("logo.replace") : t("logo.upload")}
          </Button>
        </span>
      </div>
      <input
        ref={picker}
        type="file"
        accept={TYPES.join(",")}
        hidden
        tabIndex={-1}
        onChange={(event) => {
          const file = event.target.files?.[0];
          // Emptied, so that choosing the same file again is a change.
          event.target.value = "";
          if (file) void take(file);
        }}
      />
      {said && (
        <p className="field-error text-xs" role="alert" data-visible="true">
          {said}
        </p>
      )}
    </fieldset>
  );
}
