// The customer's page without this script does everything; with it, it changes by itself and says so.
(() => {
  const base = /^\/pay\/[^/]+/.exec(location.pathname);
  let main = document.querySelector("main[data-version]");
  if (!base || !main) return;
  const search = location.search;
  const said = document.getElementById("said");
  let round = 0;
  let timer = 0;
  let looking = false;

  // Opened: when a person has it on screen for a second. Coming back from the bank is not opening.
  let told = main.dataset.returned === "yes" || location.pathname !== base[0];
  const tell = () => {
    if (told || document.visibilityState !== "visible") return;
    told = true;
    const from = JSON.stringify({ referrer: document.referrer });
    fetch(`${base[0]}/seen`, { method: "POST", body: from, headers: { "content-type": "application/json" }, keepalive: true }).catch(() => {});
  };
  setTimeout(tell, 1000);

  // A page that waits asks for news: soon at first, then less and less, never while nobody looks at it.
  const plan = () => {
    clearTimeout(timer);
    const every = Number(main.dataset.every);
    if (every > 0 && round < 120) timer = setTimeout(look, Math.min(every * 1.15 ** round, 30000));
  };
  const look = async () => {
    if (looking || document.visibilityState !== "visible") return;
    looking = true;
    round++;
    try {
      const asks = main.dataset.asks === "bank";
      const answer = await fetch(`${base[0]}/${asks ? "check" : "state"}${search}`, {
        method: asks ? "POST" : "GET",
        headers: { accept: "application/json" },
        cache: "no-store",
      });
      if (answer.ok) {
        const news = await answer.json();
        if (news.version !== main.dataset.version) await renew();
        else {
          const left = main.querySelector("[data-left]");
          if (left && news.left) left.textContent = news.left;
        }
      }
    } catch {
      // Offline for a moment: the next look tells.
    }
    looking = false;
    plan();
  };

  // The server's page in place of what is shown; what was open stays open, and a reader of screens hears the headline.
  const renew = async () => {
    const answer = await fetch(base[0] + search, { cache: "no-store" });
    if (!answer.ok) return;
    const next = new DOMParser().parseFromString(await answer.text(), "text/html");
    const fresh = next.querySelector("main[data-version]");
    if (!fresh || fresh.dataset.version === main.dataset.version) return;
    const changed = fresh.dataset.state !== main.dataset.state;
    const held = main.contains(document.activeElement);
    for (const part of fresh.querySelectorAll("details[data-part]")) {
      const shown = main.querySelector(`details[data-part=${part.dataset.part}]`);
      if (shown) part.open = shown.open;
    }
    const node = document.adoptNode(fresh);
    main.replaceWith(node);
    main = node;
    offerCopying();
    document.title = next.title;
    const icons = [document, next].map((each) => each.querySelector("link[rel=icon]"));
    if (icons[0] && icons[1]) icons[0].href = icons[1].href;
    if (changed) {
      round = 0;
      said.textContent = main.dataset.title;
      const title = main.querySelector("h1");
      if (held && title) {
        title.tabIndex = -1;
        title.focus();
      }
    }
  };

  // What a person needs in their bank's form is copied, where the browser lets us.
  const offerCopying = () => {
    if (navigator.clipboard) for (const button of main.querySelectorAll("button[data-copy]")) button.hidden = false;
  };
  document.addEventListener("click", (event) => {
    const button = event.target.closest?.("button[data-copy]");
    if (!button) return;
    navigator.clipboard.writeText(button.dataset.copy).then(
      () => {
        const word = button.textContent;
        said.textContent = button.textContent = button.dataset.copied;
        setTimeout(() => {
          button.textContent = word;
        }, 2000);
      },
      () => {},
    );
  });
  offerCopying();

  // One press is enough: the second finds the button waiting.
  document.addEventListener("submit", (event) => {
    const button = event.target.querySelector("button");
    if (!button) return;
    if (button.getAttribute("aria-disabled")) return event.preventDefault();
    button.setAttribute("aria-disabled", "true");
    setTimeout(() => button.removeAttribute("aria-disabled"), 12000);
  });
  addEventListener("pageshow", (event) => {
    for (const button of document.querySelectorAll("button[aria-disabled]")) button.removeAttribute("aria-disabled");
    if (event.persisted) look();
  });
  document.addEventListener("visibilitychange", () => {
    setTimeout(tell, 1000);
    if (document.visibilityState === "visible" && Number(main.dataset.every) > 0) look();
  });
  plan();
})();
