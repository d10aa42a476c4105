// Pick two channels: their maps, the product of these, and its sum, which is an entry of the Gram matrix. Shuffle the positions.

/** Return the positions in a random order (R. Fisher, F. Yates, 1938). */
function shuffledOrder(count) {
  const order = Uint32Array.from({ length: count }, (_, k) => k);
  for (let k = count - 1; k > 0; k--) {
    const other = Math.floor(Math.random() * (k + 1));
    [order[k], order[other]] = [order[other], order[k]];
  }
  return order;
}

/** Return a product in words; where it is not exactly that of the factors as they are printed, "=" would be wrong. */
function productInWords(a, b) {
  const [first, second] = [a, b].map((factor) => significant(factor, 4));
  const product = significant(a * b, 3);
  const [x, y, printed] = [first, second, product].map((words) => Number(words.replaceAll(",", "")));
  return `${first} × ${second} ${Number((x * y).toPrecision(12)) === printed ? "=" : "≈"} ${product}`;
}

/** Return a map with a ring at one position, above its caption. */
function mapWithRing(element, rows, columns, moved) {
  const ring = html("span", { class: "ring" });
  const caption = html("figcaption");
  const place = html("div", { class: "under-ring" }, element, ring);
  draggable(place, (x, y) => {
    const inside = (share, count) => Math.min(count - 1, Math.max(0, Math.floor(share * count)));
    moved(inside(y / place.clientHeight, rows) * columns + inside(x / place.clientWidth, columns));
  });
  const mark = (at) => {
    ring.style.left = `${(100 * ((at % columns) + 0.5)) / columns}%`;
    ring.style.top = `${(100 * (Math.floor(at / columns) + 0.5)) / rows}%`;
  };
  return { figure: html("figure", {}, place, caption), caption, mark };
}

