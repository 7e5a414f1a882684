// Drawing: grids are chosen on the map, reshaped, split, merged, added, named or taken out; each is a step.

import { ask, confirm } from "./dialog.js";
import { number } from "./notation.js";
import { Pencil } from "./pencil.js";
import { Reshape } from "./reshape.js";
import { gridName } from "./sentence.js";
import { drawBar } from "./toolbar.js";
import { known, t } from "./words.js";

const DRAWN = ["grids", "general-grids", "parks"];
const LINE = { color: "#d55e00", weight: 3 };

export class Editor {
  constructor(desk, stage, failed) {
    this.desk = desk;
    this.stage = stage;
    this.map = stage.map;
    this.failed = failed;
    this.bar = document.getElementById("tools");
    this.on = false;
    this.chosen = new Map();
    this.mode = null;
    this.busy = false;
    this.held = false;
    // Only what is being drawn is Geoman's; the other layers stay as they are.
    L.PM.setOptIn(true);
    this.map.pm.setGlobalOptions({ tooltips: false, snappable: true, snapDistance: 18, templineStyle: LINE, hintlineStyle: { ...LINE, dashArray: "5 5" }, pathOptions: LINE });
    this.map.on("pm:create", ({ layer }) => this.drawn(layer));
    stage.onGrid = (feature) => this.pick(feature);
    desk.on("step", () => this.renew());
    L.DomEvent.disableClickPropagation(this.bar);
  }

  get possible() {
    return this.desk.open && DRAWN.includes(this.desk.draft.kind);
  }

  renew() {
    this.leave();
    this.choose([]);
    if (!this.possible) this.turn(false);
    this.draw();
  }

  /** Begin or end; meanwhile two taps that follow one another are two corners or two grids, and zoom nothing. */
  turn(on) {
    this.on = on;
    if (on) this.map.doubleClickZoom.disable();
    else this.map.doubleClickZoom.enable();
  }

  start() {
    this.turn(true);
    this.stage.swipe.show(false);
    this.draw();
    // Whoever sees all of the draft should see it all beside the bar as well.
    const all = this.stage.features.filter(({ geometry }) => geometry);
    if (all.length && this.map.getBounds().contains(boundsOf(all))) this.approach(all);
  }

  /** The drawn grids that a finding names; of those that share a code the last, which is the one to be changed. */
  namedBy({ code, grids }) {
    if (!this.possible) return [];
    const named = this.stage.features.filter(({ geometry, properties }) => geometry
      && grids.some((name) => name === properties.code || gridName(name) === t("finding.row", { row: properties.row })));
    return code === "duplicate-code" ? named.slice(-1) : named;
  }

  /** Begin with the grids of a finding, close by. */
  startWith(finding) {
    this.renew();
    this.start();
    this.choose(this.namedBy(finding));
    this.draw();
    this.approach([...this.chosen.values()]);
  }

  stop() {
    this.turn(false);
    this.leave();
    this.choose([]);
    this.desk.tell("drawing", false);
    this.draw();
  }

  /** The bar shows what can be done with what is chosen. */
  draw() {
    this.bar.hidden = !this.possible;
    if (this.possible) drawBar(this.bar, this);
  }

  hint(count) {
    if (this.busy) return t("edit.busy");
    if (this.mode) return t(`edit.hint_${this.mode}`);
    if (!count) return t("edit.hint_choose");
    return t("edit.chosen", { count: number(count), codes: [...this.chosen.values()].map(labelOf).slice(0, 3).join(t("unit.and")) });
  }

  /** A tap on the map chooses a grid, or takes it back; true where the tap was the editor's. */
  pick(feature) {
    if (!this.on) return false;
    if (this.mode || this.busy || !feature) return true;
    const { row } = feature.properties;
    const others = [...this.chosen.values()].filter((one) => one.properties.row !== row);
    this.choose(this.chosen.has(row) ? others : [...others, feature]);
    this.draw();
    return true;
  }

  choose(features) {
    this.chosen = new Map(features.map((one) => [one.properties.row, one]));
    this.stage.outline(features.map((one) => ({ ...one, properties: {} })));
  }

