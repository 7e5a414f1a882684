// Elements made from values; text goes in as text and never as markup.

/** Make an element; an attribute that is null or false is left out, true stands alone. */
export function element(tag, attributes = {}, ...children) {
  const made = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (value === null || value === undefined || value === false) continue;
    if (name.startsWith("on")) made.addEventListener(name.slice(2), value);
    else made.setAttribute(name, value === true ? "" : String(value));
  }
  made.append(...children.flat().filter((child) => child !== null && child !== undefined));
  return made;
}

/** Text that may be broken where the parts of a file's name end. */
export function breakable(text) {
  return text.split(/(?<=[_.-])/).flatMap((part, i) => (i ? [element("wbr"), part] : [part]));
}

/** Return a definition list of the pairs that have a value. */
export function pairs(rows) {
  const list = element("dl", { class: "pairs" });
  for (const [term, value] of rows) {
    if (value === null || value === undefined || value === "") continue;
    list.append(element("dt", {}, term), element("dd", {}, ...[value].flat()));
  }
  return list;
}
