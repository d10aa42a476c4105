"""The optimisers that paint: L-BFGS of SciPy and Adam of Keras, each as an iterator over its steps."""

import queue
import threading
from collections.abc import Callable, Generator

import numpy as np
from scipy.optimize import Bounds, OptimizeResult, minimize
from threadpoolctl import threadpool_limits

from course_utils.arrays import Float64Array, FloatArray
from course_utils.backend import keras, tf

Evaluate = Callable[[FloatArray], tuple[float, FloatArray]]

CORRECTIONS = 10  # steps, and what each changed in the gradient, that L-BFGS remembers
WHITE = 255.0


def lbfgs(evaluate: Evaluate, start: FloatArray, steps: int) -> Generator[FloatArray]:
    """Minimise with L-BFGS-B: R. Byrd et al., "A limited memory algorithm for bound constrained optimization", 1995.

    Each step follows the gradient, bent by what the last ten steps taught about the curvature, and goes as far as a line search
    finds good: the cost never rises. All values stay from 0 to 255. It ends early when rounding hides all progress.

    SciPy's linear algebra is kept to one thread meanwhile: its vectors are short, and its waiting threads would take
    the cores from TensorFlow's.

    SciPy's `minimize` does not return before it is done. So it works in a thread of its own here, which waits after each step
    until the next one is asked for, and ends when the iterator is closed.

    Args:
        evaluate: returns the cost of a picture and the gradient, of the same shape.
        start: the first picture, of any shape, with values from 0 to 255.
        steps: at most so many.

    Yields:
        The picture after each step.
    """
    done: queue.Queue[FloatArray | BaseException | None] = queue.Queue()
    go_on, closed = threading.Semaphore(0), threading.Event()
    evaluated = _in_its_unit(evaluate)

    def cost_and_gradient(x: FloatArray) -> tuple[float, FloatArray]:
        if closed.is_set():
            raise StopIteration
        cost, gradient = evaluated(x.reshape(start.shape))
        return cost, gradient.ravel()

    def after_step(intermediate_result: OptimizeResult) -> None:
        done.put(intermediate_result.x.reshape(start.shape).copy())
        go_on.acquire()
        if closed.is_set():
            raise StopIteration

    def work() -> None:
        try:
            minimize(
                cost_and_gradient,
                start.ravel().astype(np.float64),
                jac=True,
                method="L-BFGS-B",
                bounds=Bounds(0, WHITE),
                callback=after_step,
                options={"maxiter": steps, "maxfun": 100 * steps, "maxcor": CORRECTIONS, "ftol": 0, "gtol": 0},
            )
            done.put(None)
        except BaseException as error:  # it is raised again where somebody can catch it
            done.put(error)

    worker = threading.Thread(target=work, name="L-BFGS", daemon=True)
    with threadpool_limits(1, user_api="blas"):
        worker.start()
        try:
            while (result := done.get()) is not None:
                if isinstance(result, BaseException):
                    raise result
                yield result
                go_on.release()
        finally:
            closed.set()
            go_on.release()
            worker.join()


def adam(evaluate: Evaluate, start: FloatArray, steps: int, learning_rate: float) -> Generator[FloatArray]:
    """Minimise with Adam: D. Kingma and J. Ba, "Adam: a method for stochastic optimization", ICLR 2015.

    Each value moves by about the learning rate a step, whatever the size of the gradient, and is clipped to 0 to 255. The cost
    may rise now and then.

    Args and yields as for `lbfgs`; learning_rate is in grey levels.
    """
    picture = keras.Variable(start, dtype="float32")
    optimizer = keras.optimizers.Adam(learning_rate)
    evaluated = _in_its_unit(evaluate)
    _, gradient = evaluated(start)
    for _ in range(steps):
        optimizer.apply([tf.constant(gradient, tf.float32)], [picture])
        picture.assign(tf.clip_by_value(picture, 0.0, WHITE))
        now = picture.numpy()
        _, gradient = evaluated(now)
        yield now


def _in_its_unit(evaluate: Evaluate) -> Callable[[FloatArray], tuple[float, Float64Array]]:
    """Return the cost and its gradient, measured in the largest entry of the first gradient if that is below 1.

    A factor changes nothing about where the cost is low, but with a gradient far below 1 neither optimiser would get there: the
    first step of L-BFGS is as long as the gradient, and moves no float32; Adam divides by the gradient's size plus 1e-7.
    """
    unit: float | None = None

    def evaluated(picture: FloatArray) -> tuple[float, Float64Array]:
        nonlocal unit
        cost, gradient = evaluate(picture)
        if unit is None:
            largest = float(np.abs(gradient).max())
            unit = largest if 0 < largest < 1 else 1.0
        return cost / unit, np.divide(gradient, unit, dtype=np.float64)

    return evaluated
