// The map: takes Folium's container and the addresses beside it, and draws the layers in their order.

import { chosenMarker, enterpriseStyle, ground, outlineStyle, parkStyle, sizeBarrier, sizeMarker, stationMarker, streetStyle } from "./drawing.js";
import { address, fetchJson } from "./service.js";

// VectorGrid 1.3 calls a function that Leaflet 1.8 renamed.
L.DomEvent.fakeStop = L.DomEvent.fakeStop || L.DomEvent.stop;

// The canvas of what can be clicked has 400: the points lie below it, so that stations stay on top.
const PANES = { ground: 200, streets: 210, barriers: 220, points: 390, marks: 460 };
const FINGER = 10;
// On a map of fewer pixels across an open legend hides what lies in its corner; one tap opens it.
const NARROW = 700;

const FEATURES = {
  base: ground,
  parks: [{ style: parkStyle, interactive: false }],
  grids: [{ style: outlineStyle }],
  stations: [{ pointToLayer: stationMarker }],
};
const TILES = {
  streets: { pane: "streets", styles: { streets: streetStyle } },
  enterprises: { pane: "points", styles: { enterprises: enterpriseStyle } },
};

/** One layer of the map: its plan, its group, and what a click on it does. */
class Slot {
  constructor(plan) {
    this.name = plan.layer;
    this.source = plan.source;
    this.url = plan.url;
    this.minZoom = Number(plan.minZoom);
    this.shown = plan.shown === "yes";
    this.group = L.layerGroup();
    this.loading = null;
    this.features = [];
  }
}

export class Chart {
  constructor() {
    const container = document.querySelector(".folium-map");
    this.map = window[container.id];
    // Leaflet focuses the map at each click; only a keyboard needs to see that.
    container.addEventListener("pointerdown", () => container.classList.add("by-pointer"), true);
    container.addEventListener("keydown", () => container.classList.remove("by-pointer"));
    if (container.clientWidth < NARROW) document.querySelector("details.legend")?.removeAttribute("open");
    for (const [name, depth] of Object.entries(PANES)) {
      this.map.createPane(name).style.zIndex = depth;
    }
    this.canvases = Object.fromEntries(["ground", "barriers"].map((pane) => [pane, L.canvas({ pane, padding: 0.2 })]));
    this.slots = new Map();
    this.chosen = L.layerGroup().addTo(this.map);
    this.onClick = new Map();
    for (const node of document.querySelectorAll("[data-layer]")) {
      this.slots.set(node.dataset.layer, new Slot(node.dataset));
    }
    for (const slot of this.slots.values()) {
      if (slot.shown && slot.source === "script") slot.group.addTo(this.map);
    }
    for (const box of document.querySelectorAll("[data-toggle]")) {
      box.addEventListener("change", () => this.show(box.dataset.toggle, box.checked));
    }
    this.map.on("click", (event) => this.clickTiles(event));
    this.map.on("zoomend", () => this.size());
  }

  /** Fetch and draw the layers that the page did not draw itself; called when its own work is done. */
  open() {
    for (const slot of this.slots.values()) {
      if (slot.source !== "script") this.show(slot.name, slot.shown);
    }
  }

  /** Show or hide a layer; what was not fetched yet is fetched now. */
  show(name, shown) {
    const slot = this.slots.get(name);
    slot.shown = shown;
    if (!shown) {
      slot.group.remove();
      return;
    }
    slot.group.addTo(this.map);
    if (slot.source === "tiles") slot.loading ??= this.drawTiles(slot);
    if (slot.source === "features") slot.loading ??= this.drawFeatures(slot);
    this.sort();
  }

  async drawFeatures(slot) {
    try {
      this.draw(slot.name, (await fetchJson(slot.url)).features, ...FEATURES[slot.name]);
    } catch (error) {
      slot.loading = null;
      this.onFailure?.(error);
    }
  }

  drawTiles(slot) {
    const { pane, styles } = TILES[slot.name];
    const grid = L.vectorGrid.protobuf(address(slot.url), {
      pane,
      vectorTileLayerStyles: styles,
      rendererFactory: L.canvas.tile,
      minZoom: slot.minZoom,
      maxZoom: 19,
      interactive: false,
      // Only what can be clicked is remembered.
      getFeatureId: pane === "points" ? (feature) => feature.properties.id : undefined,
    });
    slot.group.addLayer(grid);
    return Promise.resolve();
  }

