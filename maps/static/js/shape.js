// Why a shape is not fit, in the reader's language; the server says it in English, as GEOS does.

import { known, t } from "./words.js";

const REASONS = [
  [/^(?:Ring )?Self-intersection/, "shape.crosses"],
  [/^Too few points/, "shape.few_points"],
  [/^(?:Hole lies outside|Holes are nested|Nested)/, "shape.nested"],
  [/^Interior is disconnected/, "shape.disconnected"],
  [/^Duplicate rings/, "shape.twice"],
  [/^is not finite/, "shape.not_finite"],
  [/^is missing or empty/, "shape.empty"],
  [/^lies outside of what (?<crs>.+) can hold/, "shape.outside"],
  [/^is an? (?<is>.+), but .+ need an? (?<wanted>.+)$/, "shape.other"],
];
const PLACE = /\[(-?[\d.e+-]+) (-?[\d.e+-]+)/;

/** Return the reason and its place; one that is not known stays as it is. */
export function shapeReason(text) {
  for (const [pattern, key] of REASONS) {
    const match = pattern.exec(text);
    if (!match) continue;
    const words = Object.fromEntries(Object.entries(match.groups ?? {}).map(([name, word]) => [name, wordOf(word)]));
    const place = PLACE.exec(text);
    return place ? t("shape.at", { reason: t(key, words), x: place[1], y: place[2] }) : t(key, words);
  }
  return text;
}

function wordOf(text) {
  const types = text.split(" or ").map((one) => ({ one, type: one.toLowerCase() }));
  return types.map(({ one, type }) => known(`shape.type_${type}`, one)).join(t("unit.and"));
}
