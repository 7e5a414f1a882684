// The service coverage among the zone's figures.

import { parameters } from "./controls.js";
import { awaitFigures, showFigures } from "./figures.js";
import { methodLine } from "./method.js";
import { fail } from "./notice.js";
import { fetchJson } from "./service.js";
import { facts } from "./words.js";

const promise = {
  minutes: facts.circle.minutes, method: "network", mode: "walk", functions: [], kinds: facts.circle.kinds,
};

async function fill() {
  awaitFigures();
  try {
    const coverage = await fetchJson("coverage", parameters(promise));
    showFigures(coverage, promise);
    document.getElementById("method").textContent = methodLine(coverage, promise);
  } catch (error) {
    fail(error, fill);
  }
}

// An empty zone has no figures to fill.
if (document.querySelector("[data-figure]")) fill();
