// The plan in hand: what is done to each station, one edit for each, and the way back.

const MOST_STEPS = 200;

export function keyOf(edit) {
  return edit.station ?? edit.new;
}

export class Plan {
  /** `changed(plan)` is called after each change. */
  constructor(changed) {
    this.changed = changed;
    this.steps = [[]];
    this.at = 0;
    this.live = null;
  }

  /** The edits as they stand, those of a drag that goes on included. */
  get edits() {
    return this.live ?? this.steps[this.at];
  }

  get canUndo() {
    return this.at > 0;
  }

  get canRedo() {
    return this.at < this.steps.length - 1;
  }

  find(key) {
    return this.edits.find((edit) => keyOf(edit) === key) ?? null;
  }

  /** Say something of a station; null takes back all that was said of it. */
  say(key, edit) {
    this.step(this.withEdit(this.steps[this.at], key, edit));
  }

  /** Say it while a drag goes on: no step of its own. */
  sayLive(key, edit) {
    this.live = this.withEdit(this.steps[this.at], key, edit);
    this.changed(this);
  }

  withEdit(edits, key, edit) {
    const place = edits.findIndex((one) => keyOf(one) === key);
    if (!edit) return edits.filter((one) => keyOf(one) !== key);
    return place < 0 ? [...edits, edit] : edits.map((one, number) => (number === place ? edit : one));
  }

  step(edits) {
    this.live = null;
    this.steps = [...this.steps.slice(0, this.at + 1), edits].slice(-MOST_STEPS);
    this.at = this.steps.length - 1;
    this.changed(this);
  }

  /** Begin anew with the edits of a scenario, or with none. */
  begin(edits) {
    this.live = null;
    this.steps = [edits];
    this.at = 0;
    this.changed(this);
  }

  undo() {
    if (this.canUndo) this.go(this.at - 1);
  }

  redo() {
    if (this.canRedo) this.go(this.at + 1);
  }

  go(step) {
    this.live = null;
    this.at = step;
    this.changed(this);
  }

  /** A name for the next new station. */
  get nextNew() {
    const used = this.steps.flat().map((edit) => Number(/^n(\d+)$/.exec(edit.new ?? "")?.[1] ?? 0));
    return `n${Math.max(0, ...used) + 1}`;
  }
}
