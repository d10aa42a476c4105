"""The style pictures that the course draws itself: four paintings made of random numbers and a few formulas.

A painting is a function that takes a `Canvas` and returns the colours, (height, width, 3) from 0 (dark) to 1 (light).
To draw a style of your own, write one more and add it: `PAINTERS["mine"] = mine`, then `painting("mine")`.

Everything is measured in shorter sides of the picture: 0.1 is a tenth of the shorter side, however many pixels that is.
So a small picture is the large one seen from afar. A point or a direction of the plane is *one* complex number,
z = x + iy, x to the right and y down: adding moves it, multiplying turns and stretches it, abs(a - b) is a distance.
"""

import math
import re
from collections.abc import Callable, Iterator
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy.ndimage import gaussian_filter, map_coordinates

from course_utils import checks
from course_utils.arrays import ComplexArray, FloatArray, UInt8Array

SMALLEST, LARGEST = 16, 4096  # pixels along one side


def painting(name: str, height: int = 384, width: int = 512, seed: int = 0) -> UInt8Array:
    """Draw one of the course's paintings.

    Args:
        name: "vortex", "grid", "points" or "waves", see `PAINTINGS`.
        height: in pixels, from 16 to 4096. Larger pictures take longer, in proportion to their pixels.
        width: in pixels, from 16 to 4096.
        seed: another seed, from 0 to 2**32 - 1, gives another picture in the same style.

    Returns:
        (height, width, 3) uint8, RGB. The same arguments give the same bytes each time. (On another kind of
        processor, a last digit that is rounded differently may change a few pixels.)

    Raises:
        ValueError: an unknown name, or a number that is not a whole one in its range.
    """
    painter = PAINTERS[checks.choice("name", name, PAINTERS)]
    height = checks.whole_number("height", height, SMALLEST, LARGEST, what="pixels")
    width = checks.whole_number("width", width, SMALLEST, LARGEST, what="pixels")
    colours = painter(Canvas(height, width, checks.whole_number("seed", seed, 0, 2**32 - 1)))
    return np.asarray(np.rint(255 * colours.clip(0, 1)), np.uint8)


# --- The tools ------------------------------------------------------------------------------------