  begin(mode) {
    this.mode = mode;
    this.held = false;
    const [feature] = this.chosen.values();
    // First the bar, which tells how much of the map is left.
    this.draw();
    if (feature && mode !== "add") this.approach([feature]);
    if (mode === "reshape") return this.beginReshape(feature);
    this.pencil?.close();
    this.pencil = new Pencil(this.map, mode === "split" ? "Line" : "Polygon", this.stage.features);
    return undefined;
  }

  beginReshape(feature) {
    // What is drawn would be hidden beneath the outline of what is chosen.
    this.stage.outline([]);
    this.reshape = new Reshape(this.map, this.stage.features, feature, (held) => {
      this.held = held;
      this.draw();
    });
    this.stage.redraw(this.reshape.rows);
  }

  /** Bring grids close, at once and beside the bar: whoever draws must not aim at a map that moves. */
  approach(features) {
    if (!features.length) return;
    this.map.fitBounds(boundsOf(features), { paddingTopLeft: [60, 30], paddingBottomRight: [30, this.bar.offsetHeight + 60], maxZoom: 18, animate: false });
  }

  /** Take the last point of a line or an outline back. */
  back() {
    if (!this.pencil.back()) this.begin(this.mode);
  }

  /** End what is being drawn as if its last point had been tapped. */
  finish() {
    if (this.mode === "reshape") {
      if (this.reshape.changes.length) this.send(this.reshape.changes);
      else this.unfinished(t("edit.unchanged"));
    } else if (this.pencil.whole) this.pencil.finish();
    else this.unfinished(t(`edit.few_${this.mode}`));
  }

  /** Say why there is nothing to be sent yet; what is drawn stays. */
  unfinished(text) {
    const hint = this.bar.querySelector(".hint");
    hint.textContent = text;
    hint.classList.add("fault");
  }

  async drawn(layer) {
    const { geometry } = layer.toGeoJSON(false);
    layer.remove();
    const [feature] = this.chosen.values();
    if (this.mode === "split") return this.send([{ op: "split", row: feature.properties.row, line: geometry }]);
    const said = await ask(t("edit.add"), [["code", t("column.code"), ""], ["name", t("column.name"), ""]], t("edit.finish"));
    if (!said) return this.renew();
    return this.send([{ op: "add", geometry, ...filled(said) }]);
  }

  merge() {
    return this.send([{ op: "merge", rows: [...this.chosen.keys()] }]);
  }

  async remove() {
    const codes = [...this.chosen.values()].map(labelOf).join(t("unit.and"));
    if (!(await confirm(t("edit.remove"), [t("edit.remove_sentence", { codes })], t("edit.remove")))) return;
    await this.send([...this.chosen.keys()].map((row) => ({ op: "remove", row })));
  }

  async name() {
    const [{ properties }] = this.chosen.values();
    const said = await ask(t("edit.name"), [["code", t("column.code"), properties.code], ["name", t("column.name"), properties.name]], t("edit.finish"));
    if (said) await this.send([{ op: "name", row: properties.row, ...filled(said) }]);
  }

  /** Make a step of changes; what was drawn stays where it failed, to be sent again. */
  async send(changes) {
    this.wait(true);
    let told = "";
    try {
      await this.desk.act("POST", "draw", { body: { changes, step: this.desk.draft.step } });
      await this.desk.refresh();
      this.desk.tell("done", t("edit.done"));
    } catch (error) {
      // What cannot be drawn so is not sent again as it is.
      told = error.code === "input-error" ? known(`edit.failed_${changes[0].op}`, "") : "";
      if (!told) this.failed(error, () => this.send(changes));
      if (["split", "add"].includes(this.mode)) this.begin(this.mode);
    }
    this.wait(false);
    if (told) this.unfinished(told);
  }

  wait(busy) {
    this.busy = busy;
    this.draw();
  }

  leave() {
    this.mode = null;
    this.pencil?.close();
    this.pencil = null;
    if (!this.reshape) return;
    this.reshape.close();
    this.reshape = null;
    this.stage.redraw();
  }
}

function boundsOf(features) {
  return L.geoJSON({ type: "FeatureCollection", features }).getBounds();
}

function labelOf({ properties }) {
  return properties.code || properties.name || t("finding.row", { row: properties.row });
}

function filled(said) {
  return Object.fromEntries(Object.entries(said).map(([name, value]) => [name, value.trim()]).filter(([, value]) => value));
}
