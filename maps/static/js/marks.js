// How severity looks: a shape, a colour that colour-blind eyes tell apart, and a word beside both.

import { facts } from "./words.js";

export const SEVERITIES = ["error", "warning", "remark"];

export const COLOURS = { error: facts.style.missing, warning: "#8a6100", remark: "#56616a" };

// The same three shapes as letters for lists: triangle, diamond, circle.
export const SIGNS = { error: "▲", warning: "◆", remark: "●" };

const CORNERS = {
  error: [[0, -1.25], [1.15, 0.8], [-1.15, 0.8]],
  warning: [[0, -1.2], [1.2, 0], [0, 1.2], [-1.2, 0]],
};

const Mark = L.CircleMarker.extend({
  _updatePath() {
    const renderer = this._renderer;
    const corners = CORNERS[this.options.severity];
    if (!corners) return L.CircleMarker.prototype._updatePath.call(this);
    if (!renderer._drawing || this._empty()) return;
    const pen = renderer._ctx;
    pen.beginPath();
    for (const [x, y] of corners) pen.lineTo(this._point.x + x * this._radius, this._point.y + y * this._radius);
    pen.closePath();
    renderer._fillStroke(pen, this);
  },
});

/** A finding as a mark on the map; that of the chosen one is hollow, so that the place is seen through it. */
export function findingMark(finding, pane, chosen) {
  return mark(finding, pane, chosen
    ? { radius: 16, weight: 3.5, color: COLOURS[finding.severity], fill: false }
    : { radius: 6, weight: 1.5, color: "#fff", fillColor: COLOURS[finding.severity], fillOpacity: 1 });
}

/** What sets a hollow mark off from any ground. */
export function findingHalo(finding, pane) {
  return mark(finding, pane, { radius: 16, weight: 7, color: "#fff", fill: false });
}

function mark({ at, severity }, pane, looks) {
  return new Mark([at[1], at[0]], { pane, severity, interactive: false, ...looks });
}

/** What a change does to a grid's ground, by colour; the list says the same in words. */
export const CHANGES = {
  added: { color: "#0072b2", fillColor: "#0072b2", fillOpacity: 0.25, weight: 2 },
  retired: { color: "#a84a00", fillColor: "#d55e00", fillOpacity: 0.25, weight: 2, dashArray: "6 4" },
  reshaped: { color: "#8a4b73", fillColor: "#cc79a7", fillOpacity: 0.3, weight: 2 },
  split: { color: "#8a6100", fillColor: "#e69f00", fillOpacity: 0.3, weight: 2 },
  merged: { color: "#00664b", fillColor: "#009e73", fillOpacity: 0.25, weight: 2 },
  renamed: { color: "#1d5f8a", fillColor: "#56b4e9", fillOpacity: 0.2, weight: 2, dashArray: "2 3" },
};

export const PLAIN = { color: "#39444c", weight: 1, opacity: 0.9, fillColor: "#ffffff", fillOpacity: 0.01, interactive: false };
export const TODAY = { color: "#0072b2", weight: 1.2, opacity: 0.9, fillColor: "#0072b2", fillOpacity: 0.05, interactive: false };
export const GAINED = { color: "#0072b2", fillColor: "#0072b2", fillOpacity: 0.65, weight: 3.5, interactive: false };
export const LOST = { color: "#a84a00", fillColor: "#d55e00", fillOpacity: 0.65, weight: 3.5, dashArray: "5 5", interactive: false };
export const HANDED = { color: "#8a4b73", fillColor: "#cc79a7", fillOpacity: 0.55, weight: 2, interactive: false };
export const CHOSEN = { color: "#111", weight: 3, fill: false, interactive: false };
export const LANDING = { color: "#d55e00", weight: 2, fillColor: "#d55e00", fillOpacity: 0.12, interactive: false };
