// The desk: files on the left, the map in the middle, what was found and what it changes on the right.

import { Comparison, changeLegend } from "./comparison.js";
import { Connection } from "./connection.js";
import { Dossier } from "./dossier.js";
import { Desk } from "./draft.js";
import { DraftList, nameOf } from "./drafts.js";
import { Editor } from "./edit.js";
import { element } from "./element.js";
import { Files } from "./files.js";
import { Findings } from "./findings.js";
import { listen } from "./keys.js";
import { SEVERITIES, SIGNS } from "./marks.js";
import { Mending } from "./mending.js";
import { number } from "./notation.js";
import { fail, quiet, tell } from "./notice.js";
import { Publication } from "./publication.js";
import { Releases } from "./releases.js";
import { send } from "./request.js";
import { fetchJson } from "./service.js";
import { Stage } from "./stage.js";
import { Tabs } from "./tabs.js";
import { facts, t } from "./words.js";

const QUIET_MS = 6000;

const desk = new Desk();
const connection = new Connection(() => attempt(() => desk.refresh()));
const failed = (error, again) => {
  if (error?.name === "AbortError" || connection.takes(error)) return;
  fail(error, () => {
    quiet();
    (again ?? (() => desk.refresh()))();
  });
};
const stage = new Stage(failed);
const tabs = new Tabs((name) => opened(name));
const mending = new Mending(desk, stage, failed);
const editor = new Editor(desk, stage, failed);
const findings = new Findings(desk, stage, mending, editor);
const comparison = new Comparison(desk, stage, tabs, failed);
const releases = new Releases(desk, failed);
let framed = null;
let shown = Promise.resolve();
let standing = facts.stamp.release;

async function attempt(act) {
  try {
    return await act();
  } catch (error) {
    failed(error, () => attempt(act));
    return null;
  }
}

function opened(name) {
  if (name === "releases") releases.read();
  if (name === "publication") comparison.read();
  comparison.look(name === "comparison");
}

/** Say for a while what was done. */
function say(text) {
  tell(text);
  setTimeout(() => {
    if (document.getElementById("notice").textContent === text) quiet();
  }, QUIET_MS);
}

/** Draw the step that counts beside what stands. */
async function drawStep(draft) {
  const read = draft && draft.step !== null && draft.step !== undefined;
  tabs.badge("findings", read ? number(desk.findings.length) : null);
  document.getElementById("method").textContent = methodOf(draft);
  if (!read) {
    const { basis, level } = facts.counting;
    stage.showToday(basis, level, standing);
    stage.showProposed([]);
    stage.swipe.show(false, "today");
    return drawLegend();
  }
  const { features } = await fetchJson(`drafts/${draft.id}/features.geojson`, { step: draft.step });
  if (desk.draft?.id !== draft.id || desk.draft.step !== draft.step) return undefined;
  stage.showProposed(features);
  const divided = draft.kind === "grids" && draft.base !== null && draft.base !== undefined;
  const { basis, level } = divided && draft.level ? draft : facts.counting;
  // Points and streets are seen among the grids that stand.
  if (divided || !comparison.divided) stage.showToday(basis, level, divided ? draft.base : standing);
  else stage.hideToday();
  stage.swipe.show(divided && draft.state === "open" && !editor.on, comparison.divided ? "proposed" : "both");
  if (framed !== draft.id && draft.facts?.extent) stage.frameDraft(draft.facts.extent);
  framed = draft.id;
  return drawLegend();
}

function methodOf(draft) {
  if (!draft) return t(facts.desk.empty ? "desk.empty" : "desk.method_none");
  const parts = [nameOf(draft)];
  if (draft.step !== null && draft.step !== undefined) parts.push(t("desk.method_step", { step: draft.step }));
  if (comparison.divided && draft.base !== null && draft.base !== undefined) parts.push(t("desk.method_base", { release: draft.base }));
  return parts.join(" · ");
}

function drawLegend() {
  const lines = [];
  const line = (mark, text) => lines.push(element("li", {}, element("span", { class: `swatch ${mark}` }), text));
  if (stage.swipe.shown || !desk.draft || !comparison.divided) line("today", t("swipe.today"));
  if (desk.draft) line("proposed", t("swipe.proposed"));
  lines.push(...changeLegend(comparison.answer?.counts ?? {}));
  for (const severity of SEVERITIES) {
    if (desk.findings.some((one) => one.severity === severity)) {
      lines.push(element("li", {}, element("span", { class: `severity ${severity}`, "aria-hidden": "true" }, SIGNS[severity]), t(`severity.${severity}`)));
    }
  }
  if (comparison.answer?.ground?.handed_m2) line("handed", t("change.handed"));
  if (desk.findings.length) {
    line("gained", t("mend.gained"));
    line("lost", t("mend.lost"));
  }
  document.getElementById("legend").replaceChildren(...lines);
}

/** A draft without a file, which begins with what stands today. */
async function beginDrawing() {
  const { basis, level } = facts.counting;
  await attempt(async () => {
    const draft = await send("POST", "drafts/drawn", { body: { kind: "grids", basis, level } });
    await desk.list();
    await desk.choose(draft.id ?? draft.draft.id);
    // Whoever draws must not have the map moved away by what is still being loaded.
    await shown;
    editor.start();
  });
}

new Files(async ({ draft, job }) => {
  await attempt(async () => {
    await desk.list();
    await desk.choose(draft.id);
    if (job) desk.watch(draft.id, job);
  });
});
new DraftList(desk, failed);
new Dossier(desk, stage, failed);
new Publication(desk, comparison, releases);

desk.on("step", (draft) => {
  shown = attempt(() => drawStep(draft));
});
desk.on("comparison", drawLegend);
desk.on("drawing", () => stage.swipe.show(Boolean(stage.standing)));
desk.on("done", say);
desk.on("failure", (error) => failed(error));
desk.on("published", (release) => attempt(async () => {
  standing = release ?? standing;
  await desk.list();
  await drawStep(desk.draft);
}));
document.getElementById("drawn").addEventListener("click", beginDrawing);
listen({
  j: () => findings.step(1),
  k: () => findings.step(-1),
  a: () => findings.apply(),
  z: () => findings.zoom(),
  u: () => desk.open && mending.turn("undo"),
  r: () => desk.open && mending.turn("redo"),
});

const wanted = Number(new URLSearchParams(window.location.search).get("draft"));
if (facts.desk.empty) tell(t("desk.empty"));
document.getElementById("drawn").disabled = facts.desk.empty;
stage.chart.open();
await attempt(async () => {
  await desk.list();
  const known = desk.drafts.some((one) => one.id === wanted);
  await desk.choose(known ? wanted : null);
  if (!known) await desk.readStep();
});