class Canvas:
    """The plane to paint on, and the chance that goes into the painting.

    Attributes:
        unit: pixels in the shorter side.
        height: of the picture, in shorter sides; likewise width. One of the two is 1.
        z: (rows, columns) complex, the point x + iy of the plane at the centre of each pixel.
        rng: the source of all random numbers. How many are drawn depends on the picture's proportions only, never on
            its pixels: so one seed gives one composition at every size.
    """

    def __init__(self, rows: int, columns: int, seed: int) -> None:
        self.unit = min(rows, columns)
        self.height, self.width = rows / self.unit, columns / self.unit
        row, column = np.indices((rows, columns)) + 0.5
        self.z: ComplexArray = (column + 1j * row) / self.unit
        self.rng = np.random.default_rng(seed)

    def noise(self, grain: float, z: ComplexArray | None = None) -> FloatArray:
        """Smooth random hills and valleys about 0, `grain` apart: random numbers on a lattice, joined by cubic splines.

        Args:
            grain: the distance between lattice points. Fine noise looks like sand, coarse noise like clouds.
            z: where to look at the noise; each pixel if not given. A squeezed plane, x + 3iy, gives stretched noise.

        Raises:
            ValueError: the grain is not a number above 0.
        """
        grain = checks.in_range("grain", grain, above=0, what="a distance", hint="in shorter sides of the picture")
        z = self.z if z is None else z
        lattice = self.rng.standard_normal((math.ceil(self.height / grain) + 3, math.ceil(self.width / grain) + 3))
        return np.asarray(map_coordinates(lattice, (z.imag / grain + 1, z.real / grain + 1), mode="reflect"))

    def scatter(self, density: float) -> ComplexArray:
        """Random points, `density` in each unit of area, that keep clear of each other.

        Each point is the best of 30 candidates, the one farthest from all points so far: D. P. Mitchell, "Spectrally
        optimal sampling for distribution ray tracing", SIGGRAPH 1991.
        """
        points = np.empty(0, np.complex128)
        for _ in range(max(1, round(density * self.height * self.width))):
            candidates = self.rng.uniform(0, self.width, 30) + 1j * self.rng.uniform(0, self.height, 30)
            room = abs(candidates[:, None] - points).min(axis=1, initial=np.inf)
            points = np.append(points, candidates[room.argmax()])
        return points

    def inside(self, distance: FloatArray) -> FloatArray:
        """How much of each pixel lies in a shape, 0 to 1, from its distance to the edge (positive inside)."""
        return (distance * self.unit + 0.5).clip(0, 1)

    def at(self, values: NDArray[Any], z: ComplexArray) -> NDArray[Any]:
        """The values, (rows, columns) or (rows, columns, 3), at the pixels nearest to the points z."""
        pixel = (z.imag * self.unit).astype(int), (z.real * self.unit).astype(int)
        return values.reshape(-1, *values.shape[2:])[np.ravel_multi_index(pixel, self.z.shape, mode="clip")]

    def dab(
        self,
        picture: FloatArray,
        spacing: float,
        half_axes: tuple[float, float],
        colour: Callable[[ComplexArray], FloatArray],
        heading: Callable[[ComplexArray], ComplexArray],
    ) -> None:
        """Put one layer of elliptic dabs of the brush on the picture, in place.

        The layer is a lattice of square cells, shifted by chance, with one dab in each. A dab stays inside its cell: so
        each pixel has only one dab to ask whether it is covered, and thousands are painted at once. Layers overlap.

        Args:
            picture: (rows, columns, 3).
            spacing: side of a cell.
            half_axes: of the ellipse, along the stroke and across it, in cells; at most 0.5.
            colour: from the (dabs,) centres to the (dabs, 3) colours.
            heading: from the (dabs,) centres to the (dabs,) directions of the strokes, of any length.
        """
        rows, columns = math.ceil(self.height / spacing) + 1, math.ceil(self.width / spacing) + 1
        corner = -spacing * complex(self.rng.random(), self.rng.random())
        place = (self.z - corner) / spacing
        cell = place.imag.astype(int) * columns + place.real.astype(int)

        row, column = np.divmod(np.arange(rows * columns), columns)
        play = 0.5 - max(half_axes)
        dx, dy = self.rng.uniform(0.5 - play, 0.5 + play, (2, rows * columns))
        centre = corner + spacing * (column + dx + 1j * (row + dy))
        along = heading(centre)
        along = along / np.maximum(abs(along), 1e-9)

        offset = self.z - centre[cell]
        turned = offset * along.conj()[cell] / spacing  # the stroke's own axes: real along it, imaginary across
        radius = np.hypot(turned.real / half_axes[0], turned.imag / half_axes[1])
        cover = self.inside((1 - radius) * half_axes[1] * spacing)
        # Thick paint, with light from the upper left.
        relief = -0.04 * (offset.real + offset.imag) / (half_axes[0] * spacing)
        picture += cover[..., None] * (colour(centre)[cell] + relief[..., None] - picture)


def line_integral_convolution(texture: FloatArray, field: ComplexArray, steps: int, step: float = 1.0) -> FloatArray:
    """Smear a texture along the flow lines of a vector field.

    From each pixel walk `steps` steps down the flow and as many up, and take the mean of the texture over the pixels on
    the way and the first one. Noise becomes streaks that follow the flow: B. Cabral and L. Leedom, "Imaging vector
    fields using line integral convolution", SIGGRAPH 1993 (here with a box filter and steps of one length).

    Args:
        texture: (rows, columns) numbers; summed up in float32 if they are of it, else in float64.
        field: (rows, columns) complex, the velocity x + iy (y down) at each pixel, best of length about 1.
        steps: in each of the two ways.
        step: of one step, in pixels, for a velocity of length 1.

    Returns:
        (rows, columns).

    Raises:
        ValueError: the shapes differ, something in them is not a finite number, or the steps are not a whole number.
    """
    steps, step = checks.whole_number("steps", steps, 0), checks.in_range("step", step)
    texture, field = _levels(texture), _velocities(field)
    if texture.shape != field.shape:
        raise ValueError(
            f"texture, field: expected two arrays of one shape (rows, columns), got {texture.shape}, {field.shape}"
        )
    total = texture.copy()
    for signed_step in (step, -step):
        for pixel in _walk(field, steps, signed_step):
            total += texture.take(pixel)
    return total / (2 * steps + 1)


