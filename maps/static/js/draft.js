// What the desk is about: the open drafts, the one that is chosen, and what was found in it.

import { follow } from "./job.js";
import { send } from "./request.js";
import { errorOf, fetchJson } from "./service.js";

const OVER = ["published", "discarded"];

export class Desk {
  constructor() {
    this.drafts = [];
    this.draft = null;
    this.findings = [];
    this.listeners = new Map();
    this.followed = new Map();
  }

  /** Call a listener at each event of that name: "drafts", "draft", "step", "finding", "job", "failure". */
  on(name, listener) {
    this.listeners.set(name, [...(this.listeners.get(name) ?? []), listener]);
  }

  tell(name, value) {
    for (const listener of this.listeners.get(name) ?? []) listener(value);
  }

  get open() {
    return this.draft !== null && this.draft.state === "open";
  }

  /** The path of what belongs to the chosen draft. */
  path(end = "") {
    return `drafts/${this.draft.id}${end && `/${end}`}`;
  }

  /** Read the list of open drafts, and go on following the jobs that are running. */
  async list() {
    const answer = await fetchJson("drafts");
    this.drafts = answer.drafts ?? answer;
    this.tell("drafts", this.drafts);
    for (const draft of this.drafts) {
      if (draft.job) this.watch(draft.id, draft.job);
    }
  }

  /** Choose a draft by its id, or none. */
  async choose(id) {
    const before = this.draft;
    this.draft = id === null ? null : await fetchJson(`drafts/${id}`);
    this.remember();
    if (this.draft?.job) this.watch(this.draft.id, this.draft.job);
    // What was said counts too: a file that is read anew has a first step again.
    const mark = (draft) => JSON.stringify([draft?.id, draft?.step, draft?.state, draft?.steps, draft?.said]);
    const same = mark(before) === mark(this.draft);
    this.tell("draft", this.draft);
    if (!same) await this.readStep();
  }

  /** Read the chosen draft and the list again, after something was done to it. */
  async refresh() {
    await Promise.all([this.list(), this.draft ? this.choose(this.draft.id) : null]);
  }

  /** Read the findings of the step that counts. */
  async readStep() {
    const { draft } = this;
    this.findings = [];
    if (draft && draft.step !== null && draft.step !== undefined) {
      const answer = await fetchJson(`drafts/${draft.id}/findings`);
      if (this.draft?.id !== draft.id) return;
      this.findings = answer.findings;
    }
    this.tell("step", draft);
  }

  /** Follow a job once, and read again what it was about when it is over. */
  async watch(id, job) {
    if (this.followed.has(job.id) || !["queued", "running"].includes(job.state)) return;
    this.followed.set(job.id, job);
    const ended = await follow(job, (now) => {
      this.followed.set(job.id, now);
      this.tell("job", { id, job: now });
    }).catch((error) => this.tell("failure", error));
    this.followed.delete(job.id);
    this.tell("job", { id, job: ended ?? null });
    if (this.draft?.id === id) await this.refresh().catch((error) => this.tell("failure", error));
    else await this.list().catch((error) => this.tell("failure", error));
  }

  /** Do something to the chosen draft, wait for its job where it makes one, and return the answer. */
  async act(method, end, options = {}) {
    const answer = await send(method, this.path(end), options);
    return answer.job ? this.settle(answer) : answer;
  }

  /** Wait for the job of an answer, and return its result. */
  async settle(answer) {
    const id = this.draft?.id;
    const ended = await follow(answer.job, (job) => this.tell("job", { id, job }));
    this.tell("job", { id, job: ended });
    if (ended.state === "failed") throw errorOf({ error: ended.error }, 0);
    if (ended.state === "cancelled") throw errorOf({ error: { code: "cancelled" } }, 0);
    return ended.result ?? answer;
  }

  /** Keep the chosen draft in the page's address, so that a reload and the other language show it. */
  remember() {
    const here = new URL(window.location.href);
    here.searchParams.delete("lang");
    if (this.draft && !OVER.includes(this.draft.state)) here.searchParams.set("draft", this.draft.id);
    else here.searchParams.delete("draft");
    window.history.replaceState(null, "", here);
    for (const link of document.querySelectorAll("[data-language]")) {
      const there = new URL(here);
      there.searchParams.set("lang", link.dataset.language);
      link.href = there.pathname + there.search;
    }
  }
}
