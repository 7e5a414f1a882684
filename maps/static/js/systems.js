// Coordinate systems and the reasons for them, in the reader's language.

import { facts, t } from "./words.js";

const MERIDIANS = [102, 105, 108, 111, 114, 117, 120, 123];

/** Code → title of the systems that are offered; any other can be typed. */
export const SYSTEMS = [
  ["EPSG:4326", "WGS 84"], ["EPSG:4490", "CGCS2000"],
  ...MERIDIANS.map((meridian) => [`EPSG:${4534 + meridian / 3 - 25}`, `CGCS2000 / 3° / ${meridian}°E`]),
];

// The server gives its reasons in English, each made of these parts.
const PARTS = [
  [/^The file says so$/, "candidate.file_says"],
  [/^The format says so$/, "candidate.format_says"],
  [/^The person says so$|^A person says so$/, "candidate.person_says"],
  [/^The numbers can be degrees$/, "candidate.degrees"],
  [/^The numbers can be metres of a web map$/, "candidate.web_map"],
  [/^The eastings begin with the zone (?<zone>\d+)$/, "candidate.zone"],
  [/^The numbers can be metres around the meridian (?<meridian>\d+)°$/, "candidate.meridian"],
  [/^The numbers can be metres in zone (?<zone>\d+) of UTM$/, "candidate.utm"],
  [/^if they are (?:US survey )?feet$/, "candidate.feet"],
  [/^if y stands before x$/, "candidate.axes"],
  [/^with the offset of (?<name>[\w-]+) undone$/, "candidate.offset"],
  [/^it lands in the zone$/, "candidate.lands_here"],
  [/^it lands (?<km>[\d,]+) km from the zone$/, "candidate.lands_away"],
  [/^and (?<share>[\d.]+%) of (?<count>[\d,]+) polygons lie where they are known$/, "candidate.polygons"],
  [/^and (?<share>[\d.]+%) of (?<count>[\d,]+) vertices lie on known edges$/, "candidate.vertices"],
];

/** A candidate's reason; a part that the catalogue does not know stays as it is. */
export function reasonOf(text) {
  if (facts.language === "en") return text;
  return (text ?? "").replace(/\.$/, "").split(/[;,] (?!\d)/).map(partOf).join(t("unit.comma"));
}

function partOf(part) {
  for (const [pattern, key] of PARTS) {
    const match = pattern.exec(part);
    if (match) return t(key, match.groups ?? {});
  }
  return part;
}

/** A system's label with its title, where it is one that is offered. */
export function titleOf(label) {
  const [code, ...rest] = (label ?? "").split(", ");
  const title = code === "OGC:CRS84" ? "WGS 84" : SYSTEMS.find(([known]) => known === code)?.[1];
  const words = rest.map((one) => {
    if (one === "axes swapped") return t("candidate.axes_swapped");
    const undone = /^(.+) undone$/.exec(one);
    return undone ? t("candidate.undone", { name: undone[1] }) : one;
  });
  return [title ? `${title} (${code})` : code, ...words].join(t("unit.comma"));
}
