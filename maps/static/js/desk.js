// The desk: sends a file, follows its progress, and tells the report.

import { fail, quiet, tell } from "./notice.js";
import { showReport } from "./report.js";
import { errorOf } from "./service.js";
import { t } from "./words.js";

const LEVELLED = ["grids"];

const form = document.getElementById("upload");
const bar = document.getElementById("progress");
const button = form.querySelector("button");

/** Send the form; the promise holds the status and the JSON of the answer. */
function send(data, onProgress) {
  return new Promise((resolve, reject) => {
    // fetch() tells nothing of how far an upload has come.
    const request = new XMLHttpRequest();
    request.open("POST", "/api/v1/loads");
    request.responseType = "json";
    request.upload.onprogress = (event) => onProgress(event.lengthComputable ? event.loaded / event.total : null);
    request.upload.onload = () => onProgress(1);
    request.onload = () => resolve({ status: request.status, body: request.response });
    request.onerror = () => reject(new Error(t("error.unreachable")));
    request.send(data);
  });
}

/** The fields that say something; a level only where the kind has levels. */
function filled() {
  const data = new FormData(form);
  for (const name of ["crs", "encoding"]) {
    if (!data.get(name)) data.delete(name);
  }
  if (!LEVELLED.includes(data.get("kind"))) data.delete("level");
  return data;
}

function progress(fraction) {
  bar.hidden = false;
  if (fraction === null || fraction >= 1) {
    bar.removeAttribute("value");
    tell(t("report.reading"));
  } else {
    bar.value = fraction;
    tell(t("report.sending"));
  }
}

async function load(event) {
  event.preventDefault();
  button.disabled = true;
  progress(0);
  try {
    const { status, body } = await send(filled(), progress);
    if (!body || body.error) throw errorOf(body, status);
    quiet();
    showReport(body);
  } catch (error) {
    fail(error, () => form.requestSubmit());
  } finally {
    button.disabled = false;
    bar.hidden = true;
  }
}

function showLevels() {
  for (const field of form.querySelectorAll("[data-for]")) {
    field.hidden = !LEVELLED.includes(form.elements.kind.value);
  }
}

form.elements.file.addEventListener("change", () => {
  const [file] = form.elements.file.files;
  document.getElementById("filename").textContent = file ? file.name : t("desk.none_chosen");
});
form.addEventListener("submit", load);
form.elements.kind.addEventListener("change", showLevels);
showLevels();
