// Where next: the best places for new stations, at once and then exactly, each taken into the plan by a click.

import { parameters } from "./controls.js";
import { element } from "./element.js";
import { cancel, follow, isOpen } from "./job.js";
import { minutes, number } from "./notation.js";
import { send } from "./request.js";
import { Sites } from "./sites.js";
import { t } from "./words.js";

// The names of cells mean nothing to people.
const CELL = /^8[0-9a-f]{14}$/;

export class Proposals {
  /** `acts` has choice(), took(sites), pointed(site), shown(sites) and failed(error). */
  constructor(acts) {
    this.acts = acts;
    this.form = document.getElementById("siting");
    this.place = document.getElementById("proposed");
    this.progress = document.getElementById("searching");
    this.sites = new Sites(this.form);
    this.form.addEventListener("submit", (event) => {
      event.preventDefault();
      this.ask(false);
    });
    document.getElementById("exactly").addEventListener("click", () => this.ask(true));
    this.running = null;
  }

  async ask(exact) {
    this.stop();
    const data = new FormData(this.form);
    const wish = { most: Number(data.get("most")), objective: data.get("objective"), candidates: this.sites.candidates, exact, gap: 0.005 };
    const parameters_ = parameters(this.acts.choice());
    this.place.setAttribute("aria-busy", "true");
    this.progress.replaceChildren(element("p", { class: "quiet" }, t("state.loading")));
    try {
      const { answer, job, places } = await send("POST", "siting", { body: wish, parameters: parameters_ });
      this.progress.replaceChildren();
      this.show(answer);
      if (job) await this.search(job, answer, places);
    } catch (error) {
      this.progress.replaceChildren(element("p", { class: "fault", role: "alert" }, error.message));
    }
    this.place.setAttribute("aria-busy", "false");
  }

  /** Follow the search: the bound comes down, the sites get better, and stopping keeps the best so far. */
  async search(job, first, places) {
    const watch = new AbortController();
    this.running = { job, watch };
    const bar = element("progress", { max: 1, "aria-label": t("job.progress") });
    const line = element("span", { class: "quiet", role: "status" }, t("job.queued"));
    const button = element("button", { type: "button", onclick: () => cancel(job).catch((error) => this.acts.failed(error)) }, t("job.cancel"));
    this.progress.replaceChildren(element("div", { class: "job-progress" }, bar, line, button));
    let best = null;
    try {
      const ended = await follow(job, (now) => {
        const told = progressOf(now.message);
        if (!told) return;
        best = told;
        bar.value = now.fraction;
        line.textContent = sentence(first.unit, first.objective, told);
        if (isOpen(now)) this.acts.shown(told.sites.map((site) => placeOf(places, site)));
      }, { signal: watch.signal });
      this.ended(ended, first, best, places);
    } catch (error) {
      if (error.name !== "AbortError") this.progress.replaceChildren(element("p", { class: "fault", role: "alert" }, error.message));
    }
    this.running = null;
  }

  ended(job, first, best, places) {
    this.progress.replaceChildren();
    if (job.state === "done") this.show(job.result);
    else if (job.state === "failed") this.progress.replaceChildren(element("p", { class: "fault", role: "alert" }, job.error.message));
    else if (best) {
      const sites = best.sites.map((site) => ({ ...placeOf(places, site), candidate: site }));
      this.show({ ...first, sites, plan: { ...first.plan, by: "stopped", value: best.value, bound: best.bound, gap: best.gap } });
    }
  }

  /** Say what is counted: workers, or enterprises where no head count is known. */
  count(unit) {
    const [most] = this.form.elements.objective.options;
    most.textContent = t(unit === "workers" ? "siting.for_workers" : "siting.for_enterprises");
  }

  stop() {
    this.running?.watch.abort();
    this.running = null;
  }

  show(answer) {
    const { sites, plan } = answer;
    this.acts.shown(sites);
    if (!sites.length) {
      this.place.replaceChildren(element("p", { class: "quiet" }, t("siting.none")));
      return;
    }
    this.place.replaceChildren(
      element("p", {}, element("strong", {}, gain(answer.unit, answer.objective, plan.value)), " ", element("span", { class: "quiet" }, proof(plan))),
      element("ol", { class: "sites" }, ...sites.map((site, place) => this.line(site, place, answer))),
      element("button", { type: "button", class: "main", onclick: () => this.acts.took(sites) }, t("siting.take_all", { count: number(sites.length) })));
  }

  line(site, place, answer) {
    const title = [t("siting.site", { number: place + 1 }), CELL.test(site.name ?? "") ? null : site.name].filter(Boolean).join(" · ");
    return element("li", {},
      element("button", { type: "button", class: "plain", onclick: () => this.acts.pointed(site) },
        element("span", { class: "name" }, title), element("small", { class: "quiet" }, why(site, answer))),
      element("button", { type: "button", "aria-label": t("siting.take_one", { name: title }), onclick: () => this.acts.took([site]) }, "+"));
  }
}

/** Read the message of a job at work: the best value, its bound or a dash, and the sites. */
function progressOf(message) {
  const parts = (message ?? "").split(" ");
  if (parts.length < 2 || Number.isNaN(Number(parts[0]))) return null;
  const value = Number(parts[0]);
  const bound = parts[1] === "-" ? null : Number(parts[1]);
  return { value, bound, gap: bound ? (bound - value) / bound : null, sites: parts.slice(2).map(Number) };
}

function placeOf(places, site) {
  const [lon, lat] = places[site];
  return { lon, lat };
}

function gain(unit, objective, value) {
  if (objective === "walking") return t(unit === "workers" ? "siting.spared" : "siting.spared_minutes", { minutes: number(value) });
  return t(unit === "workers" ? "siting.workers" : "siting.enterprises", { count: number(value) });
}

function proof({ by, gap, proven }) {
  if (by === "greedy") return t("siting.greedy");
  if (gap === null) return "";
  if (gap < 1e-6) return t("siting.best");
  const within = t("siting.within", { gap: number(Math.ceil(gap * 10000) / 100, 2) });
  return by === "stopped" && !proven ? t("siting.stopped", { within }) : within;
}

function sentence(unit, objective, told) {
  const best = gain(unit, objective, told.value);
  if (told.gap === null) return best;
  return t("siting.progress", { best, bound: number(told.bound), gap: number(Math.ceil(told.gap * 10000) / 100, 2) });
}

function why(site, { objective, unit }) {
  if (site.workers === undefined) return `${site.lat.toFixed(5)}, ${site.lon.toFixed(5)}`;
  const values = {
    enterprises: number(site.enterprises),
    workers: number(site.workers ?? 0),
    before: site.minutes_before === null ? "–" : minutes(site.minutes_before),
    after: site.minutes_after === null ? "–" : minutes(site.minutes_after),
  };
  const whom = t(unit === "workers" ? "siting.whom_workers" : "siting.whom_enterprises", values);
  const sentences = [t(objective === "walking" ? "siting.why_walking" : "siting.why_workers", { ...values, whom })];
  if (site.unconnected) sentences.push(t("siting.why_unconnected", { count: number(site.unconnected) }));
  return sentences.join(" ");
}
