// Numbers, shares, areas and days as people write them; the scripts' side of maps/notation.py.

import { facts } from "./words.js";

const DASH = "–";

// A format takes longer to make than a page's numbers take to write.
const FORMATS = [0, 1, 2].map((digits) => new Intl.NumberFormat(facts.language, { maximumFractionDigits: digits }));

/** Write a number with at most so many digits (0, 1 or 2) after the point. */
export function number(value, digits = 0) {
  return FORMATS[digits].format(value);
}

/** Part ÷ total with one decimal; never 100 % or 0 % unless it is exactly that. */
export function percent(part, total) {
  if (!total) return DASH;
  let tenths = Math.round((1000 * part) / total);
  if (part < total) tenths = Math.min(tenths, 999);
  if (part > 0) tenths = Math.max(tenths, 1);
  return `${number(tenths / 10, 1)}%`;
}

export function area(squareMetres) {
  if (squareMetres >= 1e6) return `${number(squareMetres / 1e6, 2)} km²`;
  return `${number(squareMetres / 1e4, 2)} ha`;
}

/** Minutes rounded up to a tenth, since nobody arrives before he does. */
export function minutes(value) {
  return number(Math.ceil(Math.round(value * 1e7) / 1e6) / 10, 1);
}

/** The civil day of an ISO date, or of an instant in the zone's own time. */
export function day(text) {
  if (!text) return DASH;
  const whole = text.length > 10;
  const moment = new Date(whole ? text : `${text}T00:00:00Z`);
  if (Number.isNaN(moment.getTime())) return text;
  return new Intl.DateTimeFormat("sv-SE", { timeZone: whole ? facts.timeZone : "UTC" }).format(moment);
}
