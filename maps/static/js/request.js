// Requests that change something: JSON or a form goes in, JSON comes back, errors in words.

import { address, errorOf, ServiceError } from "./service.js";
import { t } from "./words.js";

/** Return the JSON that answers a request; a ServiceError in words, with its status, where it failed. */
export async function send(method, path, { body, headers = {}, parameters = {}, signal } = {}) {
  let response;
  try {
    response = await fetch(address(path, parameters), {
      method,
      signal,
      credentials: "same-origin",
      headers: body === undefined ? headers : { "Content-Type": "application/json", ...headers },
      body: body === undefined ? undefined : JSON.stringify(body),
    });
  } catch (error) {
    if (error.name === "AbortError") throw error;
    throw new ServiceError("unreachable", t("error.unreachable"));
  }
  const answer = response.status === 204 ? {} : await response.json().catch(() => null);
  if (!response.ok || answer === null) throw failed(answer, response.status);
  return answer;
}

/** Return the file that answers a request with JSON, and its name; a ServiceError in words where it failed. */
export async function sendForFile(path, body, parameters = {}) {
  let response;
  try {
    response = await fetch(address(path, parameters), {
      method: "POST", credentials: "same-origin", headers: { "Content-Type": "application/json" }, body: JSON.stringify(body),
    });
  } catch {
    throw new ServiceError("unreachable", t("error.unreachable"));
  }
  if (!response.ok) throw failed(await response.json().catch(() => null), response.status);
  const name = /filename="([^"]+)"/.exec(response.headers.get("Content-Disposition") ?? "")?.[1] ?? "";
  return { blob: await response.blob(), name };
}

/** Send a form with a file; the fraction that was sent is told on the way. */
export function sendForm(path, form, onProgress) {
  return new Promise((resolve, reject) => {
    // fetch() tells nothing of how far an upload has come.
    const request = new XMLHttpRequest();
    request.open("POST", address(path));
    request.responseType = "json";
    request.upload.onprogress = (event) => onProgress(event.lengthComputable ? event.loaded / event.total : null);
    request.onload = () => {
      const { status, response } = request;
      if (status < 300 && response) resolve(response);
      else reject(failed(response, status));
    };
    request.onerror = () => reject(new ServiceError("unreachable", t("error.unreachable")));
    request.send(form);
  });
}

/**
 * Return the key of one intention. It is kept until `forget` is called, through reloads too, so that a
 * request that is sent again after a lost answer is done once.
 */
export function intention(name) {
  const kept = sessionStorage.getItem(`intention:${name}`);
  if (kept) return kept;
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  const key = [...bytes].map((byte) => byte.toString(16).padStart(2, "0")).join("");
  sessionStorage.setItem(`intention:${name}`, key);
  return key;
}

export function forget(name) {
  sessionStorage.removeItem(`intention:${name}`);
}

function failed(answer, status) {
  const error = errorOf(answer, status);
  error.status = status;
  return error;
}
