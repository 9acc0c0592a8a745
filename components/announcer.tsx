const POLITE = "announce-polite";
const ASSERTIVE = "announce-assertive";

/** Two live regions for screen readers, rendered once by the frame. They have to be in the page before anything is said. */
export function Announcer() {
  return (
    <>
      <div id={POLITE} className="unseen" aria-live="polite" />
      <div id={ASSERTIVE} className="unseen" aria-live="assertive" />
    </>
  );
}

/** Says a sentence to screen readers: a changed status, the result of a bulk action, an error away from its field. */
export function announce(sentence: string, urgency: "polite" | "assertive" = "polite"): void {
  const region = document.getElementById(urgency === "polite" ? POLITE : ASSERTIVE);
  if (!region) return;
  // The same sentence twice in a row is only heard twice when the text changes in between.
  region.textContent = "";
  setTimeout(() => {
    region.textContent = sentence;
  }, 50);
}
