// Turn the two numbers of a logistic unit: its curve, whether it keeps its word, and what it costs.

const COIN = Math.log(2);
const BINS = 10; // of the reliability diagram
const FEW = 30; // pairs; the point of a bin with fewer is hollow: it says little

const sigmoid = (z) => 1 / (1 + Math.exp(-z));
const softplus = (z) => Math.max(z, 0) + Math.log1p(Math.exp(-Math.abs(z))); // log(1 + exp(z)), for any z

/** Return the mean log loss, where both kinds of pair count one half. */
function logLoss(kinds, w, b) {
  const mean = (distances, sign) => distances.reduce((sum, d) => sum + softplus(sign * (w * d + b)), 0) / distances.length;
  return (mean(kinds.same, -1) + mean(kinds.different, 1)) / 2;
}

/** Return the bins of stated probability that are not empty: what was stated on average, how often it was so, how many pairs. */
function bins(kinds, w, b) {
  const all = Array.from({ length: BINS }, () => ({ pairs: 0, weight: 0, stated: 0, so: 0 }));
  for (const [kind, distances] of Object.entries(kinds)) {
    for (const d of distances) {
      const p = sigmoid(w * d + b);
      const bin = all[Math.min(Math.floor(p * BINS), BINS - 1)]; // 1 belongs to the last bin
      bin.pairs += 1;
      bin.weight += 0.5 / distances.length;
      bin.stated += (0.5 / distances.length) * p;
      if (kind === "same") bin.so += 0.5 / distances.length;
    }
  }
  return all
    .filter((bin) => bin.pairs)
    .map(({ pairs, weight, stated, so }) => ({ pairs, weight, stated: stated / weight, so: so / weight }));
}

/** Return the histogram of some distances in `count` equal bins from low to high, as a share of all of them. */
function histogram(distances, low, high, count) {
  const wide = (high - low) / count;
  const counts = new Array(count).fill(0);
  for (const d of distances) counts[Math.min(Math.floor((d - low) / wide), count - 1)] += 1;
  return counts.map((each, k) => ({ from: low + k * wide, to: low + (k + 1) * wide, height: each / distances.length }));
}

