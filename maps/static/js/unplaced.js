// The enterprises without a location: how many, where each may be, and all that are certain placed at once.

import { Chart } from "./chart.js";
import { element } from "./element.js";
import { number } from "./notation.js";
import { fail, tell } from "./notice.js";
import { Places } from "./places.js";
import { forget, intention, send } from "./request.js";
import { fetchJson } from "./service.js";
import { t } from "./words.js";

const [counts, terms, take, list, state, more] = ["counts", "terms", "take", "places", "state", "more"].map((id) => document.getElementById(id));
const chart = new Chart();
const places = new Places(chart, document.getElementById("position"), count);
let page = 0;

function showCounts(answer) {
  const { total, certain, to_choose, nothing } = answer.counts;
  counts.textContent = total ? t("places.counts", { total: number(total), certain: number(certain), to_choose: number(to_choose), nothing: number(nothing) }) : t("places.none");
  terms.textContent = t("places.terms", { least_score: number(answer.terms.least_score, 2), most_m: number(answer.terms.most_m) });
  take.textContent = t("places.take", { count: number(certain) });
  take.hidden = !certain;
}

async function load() {
  more.hidden = true;
  state.textContent = t("state.loading");
  try {
    const answer = await fetchJson("geocodes", { page: page + 1 });
    page = answer.page;
    list.append(...answer.rows.map((row) => places.item(row)));
    showCounts(answer);
    state.textContent = "";
    more.hidden = answer.page >= answer.pages;
  } catch (error) {
    state.textContent = error.message;
    more.hidden = false;
  }
}

/** Count anew; the rows stay where they are, so that what was done can be taken back. */
async function count() {
  try {
    showCounts(await fetchJson("geocodes"));
  } catch (error) {
    fail(error, count);
  }
}

async function takeAll() {
  take.disabled = true;
  try {
    const { taken } = await send("POST", "geocodes", { headers: { "Idempotency-Key": intention("geocode") } });
    forget("geocode");
    list.replaceChildren();
    page = 0;
    await load();
    list.prepend(element("li", {}, element("p", { role: "status" }, t("places.taken", { taken: number(taken) }))));
    chart.chosen.clearLayers();
  } catch (error) {
    if (error.status) forget("geocode");
    fail(error, takeAll);
  }
  take.disabled = false;
}

take.addEventListener("click", takeAll);
more.addEventListener("click", load);
chart.onFailure = (error) => fail(error);
chart.open();
tell("");
load();
