// Drawing: grids are chosen on the map, reshaped, split, merged, added, named or taken out; each is a step.

import { ask, confirm } from "./dialog.js";
import { element } from "./element.js";
import { number } from "./notation.js";
import { Reshape } from "./reshape.js";
import { t } from "./words.js";

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
    if (!this.possible) this.on = false;
    this.draw();
  }

  start() {
    this.on = true;
    this.stage.swipe.show(false);
    this.draw();
  }

  stop() {
    this.on = false;
    this.leave();
    this.choose([]);
    this.desk.tell("drawing", false);
    this.draw();
  }

  /** The bar shows what can be done with what is chosen. */
  draw() {
    this.bar.hidden = !this.possible;
    if (!this.possible) return;
    this.bar.classList.toggle("active", this.on);
    if (!this.on) {
      this.bar.replaceChildren(tool("edit.start", "✎", () => this.start()));
      return;
    }
    const count = this.chosen.size;
    const tools = this.mode
      ? [this.mode === "reshape" || this.mode === "split" || this.mode === "add" ? tool("edit.finish", "✓", () => this.finish(), true) : null, tool("edit.leave", "×", () => this.renew())]
      : [
        tool("edit.add", "＋", () => this.begin("add")),
        tool("edit.reshape", "⬡", () => this.begin("reshape"), count === 1),
        tool("edit.split", "✂", () => this.begin("split"), count === 1),
        tool("edit.merge", "∪", () => this.merge(), count > 1),
        tool("edit.name", "Aa", () => this.name(), count === 1),
        tool("edit.remove", "−", () => this.remove(), count > 0),
        tool("edit.stop", "×", () => this.stop()),
      ];
    this.bar.replaceChildren(element("p", { class: "hint", role: "status" }, this.hint(count)), element("div", { class: "row" }, ...tools));
  }

  hint(count) {
    if (this.mode) return t(`edit.hint_${this.mode}`);
    if (!count) return t("edit.hint_choose");
    return t("edit.chosen", { count: number(count), codes: [...this.chosen.values()].map(labelOf).slice(0, 3).join(t("unit.and")) });
  }

  /** A tap on the map chooses a grid, or takes it back; true where the tap was the editor's. */
  pick(feature) {
    if (!this.on) return false;
    if (this.mode || !feature) return true;
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
    const [feature] = this.chosen.values();
    if (feature && mode !== "add") this.approach(feature);
    // What is drawn would be hidden beneath the outline of what is chosen.
    if (mode === "reshape") this.stage.outline([]);
    if (mode === "reshape") this.reshape = new Reshape(this.map, this.stage.features, feature);
    if (mode === "split") this.map.pm.enableDraw("Line", { snappable: true });
    if (mode === "add") this.map.pm.enableDraw("Polygon", { snappable: true });
    this.draw();
  }

  /** Bring a grid close, at once: whoever draws must not aim at a map that moves. */
  approach(feature) {
    this.map.fitBounds(L.geoJSON(feature).getBounds(), { padding: [40, 40], maxZoom: 18, animate: false });
  }

  /** End what is being drawn as if its last point had been tapped. */
  finish() {
    if (this.mode === "reshape") {
      const { changes } = this.reshape;
      if (changes.length) this.send(changes);
      else this.renew();
      return;
    }
    const shape = this.mode === "split" ? "Line" : "Polygon";
    const corners = this.map.pm.Draw[shape]._layer?.getLatLngs() ?? [];
    if (corners.flat().length < (shape === "Line" ? 2 : 3)) return;
    this.map.pm.Draw[shape]._finishShape();
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
    try {
      await this.desk.act("POST", "draw", { body: { changes, step: this.desk.draft.step } });
      await this.desk.refresh();
      this.desk.tell("done", t("edit.done"));
    } catch (error) {
      this.failed(error, () => this.send(changes));
    }
  }

  leave() {
    this.mode = null;
    this.map.pm.disableDraw();
    this.reshape?.close();
    this.reshape = null;
  }
}

function labelOf({ properties }) {
  return properties.code || properties.name || t("finding.row", { row: properties.row });
}

function filled(said) {
  return Object.fromEntries(Object.entries(said).map(([name, value]) => [name, value.trim()]).filter(([, value]) => value));
}

function tool(key, sign, act, possible = true) {
  return element("button", { type: "button", onclick: act, disabled: !possible, "data-tool": key.split(".")[1] }, element("span", { "aria-hidden": "true" }, sign), t(key));
}