  /** Draw features in a layer, in the place of those that it had, in one way or in several; the ways are L.geoJSON's options. */
  draw(name, features, ...ways) {
    const slot = this.slots.get(name);
    slot.features = features;
    slot.group.clearLayers();
    const [layer] = ways.map((options) => this.layer(name, features, options));
    if (name === "base") explain(features);
    this.size();
    this.sort();
    return layer;
  }

  layer(name, features, options) {
    const layer = L.geoJSON(null, {
      ...options,
      renderer: this.canvases[options.pane],
      onEachFeature: (feature, path) => {
        path.on?.("click", (event) => this.click(name, feature, event));
      },
    });
    for (const feature of features) {
      if (feature.geometry) layer.addData(feature);
    }
    this.slots.get(name).group.addLayer(layer);
    return layer;
  }

  /** Fit the markers of stations, walls and gates to the zoom. */
  size() {
    const zoom = this.map.getZoom();
    for (const [name, fit] of [["stations", sizeMarker], ["base", sizeBarrier]]) {
      this.slots.get(name)?.group.eachLayer((layer) => layer.eachLayer((marker) => fit(marker, zoom)));
    }
  }

  /** Put the layers above one another in the order of the page, once for all that was just drawn. */
  sort() {
    this.sorting ??= requestAnimationFrame(() => {
      this.sorting = null;
      this.sortNow();
    });
  }

  sortNow() {
    for (const slot of this.slots.values()) {
      if (slot.shown && slot.source !== "tiles" && slot.name !== "base") slot.group.eachLayer((layer) => layer.bringToFront?.());
    }
    this.chosen.eachLayer((layer) => layer.bringToFront?.());
  }

  click(name, feature, event) {
    L.DomEvent.stopPropagation(event);
    if (name !== "stations" && this.clickTiles(event)) return;
    this.onClick.get(name)?.(feature);
  }

  /** Tell of the nearest point of a tile below the finger. Tiles lie below the canvas and take no clicks. */
  clickTiles(event) {
    for (const [name, handle] of this.onClick) {
      const slot = this.slots.get(name);
      if (slot?.source !== "tiles" || !slot.shown) continue;
      const found = nearest(slot.group, this.map, event.layerPoint);
      if (found) {
        handle(found);
        return true;
      }
    }
    return false;
  }

  /** Outline the features that the page speaks of; a point gets a ring. */
  choose(features, style) {
    this.chosen.clearLayers();
    for (const feature of features) this.chosen.addLayer(L.geoJSON(feature, { style, pointToLayer: chosenMarker, interactive: false }));
  }

  /** Bring a geometry into view, to the left of what covers so many pixels, where there is room for both. */
  frame(geometry, { maxZoom = 17, aside = 0, animate } = {}) {
    const bounds = L.geoJSON(geometry).getBounds();
    const right = aside < this.map.getSize().x / 2 ? aside : 0;
    if (bounds.isValid()) this.map.fitBounds(bounds, { paddingTopLeft: [40, 40], paddingBottomRight: [40 + right, 40], maxZoom, animate });
  }
}

/** Let the legend tell of walls and gates where there are any. */
function explain(features) {
  const kinds = new Set(features.map(({ properties }) => properties.kind));
  for (const line of document.querySelectorAll("[data-ground]")) line.hidden = !kinds.has(line.dataset.ground);
}

/** Return the feature of the tiles that lies nearest to a point of the map, null where none is near. */
function nearest(group, map, point) {
  let best = null;
  let least = FINGER;
  group.eachLayer((grid) => {
    for (const tile of Object.values(grid._vectorTiles ?? {})) {
      if (!tile._map) continue;
      const local = point.subtract(tile.getOffset());
      for (const { feature } of Object.values(tile._features)) {
        const distance = feature._point ? feature._point.distanceTo(local) : Infinity;
        if (distance <= least) {
          least = distance;
          best = { properties: feature.properties, at: feature._point.add(tile.getOffset()) };
        }
      }
    }
  });
  if (!best) return null;
  const { lng, lat } = map.layerPointToLatLng(best.at);
  return { type: "Feature", properties: best.properties, geometry: { type: "Point", coordinates: [lng, lat] } };
}
