// A photograph and its painting, mixed as one likes; and, where a kernel is, what a camera sees, painted while one looks.

const ACROSS = 320; // pixels of the width of a picture of the camera, as the kernel gets it
const PATIENCE = 10; // seconds until it is said that the kernel does not answer

/** Return a canvas: {element, context, resize}. */
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
  const seen = easel(); // what is at the kernel
  const before = easel();
  const after = easel();
  const shown = easel("the photograph and its painting, one laid over the other");
  const button = html("button", { type: "button" });
  const note = html("p", { class: "quiet" });
  let strength = 0.6;
  let stream = null; // what the browser gives
  let camera = null; // the video of it, while it runs
  let starting = false; // the browser has been asked for the camera, and has not answered yet
  let gone = false; // the figure is no longer in the page
  let asked = null; // the name of the picture that is at the kernel
  let sentAt = 0;
  let waiting; // the timer that says so when no answer comes
  let next; // the frame in which the next picture is asked for

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

  const stop = (why) => {
    stream?.getTracks().forEach((track) => track.stop());
    camera = stream = asked = null;
    clearTimeout(waiting);
    cancelAnimationFrame(next);
    button.textContent = "Start the camera";
    note.textContent = why;
    say(why || "The camera is off.");
    showStill();
  };

  /** Send what the camera sees to the kernel; the next picture is sent when this one has come back. */
  const ask = () => {
    const { videoWidth, videoHeight } = camera;
    if (!videoWidth) {
      next = requestAnimationFrame(ask); // it has no picture yet
      return;
    }
    const [width, height] = [ACROSS, Math.round((ACROSS * videoHeight) / videoWidth)];
    seen.resize(width, height);
    seen.context.setTransform(-1, 0, 0, 1, width, 0); // as in a mirror
    seen.context.drawImage(camera, 0, 0, width, height);
    asked = unique("picture");
    sentAt = performance.now();
    waiting = setTimeout(() => (note.textContent = "The kernel does not answer: does a cell run, or was it stopped?"), 1000 * PATIENCE);
    try {
      model.send({ picture: asked, width, height }, undefined, [seen.context.getImageData(0, 0, width, height).data.buffer]);
    } catch {
      stop("The kernel is gone: run the cell again.");
    }
  };
  const start = async () => {
    if (starting) return; // one camera is enough
    starting = true;
    try {
      stream = await navigator.mediaDevices.getUserMedia({ video: true });
      const video = Object.assign(html("video", { playsinline: "" }), { muted: true, srcObject: stream });
      if (!gone) await video.play();
      if (gone) {
        stop("");
        return;
      }
      stream.getVideoTracks()[0].addEventListener("ended", () => stop("The camera was taken away."));
      camera = video;
    } catch (error) {
      stop(whyNot(error));
      return;
    } finally {
      starting = false;
    }
    button.textContent = "Stop the camera";
    note.textContent = "The kernel paints.";
    ask();
  };
  const answered = ({ picture, error }, [painted]) => {
    if (picture !== asked) return; // of another view of this figure, or of a camera that was stopped meanwhile
    clearTimeout(waiting);
    if (error) {
      stop(`The painter says: ${error}`);
      return;
    }
    const { width, height } = seen.element;
    before.resize(width, height);
    before.context.drawImage(seen.element, 0, 0);
    after.resize(width, height);
    const pixels = new Uint8ClampedArray(painted.buffer, painted.byteOffset, painted.byteLength);
    after.context.putImageData(new ImageData(pixels, width, height), 0, 0);
    show();
    note.textContent = `${Math.round(performance.now() - sentAt)} milliseconds from the camera to the painting.`;
    next = requestAnimationFrame(ask);
  };

  const mixed = () => say(`${percent(strength, 0)} painting, ${percent(1 - strength, 0)} photograph.`);
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
      mixed();
    },
  });
  body.append(knob.row, shown.element);
  mixed();
  if (!alive) return undefined;
  button.textContent = "Start the camera";
  button.addEventListener("click", () => (camera ? stop("") : start()));
  const promise = "Its pictures go to the kernel of this notebook and back, and are kept nowhere. (Of a notebook on a server, the kernel is there.)";
  body.append(html("div", { class: "buttons" }, button, note), html("p", { class: "quiet" }, promise));
  model.on("msg:custom", answered);
  return () => {
    model.off("msg:custom", answered);
    gone = true;
    stop("");
  };
}

export default { render };
