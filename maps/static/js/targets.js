// What a corner that is drawn snaps to: the borders in view, and no more of them than a mouse can follow.

const MOST = 200;
const UNSEEN = { stroke: false, fill: false, interactive: false, pmIgnore: true, snapIgnore: false };

export class Targets {
  constructor(map, features) {
    this.map = map;
    this.layers = features.filter(({ geometry }) => geometry?.type.endsWith("Polygon"))
      .map((feature) => L.GeoJSON.geometryToLayer(feature, UNSEEN));
    this.group = L.layerGroup().addTo(map);
    this.renew = () => this.show();
    map.on("moveend", this.renew);
    this.show();
  }

  show() {
    const view = this.map.getBounds();
    this.group.clearLayers();
    for (const layer of this.layers.filter((one) => view.intersects(one.getBounds())).slice(0, MOST)) this.group.addLayer(layer);
  }

  close() {
    this.map.off("moveend", this.renew);
    this.group.remove();
  }
}
