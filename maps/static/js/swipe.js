// The swipe: what stands today on the left of a line, what is proposed on the right of it.

const STEP = 0.05;

export class Swipe {
  /** `left` and `right` are the map's panes that the line divides. */
  constructor(map, left, right) {
    this.map = map;
    this.panes = [left, right].map((name) => map.getPane(name));
    this.place = document.getElementById("swipe");
    this.handle = document.getElementById("swipe-handle");
    this.share = 0.5;
    // The map may move before anything is shown; then nothing is cut.
    this.alone = "both";
    map.on("move zoom zoomend viewreset resize", () => this.clip());
    this.handle.addEventListener("pointerdown", (event) => this.grip(event));
    this.handle.addEventListener("keydown", (event) => this.key(event));
    L.DomEvent.disableClickPropagation(this.handle);
  }

  /** Divide the map, or show over its whole width what is proposed, what stands, or both. */
  show(shown, alone = "proposed") {
    this.place.hidden = !shown;
    this.alone = alone;
    this.clip();
  }

  get shown() {
    return !this.place.hidden;
  }

  grip(event) {
    event.preventDefault();
    this.handle.focus();
    this.handle.setPointerCapture(event.pointerId);
    const frame = this.map.getContainer().getBoundingClientRect();
    const move = (moved) => this.set((moved.clientX - frame.left) / frame.width);
    const end = () => {
      this.handle.removeEventListener("pointermove", move);
      this.handle.removeEventListener("pointerup", end);
      this.handle.removeEventListener("pointercancel", end);
    };
    this.handle.addEventListener("pointermove", move);
    this.handle.addEventListener("pointerup", end);
    this.handle.addEventListener("pointercancel", end);
  }

  key(event) {
    const to = { ArrowLeft: this.share - STEP, ArrowRight: this.share + STEP, Home: 0, End: 1 }[event.key];
    if (to === undefined) return;
    event.preventDefault();
    event.stopPropagation();
    this.set(to);
  }

  set(share) {
    this.share = Math.min(1, Math.max(0, share));
    this.clip();
  }

  clip() {
    const { x: wide, y: high } = this.map.getSize();
    const at = wide * this.share;
    const corner = this.map.containerPointToLayerPoint([0, 0]);
    const box = (from, to) => {
      const [west, north, east, south] = [corner.x + from, corner.y, corner.x + to, corner.y + high];
      return `polygon(${west}px ${north}px, ${east}px ${north}px, ${east}px ${south}px, ${west}px ${south}px)`;
    };
    const whole = { proposed: [box(0, 0), ""], today: ["", box(0, 0)], both: ["", ""] }[this.alone];
    const clips = this.shown ? [box(0, at), box(at, wide)] : whole;
    for (const [i, pane] of this.panes.entries()) pane.style.clipPath = clips[i];
    this.handle.style.left = `${at}px`;
    this.handle.setAttribute("aria-valuenow", String(Math.round(this.share * 100)));
  }
}
