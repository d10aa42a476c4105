// Point at an activation of a layer: what it sees of the picture, how its channel answers there, and a picture made to excite the channel.

function render({ model, el }) {
  const { height, width, shown, layers, made } = model.get("data");
  const { body, say } = frame(
    el,
    "receptive_field",
    "The receptive field of an activation",
    "Point at the map, or at the picture, and go deeper: how large a piece of the picture does one activation see? Where does a channel answer?",
  );
  const maps = layers.map((layer) => layer.maps.map(unpacked));
  let depth = Math.floor(layers.length / 2);
  let channel = 0;
  // Of the activation, as shares of the height and of the width: it stays when the layer changes. At first, where the channel answers most.
  const { rows: down, columns: across } = layers[depth];
  const strongest = maps[depth][channel].words.reduce((best, word, at, all) => (word > all[best] ? at : best), 0);
  let place = [(Math.floor(strongest / across) + 0.5) / down, ((strongest % across) + 0.5) / across];
  const unitAt = () => {
    const { rows, columns } = layers[depth];
    return [Math.min(rows - 1, Math.floor(place[0] * rows)), Math.min(columns - 1, Math.floor(place[1] * columns))];
  };
  /** Return what an activation sees, down or across: first pixel and the one after the last, uncut and cut at the border. */
  const span = (at, pixels) => {
    const { side, step } = layers[depth];
    const first = at * step - (side - step) / 2;
    return { from: Math.max(0, first), to: Math.min(pixels, first + side), cut: first < 0 || first + side > pixels };
  };

  // ---- The picture with its frame ----

  const photo = () => svg("image", { href: shown.src, width, height, preserveAspectRatio: "none" });
  const clip = unique("field");
  const hole = svg("rect");
  const edge = svg("rect", { class: "chosen", "vector-effect": "non-scaling-stroke" });
  const [whole_, part] = ["whole", "part"].map((kind) => svg("svg", { class: kind, viewBox: `0 0 ${width} ${height}`, role: "img" }));
  change(whole_, { "aria-label": "the picture, with what the activation sees framed" });
  change(part, { "aria-label": "what the activation sees, enlarged" });
  const shade = svg("rect", { width, height, class: "shade" });
  const clear = photo();
  change(clear, { "clip-path": `url(#${clip})` });
  whole_.append(svg("defs", {}, svg("clipPath", { id: clip }, hole)), photo(), shade, clear, edge);
  part.append(photo());

  // ---- The map of the channel ----

  const mapPlace = html("div", { class: "under-ring" });
  const unit = html("span", { class: "unit" });
  const example = made ? sheet(made).face(0, "a picture made to excite the channel") : html("span");
  const showExample = made ? sheet(made).show : () => {};
  const [wholeCaption, mapCaption, partCaption, exampleCaption] = Array.from({ length: 4 }, () => html("figcaption"));
  const exampleFigure = html("figure", { class: "example" }, example, exampleCaption);
  const sees = html("p");
  const answers = html("p");
  const buttons = html("div");

  const showUnit = () => {
    const { name, side, rows, columns, channels } = layers[depth];
    const [row, column] = unitAt();
    const [down, across] = [span(row, height), span(column, width)];
    const box = { x: across.from, y: down.from, width: across.to - across.from, height: down.to - down.from };
    change(hole, box);
    change(edge, { ...box, "data-field": [down.from, down.to, across.from, across.to].join(" ") });
    change(part, { viewBox: `${box.x} ${box.y} ${box.width} ${box.height}` });
    change(unit, {
      style: `left: ${(100 * column) / columns}%; top: ${(100 * row) / rows}%; width: ${100 / columns}%; height: ${100 / rows}%`,
    });
    const { words, unit: counted } = maps[depth][channel];
    const answer = words[row * columns + column] * counted;
    const most = words.reduce((a, b) => Math.max(a, b)) * counted;
    const cut = down.cut || across.cut ? `, of which ${box.height} × ${box.width} lie in the picture; the rest are zeros` : "";
    sees.textContent = `${name}, row ${row}, column ${column}: sees ${side} × ${side} pixels${cut}.`;
    answers.textContent = `Channel ${channels[channel]} answers ${whole(Math.round(answer))} here, at most ${whole(Math.round(most))} in this picture.`;
    say(`${sees.textContent} ${answers.textContent}`);
  };
  const showChannel = () => {
    const { rows, columns, channels, made: firstMade } = layers[depth];
    const { words } = maps[depth][channel];
    const most = Math.max(1, words.reduce((a, b) => Math.max(a, b)));
    const map = greyMap(rows, columns, `the map of channel ${channels[channel]}`);
    map.paint((k) => (255 * words[k]) / most);
    mapPlace.replaceChildren(map.element, unit);
    mapCaption.textContent = `channel ${channels[channel]}: ${rows} × ${columns} places`;
    change(exampleFigure, { class: firstMade === null ? "example missing" : "example" });
    if (firstMade !== null) showExample(example, firstMade + channel, `a picture made to excite channel ${channels[channel]}`);
    exampleCaption.textContent = firstMade === null ? "no picture was made" : "made to excite it";
    showUnit();
  };
  const showLayer = () => {
    channel = Math.min(channel, layers[depth].channels.length - 1);
    const options = layers[depth].channels.map((number, at) => [at, number]);
    const chosen = (value) => {
      channel = Number(value);
      showChannel();
    };
    buttons.replaceChildren(choices({ label: "channel", options, value: channel, chosen }).row);
    const { rows, columns } = layers[depth];
    follow([rows, columns]);
    showChannel();
  };

  // ---- What one turns ----

  const layerSlider = slider({
    label: "layer",
    min: 0,
    max: layers.length - 1,
    step: 1,
    value: depth,
    words: (at) => layers[at].name,
    moved: (at) => {
      depth = at;
      showLayer();
    },
  });
  let following = false;
  const moves = ["row", "column"].map((label, axis) =>
    slider({
      label,
      min: 0,
      max: layers[depth][`${label}s`] - 1,
      step: 1,
      value: unitAt()[axis],
      words: String,
      moved: (at) => {
        if (following) return;
        place[axis] = (at + 0.5) / layers[depth][`${label}s`];
        showUnit();
      },
    }),
  );
  /** Bring the sliders to the activation, after a change of their length through 0: a browser that cuts a value tells nobody. */
  const follow = (counts) => {
    following = true;
    counts?.forEach((count, axis) => {
      moves[axis].set(0);
      change(moves[axis].input, { max: count - 1 });
    });
    unitAt().forEach((at, axis) => moves[axis].set(at));
    following = false;
  };
  const pointed = (element) => {
    const to = (event) => {
      const box = element.getBoundingClientRect();
      const share = (value) => Math.min(0.9999, Math.max(0, value));
      place = [share((event.clientY - box.top) / box.height), share((event.clientX - box.left) / box.width)];
      follow();
      showUnit();
    };
    element.addEventListener("pointermove", (event) => (event.pointerType === "mouse" || event.buttons) && to(event));
    element.addEventListener("pointerdown", to);
  };
  [whole_, mapPlace].forEach(pointed);

  wholeCaption.textContent = "the picture";
  partCaption.textContent = "what the activation sees";
  const panel = (element, caption) => html("figure", {}, element, caption);
  body.append(
    html("div", { class: "knobs" }, layerSlider.row, buttons),
    html("div", { class: "maps" }, panel(whole_, wholeCaption), panel(mapPlace, mapCaption), panel(part, partCaption), exampleFigure),
    html("div", { class: "knobs" }, ...moves.map(({ row }) => row)),
    html("div", { class: "result" }, sees, answers),
  );
  showLayer();
}

export default { render };
