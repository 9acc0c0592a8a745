/** Holdpoint's mark: a line that stops at a bar. */
export function Mark() {
  return (
    <svg className="mark" viewBox="0 0 20 16" aria-hidden="true">
      <rect className="mark-line" x="1" y="6.5" width="8" height="3" />
      <rect className="mark-bar" x="11" y="1" width="3" height="14" />
      <rect className="mark-after" x="16" y="6.5" width="3" height="3" />
    </svg>
  );
}
