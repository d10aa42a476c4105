"""The paintings: their shapes, their seeds, their richness, and the line integral convolution that streaks them."""

import itertools
from functools import cache

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.ndimage import uniform_filter1d
from skimage.measure import label, regionprops
from skimage.segmentation import clear_border

from course_utils.data import paintings
from course_utils.data.paintings import PAINTINGS, Canvas, line_integral_convolution, painting

SMALL, TWICE = (96, 128), (192, 256)


@cache
def drawn(name, height, width, seed=0):
    """A painting that several tests look at."""
    picture = painting(name, height, width, seed)
    picture.flags.writeable = False
    return picture


def texture(picture):
    """Mean length of the gradient of the grey picture, in grey levels per pixel."""
    return np.hypot(*np.gradient(picture.mean(axis=2))).mean()


def tiles_of(picture, side):
    """(tiles, pixels) grey levels of the whole tiles that the picture divides into."""
    rows, columns = picture.shape[0] // side, picture.shape[1] // side
    tiles = picture.mean(axis=2)[: rows * side, : columns * side].reshape(rows, side, columns, side)
    return tiles.swapaxes(1, 2).reshape(rows * columns, side**2)


def distinct_colours(picture):
    """Number of colours, those that differ by less than 8 levels in each channel taken together."""
    return len(np.unique((picture // 8).reshape(-1, 3), axis=0))


def is_rich(picture):
    return texture(picture) > 5 and tiles_of(picture, 16).std(axis=1).min() > 1 and distinct_colours(picture) > 150


def similarity(a, b):
    """The correlation that nine in ten small tiles reach: near 0 for pictures alike in the large but not in texture."""
    pairs = zip(tiles_of(a, 8), tiles_of(b, 8), strict=True)
    return np.quantile([np.corrcoef(*pair)[0, 1] for pair in pairs], 0.1)


def test_names():
    assert PAINTINGS == ("vortex", "grid", "points", "waves")


@pytest.mark.parametrize("name", PAINTINGS)
@pytest.mark.parametrize(("height", "width"), [(96, 128), (128, 96), (96, 96), (16, 16), (17, 90), (90, 17)])
def test_any_size_and_shape(name, height, width):
    picture = drawn(name, height, width)
    assert picture.shape == (height, width, 3)
    assert picture.dtype == np.uint8
    assert len(np.unique(picture)) > 50


@pytest.mark.slow
@pytest.mark.parametrize("name", PAINTINGS)
def test_the_default_size(name):
    picture = painting(name)
    assert picture.shape == (384, 512, 3)
    assert is_rich(picture)


@pytest.mark.parametrize("name", PAINTINGS)
def test_same_arguments_give_the_same_bytes(name):
    once, as_numpy_integers = drawn(name, *SMALL, 3), painting(name, *np.array(SMALL), seed=np.uint8(3))
    assert once.tobytes() == as_numpy_integers.tobytes()


@pytest.mark.parametrize("name", PAINTINGS)
def test_drawing_does_not_touch_the_global_random_numbers(name):
    np.random.seed(0)  # noqa: NPY002
    before = np.random.get_state()[1].copy()  # noqa: NPY002
    painting(name, 32, 32, seed=1)
    np.testing.assert_array_equal(np.random.get_state()[1], before)  # noqa: NPY002


@pytest.mark.parametrize("name", PAINTINGS)
def test_each_seed_is_another_composition(name):
    # Blurred to a few tiles: the shapes have moved, not only the grain.
    pictures = [drawn(name, *SMALL, seed).reshape(12, 8, 16, 8, 3).mean(axis=(1, 3)) for seed in range(4)]
    for a, b in itertools.combinations(pictures, 2):
        assert np.abs(a - b).mean() > 8


def test_the_paintings_differ():
    pictures = [drawn(name, *SMALL).astype(int) for name in PAINTINGS]
    for a, b in itertools.combinations(pictures, 2):
        assert np.abs(a - b).mean() > 20


@pytest.mark.parametrize("name", PAINTINGS)
@pytest.mark.parametrize("seed", [0, 1])
def test_the_look_does_not_depend_on_the_size(name, seed):
    small = drawn(name, *SMALL, seed)
    shrunk = drawn(name, *TWICE, seed).reshape(SMALL[0], 2, SMALL[1], 2, 3).mean(axis=(1, 3))
    assert similarity(small, shrunk) > 0.45
    assert similarity(drawn(name, *SMALL, seed + 2), shrunk) < 0.1


@pytest.mark.parametrize("name", PAINTINGS)
@pytest.mark.parametrize("seed", [0, 1, 2])
def test_every_part_is_rich_in_texture_and_colour(name, seed):
    assert is_rich(drawn(name, *TWICE, seed))


def test_flat_pictures_are_not_rich():
    flat = np.full((96, 128, 3), 130, np.uint8)
    gradation = np.broadcast_to(np.linspace(0, 255, 128)[None, :, None], (96, 128, 3)).astype(np.uint8)
    speck = flat.copy()
    speck[:16, :16] = np.random.default_rng(0).integers(0, 256, (16, 16, 3))
    assert not any(map(is_rich, [flat, gradation, speck]))


@pytest.mark.parametrize("seed", [0, 1, 2])
def test_colours_are_those_of_the_style(seed):
    def share(name, condition):
        red, green, blue = np.moveaxis(drawn(name, *SMALL, seed).astype(int), 2, 0)
        return condition(red, green, blue).mean()

    assert share("vortex", lambda r, g, b: (b > r + 40) & (b > g)) > 0.5
    assert share("vortex", lambda r, g, b: (r > 200) & (g > 150) & (b < 140)) > 0.02
    assert share("grid", lambda r, g, b: np.maximum(np.maximum(r, g), b) < 60) > 0.05
    assert share("grid", lambda r, g, b: np.minimum(np.minimum(r, g), b) > 180) > 0.25
    assert share("grid", lambda r, g, b: (r > 160) & (g < 80) & (b < 80)) > 0.01
    assert share("grid", lambda r, g, b: (b > 110) & (r < 80)) > 0.01
    assert share("grid", lambda r, g, b: (r > 200) & (g > 150) & (b < 90)) > 0.01
    assert share("waves", lambda r, g, b: (b > r + 30) & (r < 120)) > 0.25
    assert share("waves", lambda r, g, b: (r > 210) & (g > 190) & (b > 140) & (b < r)) > 0.2


@pytest.mark.parametrize("name", ["Vortex", "", "starry night", None, 3, ["grid"]])
def test_unknown_names_are_refused(name):
    with pytest.raises(ValueError, match=r"^name: .* is not known; choose one of vortex, grid, points, waves"):
        painting(name)


@pytest.mark.parametrize("argument", ["height", "width"])
@pytest.mark.parametrize("value", [15, 4097, 0, -96, 10**12, 96.0, "96", None, True, np.float32(96), [96], np.nan])
def test_absurd_sizes_are_refused(argument, value):
    with pytest.raises(ValueError, match=rf"^{argument}: expected a whole number of pixels from 16 to 4096, got "):
        painting("grid", **{argument: value})


@pytest.mark.parametrize("seed", [-1, 2**32, 0.5, "0", None, False])
def test_bad_seeds_are_refused(seed):
    with pytest.raises(ValueError, match=r"^seed: expected a whole number from 0 to 4294967295, got "):
        painting("grid", 32, 32, seed)


def test_a_style_of_your_own(monkeypatch):
    def mine(canvas):
        assert (canvas.height, canvas.width, canvas.unit) == (1, 1.5, 32)
        return np.stack([canvas.z.real, canvas.z.imag, 0 * canvas.noise(0.1) - 7], axis=-1)

    monkeypatch.setitem(paintings.PAINTERS, "mine", mine)
    picture = painting("mine", 32, 48)
    assert picture.shape == (32, 48, 3)
    assert picture[0, 0].tolist() == [4, 4, 0]  # half a pixel from the corner: 255 / 64
    assert picture[-1, -1].tolist() == [255, 251, 0]  # more than 1 is cut off


def test_scattered_points_lie_inside_and_keep_clear_of_each_other():
    for seed in range(5):
        canvas = Canvas(32, 64, seed)
        points = canvas.scatter(10)
        assert len(points) == 20
        assert ((points.real >= 0) & (points.real <= 2) & (points.imag >= 0) & (points.imag <= 1)).all()
        nearest = min(abs(a - b) for a, b in itertools.combinations(points, 2))
        assert nearest > 0.1  # 20 points dropped without care come about ten times as close


@pytest.mark.parametrize("pixels", [50, 200])
def test_the_edge_of_a_shape_is_one_pixel_wide_at_every_size(pixels):
    canvas = Canvas(pixels, pixels, 0)
    disc = canvas.inside(0.3 - abs(canvas.z - (0.5 + 0.5j)))
    assert disc.mean() == pytest.approx(np.pi * 0.3**2, rel=0.003)
    at_edge = np.count_nonzero((disc > 0) & (disc < 1))
    assert at_edge == pytest.approx(2 * np.pi * 0.3 * pixels, rel=0.1)


def test_dabs_are_ellipses_that_lie_along_the_heading():
    canvas = Canvas(400, 600, 0)
    picture = np.zeros((400, 600, 3))
    canvas.dab(picture, 0.25, (0.4, 0.1), lambda z: np.ones((len(z), 3)), lambda z: np.full(z.shape, 3 + 3j))
    dabs = regionprops(label(clear_border(picture[..., 1] > 0.5)))
    assert len(dabs) >= 8
    for dab in dabs:
        assert dab.axis_major_length == pytest.approx(2 * 0.4 * 100, rel=0.03)
        assert dab.axis_minor_length == pytest.approx(2 * 0.1 * 100, rel=0.03)
        assert np.degrees(dab.orientation) == pytest.approx(45, abs=1)  # from straight down towards the right


def lic_by_loops(texture, field, steps, step):
    """Line integral convolution, one pixel at a time."""
    rows, columns = texture.shape
    result = np.empty(texture.shape)
    for row in range(rows):
        for column in range(columns):
            values = [texture[row, column]]
            for way in (1, -1):
                y, x, i, j = float(row), float(column), row, column
                for _ in range(steps):
                    y += way * step * field[i, j].imag
                    x += way * step * field[i, j].real
                    i = min(max(int(np.floor(y + 0.5)), 0), rows - 1)
                    j = min(max(int(np.floor(x + 0.5)), 0), columns - 1)
                    values.append(texture[i, j])
            result[row, column] = sum(values) / len(values)
    return result


@given(st.integers(1, 7), st.integers(1, 7), st.integers(0, 6), st.floats(0.1, 3), st.integers(0, 2**32 - 1))
def test_lic_agrees_with_plain_loops(rows, columns, steps, step, seed):
    rng = np.random.default_rng(seed)
    texture = rng.normal(size=(rows, columns))
    field = rng.normal(size=(rows, columns)) + 1j * rng.normal(size=(rows, columns))
    before = texture.copy(), field.copy()
    expected = lic_by_loops(texture, field, steps, step)
    np.testing.assert_allclose(line_integral_convolution(texture, field, steps, step), expected, rtol=0, atol=1e-12)
    np.testing.assert_array_equal((texture, field), before)


@pytest.mark.parametrize("dtype", [np.uint8, np.float16, np.int64, list])
def test_lic_sums_whole_numbers_lists_and_short_floats_without_loss(dtype):
    levels = np.random.default_rng(0).integers(100, 256, (9, 9))
    field = np.ones((9, 9), complex)
    texture = levels.tolist() if dtype is list else levels.astype(dtype)
    expected = line_integral_convolution(levels.astype(np.float64), field, 200)
    np.testing.assert_array_equal(line_integral_convolution(texture, field, 200), expected)
    assert line_integral_convolution(levels.astype(np.float32), field, 3).dtype == np.float32


def test_lic_refuses_what_is_not_finite():
    texture, field = np.ones((4, 4)), np.ones((4, 4), complex)
    with pytest.raises(ValueError, match="texture: 16 of 16 are not finite"):
        line_integral_convolution(texture * np.nan, field, 1)
    for bad in (field * np.nan, field.astype(str), field > 0):
        with pytest.raises(ValueError, match=r"field: expected finite complex numbers, \(rows, columns\)"):
            line_integral_convolution(texture, bad, 1)


@pytest.mark.parametrize(("direction", "axis"), [(1, 1), (-1, 1), (1j, 0), (-1j, 0)])
def test_lic_along_straight_lines_is_a_moving_average(direction, axis):
    texture = np.random.default_rng(0).normal(size=(20, 30))
    field = np.full(texture.shape, direction, complex)
    expected = uniform_filter1d(texture, 2 * 4 + 1, axis=axis, mode="nearest")
    np.testing.assert_allclose(line_integral_convolution(texture, field, 4), expected, atol=1e-12)


def test_lic_of_a_whirl_makes_rings():
    y, x = np.indices((101, 101)) - 50
    field = 1j * (x + 1j * y) / np.maximum(np.hypot(x, y), 1)
    streaks = line_integral_convolution(np.random.default_rng(0).normal(size=(101, 101)), field, 10)
    slope_y, slope_x = np.gradient(streaks)
    along = np.abs(slope_x * field.real + slope_y * field.imag)
    across = np.abs(slope_x * field.imag - slope_y * field.real)
    ring = (np.hypot(x, y) > 15) & (np.hypot(x, y) < 45)
    assert across[ring].mean() > 1.5 * along[ring].mean()
