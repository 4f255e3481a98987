// The map: outlines of the country or of a province from the packaged source, stores as circles, one per cell.
// Only pages with a map load this, and of the outlines only the one they show.
import * as echarts from "echarts/core";
import { ScatterChart } from "echarts/charts";
import { GeoComponent, TooltipComponent, VisualMapPiecewiseComponent } from "echarts/components";

echarts.use([ScatterChart, GeoComponent, TooltipComponent, VisualMapPiecewiseComponent]);

const country = () => import("echarts-outlines/map/json/china.json");
const provinces = import.meta.glob("/node_modules/echarts-outlines/map/json/province/*.json", { exhaustive: true });
const files = {
  11: "beijing", 12: "tianjin", 13: "hebei", 14: "shanxi", 15: "neimenggu", 21: "liaoning", 22: "jilin", 23: "heilongjiang", 31: "shanghai",
  32: "jiangsu", 33: "zhejiang", 34: "anhui", 35: "fujian", 36: "jiangxi", 37: "shandong", 41: "henan", 42: "hubei", 43: "hunan",
  44: "guangdong", 45: "guangxi", 46: "hainan", 50: "chongqing", 51: "sichuan", 52: "guizhou", 53: "yunnan", 54: "xizang", 61: "shanxi1",
  62: "gansu", 63: "qinghai", 64: "ningxia", 65: "xinjiang", 71: "taiwan", 81: "xianggang", 82: "aomen",
};

// Low shares warm, high ones cool, apart in lightness too; the tooltip and the table say the number.
const steps = [
  { min: 0, lt: 20, color: "#b3541e" }, { gte: 20, lt: 40, color: "#e0964f" }, { gte: 40, lt: 60, color: "#d8c9a3" },
  { gte: 60, lt: 80, color: "#7f9fe0" }, { gte: 80, max: 100, color: "#2546ad" },
];
const label = ({ min, gte, lt }) => (lt ? `${min ?? gte}–${lt}` : `${gte}–100%`);

async function outlineOf(province) {
  if (!province) return (await country()).default;
  const load = provinces[`/node_modules/echarts-outlines/map/json/province/${files[province]}.json`];
  return load ? (await load()).default : undefined;
}

// 330000 on the country's map is 33; on a province's map 330100 is 3301, and a district keeps its six figures.
function codeOf(id, province) {
  const text = String(id ?? "");
  if (!province) return text.slice(0, 2);
  return text.endsWith("00") ? text.slice(0, 4) : text;
}

// The part that a page looks into, with some room around it.
function frame(region) {
  const { x, y, width, height } = region.getBoundingRect();
  const room = 0.08;
  return [[x - width * room, y + height * (1 + room)], [x + width * (1 + room), y - height * room]];
}

function sizes(cells, width) {
  const most = Math.max(1, ...cells.map((cell) => cell.stores));
  const largest = Math.min(34, Math.max(16, width / 28));
  return (stores) => 5 + (largest - 5) * Math.sqrt(stores / most);
}

/** Draw into a chart; `look` holds what all plots share. */
export async function drawMap(chart, spec, look) {
  const { escaped, short, ink, soft } = look;
  const province = spec.division.slice(0, 2);
  const outline = await outlineOf(province);
  if (!outline || chart.isDisposed()) return;
  const name = province ? `province-${province}` : "china"; // so named, it gets the islands of the South China Sea
  const regions = echarts.parseGeoJSON(outline);
  const codes = new Map(outline.features.map((one) => [one.properties.name, codeOf(one.id, province)]));
  const places = new Map(spec.places.map((place) => [place.code, place]));
  const focus = spec.division.length > 2 ? regions.find((one) => codes.get(one.name) === spec.division) : undefined;
  const width = chart.getWidth();
  const size = sizes(spec.cells, width);
  const share = (one) => (one.stores ? Math.round((1000 * one.live) / one.stores) / 10 : 0);
  // What the colour says is a share of the stores, or a mean over them.
  const coloured = (one) => (spec.is_mean ? `${share(one)}%` : `${short(one.live)} (${share(one)}%)`);
  const lines = (one) => [["stores", short(one.stores)], ...(spec.words.groups ? [["groups", short(one.groups)]] : []), ["live", coloured(one)]];
  const told = (one) => lines(one).map(([word, value]) => `${escaped(spec.words[word])} ${value}`).join("<br>");
  const isSmall = width < 520;

  echarts.registerMap(name, outline);
  chart.setOption({
    ...look.base,
    tooltip: {
      ...look.base.tooltip,
      formatter: ({ componentType, data, name: part }) => {
        if (componentType !== "geo") return told(data.cell);
        const place = places.get(codes.get(part));
        return `<b>${escaped(place?.name ?? part)}</b>${place ? `<br>${told(place)}` : ""}`;
      },
    },
    visualMap: {
      type: "piecewise", dimension: 2, seriesIndex: 0, pieces: steps.map((step) => ({ ...step, label: label(step) })), orient: isSmall ? "horizontal" : "vertical",
      left: 0, bottom: 0, itemWidth: 12, itemHeight: 12, itemGap: 6, textGap: isSmall ? 3 : 5, textStyle: { color: soft, fontSize: 12 }, selectedMode: false, hoverLink: false,
    },
    geo: {
      map: name, left: 4, right: 4, top: 4, bottom: isSmall ? 28 : 4, tooltip: { show: true }, boundingCoords: focus && frame(focus),
      aspectScale: focus ? Math.cos((focus.getCenter()[1] * Math.PI) / 180) : 0.75,
      itemStyle: { areaColor: "#f1f3f7", borderColor: "#b9c0cf", borderWidth: 0.8 },
      emphasis: { itemStyle: { areaColor: "#e2e8f7" }, label: { show: true, color: ink } },
      label: { show: Boolean(province) && !isSmall, color: soft, fontSize: 11 }, select: { disabled: true },
      regions: focus ? [{ name: focus.name, itemStyle: { areaColor: "#e8edfa", borderColor: "#7f8aa3" } }] : [],
    },
    series: [{
      type: "scatter", coordinateSystem: "geo", symbol: "circle", cursor: "pointer",
      data: spec.cells.map((cell) => ({ value: [cell.lng, cell.lat, share(cell)], symbolSize: size(cell.stores), cell })),
      itemStyle: { opacity: 0.86, borderColor: "#fff", borderWidth: 0.8 },
    }],
  });
  const open = (region) => {
    const code = region && codes.get(region.name);
    if (code && code !== spec.division) location.assign(spec.drill_url + code);
    else if (spec.division.length > 2) location.assign(spec.stores_url);
  };
  // Under a finger a circle says what it is; under a mouse it has said so already, and opens what it lies in.
  const canHover = window.matchMedia("(hover: hover)").matches;
  chart.on("click", ({ componentType, name: part, data }) => {
    if (componentType === "geo") open(regions.find((one) => one.name === part));
    else if (canHover && data) open(regions.find((one) => one.contain([data.cell.lng, data.cell.lat])) ?? {});
  });
}
