// A connection that breaks: said in words, tried again by itself, and what was missed is read.

import { element } from "./element.js";
import { fetchJson } from "./service.js";
import { t } from "./words.js";

const AGAIN_MS = 4000;

export class Connection {
  /** `back()` is called when the server answers again. */
  constructor(back) {
    this.back = back;
    this.lost = false;
    this.bar = element("p", { class: "offline", role: "alert", hidden: true }, t("desk.offline"));
    document.getElementById("main").before(this.bar);
    window.addEventListener("offline", () => this.lose());
    window.addEventListener("online", () => this.lost && this.ask());
  }

  /** True where an error says that the server was not reached; it is then asked until it answers. */
  takes(error) {
    if (error?.code !== "unreachable") return false;
    this.lose();
    return true;
  }

  lose() {
    if (this.lost) return;
    this.lost = true;
    this.show(true);
    this.timer = setTimeout(() => this.ask(), AGAIN_MS);
  }

  async ask() {
    clearTimeout(this.timer);
    try {
      await fetchJson("health");
    } catch {
      // Not yet: the next question follows by itself.
      this.timer = setTimeout(() => this.ask(), AGAIN_MS);
      return;
    }
    this.lost = false;
    this.show(false);
    this.back();
  }

  show(shown) {
    this.bar.hidden = !shown;
    // The map has another height now.
    window.dispatchEvent(new Event("resize"));
  }
}
