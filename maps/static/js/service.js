// Requests to the API, and its errors in words.

import { number } from "./notation.js";
import { facts, known, t } from "./words.js";

const API = "/api/v1";
const CARRIED = ["release", "on"];
// So many values of a list are named in a sentence.
const MOST = 8;

export class ServiceError extends Error {
  constructor(code, message, details = {}) {
    super(message);
    this.code = code;
    this.details = details;
  }
}

/** Return the address of a path with its parameters; the page's own release and day go along. */
export function address(path, parameters = {}) {
  const query = new URLSearchParams();
  const page = new URLSearchParams(window.location.search);
  for (const name of CARRIED) {
    if (page.has(name)) query.set(name, page.get(name));
  }
  for (const [name, value] of Object.entries(parameters)) {
    for (const item of [value].flat()) {
      if (item !== null && item !== undefined && item !== "") query.append(name, item);
    }
  }
  const text = query.toString();
  return `${path.startsWith("/") ? path : `${API}/${path}`}${text ? `?${text}` : ""}`;
}

/** Return the JSON behind a path; a ServiceError in words where there is none. */
export async function fetchJson(path, parameters = {}, signal = undefined) {
  let response;
  try {
    response = await fetch(address(path, parameters), { signal, credentials: "same-origin" });
  } catch (error) {
    if (error.name === "AbortError") throw error;
    throw new ServiceError("unreachable", t("error.unreachable"));
  }
  const body = await response.json().catch(() => null);
  if (!response.ok || body === null) throw errorOf(body, response.status);
  return body;
}

/** Return the error that a response's body tells of. */
export function errorOf(body, status) {
  const error = body?.error;
  if (!error) return new ServiceError("failed", t("error.failed", { status }));
  return new ServiceError(error.code, sentenceOf(error), error.details);
}

/** An error of the server in the page's language, by its reason; where we have no words for it, as it came. */
export function sentenceOf({ code, message, details }) {
  const whole = known(`fault.${details?.reason ?? code}`, "", valuesOf(details));
  // A sentence of ours that still lacks a value says less than the server's own.
  if (whole && !/\{\w+\}/.test(whole)) return whole;
  return [known(`error.${code}`, ""), message].filter(Boolean).join(" ");
}

/** The values of a sentence as people write them. */
export function valuesOf(details) {
  return Object.fromEntries(Object.entries(details ?? {}).map(([name, value]) => [name, told(name, value)]));
}

function told(name, value) {
  if (value === null) return "–";
  if (Array.isArray(value)) {
    const shown = value.slice(0, MOST).map((one) => told(name, one)).join(t("error.and"));
    return value.length > MOST ? `${shown}…` : shown;
  }
  if (Number.isInteger(value) && !facts.faults.ids.includes(name)) return number(value);
  if (name === facts.faults.said) return ofLibrary(String(value));
  const section = facts.faults.worded[name];
  return section ? known(`${section}.${value}`, String(value)) : String(value);
}

/** What a library says, in the page's language; where we have no words for it, as it was said. */
function ofLibrary(said) {
  for (const [pattern, name] of facts.faults.library) {
    const found = new RegExp(pattern, "i").exec(said);
    if (found) return t(`library.${name}`, { at: found[1] ?? "" });
  }
  return said;
}
