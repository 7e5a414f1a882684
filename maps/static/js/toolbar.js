// The bar of the drawing: what can be done with what is chosen, or with what is being drawn.

import { element } from "./element.js";
import { t } from "./words.js";

/** Draw the bar as the editor stands. */
export function drawBar(bar, editor) {
  bar.classList.toggle("active", editor.on);
  if (!editor.on) {
    bar.replaceChildren(tool("edit.start", "✎", () => editor.start()));
    return;
  }
  const { mode, busy } = editor;
  const stop = mode || busy ? null : tool("edit.stop", "×", () => editor.stop());
  bar.replaceChildren(
    element("div", { class: "head" }, element("p", { class: "hint", role: "status" }, editor.hint(editor.chosen.size)), stop),
    busy
      ? element("progress", { "aria-label": t("job.progress") })
      : element("div", { class: "row" }, ...(mode ? drawing(editor) : choosing(editor))));
}

function choosing(editor) {
  const count = editor.chosen.size;
  return [
    tool("edit.add", "＋", () => editor.begin("add")),
    tool("edit.reshape", "⬡", () => editor.begin("reshape"), count === 1),
    tool("edit.split", "✂", () => editor.begin("split"), count === 1),
    tool("edit.merge", "∪", () => editor.merge(), count > 1),
    tool("edit.name", "Aa", () => editor.name(), count === 1),
    tool("edit.remove", "−", () => editor.remove(), count > 0),
  ];
}

function drawing(editor) {
  return [
    tool("edit.finish", "✓", () => editor.finish()),
    editor.mode === "reshape"
      ? tool("edit.corner", "−", () => editor.reshape.removeHeld(), editor.held)
      : tool("edit.back", "↶", () => editor.back()),
    tool("edit.leave", "×", () => editor.renew()),
  ];
}

function tool(key, sign, act, possible = true) {
  return element("button", { type: "button", onclick: act, disabled: !possible, "data-tool": key.split(".")[1] },
    element("span", { "aria-hidden": "true" }, sign), element("span", {}, t(key)));
}
