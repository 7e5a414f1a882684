// The state of a page in words: loading, nothing there, failed and what to do next.

import { element } from "./element.js";
import { t } from "./words.js";

const READ_MS = 8000;

const place = document.getElementById("notice");

export function quiet() {
  place.classList.remove("failed");
  place.replaceChildren();
}

export function tell(text, link = null) {
  place.classList.remove("failed");
  place.replaceChildren(text, ...(link ? [" ", element("a", { href: link.href }, link.text)] : []));
}

/** Say what was done, until it was read or something else is said. */
export function note(text) {
  tell(text);
  const said = place.firstChild;
  setTimeout(() => {
    if (place.firstChild === said) quiet();
  }, READ_MS);
}

/** Say what failed, and offer to try once more. */
export function fail(error, again = () => window.location.reload()) {
  if (error.name === "AbortError") return;
  place.classList.add("failed");
  place.replaceChildren(
    error.message || String(error),
    element("button", { type: "button", onclick: again }, t("state.again")),
  );
}
