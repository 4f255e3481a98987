// From Qunlian's plain description of a plot to ECharts options: one look for all of them.
import { provinceTiles } from "./provinces.js";

const ink = "#1c2333";
const soft = "#646c7d";
const rule = "#e7e9ef";
const colours = ["#2f54c8", "#e08a1e", "#128a72", "#b8437f", "#6f5bd0", "#5c7a1f", "#c4492f", "#3b7ea1"];
const symbols = ["circle", "rect", "triangle", "diamond", "emptyCircle", "emptyRect"];
const dashes = ["solid", [6, 4], [2, 3], [8, 3, 2, 3]];
// Quiet patterns, so that parts differ without colour too.
const light = "rgba(255,255,255,.34)";
const decals = [
  { symbol: "none" },
  { symbol: "rect", color: light, dashArrayX: [1, 0], dashArrayY: [2, 5], rotation: -Math.PI / 4 },
  { symbol: "circle", color: light, symbolSize: 0.7, dashArrayX: [[8, 8], [0, 8, 8, 0]], dashArrayY: [6, 0] },
  { symbol: "rect", color: light, dashArrayX: [1, 0], dashArrayY: [2, 6], rotation: Math.PI / 4 },
  { symbol: "triangle", color: light, symbolSize: 0.7, dashArrayX: [[9, 9], [0, 9, 9, 0]], dashArrayY: [7, 2] },
  { symbol: "rect", color: light, dashArrayX: [1, 0], dashArrayY: [2, 6], rotation: 0 },
];
const reduced = () => window.matchMedia("(prefers-reduced-motion: reduce)").matches;

const steps = document.documentElement.lang.startsWith("zh")
  ? [[1e8, "亿"], [1e4, "万"]]
  : [[1e9, "bn"], [1e6, "m"], [1e3, "k"]];

function short(value) {
  if (typeof value !== "number") return value ?? "—";
  const [size, name] = steps.find(([least]) => Math.abs(value) >= least) ?? [1, ""];
  return `${Number((value / size).toFixed(size === 1 ? 2 : 1)).toLocaleString()}${name}`;
}

const withUnit = (unit) => (value) => `${short(value)}${unit === "%" ? "%" : unit ? ` ${unit}` : ""}`;

function base(spec, legend) {
  return {
    color: colours,
    animationDuration: reduced() ? 0 : 350,
    textStyle: { fontFamily: getComputedStyle(document.body).fontFamily, color: ink, fontSize: 12 },
    aria: { enabled: true, decal: { show: spec.kind === "bar" || spec.kind === "pie", decals } },
    tooltip: {
      trigger: "item", confine: true, borderWidth: 0, padding: [8, 12], backgroundColor: "#fff",
      extraCssText: "box-shadow:0 6px 24px rgba(20,28,50,.16);border-radius:8px;",
      textStyle: { color: ink, fontSize: 12 }, valueFormatter: withUnit(spec.unit),
    },
    legend: legend
      ? { top: 0, left: 0, icon: "roundRect", itemWidth: 14, itemHeight: 8, itemGap: 16, textStyle: { color: soft } }
      : undefined,
  };
}

const axisText = { color: soft, fontSize: 12 };

function valueAxis(unit, name, extra = {}) {
  return {
    type: "value", name, nameLocation: "end", nameTextStyle: { color: soft, align: "left" }, axisLine: { show: false },
    axisTick: { show: false }, axisLabel: { ...axisText, formatter: (value) => short(value) + (unit === "%" ? "%" : "") },
    splitLine: { lineStyle: { color: rule } }, splitNumber: 4, ...extra,
  };
}

function categoryAxis(spec, extra = {}) {
  return {
    type: "category", data: spec.x, axisLine: { lineStyle: { color: "#cdd2dc" } }, axisTick: { show: false },
    axisLabel: { ...axisText, hideOverlap: true }, ...extra,
  };
}

function grid(hasLegend, extra = {}) {
  return { left: 8, right: 16, top: hasLegend ? 40 : 16, bottom: 8, outerBoundsMode: "same", outerBoundsContain: "all", ...extra };
}

function band(line, place) {
  const edge = { type: "line", stack: `band${place}`, symbol: "none", lineStyle: { opacity: 0 }, silent: true, tooltip: { show: false } };
  return [
    { ...edge, name: line.name, data: line.low },
    {
      ...edge, name: line.name, data: line.high.map((high, at) => high - line.low[at]),
      areaStyle: { color: colours[place], opacity: 0.14 },
    },
  ];
}

function lines(spec) {
  const single = spec.series.length === 1;
  const drawn = spec.series.flatMap((line, place) => [
    ...(line.low ? band(line, place) : []),
    {
      type: "line", name: line.name, data: line.values, color: colours[place % colours.length],
      symbol: symbols[place % symbols.length], symbolSize: 7, showAllSymbol: spec.x.length <= 31, showSymbol: spec.x.length <= 31,
      lineStyle: { width: 2.2, type: dashes[place % dashes.length] },
      areaStyle: single && spec.fill !== false && !line.low ? { opacity: 0.07 } : undefined,
    },
  ]);
  if (spec.guide) {
    drawn.push({
      type: "line", name: spec.guide.name, data: spec.guide.values, symbol: "none", color: soft,
      lineStyle: { width: 1.6, type: [4, 4], color: soft },
    });
  }
  const hasLegend = drawn.length > 1;
  return {
    ...base(spec, hasLegend), grid: grid(hasLegend), xAxis: categoryAxis(spec, { boundaryGap: false }),
    yAxis: valueAxis(spec.unit, undefined, { min: spec.min, max: spec.max, interval: spec.max === 100 ? 25 : undefined }), series: drawn,
    tooltip: { ...base(spec).tooltip, trigger: "axis", axisPointer: { lineStyle: { color: "#b9c0cf" } } },
  };
}

