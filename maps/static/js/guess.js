// What a file probably holds, told from its name and, where it is text, from its first lines.

import { facts } from "./words.js";

const BYTES = 65536;
const TEXT = /\.(csv|json|geojson|kml|gml)$/i;

// The first that matches counts; a general grid is no exclusive one, and an organisation names grids too.
const KINDS = [
  ["addresses", /标准地址|地址表|门牌|address/i],
  ["streets", /\.pbf$|道路|街道|路网|street|road|osm/i],
  ["organisations", /组织|党支部|党委|organi[sz]ation/i],
  ["general-grids", /一般网格|社会治理|general/i],
  ["stations", /驿站|站点|服务中心|station/i],
  ["enterprises", /企业|单位|公司|法人|enterprise|compan|firm/i],
  ["grids", /网格|片区|grid|block|cell/i],
  ["parks", /园区|park|开发区/i],
  ["base", /底图|水系|建筑|铁路|\bbase|building|water/i],
];
const HEADERS = [
  ["organisations", /组织名称|覆盖网格/],
  ["enterprises", /企业名称|社会信用代码|uscc|enterprise/i],
  ["stations", /驿站名称|设施类型|服务功能|opening_hours/i],
  ["grids", /网格编码|网格名称|grid_code|grid_name/i],
  ["parks", /园区编码|园区名称|park_code/i],
  ["streets", /highway|道路等级/i],
];
const LEVELS = [
  ["block", /片区|街区|街（片）区|block/i],
  ["micro", /微网格|micro/i],
];

/** Return the kind that a file probably has, and the level where the kind has levels. */
export async function guess(file) {
  const kind = find(KINDS, file.name) ?? find(HEADERS, await beginning(file)) ?? "grids";
  const { basis, level } = facts.counting;
  const named = `${basis}/${find(LEVELS, file.name)}`;
  const known = facts.desk.levels.some((one) => `${one.basis}/${one.name}` === named);
  return { kind, level: known ? named : `${basis}/${level}` };
}

function find(rules, text) {
  return rules.find(([, pattern]) => pattern.test(text))?.[0];
}

async function beginning(file) {
  if (!TEXT.test(file.name)) return "";
  const bytes = await file.slice(0, BYTES).arrayBuffer();
  const decode = (encoding) => new TextDecoder(encoding).decode(bytes);
  const text = decode("utf-8");
  return text.includes("\ufffd") ? decode("gb18030") : text;
}
