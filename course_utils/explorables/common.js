// What the explorable figures share. Python puts this text in front of each figure's module (explorable.py), so that a
// module is one text with no import in it. Nothing here knows a kernel, asks a network or needs a library.

const SVG = "http://www.w3.org/2000/svg";

/** Return an HTML element with its attributes and children; an attribute that is null or false is left out. */
function html(tag, attributes = {}, ...children) {
  return filled(document.createElement(tag), attributes, children);
}

/** Return an SVG element, in the same way. */
function svg(tag, attributes = {}, ...children) {
  return filled(document.createElementNS(SVG, tag), attributes, children);
}

function filled(element, attributes, children) {
  change(element, attributes);
  element.append(...children);
  return element;
}

/** Change attributes of an element. */
function change(element, attributes) {
  for (const [name, value] of Object.entries(attributes)) {
    if (value === null || value === false) element.removeAttribute(name);
    else element.setAttribute(name, value);
  }
}

let made = 0;

/** Return a name that no other element of the page has, for `id`. */
function unique(word) {
  made += 1;
  return `explorable-${word}-${made}-${Math.random().toString(36).slice(2, 8)}`;
}

/**
 * Put a figure's frame into the page: one line that says what to try, then the figure. `kind` is the name of its module, by
 * which it has its own style.
 * Returns {body, say}: where the figure goes, and a function that tells a screen reader a sentence once the hand rests.
 */
function frame(el, kind, name, toTry) {
  const line = html("p", { class: "try", id: unique("try") }, toTry);
  const status = html("p", { class: "unseen", role: "status" });
  const body = html("div", { class: "body" });
  const root = html("section", { class: "explorable", "data-figure": kind, "aria-label": name, "aria-describedby": line.id }, line, body, status);
  // JupyterLab takes single keys for commands ("d" twice deletes a cell) unless what has the focus says that it wants them.
  root.addEventListener("focusin", ({ target }) => change(target, { "data-lm-suppress-shortcuts": "true" }));
  el.append(root);
  let waiting;
  const say = (sentence) => {
    clearTimeout(waiting);
    waiting = setTimeout(() => (status.textContent = sentence), 400);
  };
  return { body, say };
}

/**
 * Return a slider with its label and its value in words: {row, input, set}.
 * `words(value)` is shown and spoken; `moved(value)` is called after each move. `set(value)` moves it from elsewhere.
 */
function slider({ label, min, max, step, value, words, moved }) {
  const id = unique("slider");
  const input = html("input", { type: "range", id, min, max, step });
  const shown = html("output", { for: id });
  const tell = () => {
    shown.textContent = words(Number(input.value));
    change(input, { "aria-valuetext": shown.textContent });
  };
  input.value = value;
  tell();
  input.addEventListener("input", () => {
    tell();
    moved(Number(input.value));
  });
  const set = (to) => {
    const before = input.value;
    input.value = to; // rounded to a step and kept between min and max by the browser
    if (input.value !== before) {
      tell();
      moved(Number(input.value));
    }
  };
  return { row: html("div", { class: "slider" }, html("label", { for: id }, label), input, shown), input, set };
}

/** Return a group of choices of which one is taken: {row, inputs}. `options` is [[value, words], ...]. */
function choices({ label, options, value, chosen }) {
  const name = unique("choice");
  const inputs = options.map(([each]) => html("input", { type: "radio", name, value: each, id: unique("option") }));
  inputs.forEach((input) => {
    input.checked = input.value === String(value);
    input.addEventListener("change", () => chosen(input.value));
  });
  const labels = options.map(([, words], at) => html("label", { for: inputs[at].id }, inputs[at], words));
  return { row: html("fieldset", { class: "choices" }, html("legend", {}, label), html("div", { class: "options" }, ...labels)), inputs };
}

/** Return the linear map that takes [a, b] to [p, q]; its `back` goes the other way. */
function scale([a, b], [p, q]) {
  const map = (x) => p + ((x - a) / (b - a)) * (q - p);
  map.back = (y) => a + ((y - p) / (q - p)) * (b - a);
  return map;
}

/** Return some five round numbers between low and high. */
function ticks(low, high, about = 5) {
  const rough = (high - low) / about;
  const power = 10 ** Math.floor(Math.log10(rough));
  const step = [1, 2, 5, 10].map((factor) => factor * power).find((each) => each >= rough);
  const first = Math.ceil(low / step - 1e-9);
  const count = Math.floor(high / step + 1e-9) - first + 1;
  return Array.from({ length: count }, (_, k) => Number(((first + k) * step).toPrecision(12)));
}

/**
 * Return a picture that is drawn anew for each width of its place: {place, canvas}. `draw(canvas, width, height)` fills the
 * empty <svg>; its units are the page's pixels, so that words are as large in it as in the prose. `height` may be a function
 * of the width.
 */
function picture(className, height, draw) {
  const canvas = svg("svg", { "aria-hidden": "true" });
  const place = html("div", { class: `picture ${className}` }, canvas);
  let drawnAt = 0;
  new ResizeObserver(([entry]) => {
    const width = Math.floor(entry.contentRect.width);
    if (width < 50 || width === drawnAt) return;
    drawnAt = width;
    const tall = typeof height === "function" ? height(width) : height;
    change(canvas, { width, height: tall, viewBox: `0 0 ${width} ${tall}` });
    canvas.replaceChildren();
    draw(canvas, width, tall);
  }).observe(place);
  return { place, canvas };
}

