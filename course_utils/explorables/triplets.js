// Drag query, positive and negative in the plane and move the gap: what the triplet costs, and whom its gradient moves where.

const ROLES = { query: "p", positive: "p⁺", negative: "p⁻" };
const ROUNDING = 1e-12; // a loss up to this is the last digit of a sum, and none
const ARROW = 0.25; // an arrow is so long where the gradient is 1, in the unit of the plane

const minus = ([a, b], [c, d]) => [a - c, b - d];
const times = (factor, [a, b]) => [factor * a, factor * b];
const length = ([a, b]) => Math.hypot(a, b);

/** Return the loss of a triplet with its two distances, its kind, and its slope along each of the three points. */
function triplet({ query, positive, negative }, gap, squared) {
  const [toPositive, toNegative] = [minus(query, positive), minus(query, negative)];
  const measured = (way) => (squared ? length(way) ** 2 : length(way));
  // The slope of a distance along its first point; at equal points 0 is taken, as in course_utils.faces.losses.
  const slope = (way) => (squared ? times(2, way) : times(length(way) > 0 ? 1 / length(way) : 0, way));
  const [near, far] = [measured(toPositive), measured(toNegative)];
  const cost = gap + near - far;
  const loss = cost > ROUNDING ? cost : 0;
  const active = loss > 0 ? 1 : 0;
  return {
    near,
    far,
    loss,
    kind: far < near ? "hard" : loss > 0 ? "semi-hard" : "easy",
    slopes: {
      query: times(active, minus(slope(toPositive), slope(toNegative))),
      positive: times(-active, slope(toPositive)),
      negative: times(active, slope(toNegative)),
    },
  };
}

/** Return a pattern of dots, for <defs>. */
function dots(id) {
  const ground = svg("rect", { width: 9, height: 9, class: "ground" });
  return svg("pattern", { id, width: 9, height: 9, patternUnits: "userSpaceOnUse" }, ground, svg("circle", { cx: 4, cy: 4, r: 1.6 }));
}