function render({ model, el }) {
  const { channels, rows, columns, maps: given, pair: first, shown } = model.get("data");
  const maps = given.map(unpacked);
  const count = rows * columns;
  const inOrder = Uint32Array.from({ length: count }, (_, k) => k);
  const pair = [...first];
  let order = inOrder;
  let at = Math.floor((rows / 2) * columns + columns / 2);
  const { body, say } = frame(
    el,
    "gram_matrix",
    "An entry of the Gram matrix",
    "Pick two channels, in the table or with the sliders. Then shuffle the positions: which numbers change, and which does not?",
  );

  const value = (which, position) => maps[which].words[order[position]] * maps[which].unit;
  /** Return the entry of two channels: whole numbers are added, so the order leaves no trace of rounding. */
  const entry = (i, j) => {
    let sum = 0;
    for (const position of order) sum += maps[i].words[position] * maps[j].words[position];
    return sum * maps[i].unit * maps[j].unit;
  };
  const own = maps.map((_, which) => entry(which, which));
  const together = (i, j, sum) => sum / Math.sqrt(own[i] * own[j]);
  const contentCost = () => {
    const squares = pair.map((which) => {
      const { words, unit } = maps[which];
      return words.reduce((sum, word, k) => sum + ((word - words[order[k]]) * unit) ** 2, 0);
    });
    return (squares[0] + squares[1]) / (4 * 2 * count);
  };

  const result = html("div", { class: "rate" });
  const sumOf = html("p");
  const fire = html("p");
  const cost = html("p");
  const here = html("p", { class: "here" });
  const canvases = ["the first channel", "the second channel", "the product of both"].map((words) => greyMap(rows, columns, words));
  const goTo = (position) => ringAt.set(position);
  const panels = canvases.map(({ element }) => mapWithRing(element, rows, columns, goTo));
  let choose = () => {};

  const numbers = () => pair.map((which) => channels[which]);
  const showPosition = () => {
    panels.forEach(({ mark }) => mark(at));
    const [a, b] = pair.map((which) => value(which, at));
    here.textContent = `In the ring: ${productInWords(a, b)}`;
  };
  const show = () => {
    const [i, j] = pair;
    const largest = [i, j].map((which) => maps[which].words.reduce((a, b) => Math.max(a, b)));
    const product = order.reduce((most, p) => Math.max(most, maps[i].words[p] * maps[j].words[p]), 1);
    canvases[0].paint((k) => (255 * maps[i].words[order[k]]) / largest[0]);
    canvases[1].paint((k) => (255 * maps[j].words[order[k]]) / largest[1]);
    canvases[2].paint((k) => (255 * maps[i].words[order[k]] * maps[j].words[order[k]]) / product);
    const sum = entry(i, j);
    const [p, q] = numbers();
    panels[0].caption.textContent = `channel i = ${p}`;
    panels[1].caption.textContent = `channel j = ${q}`;
    panels[2].caption.textContent = "their product";
    result.textContent = significant(sum, 3);
    change(result, { "data-entry": sum });
    const how = order === inOrder ? "in the order of the picture" : "shuffled";
    sumOf.textContent = `The sum of ${whole(count)} products; the positions are ${how}.`;
    fire.textContent = `They fire together: Aᵢⱼ / √(Aᵢᵢ Aⱼⱼ) = ${together(i, j, sum).toFixed(2)}`;
    cost.textContent = `Content cost of these two maps, compared with them in order: ${significant(contentCost(), 3)}`;
    choose();
    showPosition();
    say(
      `Channels ${p} and ${q}, positions ${how}: entry ${result.textContent}, together ${together(i, j, sum).toFixed(2)}. ` +
        cost.textContent,
    );
  };

  const pick = ["i", "j"].map((letter, which) =>
    slider({
      label: `channel ${letter}`,
      min: 0,
      max: channels.length - 1,
      step: 1,
      value: pair[which],
      words: (index) => String(channels[index]),
      moved: (index) => {
        pair[which] = index;
        show();
      },
    }),
  );
  const ringAt = slider({
    label: "position",
    min: 0,
    max: count - 1,
    step: 1,
    value: at,
    words: (position) => `row ${Math.floor(position / columns)}, column ${position % columns}`,
    moved: (position) => {
      at = position;
      showPosition();
      say(here.textContent);
    },
  });
  const shuffle = html("button", { type: "button" }, "Shuffle the positions");
  const back = html("button", { type: "button" }, "Back in order");
  shuffle.addEventListener("click", () => {
    order = shuffledOrder(count);
    show();
  });
  back.addEventListener("click", () => {
    order = inOrder;
    show();
  });

  const table = picture("gram-table", (width) => Math.min(width, 330), (canvas, width, height) => {
    const side = (height - 28) / channels.length;
    const left = 46;
    const cell = Math.min(side, (width - left) / channels.length);
    for (const i of channels.keys()) {
      for (const j of channels.keys()) {
        const strength = together(i, j, entry(i, j));
        canvas.append(svg("rect", { x: left + j * cell, y: 28 + i * cell, width: cell, height: cell, class: "cell", "fill-opacity": strength.toFixed(3) }));
      }
    }
    const chosen = svg("rect", { width: cell, height: cell, class: "chosen" });
    const [row, column] = [word("", left - 6, 0, { "text-anchor": "end" }), word("", 0, 20, { "text-anchor": "middle" })];
    canvas.append(svg("rect", { x: left, y: 28, width: cell * channels.length, height: cell * channels.length, class: "axis" }), chosen, row, column);
    choose = () => {
      const [x, y] = [left + pair[1] * cell, 28 + pair[0] * cell];
      change(chosen, { x, y });
      change(row, { y: y + cell / 2 + 5 });
      change(column, { x: Math.max(x + cell / 2, left + 16) });
      [row.textContent, column.textContent] = numbers();
    };
    const index = (pixel) => Math.min(channels.length - 1, Math.max(0, Math.floor(pixel / cell)));
    table.at = (x, y) => [index(y - 28), index(x - left)].forEach((to, which) => pick[which].set(to));
    choose();
  });
  draggable(table.canvas, (x, y) => table.at(x, y));

  const bar = html("span", { class: "strength", role: "img", "aria-label": "from no blue to full blue" });
  const key = html("p", { class: "quiet" }, "They fire together: 0 ", bar, " 1");
  const name = html("div", {}, "Entry Aᵢⱼ of the Gram matrix");
  const told = html("div", { class: "result" }, html("div", { class: "buttons" }, shuffle, back), name, result, sumOf, fire, cost);
  const seen = sheet(shown).face(0, "the picture whose activations these are");
  const original = html("figure", {}, seen, html("figcaption", {}, "the picture"));
  body.append(
    html("div", { class: "knobs" }, pick[0].row, pick[1].row),
    html("div", { class: "maps" }, original, ...panels.map(({ figure }) => figure)),
    html("div", { class: "knobs" }, ringAt.row, here),
    html("div", { class: "columns" }, html("div", {}, table.place, key), told),
  );
  show();
}

export default { render };
