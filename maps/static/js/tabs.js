// Tabs by pointer and by arrow keys; each tells when it is opened.

export class Tabs {
  /** `opened(name)` is called with the name of the panel that is shown. */
  constructor(opened) {
    this.opened = opened;
    this.tabs = [...document.querySelectorAll("[role=tab]")];
    for (const [i, tab] of this.tabs.entries()) {
      tab.addEventListener("click", () => this.open(nameOf(tab)));
      tab.addEventListener("keydown", (event) => {
        const step = { ArrowRight: 1, ArrowLeft: -1 }[event.key];
        if (!step) return;
        const next = this.tabs[(i + step + this.tabs.length) % this.tabs.length];
        next.focus();
        this.open(nameOf(next));
      });
    }
  }

  get current() {
    return nameOf(this.tabs.find((tab) => tab.getAttribute("aria-selected") === "true"));
  }

  open(name) {
    for (const tab of this.tabs) {
      const chosen = nameOf(tab) === name;
      tab.setAttribute("aria-selected", String(chosen));
      tab.tabIndex = chosen ? 0 : -1;
      document.getElementById(nameOf(tab)).hidden = !chosen;
    }
    this.opened(name);
  }

  /** Show a count beside a tab's name; none for null. */
  badge(name, count) {
    const place = document.querySelector(`[data-badge="${name}"]`);
    place.hidden = count === null;
    place.textContent = count ?? "";
  }
}

function nameOf(tab) {
  return tab.getAttribute("aria-controls");
}
