// A photograph and its painting, mixed as one likes; and, where a kernel is, what a camera sees, painted while one looks.

const ACROSS = 320; // pixels of a picture of the camera, as the kernel gets it

/** Return a canvas in which pictures are laid over one another: {element, context, resize}. */
function easel(words) {
  const element = html("canvas", { class: "easel", role: "img", "aria-label": words });
  const resize = (width, height) => Object.assign(element, { width, height });
  return { element, context: element.getContext("2d", { willReadFrequently: true }), resize };
}

/** Say why there is no camera, in words that help. */
function whyNot(error) {
  if (!navigator.mediaDevices) return "The browser gives its camera only to pages of this machine and to those with https.";
  if (error.name === "NotAllowedError") return "The browser may not use the camera: allow it in its address bar, then start again.";
  if (error.name === "NotFoundError") return "No camera was found.";
  return `The camera cannot be used: ${error.message}`;
}

function render({ model, el }) {
  const { pictures } = model.get("data");
  const alive = typeof model.send === "function";
  const { body, say } = frame(
    el,
    "camera",
    "Painted while you look",
    `Move the strength: how much paint still shows you the photograph?${alive ? " Then start the camera." : ""}`,
  );
  const before = easel();
  const after = easel();
  const shown = easel("the photograph and its painting, one laid over the other");
  const note = html("p", { class: "quiet" });
  let strength = 0.6;
  let camera = null;
  let sentAt = 0;

  const show = () => {
    const { width, height } = before.element;
    shown.resize(width, height);
    shown.context.drawImage(before.element, 0, 0);
    shown.context.globalAlpha = strength;
    shown.context.drawImage(after.element, 0, 0);
  };
  const still = new Image();
  const showStill = () => {
    const { width, height, columns } = pictures;
    [before, after].forEach((each, k) => {
      each.resize(width, height);
      each.context.drawImage(still, (k % columns) * width, Math.floor(k / columns) * height, width, height, 0, 0, width, height);
    });
    show();
  };
  still.addEventListener("load", showStill);
  still.src = pictures.src;

  /** Send what the camera sees to the kernel; the next picture is sent when this one has come back. */
  const ask = () => {
    const { videoWidth, videoHeight } = camera;
    const [width, height] = [ACROSS, Math.round((ACROSS * videoHeight) / videoWidth)];
    before.resize(width, height);
    before.context.setTransform(-1, 0, 0, 1, width, 0); // as in a mirror
    before.context.drawImage(camera, 0, 0, width, height);
    sentAt = performance.now();
    model.send({ width, height }, undefined, [before.context.getImageData(0, 0, width, height).data.buffer]);
  };
  const stop = (why) => {
    camera?.srcObject.getTracks().forEach((track) => track.stop());
    camera = null;
    button.textContent = "Start the camera";
    note.textContent = why;
    showStill();
  };
  const start = async () => {
    try {
      const video = html("video", { muted: "", playsinline: "" });
      video.srcObject = await navigator.mediaDevices.getUserMedia({ video: true });
      await video.play();
      camera = video;
    } catch (error) {
      note.textContent = whyNot(error);
      return;
    }
    button.textContent = "Stop the camera";
    note.textContent = "The kernel paints.";
    ask();
  };
  const answered = ({ error }, [painted]) => {
    if (!camera) return; // it was stopped meanwhile
    if (error) {
      stop(`The painter says: ${error}`);
      return;
    }
    const { width, height } = before.element;
    after.resize(width, height);
    const pixels = new Uint8ClampedArray(painted.buffer, painted.byteOffset, painted.byteLength);
    after.context.putImageData(new ImageData(pixels, width, height), 0, 0);
    show();
    note.textContent = `${Math.round(performance.now() - sentAt)} milliseconds from the camera to the painting. No picture leaves this notebook.`;
    requestAnimationFrame(ask);
  };

  const knob = slider({
    label: "strength",
    min: 0,
    max: 1,
    step: 0.05,
    value: strength,
    words: (value) => percent(value, 0),
    moved: (value) => {
      strength = value;
      show();
      say(`${percent(strength, 0)} painting, ${percent(1 - strength, 0)} photograph.`);
    },
  });
  const button = html("button", { type: "button" }, "Start the camera");
  button.addEventListener("click", () => (camera ? stop("") : start()));
  body.append(knob.row, shown.element, ...(alive ? [html("div", { class: "buttons" }, button, note)] : []));
  say(`${percent(strength, 0)} painting, ${percent(1 - strength, 0)} photograph.`);
  if (!alive) return undefined;
  model.on("msg:custom", answered);
  return () => {
    model.off("msg:custom", answered);
    if (camera) stop("");
  };
}

export default { render };
