// The page's part of the catalogue, and the facts of the zone, both embedded as JSON.

const table = JSON.parse(document.getElementById("words").textContent);

export const facts = JSON.parse(document.getElementById("facts").textContent);

/** Return the sentence of a key with its values filled in. */
export function t(key, values = {}) {
  let sentence = table[key] ?? key;
  for (const [name, value] of Object.entries(values)) {
    sentence = sentence.split(`{${name}}`).join(String(value));
  }
  return sentence;
}

/** Return the sentence of a key made from data, or what stands in where the catalogue has none. */
export function known(key, otherwise, values = {}) {
  return key in table ? t(key, values) : otherwise;
}
