const YEAR_SECONDS = 31_536_000;

/** Keeps a choice of language or theme on this device, or forgets it. Not a secret, so the page may set it itself. */
export function rememberChoice(cookie: string, value: string | null): void {
  // biome-ignore lint/suspicious/noDocumentCookie: the Cookie Store API is not in every browser yet
  document.cookie = `${cookie}=${value ?? ""}; path=/; max-age=${value ? YEAR_SECONDS : 0}; samesite=lax`;
}
