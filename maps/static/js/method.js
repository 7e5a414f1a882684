// The one line that says what a map shows: mode, minutes, method, speed, street data, release.

import { day, minutes, number, percent } from "./notation.js";
import { facts, t } from "./words.js";

/** Return the method line of a coverage answer. */
export function methodLine(coverage, choice) {
  const speed = number((coverage.speed_m_per_min * 60) / 1000, 1);
  const parts = [
    t("method.promise", { mode: t(`mode.${coverage.mode}`), minutes: minutes(coverage.minutes) }),
    coverage.method === "disc" && coverage.detour
      ? t("method.disc_detour", { detour: number(coverage.detour, 2) })
      : t(`method.${coverage.method}`),
    `${speed} km/h`,
    streetPart(coverage),
    slopePart(coverage),
    ...choicePart(choice),
  ];
  const stamp = coverage.stamp ?? {};
  if (stamp.release !== null && stamp.release !== undefined) {
    parts.push(t("method.release", { number: stamp.release }));
  }
  if (stamp.on) parts.push(t("method.on", { day: day(stamp.on) }));
  return parts.filter(Boolean).join(" · ");
}

function streetPart(coverage) {
  if (coverage.method !== "network") return null;
  const streets = coverage.streets;
  if (!streets) return null;
  const dated = t("method.streets", { day: day(streets.loaded_at) });
  return streets.source ? `${dated} (${streets.source})` : dated;
}

/** Whether slopes took part, where they could. */
function slopePart({ slopes }) {
  if (!slopes || (!slopes.counted && slopes.why !== "not-stated")) return null;
  return slopes.counted ? t("method.slopes", { share: percent(slopes.share, 1) }) : t("method.no_slopes");
}

function choicePart(choice) {
  const parts = choice.at ? [choice.at.replace("T", " ")] : [];
  if (choice.functions.length) {
    parts.push(choice.functions.map((key) => facts.functions[key] ?? key).join(t("unit.and")));
  }
  if (choice.kinds.length && choice.kinds.length < facts.circle.kinds.length) {
    parts.push(choice.kinds.map((key) => facts.kinds[key] ?? key).join(t("unit.and")));
  }
  return parts;
}
