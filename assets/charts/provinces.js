// The map of provinces as tiles: each place the same size, readable at a glance, no borders to argue about.
// column, row of each province-level division, by its first two characters
const tiles = {
  黑龙: [7, 0], 内蒙: [4, 1], 吉林: [7, 1], 新疆: [0, 2], 甘肃: [1, 2], 宁夏: [2, 2], 山西: [3, 2], 河北: [4, 2], 北京: [5, 2], 天津: [6, 2], 辽宁: [7, 2],
  青海: [1, 3], 陕西: [2, 3], 河南: [3, 3], 山东: [4, 3], 江苏: [5, 3], 西藏: [0, 4], 四川: [1, 4], 重庆: [2, 4], 湖北: [3, 4], 安徽: [4, 4], 浙江: [5, 4], 上海: [6, 4],
  云南: [1, 5], 贵州: [2, 5], 湖南: [3, 5], 江西: [4, 5], 福建: [5, 5], 台湾: [6, 5], 广西: [2, 6], 广东: [3, 6], 香港: [4, 6], 澳门: [3, 7], 海南: [2, 7],
};

export function provinceTiles(spec, base, { short, withUnit, escaped, ink, soft }) {
  const known = new Map(spec.places.map((place) => [place.name.slice(0, 2), place]));
  const values = spec.places.map((place) => place.value);
  const data = Object.entries(tiles).map(([key, [column, row]]) => {
    const place = known.get(key);
    const name = place?.name.replace(/(省|市|壮族自治区|回族自治区|维吾尔自治区|自治区|特别行政区)$/, "") ?? (key === "黑龙" ? "黑龙江" : key === "内蒙" ? "内蒙古" : key);
    return { name, url: place?.url, value: [column, row, place?.value ?? null] };
  });
  const most = spec.max ?? Math.max(...values, 1);
  const draw = (_params, api) => {
    const value = api.value(2);
    const [x, y] = api.coord([api.value(0), api.value(1)]);
    const [w, h] = api.size([1, 1]);
    const side = { width: w - 4, height: h - 4 };
    const strength = Number.isFinite(value) ? 0.08 + 0.92 * Math.min(1, value / most) : 0;
    const isDark = strength > 0.55;
    const item = data[_params.dataIndex];
    const text = (content, dy, size, weight) => ({
      type: "text",
      style: { text: content, x, y: y + dy, align: "center", verticalAlign: "middle", fontSize: size, fontWeight: weight, fill: isDark ? "#fff" : Number.isFinite(value) ? ink : soft },
    });
    return {
      type: "group",
      children: [
        {
          type: "rect", shape: { x: x - side.width / 2, y: y - side.height / 2, ...side, r: 5 },
          style: { fill: strength ? mix(strength) : "#f1f3f7" },
        },
        text(item.name, Number.isFinite(value) ? -7 : 0, Math.min(12, side.width / 3.4), 400),
        ...(Number.isFinite(value) ? [text(short(value) + (spec.unit === "%" ? "%" : ""), 8, Math.min(12, side.width / 3.6), 600)] : []),
      ],
    };
  };
  return {
    ...base,
    grid: { left: 4, right: 4, top: 4, bottom: 4 },
    xAxis: { type: "value", min: -0.5, max: 7.5, show: false },
    yAxis: { type: "value", min: -0.5, max: 7.5, inverse: true, show: false },
    tooltip: { ...base.tooltip, formatter: ({ data: item }) => `<b>${escaped(item.name)}</b><br>${item.value[2] === null ? "—" : withUnit(spec.unit)(item.value[2])}` },
    series: [{ type: "custom", renderItem: draw, data, encode: { x: 0, y: 1 } }],
  };
}

function mix(strength) {
  const [from, to] = [[232, 238, 252], [38, 70, 176]];
  return `rgb(${from.map((part, at) => Math.round(part + (to[at] - part) * strength)).join(",")})`;
}
