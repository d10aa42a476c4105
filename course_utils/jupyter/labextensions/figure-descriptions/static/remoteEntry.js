// Gives each figure its description as alternative text: JupyterLab shows a picture, and leaves out what its metadata say of it.
//
// This is a federated extension written by hand, so that nothing has to be compiled: JupyterLab looks for an object of its
// name, hands `init` what is shared by all extensions, and asks `get` for the module.
(globalThis._JUPYTERLAB ??= {})["figure-descriptions"] = (() => {
  const MIME_TYPES = ["image/png", "image/jpeg"];
  const RANK = 80; // before JupyterLab's own renderer of pictures, which has 90
  let shared;

  async function ofTheLab(name) {
    const [version] = Object.values(shared[name]);
    return (await version.get())();
  }

  function describing(factory) {
    const createRenderer = options => {
      const renderer = factory.createRenderer(options);
      const render = renderer.renderModel.bind(renderer);
      renderer.renderModel = async model => {
        await render(model);
        const words = model.metadata[options.mimeType]?.alt;
        if (words) renderer.node.querySelector("img").alt = words;
      };
      return renderer;
    };
    return { safe: true, mimeTypes: MIME_TYPES, createRenderer };
  }

  return {
    init(scope) {
      shared = scope;
    },
    async get() {
      const { IRenderMimeRegistry, imageRendererFactory } = await ofTheLab("@jupyterlab/rendermime");
      const plugin = {
        id: "figure-descriptions:plugin",
        description: "Gives each figure its description as alternative text.",
        autoStart: true,
        requires: [IRenderMimeRegistry],
        activate: (_app, registry) => registry.addFactory(describing(imageRendererFactory), RANK),
      };
      return () => ({ __esModule: true, default: plugin });
    },
  };
})();
