/** The first field in the page that is marked wrong: that is where a person goes on typing. */
export function focusFirstWrongField(form: HTMLElement | null): void {
  requestAnimationFrame(() => form?.querySelector<HTMLElement>('[aria-invalid="true"]')?.focus());
}
