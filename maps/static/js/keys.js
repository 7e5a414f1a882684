// The keys of the desk: through the findings and back, mend, zoom, undo, and what they are.

import { show } from "./dialog.js";
import { element } from "./element.js";
import { t } from "./words.js";

const KEYS = [["j", "j"], ["k", "k"], ["a", "a"], ["z", "z"], ["u", "u"], ["r", "r"], ["?", "help"]];

/** Call what belongs to a key, wherever the focus is but in a field. */
export function listen(acts) {
  document.addEventListener("keydown", (event) => {
    const target = event.target;
    const writes = target.closest("input:not([type=checkbox], [type=radio]), select, textarea, dialog");
    if (writes || event.ctrlKey || event.metaKey || event.altKey) return;
    const act = event.key === "?" ? help : acts[event.key];
    if (!act) return;
    event.preventDefault();
    act();
  });
}

/** Show the keys. */
export function help() {
  show(t("keys.title"), element("dl", { class: "keys" },
    ...KEYS.flatMap(([key, name]) => [element("dt", {}, element("kbd", {}, key)), element("dd", {}, t(`keys.${name}`))])));
}
