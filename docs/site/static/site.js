// What the pages do beside their theme: figures that move, in the place of the still picture that stands there without JavaScript;
// and no line begins with the full stop after a formula.

for (const figure of document.querySelectorAll("figure.moving")) {
  const data = JSON.parse(figure.querySelector("script").textContent);
  const live = figure.querySelector(".live");
  import(new URL(figure.dataset.module, document.baseURI)).then(({ default: module }) => {
    live.hidden = false;
    module.render({ model: { get: () => data }, el: live }); // all that a module asks its notebook for is the data
    figure.querySelector("img").hidden = true;
  });
}

for (const formula of document.querySelectorAll("span.math")) {
  const whole = formula.closest("a.symbol") ?? formula;
  const [before, after] = [whole.previousSibling, whole.nextSibling];
  const opening = before instanceof Text ? before.data.match(/[("\u201c]*$/)[0] : "";
  const closing = after instanceof Text ? after.data.match(/^[.,;:!?)"\u201d]*/)[0] : "";
  if (opening || closing) {
    const together = Object.assign(document.createElement("span"), { className: "together" });
    whole.before(together);
    together.append(opening, whole, closing);
    if (opening) before.data = before.data.slice(0, -opening.length);
    if (closing) after.data = after.data.slice(closing.length);
  }
}
