// The page's part of the catalogue, and the facts of the zone, both embedded as JSON.

const table = JSON.parse(document.getElementById("words").textContent);

export const facts = JSON.parse(document.getElementById("facts").textContent);

/** Return the sentence of a key with its values filled in; `{name|worker|workers}` is the word that goes with 1, or with others. */
export function t(key, values = {}) {
  // In one pass, so that braces in a value stay what they are.
  return (table[key] ?? key).replace(/\{(\w+)(?:\|([^{}|]*)\|([^{}|]*))?\}/g, (place, name, one, others) => {
    const value = values[name];
    if (one === undefined || value === undefined) return String(value ?? place);
    return String(value) === "1" ? one : others;
  });
}

/** Return the sentence of a key made from data, or what stands in where the catalogue has none. */
export function known(key, otherwise, values = {}) {
  return key in table ? t(key, values) : otherwise;
}
