// The releases: who published what and when, going back to one, and giving one out as a file.

import { confirm } from "./dialog.js";
import { element } from "./element.js";
import { labelled, levels, select } from "./files.js";
import { day } from "./notation.js";
import { forget, intention, send } from "./request.js";
import { address, fetchJson } from "./service.js";
import { SYSTEMS } from "./systems.js";
import { facts, known, t } from "./words.js";

const FORMATS = [["gpkg", "GeoPackage"], ["geojson", "GeoJSON"], ["shapefile", "Shapefile (.zip)"], ["kml", "KML"]];

const CLOCK = new Intl.DateTimeFormat("sv-SE", { timeZone: facts.timeZone, hour: "2-digit", minute: "2-digit" });

export class Releases {
  constructor(desk, failed) {
    this.desk = desk;
    this.failed = failed;
    this.rows = [];
    this.place = document.getElementById("releases");
  }

  async read() {
    this.place.setAttribute("aria-busy", "true");
    if (!this.rows.length) this.place.replaceChildren(element("p", { class: "quiet" }, t("state.loading")));
    try {
      const answer = await fetchJson("releases");
      this.rows = answer.rows;
      this.pages = answer.pages;
      this.draw();
    } catch (error) {
      this.place.replaceChildren(element("p", { class: "fault" }, error.message), element("button", { type: "button", onclick: () => this.read() }, t("state.again")));
    } finally {
      this.place.setAttribute("aria-busy", "false");
    }
  }

  get current() {
    return this.rows.reduce((most, row) => Math.max(most, row.number), 0);
  }

  draw() {
    if (!this.rows.length) {
      this.place.replaceChildren(element("p", { class: "quiet empty-pane" }, t("releases.none")));
      return;
    }
    // The page's own header was written before anybody published here.
    const header = document.querySelector("[data-release]");
    if (header) header.textContent = t("page.release", { number: this.current });
    const rows = [...this.rows].sort((a, b) => b.number - a.number);
    this.place.replaceChildren(element("ol", { class: "releases" }, ...rows.map((row) => this.item(row))), this.exports());
  }

  item(row) {
    const now = row.number === this.current;
    const when = `${day(row.published_at)} ${CLOCK.format(new Date(row.published_at))}`;
    const about = [when, row.effective_on ? t("releases.since", { day: row.effective_on }) : null, row.by, known(`releases.kind_${row.kind}`, "")];
    return element("li", { class: now ? "now" : null },
      element("p", {}, element("strong", {}, t("releases.number", { number: row.number })), now ? element("span", { class: "mark" }, t("releases.now")) : null,
        row.restores ? element("span", { class: "quiet" }, ` ${t("releases.restores", { number: row.restores })}`) : null),
      element("p", { class: "quiet" }, about.filter(Boolean).join(" · ")),
      row.note ? element("p", { class: "note" }, row.note) : null,
      now ? null : element("button", { type: "button", onclick: () => this.restore(row.number) }, t("releases.restore")));
  }

  /** Go back to a release, by publishing it again on top of what stands; the new number, or null. */
  async restore(number) {
    const yes = await confirm(t("releases.restore_title", { number }), [t("releases.restore_sentence", { number, current: this.current, next: this.current + 1 }), t("releases.restore_kept")], t("releases.restore_yes"));
    if (!yes) return null;
    const body = { base: this.current, note: t("releases.restore_note", { number }) };
    const name = `restore:${number}:${body.base}`;
    try {
      const first = await send("POST", `releases/${number}/restore`, { body, headers: { "Idempotency-Key": intention(name) } });
      const answer = first.job ? await this.desk.settle(first) : first;
      forget(name);
      await this.read();
      const release = answer.release ?? answer.number;
      this.desk.tell("published", release);
      this.desk.tell("done", t("releases.restored", { number, release }));
      return release;
    } catch (error) {
      if (error.status) forget(name);
      this.failed(error, () => (error.code === "conflict-error" ? this.read() : this.restore(number)));
      return null;
    }
  }

  /** Take a release back by going to the one that stood before it. */
  async takeBack(before) {
    if (before !== null && before !== undefined) return this.restore(before);
    this.failed(new Error(t("releases.first")));
    return null;
  }

  /** A form whose address is the file. */
  exports() {
    const rows = [["current", t("releases.current")], ...this.rows.map((row) => [String(row.number), t("releases.number", { number: row.number })])];
    const form = element("form", { class: "exports" },
      labelled(t("releases.which"), select("release", rows, "current")),
      labelled(t("releases.what"), select("what", [["grids", t("kind.grids")], ["parks", t("kind.parks")]], "grids")),
      labelled(t("desk.level"), select("level", levels(), `${facts.counting.basis}/${facts.counting.level}`)),
      labelled(t("releases.format"), select("format", FORMATS, "gpkg")),
      labelled(t("releases.crs"), select("crs", SYSTEMS.map(([code, title]) => [code, `${title} (${code})`]), "EPSG:4326")),
      labelled(t("releases.encoding"), select("encoding", [["utf-8", "UTF-8"], ["gbk", "GBK"]], "utf-8")),
      element("a", { class: "button main", download: "" }, t("releases.export")));
    const renew = () => {
      const { release, what, level, format, crs, encoding } = form.elements;
      level.closest("label").hidden = what.value !== "grids";
      encoding.closest("label").hidden = format.value !== "shapefile";
      // KML knows no other system.
      crs.closest("label").hidden = format.value === "kml";
      const [basis, name] = level.value.split("/");
      form.querySelector("a").href = address(`releases/${release.value}/export`, {
        what: what.value,
        ...(what.value === "grids" ? { basis, level: name } : {}),
        format: format.value,
        crs: format.value === "kml" ? null : crs.value,
        encoding: format.value === "shapefile" ? encoding.value : null,
      });
    };
    form.addEventListener("change", renew);
    form.addEventListener("submit", (event) => event.preventDefault());
    renew();
    return element("details", { class: "export-box" }, element("summary", {}, t("releases.export_title")), form);
  }
}
