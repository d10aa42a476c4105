// Leaf through paintings made beforehand: one setting and the steps, with the costs of each.

const LINES = ["blue", "red dashed"]; // of the content cost and of the style cost
const DIGITS = "⁰¹²³⁴⁵⁶⁷⁸⁹";

/** Return a power of ten as 10⁵. */
function powerOfTen(power) {
  return `10${[...String(power)].map((digit) => (digit === "-" ? "⁻" : DIGITS[digit])).join("")}`;
}

/** Return a cost with three digits, and commas: 12,300. */
function short(cost) {
  return Number(cost.toPrecision(3)).toLocaleString("en", { maximumSignificantDigits: 3 });
}

function render({ model, el }) {
  const { setting, runs, steps, start, costs, paintings, question } = model.get("data");
  const { body, say } = frame(
    el,
    "painting",
    `Paintings by ${setting} and step`,
    question,
  );
  let [run, at] = start;
  let move = () => {};
  const last = (which) => costs[which].length;
  const step = () => Math.min(steps[at], last(run));
  const sheetOf = sheet(paintings);
  const index = () => run * steps.length + at;
  const canvas = sheetOf.face(index(), "the painting");
  const caption = html("figcaption");
  const rows = ["J content", "J style", "J, the total"].map((name) => ({ name, cell: html("td") }));
  const table = html("table", { class: "costs" }, ...rows.map(({ name, cell }) => html("tr", {}, html("th", { scope: "row" }, name), cell)));

  const show = () => {
    const now = step();
    const ended = steps[at] > last(run) ? ` (this run has only ${last(run)})` : "";
    caption.textContent = `${setting}: ${runs[run]}, step ${now}${ended}`;
    sheetOf.show(canvas, index(), `the painting, ${caption.textContent}`);
    const values = costs[run][now - 1];
    rows.forEach(({ cell }, k) => {
      cell.textContent = short(values[k]);
      change(cell, { "data-cost": values[k] });
    });
    move();
    say(`${caption.textContent}. ${rows.map(({ name, cell }) => `${name} ${cell.textContent}`).join(", ")}`);
  };
  const ofRun = slider({
    label: setting,
    min: 0,
    max: runs.length - 1,
    step: 1,
    value: run,
    words: (value) => runs[value],
    moved: (value) => {
      run = value;
      show();
    },
  });
  const ofStep = slider({
    label: "step",
    min: 0,
    max: steps.length - 1,
    step: 1,
    value: at,
    words: (value) => String(steps[value]),
    moved: (value) => {
      at = value;
      show();
    },
  });

  const curves = picture("descent", 230, (canvas, width, height) => {
    const all = costs.flatMap((each) => each.flatMap((values) => values.slice(0, 2))).map(Math.log10);
    const [low, high] = extent(all);
    const [left, base] = [44, height - 44];
    const x = scale([1, Math.max(...costs.map((each) => each.length))], [left, width - 14]);
    const y = scale([low, high], [base - 6, 40]);
    for (const power of ticks(low, high, 3).filter(Number.isInteger)) {
      canvas.append(svg("path", { d: `M${left - 6} ${y(power)}H${width}`, class: "axis" }), word(powerOfTen(power), 0, y(power) + 5, { class: "quiet" }));
    }
    canvas.append(svg("path", { d: `M${left - 6} ${base}H${width}`, class: "axis" }));
    for (const value of new Set([1, steps[Math.floor(steps.length / 2)], steps[steps.length - 1]])) {
      canvas.append(word(value, x(value), base + 20, { class: "quiet", "text-anchor": "middle" }));
    }
    canvas.append(word("step", width, height - 4, { class: "quiet", "text-anchor": "end" }));
    const line = svg("path", { class: "tau" });
    const paths = LINES.map((kind) => svg("path", { class: `curve ${kind}` }));
    const dots = LINES.map((kind) => svg("circle", { r: 6, class: `spot ${kind}` }));
    canvas.append(line, ...paths, ...dots);
    move = () => {
      const now = step();
      change(line, { d: `M${x(now)} 30V${base}` });
      LINES.forEach((_, k) => {
        change(paths[k], { d: `M${costs[run].map((values, at) => `${x(at + 1).toFixed(1)} ${y(Math.log10(values[k])).toFixed(1)}`).join("L")}` });
        change(dots[k], { cx: x(now), cy: y(Math.log10(costs[run][now - 1][k])) });
      });
    };
    curves.at = (pixel) => {
      const to = x.back(pixel);
      const nearest = steps.reduce((best, each, k) => (Math.abs(each - to) < Math.abs(steps[best] - to) ? k : best), 0);
      ofStep.set(nearest);
    };
    move();
  });
  draggable(curves.canvas, (pixel) => curves.at(pixel));

  const key = lineKey("J content", "J style");
  body.append(
    html("div", { class: "knobs" }, ofRun.row, ofStep.row),
    html("div", { class: "columns" }, html("figure", { class: "leaf-picture" }, canvas, caption), html("div", { class: "result" }, table, curves.place, key)),
  );
  show();
}

export default { render };