def _levels(texture: ArrayLike) -> FloatArray:
    levels = checks.numbers("texture", texture, "(rows, columns)")
    return levels if levels.dtype == np.float32 else levels.astype(np.float64, copy=False)


def _velocities(field: ArrayLike) -> ComplexArray:
    field = checks.as_array("field", field)
    if field.ndim != 2 or field.dtype.kind not in "iufc" or not np.isfinite(field).all():
        raise ValueError(f"field: expected finite complex numbers, (rows, columns), got {checks.quoted(field)}")
    return field


def _walk(field: ComplexArray, steps: int, step: float) -> Iterator[NDArray[np.intp]]:
    """Walk from all pixels at once; yield after each step the (rows, columns) flat numbers of the pixels reached.

    A walker's place is kept exactly, its velocity is that of the nearest pixel (of the picture, when it has left it).
    """
    row, column = np.indices(field.shape)
    place = column + 1j * row
    pixel = row * field.shape[1] + column
    for _ in range(steps):
        place += step * field.take(pixel)
        nearest = (place.imag + 0.5).astype(np.intp), (place.real + 0.5).astype(np.intp)
        pixel = np.ravel_multi_index(nearest, field.shape, mode="clip")
        yield pixel


def rgb(*colours: str) -> FloatArray:
    """Colours written "#rrggbb", as (colours, 3) numbers from 0 to 1.

    Raises:
        ValueError: a colour is written in another way.
    """
    for colour in colours:
        if not isinstance(colour, str) or not re.fullmatch("#[0-9a-fA-F]{6}", colour):
            raise ValueError(f'colours: expected colours written "#rrggbb", such as "#ff8000", got {checks.quoted(colour)}')
    return np.array([list(bytes.fromhex(colour[1:])) for colour in colours]) / 255


def ramp(tone: FloatArray, palette: FloatArray) -> FloatArray:
    """Colours (..., 3) for the tones (...): 0 is the first colour of the palette, 1 the last, between them mixtures."""
    stops = np.linspace(0, 1, len(palette))
    return np.stack([np.interp(tone, stops, channel) for channel in palette.T], axis=-1)


def blend(below: FloatArray, above: ArrayLike, cover: ArrayLike) -> FloatArray:
    """Paint the colours `above` over those `below`, where cover, 0 to 1, says how opaque the paint is."""
    return below + np.asarray(cover)[..., None] * (np.asarray(above) - below)


def standardise(values: FloatArray) -> FloatArray:
    """Shift and scale to mean 0 and standard deviation 1."""
    return np.asarray((values - values.mean()) / values.std())


# --- Vortex: a night sky in motion ----------------------------------------------------------------

NIGHT = rgb("#080c28", "#101e56", "#183888", "#2a5cac", "#5c92c4", "#a4c2c4", "#e2c45a", "#fcd640", "#fff2b0")


def vortex(canvas: Canvas) -> FloatArray:
    """Wind, whirls and stars; paint streams along the flow, first smeared, then in dabs of the brush."""
    flow, glow = _sky(canvas)
    step = canvas.unit / 256
    streams = standardise(line_integral_convolution(canvas.noise(0.03), flow, 14, 3 * step))
    bristles = standardise(line_integral_convolution(canvas.noise(0.01), flow, 14, step))
    tone = 0.28 + (0.15 * streams + 0.06 * bristles) * abs(flow)  # calm where the air rests: nothing was smeared there
    tone += glow * (0.88 - tone)

    def colour(z: ComplexArray) -> FloatArray:
        return ramp(canvas.at(tone, z) + canvas.rng.normal(0, 0.055, z.shape), NIGHT)

    picture = ramp(tone, NIGHT)
    for spacing in [0.08] * 4 + [0.055] * 8 + [0.04] * 4:
        canvas.dab(picture, spacing, (0.4, 0.11), colour, lambda z: canvas.at(flow, z))
    return picture