function bars(spec) {
  const hasLegend = spec.series.length > 1;
  const category = categoryAxis(spec, spec.horizontal ? { inverse: true, axisLine: { show: false } } : {});
  const value = valueAxis(spec.unit);
  return {
    ...base(spec, hasLegend),
    aria: { enabled: true, decal: { show: hasLegend, decals } },
    grid: grid(hasLegend, spec.horizontal ? { right: 48 } : {}),
    xAxis: spec.horizontal ? { ...value, axisLabel: { show: false }, splitLine: { show: false } } : category,
    yAxis: spec.horizontal ? category : value,
    tooltip: { ...base(spec).tooltip, trigger: "axis", axisPointer: { type: "shadow", shadowStyle: { color: "rgba(47,84,200,.05)" } } },
    series: spec.series.map((line, place) => ({
      type: "bar", name: line.name, data: line.values, stack: spec.stacked ? "all" : undefined, barMaxWidth: 28,
      color: colours[place % colours.length], itemStyle: { borderRadius: spec.stacked ? 0 : spec.horizontal ? [0, 4, 4, 0] : [4, 4, 0, 0] },
      label: spec.horizontal && !hasLegend ? { show: true, position: "right", color: soft, formatter: ({ value: one }) => short(one) } : undefined,
    })),
  };
}

function ring(spec) {
  const total = spec.parts.reduce((sum, part) => sum + part.value, 0);
  return {
    ...base(spec),
    series: [{
      type: "pie", radius: ["52%", "76%"], center: ["50%", "50%"], data: spec.parts, padAngle: 1.5,
      itemStyle: { borderRadius: 4 }, label: { color: ink, formatter: ({ name, percent }) => `${name}\n${percent.toFixed(0)}%`, lineHeight: 17 },
      labelLine: { lineStyle: { color: "#b9c0cf" } }, emphasis: { scaleSize: 4 }, minShowLabelAngle: total ? 4 : 0,
    }],
  };
}

function points(spec) {
  const hasLegend = spec.series.length > 1;
  return {
    ...base(spec, hasLegend),
    grid: grid(hasLegend, { top: hasLegend ? 34 : 8 }),
    xAxis: { ...valueAxis(spec.x_unit, spec.x_name, { scale: true }), nameLocation: "middle", nameGap: 28, splitLine: { show: false } },
    yAxis: valueAxis(spec.y_unit, spec.y_name, { scale: true }),
    tooltip: { ...base(spec).tooltip, formatter: ({ data, seriesName }) => `<b>${escaped(data.name ?? seriesName)}</b><br>${escaped(spec.x_name ?? "x")} ${short(data.value[0])}<br>${escaped(spec.y_name ?? "y")} ${short(data.value[1])}` },
    series: spec.series.map((line, place) => ({
      type: "scatter", name: line.name, symbol: symbols[place % symbols.length],
      data: line.points.map((point) => ({ name: point.name, url: point.url, sets: point.sets, value: [point.x, point.y], symbolSize: point.size ?? 9 })),
      itemStyle: { opacity: 0.72 },
    })),
  };
}

function escaped(text) {
  const box = document.createElement("span");
  box.textContent = text;
  return box.innerHTML;
}

function branches(spec, width) {
  const isNarrow = width < 420;
  return {
    ...base(spec),
    series: [{
      type: "tree", data: [spec.root], left: 16, right: isNarrow ? 110 : 180, top: 8, bottom: 8, symbol: "circle", symbolSize: 9,
      initialTreeDepth: spec.depth ?? (isNarrow ? 1 : 2), expandAndCollapse: true, lineStyle: { color: "#cdd2dc", width: 1.4 },
      itemStyle: { color: colours[0], borderColor: colours[0] },
      label: { position: "right", distance: 8, color: ink, backgroundColor: "#fff", padding: [2, 4], formatter: ({ name, value }) => (value === undefined ? name : `${name}  ${short(value)}`) },
    }],
  };
}

function places(spec) {
  const least = Math.min(...spec.places.map((place) => place.value));
  const most = Math.max(...spec.places.map((place) => place.value));
  const size = (value) => 6 + 26 * Math.sqrt(most > least ? (value - least) / (most - least) : 0.5);
  return {
    ...base(spec),
    grid: grid(false, { top: 16 }),
    xAxis: { ...valueAxis("", undefined, { scale: true }), axisLabel: { ...axisText, formatter: (value) => `${value}°E` } },
    yAxis: { ...valueAxis("", undefined, { scale: true }), axisLabel: { ...axisText, formatter: (value) => `${value}°N` } },
    tooltip: { ...base(spec).tooltip, formatter: ({ data }) => `<b>${escaped(data.name)}</b><br>${withUnit(spec.unit)(data.value[2])}` },
    series: [{
      type: "scatter", itemStyle: { opacity: 0.6 },
      data: spec.places.map((place) => ({ name: place.name, url: place.url, value: [place.lng, place.lat, place.value], symbolSize: size(place.value) })),
    }],
  };
}

const makers = { line: lines, bar: bars, pie: ring, scatter: points, tree: branches, places, provinces: (spec) => provinceTiles(spec, base(spec), { short, withUnit, escaped, ink, soft }) };

// For what draws itself.
export function lookOf(spec) {
  return { base: base(spec), short, escaped, ink, soft };
}

export function optionOf(spec, width) {
  return makers[spec.kind](spec, width);
}
