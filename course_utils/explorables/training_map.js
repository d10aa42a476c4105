// Slide through a training: where people lie on a map, and which other picture is nearest to the one that is looked at.

function render({ model, el }) {
  const data = model.get("data");
  const { steps, people, places, nearest } = data;
  const faces = sheet(data.faces);
  const count = people.length;
  const numbers = people.map((person, at) => people.slice(0, at + 1).filter((other) => other === person).length);
  const who = (at) => `person ${people[at]}, picture ${numbers[at]}`;
  const neighbours = nearest[0][0].length;
  const isOwn = (at, other) => people[other] === people[at];
  const ownOf = (at, near) => near.filter((other) => isOwn(at, other)).length;
  const share = nearest.map((all) => all.reduce((sum, near, at) => sum + ownOf(at, near), 0) / (count * neighbours));
  const { body, say } = frame(
    el,
    "training_map",
    "A map of people while an encoder learns",
    "Slide back to the start of the training and forward again: whose pictures find together? Point at faces: who is taken for whom?",
  );

  let step = steps.length - 1; // at the start all lie in a heap: the map has one scale for all steps
  let looked = 0;
  let room = null;
  const line = svg("path", { class: "way" });
  const edge = (width) => (width < 500 ? 26 : 34); // room for the faces that lie outermost
  const flat = Math.min(1, Math.max(0.6, data.reach[1] / data.reach[0] || 1)); // no higher than the map needs
  const tall = (width) => Math.round(2 * edge(width) + flat * (width - 2 * edge(width)));
  const ground = picture("ground", tall, (canvas, width, height) => {
    room = { width, height };
    ground.place.classList.remove("travelling"); // a map that has just come, or has another width, stands still
    canvas.append(line);
    show();
  });
  const small = people.map((person, at) => {
    const element = faces.face(at, who(at));
    element.style.borderColor = data.colors[person] === "#000000" ? "currentColor" : data.colors[person];
    return element;
  });
  ground.place.append(...small);
  change(ground.place, { "aria-hidden": "true" }); // the two sliders and the words beside it say the same

  const score = html("div", { class: "rate" });
  const scoreWords = html("div", {}, `of the ${neighbours} nearest show the same person, over all ${count} pictures`);
  const big = faces.face(0, "");
  const found = html("p", { class: "found" });
  const near = Array.from({ length: neighbours }, () => {
    const [face, sign] = [faces.face(0, ""), html("figcaption")];
    return { face, sign, figure: html("figure", {}, face, sign) };
  });

  const place = (at) => {
    const [x, y] = places[step][at];
    const size = edge(room.width);
    const unit = Math.min((room.width / 2 - size) / data.reach[0], (room.height / 2 - size) / data.reach[1]);
    return [room.width / 2 + unit * x, room.height / 2 - unit * y];
  };
  const show = () => {
    const others = nearest[step][looked];
    score.textContent = percent(share[step], 0);
    faces.show(big, looked, who(looked));
    others.forEach((other, k) => {
      faces.show(near[k].face, other, who(other));
      near[k].sign.textContent = isOwn(looked, other) ? "✓" : "✗";
      near[k].figure.className = isOwn(looked, other) ? "own" : "stranger";
    });
    found.textContent = `${ownOf(looked, others)} of its ${neighbours} nearest show the same person`;
    say(
      `After ${steps[step]} steps: ${ownOf(looked, others)} of the ${neighbours} nearest to ${who(looked)} show the same person; ` +
        `over all pictures ${percent(share[step], 0)}.`,
    );
    if (!room) return;
    small.forEach((element, at) => {
      const [x, y] = place(at);
      element.style.transform = `translate(${x}px, ${y}px) translate(-50%, -50%)`;
      element.className = `face mark${people[at] === people[looked] ? " kin" : ""}${at === looked ? " looked" : ""}`;
    });
    const [ax, ay] = place(looked);
    change(line, { d: others.map((other) => `M${ax} ${ay}L${place(other).join(" ")}`).join("") });
  };

  const time = slider({
    label: "steps of training",
    min: 0,
    max: steps.length - 1,
    step: 1,
    value: step,
    words: (value) => String(steps[value]),
    moved: (value) => {
      step = value;
      ground.place.classList.add("travelling");
      show();
    },
  });
  const which = slider({
    label: "picture",
    min: 0,
    max: count - 1,
    step: 1,
    value: 0,
    words: (value) => `${numbers[value]} of person ${people[value]}`,
    moved: (value) => {
      looked = value;
      show();
    },
  });
  const pointAt = (event) => {
    const box = ground.canvas.getBoundingClientRect();
    const [px, py] = [event.clientX - box.left, event.clientY - box.top];
    const away = people.map((_, at) => Math.hypot(place(at)[0] - px, place(at)[1] - py));
    const closest = away.indexOf(Math.min(...away));
    if (away[closest] < 40) which.set(closest);
  };
  ground.place.addEventListener("pointermove", pointAt);
  ground.place.addEventListener("pointerdown", pointAt);

  body.append(
    time.row,
    html(
      "div",
      { class: "columns" },
      ground.place,
      html(
        "div",
        { class: "beside" },
        html("div", { class: "result" }, score, scoreWords),
        which.row,
        html("div", { class: "looked-at" }, big, found),
      ),
    ),
    html(
      "div",
      { class: "neighbours" },
      html("p", { class: "quiet" }, `Nearest to it in all ${data.features} features, not on the map:`),
      ...near.map(({ figure }) => figure),
    ),
  );
  show();
}

export default { render };
