// Keeps a notebook that was only opened from being marked as changed: JupyterLab writes into it which Python its kernel has,
// and then asks on closing whether the changes are to be saved, though the reader has made none.
//
// A federated extension written by hand, as figure-descriptions is.
(globalThis._JUPYTERLAB ??= {})["opened-unchanged"] = (() => {
  let shared;

  async function ofTheLab(name) {
    const [version] = Object.values(shared[name]);
    return (await version.get())();
  }

  async function watch(panel) {
    await panel.context.ready;
    const model = panel.model;
    model.metadataChanged.connect((_model, change) => {
      if (change.key !== "language_info" || model.dirty) return;
      queueMicrotask(() => (model.dirty = false)); // it is marked right after those who listen have been told
    });
  }

  return {
    init(scope) {
      shared = scope;
    },
    async get() {
      const { INotebookTracker } = await ofTheLab("@jupyterlab/notebook");
      const plugin = {
        id: "opened-unchanged:plugin",
        description: "Keeps a notebook that was only opened from being marked as changed.",
        autoStart: true,
        requires: [INotebookTracker],
        activate: (_app, tracker) => tracker.widgetAdded.connect((_tracker, panel) => watch(panel)),
      };
      return () => ({ __esModule: true, default: plugin });
    },
  };
})();
