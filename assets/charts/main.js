// Draws every plot of a page from the JSON beside it. Only pages with plots load this.
import * as echarts from "echarts/core";
import { BarChart, CustomChart, LineChart, PieChart, ScatterChart, TreeChart } from "echarts/charts";
import { AriaComponent, GridComponent, LegendComponent, TooltipComponent, VisualMapComponent } from "echarts/components";
import { SVGRenderer } from "echarts/renderers";
import { onContent, within } from "../shared/ready.js";
import { lookOf, optionOf } from "./options.js";

echarts.use([
  BarChart, CustomChart, LineChart, PieChart, ScatterChart, TreeChart,
  AriaComponent, GridComponent, LegendComponent, TooltipComponent, VisualMapComponent, SVGRenderer,
]);

function draw(figure) {
  const canvas = figure.querySelector(".q-plot-canvas");
  const data = document.getElementById(figure.dataset.plot);
  if (!canvas || !data || echarts.getInstanceByDom(canvas)) return;
  const chart = echarts.init(canvas, null, { renderer: "svg" });
  const spec = JSON.parse(data.textContent);
  if (spec.kind === "map") {
    import("./map.js").then(({ drawMap }) => drawMap(chart, spec, lookOf(spec)));
  } else {
    chart.setOption(optionOf(spec, canvas.clientWidth));
    chart.on("click", ({ data: part }) => {
      if (part?.sets) canvas.dispatchEvent(new CustomEvent("q:set", { bubbles: true, detail: part.sets }));
      else if (part?.url) location.assign(part.url);
    });
  }
  new ResizeObserver(() => chart.resize()).observe(canvas);
}

onContent((root) => within(root, "[data-plot]").forEach(draw));