def _sky(canvas: Canvas) -> tuple[ComplexArray, FloatArray]:
    """The velocity of the air, of length at most 1, and the light of the stars, 0 to 1."""
    flow = 1 + 0.35j * canvas.noise(0.4)
    glow = np.zeros(flow.shape)
    for number, centre in enumerate(canvas.scatter(11)):
        offset = canvas.z - centre
        if number % 4 == 3:  # a dark whirl, turning one way or the other
            spin = 3.5 if number % 8 == 3 else -3.5
            flow += _whirl(offset, canvas.rng.uniform(0.1, 0.17), spin * (1j - 0.25))
            continue
        radius = 0.07 if number == 0 else canvas.rng.uniform(0.015, 0.035)  # the moon, and stars
        flow += _whirl(offset, 2 * radius, 7j)
        distance = abs(offset) / radius
        rings = 0.9 + 0.1 * np.cos(2 * np.pi * distance)
        glow = np.maximum(glow, rings * np.exp(-((distance / 2) ** 2)))
    # Slower where wind and whirls cancel, or the strokes would break off there at a sharp line.
    return flow / np.sqrt(abs(flow) ** 2 + 0.3), glow


def _whirl(offset: ComplexArray, radius: float, speed: complex) -> ComplexArray:
    """Velocity around a centre. Times i turns the offset by a right angle: a circle; a real part makes it a spiral."""
    return speed * offset / radius * np.exp(-((abs(offset) / radius) ** 2) / 2)


# --- Grid: rectangles between black lines ---------------------------------------------------------

BLACK, WHITE, GREY, RED, BLUE, YELLOW = rgb("#141418", "#f0ece0", "#ced0d0", "#cc201c", "#183e94", "#f6cc20")
Box = tuple[float, float, float, float]  # left, top, right, bottom


def grid(canvas: Canvas) -> FloatArray:
    """Black lines, white and primary colours, each rectangle brushed along or across."""
    drawn = canvas.z + 0.0012 * (canvas.noise(0.05) + 1j * canvas.noise(0.05))  # by hand, not with a ruler
    x, y = drawn.real, drawn.imag
    picture = np.broadcast_to(BLACK, (*canvas.z.shape, 3))
    heading = np.ones_like(canvas.z)
    first, second, third = canvas.rng.permutation([RED, BLUE, YELLOW])
    cycle = [WHITE, first, WHITE, WHITE, second, WHITE, third, WHITE, GREY]
    for number, (left, top, right, bottom) in enumerate(_split(canvas, (0, 0, canvas.width, canvas.height))):
        line = canvas.rng.uniform(0.006, 0.013)
        to_edge = np.minimum(np.minimum(x - left, right - x), np.minimum(y - top, bottom - y))
        cover = canvas.inside(to_edge - line)
        picture = blend(picture, cycle[number % len(cycle)], cover)
        heading[cover > 0.5] = canvas.rng.choice([1, 1j])
    return _brushed(canvas, picture, heading * np.exp(0.25j * canvas.noise(0.08)))


def _split(canvas: Canvas, box: Box) -> list[Box]:
    """Cut a box across its longer side, and the parts again, until chance says that they are small enough."""
    left, top, right, bottom = box
    side = max(right - left, bottom - top)
    if side < 0.2 or (side < 0.6 and canvas.rng.random() < 0.3):
        return [box]
    part = canvas.rng.uniform(0.2, 0.8)
    if right - left > bottom - top:
        cut = left + part * (right - left)
        return _split(canvas, (left, top, cut, bottom)) + _split(canvas, (cut, top, right, bottom))
    cut = top + part * (bottom - top)
    return _split(canvas, (left, top, right, cut)) + _split(canvas, (left, cut, right, bottom))


def _brushed(canvas: Canvas, picture: FloatArray, heading: ComplexArray) -> FloatArray:
    """The picture in thick paint: the furrows of a broad and a fine brush, lit from the upper left."""
    step = canvas.unit / 384
    broad = standardise(line_integral_convolution(canvas.noise(0.02), heading, 16, 3 * step))
    fine = standardise(line_integral_convolution(canvas.noise(0.006), heading, 16, step))
    slope_y, slope_x = np.gradient(gaussian_filter(broad + fine, step / 2), 1 / canvas.unit)
    light: FloatArray = 0.06 * np.tanh(0.008 * (slope_x + slope_y)) + 0.03 * broad + 0.02 * fine
    return picture + light[..., None] * (0.35 + 0.65 * picture)  # dark paint shows its relief less


# --- Points: an evening in dots of colour ---------------------------------------------------------

