// Draws the tables of months as charts, in the colours of the page.
"use strict";

function colours() {
  const style = getComputedStyle(document.documentElement);
  const of = (name) => style.getPropertyValue(name).trim();
  return { series: [of("--series-1"), of("--series-2"), of("--series-3")], ink: of("--ink"), line: of("--line") };
}

function draw(place) {
  const table = document.getElementById(place.dataset.table);
  const { series, ink, line } = colours();
  const names = [...table.tHead.rows[0].cells].slice(1).map((cell) => cell.textContent);
  const rows = [...table.tBodies[0].rows];
  const months = rows.map((row) => `${row.querySelector("time").dateTime}-15`);
  const { kind, unit } = place.dataset;
  const traces = names.map((name, column) => {
    const cells = rows.map((row) => row.cells[column + 1]);
    return {
      name, x: months,
      y: cells.map((cell) => (cell.dataset.value === "" ? null : Number(cell.dataset.value))),
      customdata: cells.map((cell) => cell.textContent.trim()),
      hovertemplate: `${name}: %{customdata}<extra></extra>`,
      type: kind === "bars" ? "bar" : "scatter",
      mode: "lines+markers",
      stackgroup: kind === "area" ? "all" : undefined,
      line: { color: series[column % 3], width: 2, dash: column === 1 && kind === "lines" ? "dot" : "solid" },
      marker: { color: series[column % 3], size: 5 },
    };
  });
  const vi = document.documentElement.lang === "vi";
  const suffix = { ratio: " %", dong: vi ? " triệu" : " million" }[unit] || "";
  const layout = {
    margin: { l: 12, r: 16, t: 12, b: 36 }, paper_bgcolor: "transparent", plot_bgcolor: "transparent",
    font: { color: ink, family: getComputedStyle(document.body).fontFamily, size: 12 },
    separators: vi ? ",." : ".,", hovermode: "x unified", barmode: "group",
    legend: { orientation: "h", y: 1.02, yanchor: "bottom", x: 0 }, showlegend: names.length > 1,
    hoverlabel: { bgcolor: getComputedStyle(place).backgroundColor, font: { color: ink } },
    xaxis: { tickformat: "%m/%Y", hoverformat: "%m/%Y", gridcolor: line, nticks: place.clientWidth < 480 ? 4 : 8, tickangle: 0, linecolor: line },
    yaxis: { automargin: true, ticklabelstandoff: 6, gridcolor: line, zerolinecolor: line, tickformat: unit === "ratio" ? "" : ",.0f", ticksuffix: suffix, rangemode: "tozero" },
  };
  place.setAttribute("aria-hidden", "true");
  window.Plotly.react(place, traces, layout, { displayModeBar: false, responsive: true, staticPlot: false });
}

function drawAll() {
  for (const place of document.querySelectorAll(".drawing[data-table]")) {
    place.classList.add("drawn");
    draw(place);
  }
}

if (window.Plotly) {
  drawAll();
  for (const query of ["(prefers-color-scheme: dark)", "(max-width: 40rem)"]) {
    window.matchMedia(query).addEventListener("change", drawAll);
  }
}
