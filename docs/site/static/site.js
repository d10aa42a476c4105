// What the pages do beside their theme: figures that move, in the place of the still picture that stands there without JavaScript.

for (const figure of document.querySelectorAll("figure.moving")) {
  const data = JSON.parse(figure.querySelector("script").textContent);
  const live = figure.querySelector(".live");
  import(new URL(figure.dataset.module, document.baseURI)).then(({ default: module }) => {
    live.hidden = false;
    module.render({ model: { get: () => data }, el: live }); // all that a module asks its notebook for is the data
    figure.querySelector("img").hidden = true;
  });
}
