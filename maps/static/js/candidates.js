// Where the file would land, by each coordinate system that it may be in: to look at, and to choose.

import { element } from "./element.js";
import { fetchJson } from "./service.js";
import { reasonOf, titleOf } from "./systems.js";
import { t } from "./words.js";

/** Return the ranked list; to point at one shows it on the map, to choose it says so of the file. */
export function drawCandidates(desk, stage, say) {
  const { draft } = desk;
  const outlines = new Map();
  const show = async (candidate, frame) => {
    stage.showCandidate(candidate, null, frame);
    const path = `${desk.path()}/candidates/${encodeURIComponent(candidate.key)}.geojson`;
    try {
      if (!outlines.has(candidate.key)) outlines.set(candidate.key, await fetchJson(path));
      stage.showCandidate(candidate, outlines.get(candidate.key), frame);
    } catch (error) {
      outlines.delete(candidate.key);
      desk.tell("failure", error);
    }
  };
  const list = element("ol", { class: "candidates" });
  for (const [place, candidate] of draft.candidates.entries()) {
    const chosen = says(draft.said, candidate.said);
    const look = element("button", {
      type: "button", class: "look", "aria-pressed": "false",
      onclick: () => {
        for (const other of list.querySelectorAll(".look")) other.setAttribute("aria-pressed", String(other === look));
        show(candidate, true);
      },
      onpointerenter: (event) => event.pointerType === "mouse" && show(candidate, false),
    },
    element("strong", {}, titleOf(candidate.label)),
    element("span", { class: "quiet" }, [
      place === 0 ? t("candidate.first") : null,
      reasonOf(candidate.reason),
    ].filter(Boolean).join(" · ")));
    list.append(element("li", {}, look, element("button", {
      type: "button", class: place === 0 ? "main" : null, disabled: chosen, onclick: () => say(candidate.said),
    }, t(chosen ? "candidate.chosen" : "candidate.choose"))));
  }
  return list;
}

function says(said, part) {
  const entries = Object.entries(part ?? {}).filter(([, value]) => value !== null && typeof value !== "object");
  return entries.length > 0 && entries.every(([name, value]) => said?.[name] === value);
}