/** Return a word in a picture. */
function word(text, x, y, attributes = {}) {
  return svg("text", { x, y, ...attributes }, text);
}

/** Call `at(x, y)` with the place in the picture while a mouse, pen or finger drags the element, or drags over the picture. */
function draggable(element, at, within = element) {
  const tell = (event) => {
    const box = within.getBoundingClientRect();
    at(event.clientX - box.left, event.clientY - box.top);
  };
  element.addEventListener("pointerdown", (event) => {
    if (event.button !== 0) return;
    element.setPointerCapture(event.pointerId);
    tell(event);
  });
  element.addEventListener("pointermove", (event) => {
    if (element.hasPointerCapture(event.pointerId)) tell(event);
  });
}

/** Call `by(x, y)` with -1, 0 or 1 for each of the four arrow keys that is pressed while the element has the focus. */
function arrowKeys(element, by) {
  const ways = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, 1], ArrowDown: [0, -1] };
  element.addEventListener("keydown", (event) => {
    if (!(event.key in ways)) return;
    by(...ways[event.key]);
    event.preventDefault(); // the page stays where it is
  });
}

/** Return a number with so many decimals, with a true minus sign. */
function fixed(value, decimals = 2) {
  return value.toFixed(decimals).replace(/^-(?=0*\.?0*$)/, "").replace("-", "−");
}

/** Return the least and the largest of some numbers, however many: spread out as arguments, a hundred thousand are too many. */
function extent(values) {
  return values.reduce(([low, high], value) => [Math.min(low, value), Math.max(high, value)], [Infinity, -Infinity]);
}

/** Return the outline of a histogram: bars are [{from, to, height}, ...], side by side. */
function outline(bars, x, y) {
  const steps = bars.map(({ from, to, height }) => `L${x(from)} ${y(height)}L${x(to)} ${y(height)}`);
  return `M${x(bars[0].from)} ${y(0)}${steps.join("")}L${x(bars[bars.length - 1].to)} ${y(0)}Z`;
}

/** Return a pattern of slanted lines, for <defs>: a second sign beside a colour. `id` is how `url(#id)` finds it. */
function hatch(id, className) {
  const line = svg("path", { d: "M0 0V6", class: className });
  return svg(
    "pattern",
    { id, width: 6, height: 6, patternUnits: "userSpaceOnUse", patternTransform: "rotate(45)" },
    svg("rect", { width: 6, height: 6, class: `${className} ground` }),
    line,
  );
}

/** Return a function that makes small pictures, all of which stand in one sheet (sheets.py): `(index, words)`. */
function sheet({ src, columns, rows, width, height }) {
  const show = (element, index, words) => {
    const x = columns > 1 ? (100 * (index % columns)) / (columns - 1) : 0;
    const y = rows > 1 ? (100 * Math.floor(index / columns)) / (rows - 1) : 0;
    element.style.backgroundPosition = `${x}% ${y}%`;
    change(element, { "aria-label": words });
  };
  const face = (index, words) => {
    const element = html("span", { class: "face", role: "img" });
    element.style.backgroundImage = `url(${src})`;
    element.style.backgroundSize = `${100 * columns}% ${100 * rows}%`;
    element.style.aspectRatio = `${width} / ${height}`;
    show(element, index, words);
    return element;
  };
  return { face, show };
}

/** Return what the two lines of a picture are, the solid blue one and the dashed red one. */
function lineKey(solid, dashed) {
  const one = (kind, words) => html("span", {}, html("span", { class: `sample ${kind}` }), words);
  return html("p", { class: "key quiet" }, one("solid", solid), one("dashed", dashed));
}

const number = new Intl.NumberFormat("en");

/** Return a whole number with commas: 30,000. */
function whole(value) {
  return number.format(value);
}

/** Return a number from 0 up, of which so many digits count: a whole number from 1,000 up, and below it 290.8 or 0.00123. */
function significant(value, digits) {
  return Math.round(value) < 1000 ? String(Number(value.toPrecision(digits))) : whole(Math.round(value));
}

/** Return a share as 12.3%. */
function percent(share, decimals = 1) {
  return `${(100 * share).toFixed(decimals)}%`;
}

/** Return the numbers of packing.py as {words, unit}: whole numbers, and what 1 of them counts. */
function unpacked({ words, unit }) {
  const bytes = Uint8Array.from(atob(words), (letter) => letter.charCodeAt(0));
  return { words: Uint16Array.from({ length: bytes.length / 2 }, (_, k) => bytes[2 * k] + 256 * bytes[2 * k + 1]), unit };
}

/** Return a canvas of so many pixels, each of which is drawn as a square: {element, paint}; `paint(grey)` takes a value from 0 to 255 for each. */
function greyMap(rows, columns, words) {
  const element = html("canvas", { class: "map", width: columns, height: rows, role: "img", "aria-label": words });
  const context = element.getContext("2d");
  const image = context.createImageData(columns, rows);
  const paint = (grey) => {
    for (let at = 0; at < rows * columns; at++) {
      image.data.fill(grey(at), 4 * at, 4 * at + 3);
      image.data[4 * at + 3] = 255;
    }
    context.putImageData(image, 0, 0);
  };
  return { element, paint };
}
