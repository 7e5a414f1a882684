// Shared edges: where a corner of one grid moves, the grids that have the same corner follow.

/** Return the rings of a polygon or multipolygon, each once. */
export function rings(geometry) {
  if (geometry.type === "Polygon") return geometry.coordinates;
  return geometry.coordinates.flat();
}

const key = ([x, y]) => `${x} ${y}`;

export function copy(geometry) {
  return structuredClone(geometry);
}

/** Whether a geometry has a corner. */
export function has(geometry, corner) {
  return rings(geometry).some((ring) => ring.some((one) => key(one) === key(corner)));
}

/** Move a corner wherever a geometry has it; true where it has. Changes the geometry given. */
export function move(geometry, from, to) {
  let moved = false;
  for (const ring of rings(geometry)) {
    for (const [i, corner] of ring.entries()) {
      if (key(corner) !== key(from)) continue;
      ring[i] = [...to];
      moved = true;
    }
  }
  return moved;
}

/** Put a corner between two that follow one another, in either direction; true where there are such. */
export function insert(geometry, before, corner, after) {
  const ends = new Set([key(before), key(after)]);
  if (ends.size < 2) return false;
  for (const ring of rings(geometry)) {
    for (let i = 1; i < ring.length; i += 1) {
      const [a, b] = [key(ring[i - 1]), key(ring[i])];
      if (a !== b && ends.has(a) && ends.has(b)) {
        ring.splice(i, 0, [...corner]);
        return true;
      }
    }
  }
  return false;
}

/** Take a corner out of every ring that keeps three corners without it; true where one was. */
export function remove(geometry, corner) {
  let removed = false;
  for (const ring of rings(geometry)) {
    const rest = ring.slice(0, -1).filter((one) => key(one) !== key(corner));
    if (rest.length === ring.length - 1 || rest.length < 3) continue;
    ring.splice(0, ring.length, ...rest, [...rest[0]]);
    removed = true;
  }
  return removed;
}

/** The features that have a corner with this one in common. */
export function neighbours(features, feature) {
  const own = new Set(rings(feature.geometry).flat().map(key));
  return features.filter((other) => other !== feature && other.geometry?.type.endsWith("Polygon")
    && rings(other.geometry).some((ring) => ring.some((corner) => own.has(key(corner)))));
}