EVENING = rgb("#fff8c4", "#ffe278", "#ffbe60", "#f8966e", "#e286a0", "#a08ccc", "#6896d8", "#427ace", "#2c5cb8")
HILLS = rgb("#e88c8c", "#aa74b4", "#6860b4", "#3c4ca0")
MEADOW = rgb("#14326e", "#186060", "#3c8c46", "#96b83c", "#f0d650", "#ffc45a")
LEAVES = rgb("#101e5c", "#0e4a66", "#1e7c50", "#6eaa3c", "#ecd650")
SUNLIGHT, GLITTER, DUSK = rgb("#fffde4", "#ffe278", "#c8dcff")
PIGMENTS = rgb("#ff8c1e", "#ffe246", "#ee506e", "#7846be", "#1e5ad2", "#1ea078", "#fffaeb")


def points(canvas: Canvas) -> FloatArray:
    """Thousands of dabs, each of the landscape's colour mixed with a pure pigment: the eye blends them back."""
    scene, heading = _landscape(canvas)

    def colour(z: ComplexArray) -> FloatArray:
        nearby = z + 0.006 * (canvas.rng.normal(size=z.shape) + 1j * canvas.rng.normal(size=z.shape))
        pigment = canvas.rng.choice(PIGMENTS, z.shape)
        return blend(canvas.at(scene, nearby), pigment, 0.25 * canvas.rng.random(z.shape) ** 1.5)

    picture = scene.copy()
    for spacing in [0.05] * 8 + [0.038] * 8 + [0.028] * 8:
        canvas.dab(picture, spacing, (0.3, 0.23), colour, lambda z: canvas.at(heading, z))
    return picture


def _landscape(canvas: Canvas) -> tuple[FloatArray, ComplexArray]:
    """The colours of the scene, and the way the dabs lie: around the sun, along the water, up the trees."""
    sun = canvas.rng.uniform(0.28, 0.42) * canvas.width + 1j * (0.56 * canvas.height - 0.15)
    horizon = sun.imag + 0.15
    on_water = canvas.inside(canvas.z.imag - horizon)
    scene = blend(_evening_sky(canvas, sun, horizon), _water(canvas, sun, horizon), on_water)
    heading = np.where(on_water > 0.5, 1, 1j * (canvas.z - sun))

    shore = canvas.height - 0.1 - 0.15 * canvas.z.real / canvas.width - 0.03 * canvas.noise(0.3, canvas.z.real + 0j)
    meadow = ramp(0.5 + 0.22 * canvas.noise(0.1, _wide(canvas.z, 3)), MEADOW)
    scene = blend(scene, meadow, canvas.inside(canvas.z.imag - shore))

    leaves = canvas.noise(0.03)
    for number in range(4):
        foot = (0.55 + 0.13 * number) * canvas.width + 1j * (canvas.height - 0.1 - 0.03 * number)
        half_height = 0.26 * 1.28**number * canvas.rng.uniform(0.9, 1.1)
        tree, cover = _poplar(canvas, foot, half_height, leaves)
        scene = blend(scene, tree, cover)
        heading = np.where(cover > 0.5, 1j, heading)

    if canvas.rng.random() < 0.5:  # the mirror image
        return scene[:, ::-1], -heading[:, ::-1].conj()
    return scene, heading


def _evening_sky(canvas: Canvas, sun: complex, horizon: float) -> FloatArray:
    """Colours that change with the distance from the sun, clouds, and two ranges of hills in the haze."""
    from_sun = abs(canvas.z - sun)
    sky = ramp(0.05 + 0.95 * from_sun + 0.09 * canvas.noise(0.16, _wide(canvas.z, 3)), EVENING)
    sky = blend(sky, SUNLIGHT, canvas.inside(0.06 - from_sun))
    for number, height in enumerate((0.06, 0.03)):
        ridge = horizon - height * (1 + 0.6 * canvas.noise(0.2, canvas.z.real + 0j))
        haze = ramp(0.2 * number + 0.7 * abs(canvas.z.real - sun.real), HILLS)
        sky = blend(sky, haze, canvas.inside(canvas.z.imag - ridge))
    return sky


def _water(canvas: Canvas, sun: complex, horizon: float) -> FloatArray:
    """The sky upside down, bluer and rippled, with the sun's glittering path."""
    ripple = canvas.noise(0.05, _wide(canvas.z, 5))
    mirrored = sun.conjugate() + 2j * horizon
    water = ramp(0.36 + 0.7 * abs(canvas.z - mirrored) + 0.1 * ripple, EVENING) * DUSK
    path = (canvas.z.real - sun.real) / (0.03 + 0.3 * (canvas.z.imag - horizon).clip(0))
    return blend(water, GLITTER, np.exp(-(path**2)) * (0.7 + 0.5 * ripple).clip(0, 1))


