// Who gains and who loses, as dots on one canvas: thousands of them are drawn anew while a finger moves.

const RADIUS = 3;

export const Dots = L.Layer.extend({
  /** The colours are those of the inside and of the edge, of `gained` and of `lost`. */
  initialize(pane, colours) {
    this.paneName = pane;
    this.colours = colours;
    this.points = [];
  },

  onAdd(map) {
    this.canvas = L.DomUtil.create("canvas", "dots leaflet-zoom-hide", map.getPane(this.paneName));
    map.on("moveend resize viewreset", this.place, this);
    this.place();
  },

  onRemove(map) {
    map.off("moveend resize viewreset", this.place, this);
    this.canvas.remove();
  },

  /** Draw points of longitude, latitude, weight and 1 or −1. */
  show(points) {
    this.points = points;
    if (this.canvas) this.draw();
  },

  place() {
    const size = this._map.getSize();
    const ratio = window.devicePixelRatio || 1;
    this.origin = this._map.containerPointToLayerPoint([0, 0]);
    L.DomUtil.setPosition(this.canvas, this.origin);
    this.canvas.width = size.x * ratio;
    this.canvas.height = size.y * ratio;
    this.canvas.style.width = `${size.x}px`;
    this.canvas.style.height = `${size.y}px`;
    this.ratio = ratio;
    this.draw();
  },

  draw() {
    const pen = this.canvas.getContext("2d");
    pen.setTransform(this.ratio, 0, 0, this.ratio, 0, 0);
    pen.clearRect(0, 0, this.canvas.width, this.canvas.height);
    pen.lineWidth = 1.5;
    for (const [lon, lat, , side] of this.points) {
      const { x, y } = this._map.latLngToContainerPoint([lat, lon]);
      pen.beginPath();
      // Those who lose are squares, so that no colour is needed to tell them apart.
      if (side > 0) pen.arc(x, y, RADIUS, 0, 2 * Math.PI);
      else pen.rect(x - RADIUS, y - RADIUS, 2 * RADIUS, 2 * RADIUS);
      [pen.fillStyle, pen.strokeStyle] = side > 0 ? this.colours.gained : this.colours.lost;
      pen.fill();
      pen.stroke();
    }
  },
});
