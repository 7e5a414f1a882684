// A job as it goes on: its changes as a stream, by asking where there is none, and the word to stop.

import { element } from "./element.js";
import { send } from "./request.js";
import { errorOf, fetchJson } from "./service.js";
import { known, t } from "./words.js";

const OPEN = ["queued", "running"];
const QUIET_MS = 5000;
const FIRST_MS = 1000;
const LONGEST_MS = 10000;
const CUTS = 3;
const MISSED = 2;
const SPOKEN_MS = 5000;
const UNKNOWN = { state: "queued", fraction: 0, message: "" };
// What asking again does not mend.
const FINAL = ["not-found", "invalid", "refused"];

/** Return whether a job waits or runs. */
export function isOpen(job) {
  return OPEN.includes(job.state);
}

/**
 * Follow a job, or the number of one, and return it when it has ended, in whatever way.
 *
 * `changed(job)` is called with the job as it stands, and after each change. While nobody answers it is
 * called with the last that is known and `unreachable: true`. An AbortSignal ends the following, not the job.
 */
export function follow(job, changed = () => {}, { signal } = {}) {
  return new Promise((resolve, reject) => {
    new Follower(numberOf(job), changed, resolve, reject).begin(signal);
  });
}

/** Ask a job to stop; the answer is the job, which ends at its next step. */
export function cancel(job) {
  return send("DELETE", `jobs/${numberOf(job)}`);
}

/**
 * Show a job's progress in a place of the page, with a button to stop it, and return the job when it has ended.
 *
 * `onDone(job)` is called then, and the place says how the job ended. Under a `key` the job is remembered
 * until it ends, so that `resumeJob` shows it after a reload.
 */
export async function mountJob(place, job, { onDone = () => {}, key = null, signal } = {}) {
  if (key) sessionStorage.setItem(`job:${key}`, numberOf(job));
  const shown = new Shown(place, job);
  try {
    const ended = await follow(job, (now) => shown.update(now), { signal });
    forget(key);
    shown.end(ended);
    onDone(ended);
    return ended;
  } catch (error) {
    // A page that is left goes on with its job when it is opened again.
    if (error.name !== "AbortError") forget(key);
    shown.fail(error);
    throw error;
  }
}

/** Show the job that was remembered under a key; null where there is none. */
export function resumeJob(place, { key, ...options }) {
  const number = Number(sessionStorage.getItem(`job:${key}`));
  return number ? mountJob(place, number, { key, ...options }) : null;
}

function forget(key) {
  if (key) sessionStorage.removeItem(`job:${key}`);
}

function numberOf(job) {
  return typeof job === "object" ? job.id : job;
}

class Follower {
  constructor(id, changed, resolve, reject) {
    Object.assign(this, { id, changed, resolve, reject });
    this.job = null;
    this.cuts = 0;
    this.missed = 0;
    this.unreachable = false;
    this.pause = FIRST_MS;
  }

  begin(signal) {
    signal?.addEventListener("abort", () => this.end(this.reject, signal.reason));
    if (signal?.aborted) {
      this.end(this.reject, signal.reason);
      return;
    }
    this.stream = new EventSource(`/api/v1/jobs/${this.id}/events`);
    this.stream.addEventListener("progress", (event) => {
      this.cuts = 0;
      this.missed = 0;
      this.take(JSON.parse(event.data));
      this.later(QUIET_MS);
    });
    this.stream.addEventListener("error", () => this.cut());
    this.later(QUIET_MS);
  }

  /** The browser connects anew by itself, unless it was refused; after some times that is left to asking. */
  cut() {
    this.cuts += 1;
    if (this.over) return;
    if (this.stream.readyState === EventSource.CLOSED || this.cuts >= CUTS) {
      this.drop();
      this.later(0);
    }
  }

  drop() {
    this.stream?.close();
    this.stream = null;
  }

  /** Ask after a while: where there is no stream, and where it has been quiet, as behind a proxy that keeps it. */
  later(milliseconds) {
    clearTimeout(this.timer);
    if (!this.over) this.timer = setTimeout(() => this.ask(), milliseconds);
  }

  async ask() {
    try {
      const now = await fetchJson(`jobs/${this.id}`);
      if (this.over) return;
      const news = now.revision > (this.job?.revision ?? -1);
      // What the stream did not tell of may only be on its way; but not again and again.
      this.missed += news ? 1 : 0;
      if (this.missed >= MISSED) this.drop();
      this.pause = news ? FIRST_MS : Math.min(this.pause * 1.5, LONGEST_MS);
      this.take(now);
    } catch (error) {
      if (this.over) return;
      if (FINAL.includes(error.code)) {
        this.end(this.reject, error);
        return;
      }
      this.unreachable = true;
      this.pause = Math.min(this.pause * 1.5, LONGEST_MS);
      this.changed({ ...(this.job ?? UNKNOWN), id: this.id, unreachable: true });
    }
    this.later(this.stream ? QUIET_MS : this.pause);
  }

  take(job) {
    if (this.over || (job.revision <= (this.job?.revision ?? -1) && !this.unreachable)) return;
    this.job = job;
    this.unreachable = false;
    this.changed(job);
    if (!isOpen(job)) this.end(this.resolve, job);
  }

  end(settle, value) {
    if (this.over) return;
    this.over = true;
    clearTimeout(this.timer);
    this.drop();
    settle(value);
  }
}

class Shown {
  constructor(place, job) {
    this.place = place;
    this.spoken = 0;
    this.bar = element("progress", { max: 1, "aria-label": t("job.progress") });
    this.text = element("span", { class: "quiet" }, t("job.queued"));
    // Told aloud now and then alone: the text beside it changes ten times a second.
    this.voice = element("span", { class: "unseen", role: "status" });
    this.button = element("button", { type: "button", onclick: () => this.stop(job) }, t("job.cancel"));
    place.replaceChildren(element("div", { class: "job-progress" }, this.bar, this.text, this.voice, this.button));
  }

  update(job) {
    if (job.fraction > 0) this.bar.value = job.fraction;
    else this.bar.removeAttribute("value");
    if (job.stopping) this.button.disabled = true;
    this.text.textContent = sentence(job);
    if (Date.now() - this.spoken < SPOKEN_MS) return;
    this.spoken = Date.now();
    this.voice.textContent = this.text.textContent;
  }

  async stop(job) {
    this.button.disabled = true;
    try {
      this.update(await cancel(job));
    } catch (error) {
      this.button.disabled = false;
      this.text.textContent = error.message;
    }
  }

  end(job) {
    if (job.state === "failed") this.fail(errorOf({ error: job.error }, 0));
    else this.place.replaceChildren(element("p", { class: "quiet", role: "status" }, t(`job.${job.state}`)));
  }

  fail(error) {
    if (error.name !== "AbortError") this.place.replaceChildren(element("p", { class: "fault", role: "alert" }, error.message));
  }
}

function sentence(job) {
  if (job.unreachable) return t("job.unreachable");
  if (job.stopping) return t("job.stopping");
  if (!job.message || !isOpen(job)) return t(`job.${job.state}`);
  return known(`job.${job.message}`, job.message);
}