def _poplar(canvas: Canvas, foot: complex, half_height: float, leaves: FloatArray) -> tuple[FloatArray, FloatArray]:
    """The colours of a tree lit from the left, and its cover: a slim ellipse with a ragged edge."""
    offset = (canvas.z - foot) / half_height + 1j
    across, up = offset.real / 0.16, offset.imag
    cover = canvas.inside((1 - np.hypot(across, up) + 0.2 * leaves) * 0.16 * half_height)
    return ramp(0.42 - 0.3 * across + 0.16 * leaves, LEAVES), cover


def _wide(z: ComplexArray, times: float) -> ComplexArray:
    """The plane squeezed upright: noise looked at there comes out that many times wider than high."""
    return z.real + 1j * times * z.imag


# --- Waves: ink on paper --------------------------------------------------------------------------

PAPER = rgb("#e2cca4", "#f6eace")
INK = rgb("#f6eace", "#96acbe", "#3e6296", "#16306c", "#0a143c")  # from none to much
VERMILION = rgb("#ce4228")


def waves(canvas: Canvas) -> FloatArray:
    """Crest behind crest, each filled with lines that follow it and thin out with depth, under a red sun."""
    paper = 0.6 + 0.2 * canvas.noise(0.006, _wide(canvas.z, 0.4)) + 0.12 * canvas.noise(0.15)
    picture = ramp(paper, PAPER)
    sun = canvas.rng.uniform(0.25, 0.75) * canvas.width + 0.22j * canvas.height
    stamp = (0.9 + 0.08 * canvas.noise(0.012)).clip(0, 1)  # the colour does not take everywhere
    picture = blend(picture, VERMILION, stamp * canvas.inside(0.12 - abs(canvas.z - sun)))

    grain = canvas.noise(0.012, _wide(canvas.z, 3))
    level, washed = 0.3 * canvas.height, False
    while level < canvas.height + 0.2:
        near = (level / canvas.height) ** 1.5  # waves grow as they come closer
        depth = _depth_below_crest(canvas, level, near)
        ink = ramp(_ink(canvas, depth, near, grain, washed), INK) * (0.9 + 0.1 * paper)[..., None]
        picture = blend(picture, ink, canvas.inside(depth))
        level, washed = level + 0.09 * near + 0.01, not washed
    return picture


def _depth_below_crest(canvas: Canvas, level: float, near: float) -> FloatArray:
    """Distance of each pixel from the line of the crest, positive below it."""
    swell = canvas.noise(0.35 * near + 0.035, canvas.z[0].real + 0j)
    crest = level + 0.16 * near * (np.sqrt(swell**2 + 0.03) - 1)  # |swell| with its kinks rounded: pointed peaks
    slant: FloatArray = np.hypot(1, np.gradient(crest, 1 / canvas.unit))  # the way straight down is that much longer
    depth: FloatArray = (canvas.z.imag - crest) / slant
    return depth


def _ink(canvas: Canvas, depth: FloatArray, near: float, grain: FloatArray, washed: bool) -> FloatArray:
    """How much ink the brush leaves in one wave, 0 to 1: an outline, lines below it and, when washed, a shade."""
    fade = np.exp(-depth.clip(0) / (0.12 * near + 0.02))
    gap = 0.006 + 0.012 * near
    profile = np.cos(2 * np.pi * depth / gap) - 1 + 2.2 * fade + 0.25 * grain  # positive on a line, thinner as it fades
    lines = (profile * gap / (2 * np.pi) * canvas.unit).clip(0, 1)
    shade = (0.7 if washed else 0.15) * fade + 0.03 * grain
    ink: FloatArray = np.maximum(shade + lines * (0.5 + 0.3 * fade), canvas.inside(0.004 * near + 0.002 - depth))
    return ink


PAINTERS: dict[str, Callable[[Canvas], FloatArray]] = {"vortex": vortex, "grid": grid, "points": points, "waves": waves}
PAINTINGS: tuple[str, ...] = tuple(PAINTERS)
