// Drag the threshold over the distances: what is accepted, what is rejected, who is taken for somebody else.

const NAMES = {
  accepted: ["False accept rate (FAR)", "pairs of different people accepted", "two different people"],
  rejected: ["False reject rate (FRR)", "pairs of one person rejected", "one person"],
};

/** Return the outline of a histogram: shares of `counts` (accepted up to each threshold) between every `group`-th of them. */
function hill(counts, group) {
  const total = counts[counts.length - 1];
  const edges = [];
  for (let at = 0; at < counts.length - 1; at += group) edges.push(at);
  edges.push(counts.length - 1);
  // The first bin holds what lies at the first threshold too.
  return edges.slice(1).map((to, k) => ({
    from: edges[k],
    to,
    height: (counts[to] - (k ? counts[edges[k]] : 0)) / total / (to - edges[k]),
  }));
}

/** Return one kind of error: its rate, its counts, and the pairs nearest to tau on the wrong side. */
function errorCard(kind, total, faces) {
  const [name, what, who] = NAMES[kind];
  const rate = html("div", { class: "rate" });
  const counted = html("div");
  const nearest = html("div", { class: "nearest" });
  const pairs = [0, 1, 2].map(() => {
    const both = [faces.face(0, who), faces.face(0, who)];
    const distance = html("figcaption");
    return { both, distance, figure: html("figure", { class: "pair" }, ...both, distance) };
  });
  nearest.append(...pairs.map((pair) => pair.figure));
  const beside = html("div", { class: "quiet" }, "Nearest to τ, on the wrong side:");
  const card = html("div", { class: `result ${kind}` }, html("div", {}, name), rate, counted, beside, nearest);
  const show = (wrong, shown, decimals) => {
    rate.textContent = percent(wrong / total);
    counted.textContent = `${whole(wrong)} of ${whole(total)} ${what}`;
    beside.style.visibility = wrong ? "visible" : "hidden"; // its room stays: nothing jumps
    pairs.forEach(({ both, distance, figure }, at) => {
      figure.style.visibility = at < shown.length ? "visible" : "hidden";
      if (at >= shown.length) return;
      const [first, second, d] = shown[at];
      [first, second].forEach((index, k) => faces.show(both[k], index, who));
      distance.textContent = `d = ${d.toFixed(decimals + 2)}`;
    });
  };
  return { card, show };
}