function render({ model, el }) {
  const data = model.get("data");
  const [reachX, reachY] = data.reach;
  const points = { query: [...data.query], positive: [...data.positive], negative: [...data.negative] };
  let gap = data.gap;
  let squared = false;
  const { body, say } = frame(
    el,
    "triplets",
    "A triplet in the plane",
    "Drag the three points and move the gap: when does the triplet cost something, and whom does that move where?",
  );

  let draw = () => {};
  const terms = html("p", { class: "terms" });
  const verdict = html("p", { class: "verdict" });
  const show = () => {
    const now = triplet(points, gap, squared);
    const D = squared ? "D²" : "D";
    const digits = now.loss > 0 ? Math.max(2, Math.ceil(-Math.log10(now.loss))) : 2; // a loss that is there is not shown as 0.00
    const [g, near, far, loss] = [gap, now.near, now.far, now.loss].map((value) => fixed(value, digits));
    terms.replaceChildren(
      html("span", {}, `max(0, g + ${D}(p,\u00a0p⁺) − ${D}(p,\u00a0p⁻))`),
      html("span", {}, `= max(0, ${g} + ${near} − ${far})`),
    );
    const active = now.loss > 0;
    verdict.className = `verdict ${now.kind}`;
    verdict.replaceChildren(
      html("strong", { class: "loss" }, `loss ${loss}`),
      html("span", {}, `${now.kind}: ${active ? "active, the arrows say where each point goes" : "nothing to learn, nothing moves"}`),
    );
    draw(now);
    say(`Distance to the positive ${near}, to the negative ${far}, gap ${g}: loss ${loss}, ${now.kind}.`);
  };

  const handles = Object.fromEntries(
    Object.keys(ROLES).map((role) => [role, html("button", { class: `handle ${role}`, type: "button" }, ROLES[role])]),
  );
  const put = (role, x, y) => {
    points[role] = [Math.min(reachX, Math.max(-reachX, x)), Math.min(reachY, Math.max(-reachY, y))];
    show();
  };

  const plane = picture("plane", (width) => Math.round((width * reachY) / reachX), (canvas, width, height) => {
    const [x, y] = [scale([-reachX, reachX], [0, width]), scale([-reachY, reachY], [height, 0])];
    const unit = width / (2 * reachX);
    const narrow = width < 420; // where an arrow is so short that a larger point would hide it
    const radius = narrow ? 13 : 19; // of a handle
    canvas.parentElement.classList.toggle("narrow", narrow); // smaller handles, thinner arrows
    const [lines, spots, inside, arrowhead] = ["lines", "spots", "inside", "head"].map(unique);
    const easy = svg("rect", { width, height, rx: 6, class: "easy" });
    const semi = svg("circle", { fill: `url(#${spots})`, class: "edge" });
    const hard = svg("circle", { fill: `url(#${lines})`, class: "edge" });
    const labels = { hard: word("hard", 0, 0), semi: word("semi-hard", 0, 0), easy: word("easy", 0, 0) };
    for (const label of Object.values(labels)) change(label, { class: "halo strong", "text-anchor": "middle" });
    const ways = { positive: svg("path", { class: "way" }), negative: svg("path", { class: "way" }) };
    const arrows = Object.fromEntries(
      Object.keys(ROLES).map((role) => [role, svg("path", { class: "arrow", "marker-end": `url(#${arrowhead})`, "data-role": role })]),
    );
    const head = svg("marker", { id: arrowhead, viewBox: "0 0 10 10", refX: 8, refY: 5, markerWidth: 5, markerHeight: 5, orient: "auto" }, svg("path", { d: "M0 0L10 5L0 10Z", class: "head" }));
    canvas.append(
      svg("defs", {}, hatch(lines, "stripes"), dots(spots), head, svg("clipPath", { id: inside }, svg("rect", { width, height, rx: 6 }))),
      svg("g", { "clip-path": `url(#${inside})` }, easy, semi, hard),
      ...Object.values(ways),
      ...Object.values(labels),
      ...Object.values(arrows),
    );
    /** Put the name of each region where it lies inside the region and the plane, and on no point, arrow or other name; or hide it. */
    const name = (radii, tips) => {
      const [qx, qy] = [x(points.query[0]), y(points.query[1])];
      const borders = { hard: [0, radii.hard], semi: [radii.hard, radii.semi], easy: [radii.semi, radii.semi + 64] };
      const others = [...Object.values(points).map(([px, py]) => [x(px), y(py)]), ...tips];
      const named = []; // the regions that have their name, with its middle and half of its width
      for (const [region, [inner, outer]] of Object.entries(borders)) {
        const half = region === "semi" ? 40 : 22; // of the word's width
        const room = ([px, py]) => {
          const nearest = Math.hypot(Math.max(0, Math.abs(px - qx) - half), Math.max(0, Math.abs(py - qy) - 8));
          const farthest = Math.hypot(Math.abs(px - qx) + half, Math.abs(py - qy) + 8);
          const away = others.map(([ox, oy]) => Math.hypot(Math.max(0, Math.abs(px - ox) - half), py - oy) - radius - 7);
          const apart = named.map(([ox, oy, wide]) => Math.max(Math.abs(px - ox) - half - wide, Math.abs(py - oy) - 26));
          return Math.min(nearest - inner, outer - farthest, px - half, width - half - px, py - 10, height - 10 - py, ...away, ...apart);
        };
        const spots = Array.from({ length: 72 }, (_, k) => {
          const [angle, r] = [-Math.PI / 2 + ((k % 24) * Math.PI) / 12, inner + ((1 + Math.floor(k / 24)) * (outer - inner)) / 4];
          const spot = [qx + r * Math.cos(angle), qy + r * Math.sin(angle)];
          return { spot, free: Math.min(4, room(spot)) }; // more than 4 pixels are no better
        });
        const best = spots.reduce((one, other) => (other.free > one.free ? other : one));
        const seen = best.free > -4;
        if (seen) named.push([...best.spot, half]);
        change(labels[region], { x: best.spot[0], y: best.spot[1] + 5, visibility: seen ? "visible" : "hidden" });
      }
    };
    draw = (now) => {
      const radii = squared
        ? { hard: unit * Math.sqrt(now.near), semi: unit * Math.sqrt(now.near + gap) }
        : { hard: unit * now.near, semi: unit * (now.near + gap) };
      const [qx, qy] = [x(points.query[0]), y(points.query[1])];
      const tips = [];
      change(hard, { cx: qx, cy: qy, r: radii.hard });
      change(semi, { cx: qx, cy: qy, r: radii.semi });
      for (const [role, [px, py]] of Object.entries(points)) {
        handles[role].style.transform = `translate(${x(px)}px, ${y(py)}px) translate(-50%, -50%)`;
        change(handles[role], { "aria-label": `${role} ${ROLES[role]} at ${fixed(px)}, ${fixed(py)}: the arrow keys move it` });
        if (role !== "query") change(ways[role], { d: `M${qx} ${qy}L${x(px)} ${y(py)}` });
        const [gx, gy] = now.slopes[role];
        const still = Math.hypot(gx, gy) < 0.02;
        const [ex, ey] = [x(px - ARROW * gx), y(py - ARROW * gy)]; // downhill: against the slope
        const size = Math.hypot(ex - x(px), ey - y(py)) || 1;
        const [ux, uy] = [(ex - x(px)) / size, (ey - y(py)) / size];
        const rim = [x(px) + radius * ux, y(py) + radius * uy];
        const tip = [x(px) + (radius + size) * ux, y(py) + (radius + size) * uy];
        if (!still) tips.push(tip);
        change(arrows[role], {
          d: `M${rim[0]} ${rim[1]}L${tip[0]} ${tip[1]}`,
          visibility: still ? "hidden" : "visible",
          "data-gradient": `${gx} ${gy}`,
        });
      }
      name(radii, tips);
    };
    plane.to = (role, px, py) => put(role, x.back(px), y.back(py));
    show();
  });
  plane.place.append(...Object.values(handles));
  for (const [role, handle] of Object.entries(handles)) {
    draggable(handle, (px, py) => plane.to(role, px, py), plane.canvas);
    arrowKeys(handle, (dx, dy) => put(role, points[role][0] + 0.05 * dx, points[role][1] + 0.05 * dy));
  }

  const control = slider({
    label: "gap g",
    min: 0,
    max: 1,
    step: 0.05,
    value: gap,
    words: (value) => fixed(value),
    moved: (value) => {
      gap = value;
      show();
    },
  });
  const distance = choices({
    label: "distance",
    options: [["plain", "plain, D"], ["squared", "squared, D²"]],
    value: "plain",
    chosen: (value) => {
      squared = value === "squared";
      show();
    },
  });
  const { face } = sheet(data.faces);
  const named = Object.entries(ROLES).map(([role, letter], at) =>
    html("figure", {}, face(at, `the ${role}`), html("figcaption", {}, html("b", { class: `letter ${role}` }, letter), html("br"), role)),
  );
  body.append(
    html(
      "div",
      { class: "columns" },
      html("div", { class: "beside" }, plane.place, terms, control.row, distance.row),
      html("div", { class: "beside" }, verdict, html("div", { class: "trio" }, ...named)),
    ),
  );
  show();
}

export default { render };