function render({ model, el }) {
  const data = model.get("data");
  const kinds = { same: data.same, different: data.different };
  const [low, high] = extent([0, ...kinds.same, ...kinds.different]);
  // Of a distance: two, or where distances are small one more than the numbers at the axis have; toFixed takes no more than 100.
  const decimals = Math.min(100, Math.max(2, 1 - Math.floor(Math.log10(ticks(low, high)[1]) + 1e-9)));
  let { w, b } = data.start;
  const fittedLoss = logLoss(kinds, data.exact.w, data.exact.b);
  const { body, say } = frame(
    el,
    "logistic_unit",
    "A logistic unit",
    "Turn w and b: how small can you make the log loss, and do the points then lie on the diagonal?",
  );
  let drawCurve = () => {};
  let drawBins = () => {};
  let drawLoss = () => {};
  const loss = html("div", { class: "rate" });
  const tau = html("div");
  const show = () => {
    const now = logLoss(kinds, w, b);
    loss.textContent = fixed(now, 3);
    const half = -b / w;
    const words =
      w === 0 ? `p = ${percent(sigmoid(b), 0)} at every distance: no threshold`
      : w > 0 ? "w > 0: the farther apart, the likelier the same person"
      : half < 0 ? "p is below 50% at every distance"
      : `p = 50% at d = −b/w = ${fixed(half, decimals)}: the threshold τ`;
    tau.textContent = words;
    drawCurve();
    drawBins();
    drawLoss(now);
    say(`w ${fixed(w, 1)}, b ${fixed(b, 1)}: log loss ${fixed(now, 3)}. ${words}.`);
  };

  const knob = (letter, range, moved) =>
    slider({ label: letter, ...range, value: data.start[letter], words: (value) => fixed(value, 1), moved });
  const controls = {
    w: knob("w", data.w, (value) => {
      w = value;
      show();
    }),
    b: knob("b", data.b, (value) => {
      b = value;
      show();
    }),
  };
  const button = html("button", { type: "button" }, `Show the fitted unit`);
  button.addEventListener("click", () => {
    controls.w.set(data.fitted.w);
    controls.b.set(data.fitted.b);
    ({ w, b } = data.exact); // the sliders show them rounded
    show();
  });

  const curve = picture("logistic-curve", 280, (canvas, width, height) => {
    const base = height - 46;
    const [x, y] = [scale([low, high], [48, width - 8]), scale([0, 1], [base, 42])];
    const bars = { same: histogram(kinds.same, low, high, 40), different: histogram(kinds.different, low, high, 40) };
    const top = Math.max(...[...bars.same, ...bars.different].map((bar) => bar.height));
    const tall = scale([0, top], [base, base - 0.55 * (base - 42)]);
    const label = (kind, words, colour) => {
      const { from, to, height: most } = bars[kind].reduce((one, other) => (other.height > one.height ? other : one));
      const [middle, left] = [x((from + to) / 2), kind === "same"];
      const place = left ? Math.max(middle + 24, 140) : Math.min(middle - 24, width - 150);
      const higher = left && width < 420 ? 24 : 0; // side by side there is no room
      return word(words, place, tall(most) - 8 - higher, { class: `${colour} text halo`, "text-anchor": left ? "end" : "start" });
    };
    canvas.append(
      svg("path", { d: outline(bars.same, x, tall), class: "blue pale" }),
      svg("path", { d: outline(bars.different, x, tall), class: "red pale" }),
      svg("path", { d: `M${x(low)} ${y(1)}V${base}H${width - 8}`, class: "axis" }),
      svg("path", { d: `M${x(low)} ${y(0.5)}H${width - 8}`, class: "chance" }),
      word("probability p of “one person”", 0, 16, { class: "quiet" }),
      word("distance d of the pair", width - 8, height - 4, { "text-anchor": "end", class: "quiet" }),
    );
    for (const value of [0, 0.5, 1]) canvas.append(word(percent(value, 0), x(low) - 6, y(value) + 5, { class: "quiet", "text-anchor": "end" }));
    for (const value of ticks(low, high, 5)) canvas.append(word(String(value), x(value), base + 21, { class: "quiet", "text-anchor": "middle" }));
    const line = svg("path", { class: "curve thick" });
    const drop = svg("path", { class: "chance" });
    const point = svg("circle", { r: 6, class: "knob" });
    canvas.append(drop, line, point, label("same", "one person", "blue"), label("different", "different people", "red"));
    drawCurve = () => {
      const places = Array.from({ length: 121 }, (_, k) => low + ((high - low) * k) / 120);
      change(line, { d: `M${places.map((d) => `${x(d).toFixed(1)} ${y(sigmoid(w * d + b)).toFixed(1)}`).join("L")}` });
      const half = -b / w;
      const seen = w !== 0 && half >= low && half <= high ? "visible" : "hidden";
      change(point, { cx: seen === "visible" ? x(half) : 0, cy: y(0.5), visibility: seen });
      change(drop, { d: seen === "visible" ? `M${x(half)} ${y(0.5)}V${base}` : "M0 0", visibility: seen });
    };
    drawCurve();
  });

  const reliability = picture("reliability", 280, (canvas, width, height) => {
    const side = Math.min(width - 48 - 24, height - 42 - 46);
    const [x, y] = [scale([0, 1], [48, 48 + side]), scale([0, 1], [42 + side, 42])];
    canvas.append(
      svg("path", { d: `M${x(0)} ${y(1)}V${y(0)}H${x(1)}`, class: "axis" }),
      svg("path", { d: `M${x(0)} ${y(0)}L${x(1)} ${y(1)}`, class: "chance" }),
      word("share that is one person", 0, 16, { class: "quiet" }),
      word("stated probability", x(1) + 8, y(0) + 42, { class: "quiet", "text-anchor": "end" }),
    );
    for (const value of [0, 1]) {
      canvas.append(
        word(percent(value, 0), x(value), y(0) + 21, { class: "quiet", "text-anchor": "middle" }),
        word(percent(value, 0), x(0) - 6, y(value) + 5, { class: "quiet", "text-anchor": "end" }),
      );
    }
    const line = svg("path", { class: "curve blue" });
    const points = svg("g");
    canvas.append(line, points);
    drawBins = () => {
      const now = bins(kinds, w, b);
      change(line, { d: `M${now.map((bin) => `${x(bin.stated).toFixed(1)} ${y(bin.so).toFixed(1)}`).join("L")}` });
      points.replaceChildren(
        ...now.map((bin) =>
          svg("circle", {
            cx: x(bin.stated),
            cy: y(bin.so),
            r: 3 + 9 * Math.sqrt(bin.weight),
            class: bin.pairs < FEW ? "bin few" : "bin",
            "data-bin": `${bin.stated} ${bin.so} ${bin.pairs}`,
          }),
        ),
      );
    };
    drawBins();
  });

  const bar = picture("loss-bar", 64, (canvas, width) => {
    const x = scale([0, 1], [1, width - 1]);
    const filled = svg("rect", { x: 0, y: 20, height: 18, rx: 3, class: "filled" });
    const place = (value) => x(Math.min(1, value));
    const mark = (value, words, up, anchor) => [
      svg("path", { d: `M${place(value)} ${up ? 14 : 20}V${up ? 38 : 44}`, class: "tau" }),
      word(words, place(value), up ? 10 : 60, { class: "halo", "text-anchor": anchor }),
    ];
    canvas.append(
      svg("rect", { x: 0, y: 20, width, height: 18, rx: 3, class: "ground-bar" }),
      filled,
      ...mark(COIN, `a coin ${fixed(COIN, 3)}`, true, "middle"),
      ...mark(fittedLoss, `${data.mark} ${fixed(fittedLoss, 3)}`, false, fittedLoss < 1 / 3 ? "start" : fittedLoss > 2 / 3 ? "end" : "middle"),
    );
    drawLoss = (now) => change(filled, { width: Math.max(1, place(now)) });
    drawLoss(logLoss(kinds, w, b));
  });

  body.append(
    html("div", { class: "knobs" }, controls.w.row, controls.b.row),
    html("div", { class: "columns" }, curve.place, reliability.place),
    html(
      "div",
      { class: "columns halves" },
      html("div", { class: "result" }, html("div", {}, "log loss"), loss, tau),
      html("div", { class: "result" }, bar.place, html("div", { class: "buttons" }, button)),
    ),
  );
  show();
}

export default { render };