function render({ model, el }) {
  const data = model.get("data");
  const { low, step, decimals, same, different } = data;
  const last = same.length - 1;
  const totals = { same: same[last], different: different[last] };
  const tau = (at) => (low + at * step).toFixed(decimals);
  const far = (at) => different[at] / totals.different;
  const tar = (at) => same[at] / totals.same;
  const { body, say } = frame(
    el,
    "threshold",
    "A threshold on distances",
    "Drag τ: where are the two errors equal, and what does it cost to halve one of them?",
  );

  let at = data.start;
  let moveHills = () => {};
  let movePoint = () => {};
  const faces = sheet(data.faces);
  const cards = { accepted: errorCard("accepted", totals.different, faces), rejected: errorCard("rejected", totals.same, faces) };
  const show = () => {
    moveHills();
    movePoint();
    cards.accepted.show(different[at], data.accepted[at], decimals);
    cards.rejected.show(totals.same - same[at], data.rejected[at], decimals);
    say(
      `tau ${tau(at)}: ${percent(far(at))} of the pairs of different people are accepted, ` +
        `${percent(1 - tar(at))} of the pairs of one person are rejected.`,
    );
  };
  const control = slider({
    label: "threshold τ",
    min: 0,
    max: last,
    step: 1,
    value: at,
    words: tau,
    moved: (value) => {
      at = value;
      show();
    },
  });

  const hills = picture("hills", 250, (canvas, width, height) => {
    const x = scale([0, last], [1, width - 1]);
    const base = height - 48;
    const group = Math.max(1, Math.round(last / 60));
    const bars = { same: hill(same, group), different: hill(different, group) };
    const top = (kind) => Math.max(...bars[kind].map((bar) => bar.height));
    // Each hill to its own scale, as a share of its own kind: there are many more pairs of different people.
    const y = scale([0, Math.max(top("same"), top("different"))], [base, 56]);
    const pattern = unique("hatch");
    const clip = { left: unique("left"), right: unique("right") };
    const left = svg("rect", { x: 0, y: 0, height: base });
    const right = svg("rect", { y: 0, width, height: base });
    const paths = { same: outline(bars.same, x, y), different: outline(bars.different, x, y) };
    canvas.append(
      svg("defs", {}, hatch(pattern, "stripes"), svg("clipPath", { id: clip.left }, left), svg("clipPath", { id: clip.right }, right)),
      svg("path", { d: paths.same, class: "blue pale" }),
      svg("path", { d: paths.different, class: "red pale" }),
      svg("path", { d: paths.same, class: "blue wrong", "clip-path": `url(#${clip.right})` }),
      svg("path", { d: paths.different, fill: `url(#${pattern})`, "clip-path": `url(#${clip.left})` }),
      svg("path", { d: `M0 ${base}H${width}`, class: "axis" }),
    );
    for (const value of ticks(low, low + last * step, width < 400 ? 4 : 7)) {
      const place = x((value - low) / step);
      canvas.append(svg("path", { d: `M${place} ${base}v5`, class: "axis" }), word(value, place, base + 22, { class: "quiet", "text-anchor": "middle" }));
    }
    const peak = (kind) => bars[kind].find((bar) => bar.height === top(kind));
    const middle = ({ from, to }) => x((from + to) / 2);
    const label = (kind, words, colour, anchor, place) =>
      word(words, place, y(top(kind)) - 8, { class: `${colour} text halo`, "text-anchor": anchor });
    const line = svg("path", { class: "tau" });
    const knob = svg("circle", { r: 8, cy: base, class: "knob" });
    const accepted = word("accepted ←", 0, 16, { "text-anchor": "end", class: "halo" });
    const rejected = word("→ rejected", 0, 16, { class: "halo" });
    canvas.append(
      line, // behind the words: where it meets them, their halo keeps them readable
      label("same", "one person", "blue", "end", Math.max(100, middle(peak("same")))),
      label("different", "different people", "red", "start", middle(peak("different")) - 24),
      word("distance d of the pair", width, height - 4, { "text-anchor": "end", class: "quiet" }),
      knob,
      accepted,
      rejected,
    );
    moveHills = () => {
      const place = x(at);
      change(left, { width: place });
      change(right, { x: place });
      change(line, { d: `M${place} 4V${base}` });
      change(knob, { cx: place });
      change(accepted, { x: place - 8, visibility: place > 96 ? "visible" : "hidden" });
      change(rejected, { x: place + 8, visibility: place < width - 96 ? "visible" : "hidden" });
    };
    hills.at = (pixel) => control.set(Math.round(x.back(pixel)));
    moveHills();
  });
  draggable(hills.canvas, (pixel) => hills.at(pixel));

  const roc = picture("roc", 250, (canvas, width, height) => {
    const side = Math.min(width - 52 - 24, height - 40 - 48);
    const [x, y] = [scale([0, 1], [52, 52 + side]), scale([0, 1], [40 + side, 40])];
    const points = same.map((_, k) => `${x(far(k)).toFixed(1)} ${y(tar(k)).toFixed(1)}`);
    canvas.append(
      svg("path", { d: `M${x(0)} ${y(1)}V${y(0)}H${x(1)}`, class: "axis" }),
      svg("path", { d: `M${x(0)} ${y(0)}L${x(1)} ${y(1)}`, class: "chance" }),
      svg("path", { d: `M${x(0)} ${y(0)}L${points.join("L")}`, class: "curve" }),
      word("chance", x(0.62), y(0.42), { class: "quiet" }),
      word("ROC: 1 − FRR over FAR", 0, 16, { class: "quiet" }),
      word("FAR", x(0.5), y(0) + 20, { "text-anchor": "middle", class: "quiet" }),
    );
    for (const value of [0, 1]) {
      canvas.append(
        word(percent(value, 0), x(value), y(0) + 20, { class: "quiet", "text-anchor": "middle" }),
        word(percent(value, 0), x(0) - 6, y(value) + 5, { class: "quiet", "text-anchor": "end" }),
      );
    }
    const point = svg("circle", { r: 7, class: "knob" });
    const name = word("", 0, 0, { class: "halo strong" });
    canvas.append(point, name);
    movePoint = () => {
      const [px, py] = [x(far(at)), y(tar(at))];
      change(point, { cx: px, cy: py });
      const onTheRight = px + 90 < width;
      change(name, { x: px + (onTheRight ? 12 : -12), y: py + 18, "text-anchor": onTheRight ? "start" : "end" });
      name.textContent = `τ = ${tau(at)}`;
    };
    movePoint();
  });

  body.append(
    control.row,
    html("div", { class: "columns" }, hills.place, roc.place),
    html("div", { class: "columns halves" }, cards.accepted.card, cards.rejected.card),
  );
  show();
}

export default { render };
