// A door: show a face, claim a name, enrol more people. Who gets in, and how many strangers get a name as the gallery grows?

/** Return for K = 1, 2, ... the mean of products of K different ones of these numbers (elementary symmetric means). */
function meansOfProducts(numbers) {
  const sums = [1, ...numbers.map(() => 0)];
  numbers.forEach((number, seen) => {
    for (let k = seen + 1; k > 0; k--) sums[k] += sums[k - 1] * number;
  });
  let ways = 1;
  return sums.slice(1).map((sum, k) => {
    ways *= (numbers.length - k) / (k + 1);
    return sum / ways;
  });
}

/** Return how often each picture matches each of the others' people, as a share of that person's pictures. */
function sharesOfMatches({ who, people, near }) {
  const of = people.map((_, person) => who.flatMap((each, k) => (each === person ? [k] : [])));
  return who.map((own, x) =>
    people.flatMap((_, person) => (person === own ? [] : [of[person].filter((k) => near(x, k)).length / of[person].length])),
  );
}

const mean = (values) => values.reduce((sum, value) => sum + value, 0) / values.length;

function render({ model, el }) {
  const { people, who, first, distance, tau: tauAtFirst, enrolled, faces: given } = model.get("data");
  const { words, unit } = unpacked(distance);
  const D = (x, k) => words[x * who.length + k] * unit;
  const visitors = who.flatMap((_, k) => (first.includes(k) ? [] : [k]));
  const called = (person) => `person ${people[person]}`;
  const numberOf = (x) => who.slice(0, x + 1).filter((person) => person === who[x]).length; // of this person's pictures
  const most = people.length - 1;
  const faces = sheet(given);
  const { body, say } = frame(
    el,
    "door",
    "A door with a gallery",
    "Show faces at the door and claim names. Then enrol more people: how many strangers get a name, and what does a smaller τ cost?",
  );

  let [K, tau, visitor, claimed] = [enrolled, tauAtFirst, visitors[0], 0];
  let measured = [];
  let far = 0;
  let [drawDistances, drawCurves] = [() => {}, () => {}];
  const measure = () => {
    const shares = sharesOfMatches({ who, people, near: (x, k) => D(x, k) <= tau });
    far = mean(shares.map(mean));
    const turnedAway = shares.map((each) => meansOfProducts(each.map((share) => 1 - share)));
    measured = Array.from({ length: most }, (_, k) => 1 - mean(turnedAway.map((each) => each[k])));
  };
  const beside = (d) => {
    let digits = 2; // and more where rounding would make it untrue: 0.50 > τ, with τ at 0.50
    while (digits < 100 && (Number(d.toFixed(digits)) <= tau) !== (d <= tau)) digits += 1;
    return `${d.toFixed(digits)} ${d <= tau ? "≤" : ">"} τ`.replaceAll(" ", "\u00a0"); // in one line
  };
  const formula = (count) => 1 - (1 - far) ** count;

  // ---- Words ----

  const shown = faces.face(visitor, "the visitor");
  const title = html("div", { class: "strong" });
  const atClaim = html("p");
  const atGallery = html("p");
  const rate = html("div", { class: "rate" });
  const [ofDoors, ofFormula, ofThisDoor] = [html("p"), html("p"), html("p")];

  const verdictOfClaim = () => {
    const d = D(visitor, first[claimed]);
    const [is, accepted] = [who[visitor] === claimed, d <= tau];
    const judged = is === accepted ? "rightly" : accepted ? "a false accept" : "a false reject";
    return [`Claims to be ${called(claimed)}: D\u00a0=\u00a0${beside(d)}.`, accepted ? "In" : "Out", judged];
  };
  const verdictOfGallery = () => {
    const distances = first.slice(0, K).map((k) => D(visitor, k));
    const nearest = distances.indexOf(Math.min(...distances));
    const [known, named] = [who[visitor] < K, distances[nearest] <= tau];
    const judged = named
      ? nearest === who[visitor] ? "rightly" : known ? "a wrong name" : "a stranger gets a name"
      : known ? "an enrolled person is turned away" : "rightly";
    return [`Claims nothing: nearest is ${called(nearest)}, D\u00a0=\u00a0${beside(distances[nearest])}.`, named ? called(nearest) : "Not recognized", judged];
  };
  const tell = (place, [reason, answer, judged]) => {
    const mark = html("span", { class: `judged ${judged === "rightly" ? "right" : "wrong"}` }, judged);
    place.replaceChildren(reason, html("br"), html("strong", {}, answer), ": ", mark);
  };

  // ---- The gallery ----

  const name = unique("claim");
  const cards = people.map((_, person) => {
    const radio = html("input", { type: "radio", name, value: person });
    const note = html("span", { class: "quiet" });
    const face = faces.face(first[person], "");
    change(face, { "aria-hidden": "true", role: null });
    radio.addEventListener("change", () => {
      claimed = person;
      showVisit();
    });
    return { radio, note, card: html("label", { class: "card" }, html("span", { class: "shown-and-taken" }, face, radio), called(person), note) };
  });

  const everyone = () => (K === 1 ? "1 person" : `${K} people`);
  const showVisit = () => {
    claimed = Math.min(claimed, K - 1);
    cards.forEach(({ radio, note, card }, person) => {
      const d = D(visitor, first[person]);
      const inside = person < K;
      radio.disabled = !inside;
      radio.checked = person === claimed;
      note.textContent = inside ? beside(d) : "stranger";
      change(card, { class: `card ${inside ? (d <= tau ? "near" : "away") : "outside"}` });
    });
    faces.show(shown, visitor, `the visitor, ${called(who[visitor])}`);
    const stands = who[visitor] < K ? "enrolled with another picture" : "a stranger";
    title.textContent = `At the door: ${called(who[visitor])}, ${stands}`;
    tell(atClaim, verdictOfClaim());
    tell(atGallery, verdictOfGallery());
    drawDistances();
    const [reason, answer, judged] = verdictOfClaim();
    say(`${title.textContent}. ${reason} ${answer}: ${judged}. ${everyone()} enrolled: ${rate.textContent} ${ofDoors.textContent}`);
  };
  const showGrowth = () => {
    const strangers = who.flatMap((person, x) => (person >= K ? [x] : []));
    const named = strangers.filter((x) => first.slice(0, K).some((k) => D(x, k) <= tau)).length;
    rate.textContent = percent(measured[K - 1]);
    change(rate, { "data-measured": measured[K - 1], "data-formula": formula(K) });
    ofDoors.textContent = `of the strangers' pictures get a name: the mean over all galleries of ${everyone()} out of these ${people.length}.`;
    ofFormula.textContent = `By the formula, 1 − (1 − FAR)ᴷ with FAR = ${percent(far, 2)}: ${percent(formula(K))}`;
    ofThisDoor.textContent = `The gallery above gives a name to ${named} of ${strangers.length}.`;
    drawCurves();
  };

  // ---- What one turns ----

  const face = slider({
    label: "at the door",
    min: 0,
    max: visitors.length - 1,
    step: 1,
    value: 0,
    words: (k) => `${called(who[visitors[k]])}, picture ${numberOf(visitors[k])}`,
    moved: (k) => {
      visitor = visitors[k];
      showVisit();
    },
  });
  const threshold = slider({
    label: "threshold τ",
    min: 0,
    max: 2,
    step: 0.01,
    value: tau,
    words: (value) => value.toFixed(2),
    moved: (value) => {
      tau = value;
      measure();
      showGrowth();
      showVisit();
    },
  });
  const size = slider({
    label: "enrolled, K",
    min: 1,
    max: most,
    step: 1,
    value: K,
    words: String,
    moved: (value) => {
      K = value;
      showGrowth();
      showVisit();
    },
  });

  // ---- Pictures ----

  const farthest = Math.max(...first.map((k) => Math.max(...visitors.map((x) => D(x, k))))) * 1.02;
  const line = picture("distances", 92, (canvas, width, height) => {
    const x = scale([0, farthest], [9, width - 9]);
    const base = height - 40;
    canvas.append(svg("path", { d: `M0 ${base}H${width}`, class: "axis" }));
    for (const value of ticks(0, farthest, width < 400 ? 4 : 8)) {
      canvas.append(word(value, x(value), base + 28, { class: "quiet", "text-anchor": "middle" }));
    }
    const cut = svg("path", { class: "tau" });
    const label = word("", 0, 14, { class: "halo" });
    const dots = people.map(() => svg("circle", { cy: base, r: 7 }));
    canvas.append(cut, label, ...dots);
    drawDistances = () => {
      const beyond = tau > farthest; // there is no place for it in the picture
      const at = Math.min(x(tau), width);
      change(cut, { d: `M${at} 2V${base + 10}`, visibility: beyond ? "hidden" : "visible" });
      const narrow = Math.max(at, width - at) <= 190; // no room for all words on either side
      const right = narrow ? at < width / 2 : at + 190 < width;
      const all = right ? "τ, and the distances D" : beyond ? "the distances D; τ is beyond" : "the distances D, and τ";
      label.textContent = !narrow ? all : right ? "τ, and D" : "D, and τ";
      change(label, { x: at + (right ? 8 : -8), "text-anchor": right ? "start" : "end" });
      dots.forEach((dot, person) => {
        const own = person === who[visitor] ? "own" : "other";
        const state = `${own}${person === claimed ? " claimed" : ""}`;
        change(dot, { cx: x(D(visitor, first[person])), class: `dot ${state}`, r: person === claimed ? 9 : 6, visibility: person < K ? "visible" : "hidden" });
      });
    };
    line.at = (pixel) => threshold.set(x.back(pixel));
    drawDistances();
  });
  draggable(line.canvas, (pixel) => line.at(pixel));

  const growth = picture("growth", 230, (canvas, width, height) => {
    const [left, base] = [52, height - 44];
    const x = scale([1, most], [left + 8, width - 14]);
    canvas.append(word("strangers who get a name", 0, 14, { class: "quiet" }), word("people enrolled, K", width, height - 2, { class: "quiet", "text-anchor": "end" }));
    const changing = svg("g");
    canvas.append(changing);
    drawCurves = () => {
      const top = Math.min(1, Math.max(0.02, 1.1 * formula(most), 1.1 * measured[most - 1]));
      const y = scale([0, top], [base, 30]);
      const path = (of) => `M${measured.map((_, k) => `${x(k + 1)} ${y(of(k))}`).join("L")}`;
      const at = [x(K), y(measured[K - 1])];
      changing.replaceChildren(
        ...ticks(0, top, 3).flatMap((value) => [
          svg("path", { d: `M${left} ${y(value)}H${width}`, class: "axis" }),
          word(percent(value, top < 0.04 ? 1 : 0), left - 8, y(value) + 5, { class: "quiet", "text-anchor": "end" }),
        ]),
        ...measured.map((_, k) => word(k + 1, x(k + 1), base + 20, { class: "quiet", "text-anchor": "middle" })),
        svg("path", { d: path((k) => formula(k + 1)), class: "curve red dashed" }),
        svg("path", { d: path((k) => measured[k]), class: "curve blue" }),
        ...measured.map((share, k) => svg("circle", { cx: x(k + 1), cy: y(share), r: 4, class: "spot" })),
        svg("circle", { cx: at[0], cy: at[1], r: 8, class: "knob" }),
      );
    };
    growth.at = (pixel) => size.set(Math.round(x.back(pixel)));
    drawCurves();
  });
  draggable(growth.canvas, (pixel) => growth.at(pixel));

  const key = lineKey("measured", "by the formula");
  measure();
  body.append(
    html("div", { class: "knobs" }, face.row, threshold.row),
    html("div", { class: "visit" }, shown, html("div", { class: "result" }, title, atClaim, atGallery)),
    html("fieldset", { class: "cards" }, html("legend", {}, "The gallery, with the distance D to the face at the door. Whose name is claimed?"), ...cards.map(({ card }) => card)),
    line.place,
    size.row,
    html("div", { class: "columns" }, html("div", {}, growth.place, key), html("div", { class: "result" }, rate, ofDoors, ofFormula, ofThisDoor)),
  );
  showGrowth();
  showVisit();
}

export default { render };
