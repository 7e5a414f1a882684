// Whose an enterprise is: how near the border, what a person said, and the buttons to say it.

import { element } from "./element.js";
import { number } from "./notation.js";
import { forget, intention, send } from "./request.js";
import { overruleForm } from "./overrule.js";
import { fetchJson } from "./service.js";
import { verdictOf } from "./verdict.js";
import { facts, t } from "./words.js";

const { grid } = facts;
const LEVEL = { basis: grid.basis, level: grid.level };

const metres = (value) => number(value, value >= 10 ? 0 : 1);

/** Whether the chief is asked whose it is. */
export function isOpen({ receipt }) {
  return Boolean(receipt) && (receipt.doubtful || receipt.rule === "overlap" || Boolean(receipt.override?.disagrees));
}

/** What the receipt says in a few words; the question where it is open. */
export function claimOf(row) {
  const { receipt } = row;
  if (!receipt || receipt.border_m === null) return saidOf(receipt);
  if (receipt.override) return [saidOf(receipt), receipt.within ? null : t("grid.beyond", { metres: metres(receipt.border_m) })].filter(Boolean).join(" · ");
  if (receipt.rule === "overlap") return t("grid.whose_several", { codes: row.candidates.join(t("unit.and")) });
  if (!receipt.doubtful) return t("grid.from_border", { metres: metres(receipt.border_m) });
  const values = { metres: metres(receipt.border_m), code: receipt.neighbour, accuracy: metres(receipt.accuracy_m) };
  if (!receipt.neighbour) return t("grid.whose_open", values);
  return t(receipt.rule === "tie" ? "grid.whose_on" : "grid.whose", values);
}

function saidOf(receipt) {
  const said = receipt?.override;
  if (!said) return null;
  const flag = said.disagrees ? t("grid.disagrees", { code: said.lawful ?? t("grid.no_grid") }) : null;
  return [t("grid.set_by", said), flag].filter(Boolean).join(" · ");
}

/**
 * The buttons of a row. `changed` is called with the row once its receipt is another, and where it then
 * belongs to another grid, with that grid's code.
 */
export function claims(row, changed) {
  if (!row.receipt) return null;
  const place = element("div", { class: "claims" });
  const told = element("p", { class: "quiet", role: "status" });
  const run = async (name, work) => {
    for (const button of place.querySelectorAll("button")) button.disabled = true;
    try {
      await work({ "Idempotency-Key": intention(name) });
      forget(name);
      await refresh(row);
      changed(row, row.receipt.grid === grid.code ? null : row.receipt.grid);
    } catch (error) {
      // An answer that was lost may come again under the same key; a refusal may not.
      if (error.status) forget(name);
      told.textContent = error.message;
      for (const button of place.querySelectorAll("button")) button.disabled = false;
    }
  };
  const say = (body) => run(`override:${row.id}:${JSON.stringify(body)}`, (headers) => send("POST", pathOf(row), { headers, parameters: LEVEL, body }));
  const give = (code) => say({ grid: code, reason: reasonFor(code) });
  const undo = () => run(`undo:${row.id}`, (headers) => send("DELETE", pathOf(row), { headers, parameters: LEVEL }));
  const first = () => place.replaceChildren(...offered(row, { give, undo, other, why }), told);
  const other = () => place.replaceChildren(...others(row, give, first), told);
  const overrule = () => place.replaceChildren(overruleForm(codesBeside(row), { say, back: first }), told);
  const why = () => explain(row, place, told, overrule);
  first();
  return place;
}

const pathOf = (row) => `enterprises/${row.id}/override`;

const reasonFor = (code) => code === grid.code ? t("grid.reason_mine") : t("grid.reason_not_mine", { code });

const button = (text, onclick) => element("button", { type: "button", onclick }, text);

function offered(row, { give, undo, other, why }) {
  const asked = isOpen(row) && !row.receipt.override;
  return [
    asked ? button(t("grid.mine"), () => give(grid.code)) : null,
    asked ? button(t("grid.not_mine"), other) : null,
    row.receipt.override ? button(t("grid.undo"), undo) : null,
    button(t("grid.why"), why),
  ].filter(Boolean);
}

/** The grids beside that may have it instead; the desk is named where there is none. */
function others(row, give, back) {
  const choices = codesBeside(row).map((code) => button(t("grid.give_to", { code }), () => give(code)));
  const lacking = choices.length ? [] : [element("p", { class: "quiet" }, t("grid.nobody_beyond"))];
  return [...lacking, ...choices, button(t("grid.cancel"), back)];
}

function codesBeside(row) {
  const codes = new Set([row.receipt.neighbour, ...(row.candidates ?? [])]);
  codes.delete(grid.code);
  codes.delete(null);
  return [...codes];
}

async function explain(row, place, told, overrule) {
  told.textContent = t("state.loading");
  try {
    const answer = await fetchJson(`enterprises/${row.id}/assignment`);
    const receipt = element("div", { class: "receipt" }, ...verdictOf(answer, LEVEL));
    receipt.querySelector("details").open = true;
    place.querySelector("button:last-of-type").remove();
    if (!row.receipt.override) receipt.append(button(t("grid.overrule"), overrule));
    place.append(receipt);
    told.textContent = "";
  } catch (error) {
    told.textContent = error.message;
  }
}

async function refresh(row) {
  const { assignments } = await fetchJson(`enterprises/${row.id}/assignment`);
  row.receipt = assignments.find(({ basis, level }) => basis === grid.basis && level === grid.level);
  row.rule = row.receipt.rule;
  row.status = row.receipt.status;
  row.candidates = row.receipt.candidates;
}
