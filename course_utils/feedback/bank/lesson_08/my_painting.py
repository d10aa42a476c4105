"""Draw a style of your own with random numbers and a formula."""

from itertools import product

import numpy as np

from course_utils.feedback.exercise import exercise


def my_painting(size, seed):
    rng = np.random.default_rng(seed)
    colours = np.array([[24, 42, 92], [242, 190, 66], [196, 62, 44], [246, 238, 220]], np.uint8)
    y, x = np.mgrid[:size, :size] / size
    points = rng.random((6, 2))
    away = np.hypot(y[..., None] - points[:, 0], x[..., None] - points[:, 1]).min(axis=2)
    return colours[np.int64(16 * away) % 4]


CLOSE = 4  # pixels
LIKENESS = 0.12  # of 1; by chance, in noise, it is below 0.1
APART = 40  # grey levels, in red, green or blue
PAINTED = 4  # grey levels by which the colours of a quarter vary


def probes(rng):
    """A size and a seed, the same again, other seeds, other sizes, one of them odd; the seed 0, twice.

    They are the same for everybody: whether a painting is enough of one is not to depend on luck, neither here nor when it is
    graded. Nobody would learn seven pictures by heart who can draw one.
    """
    yield from ((48, 271), (48, 271), (48, 828), (37, 182), (64, 845), (48, 904), (37, 523), (48, 0), (48, 0))


def same_again(calls, pictures):
    """Whether the same size and seed give the same picture each time."""
    painted = {}
    return all(np.array_equal(painted.setdefault(asked, one), one) for asked, one in zip(calls, pictures, strict=True))


def differs_by_seed(calls, pictures):
    """Whether two seeds give two pictures, of one size."""
    (_, one), *others = zip(calls, pictures, strict=True)
    (size, seed) = calls[0]
    return not any(asked[0] == size and asked[1] != seed and np.array_equal(one, other) for asked, other in others)


def has_strokes(picture):
    """Whether a pixel tells something of another one close by, in some direction; in noise it tells nothing."""
    centred = picture - picture.mean(axis=(0, 1))
    whole = (centred**2).sum()
    for down, right in product(range(CLOSE + 1), range(-CLOSE, CLOSE + 1)):
        moved = np.roll(centred, (-down, -right), axis=(0, 1)) * centred
        inner = moved[: len(moved) - down, max(0, -right) : moved.shape[1] - max(0, right)]
        if (down, right) > (0, 0) and abs(inner.sum()) > LIKENESS * whole:
            return True
    return False


def colours(picture):
    """How many colours cover a fiftieth of the picture or more, up to three; two of them are `APART` or more."""
    left, least, found = picture.reshape(-1, 3), picture[..., 0].size / 50, 0
    while len(left) >= least and found < 3:
        shades, counts = np.unique(left, axis=0, return_counts=True)
        alike = (np.abs(left - shades[counts.argmax()]) < APART).all(axis=1)
        found += int(alike.sum() >= least)
        left = left[~alike]
    return found


def busy_quarters(picture):
    """In how many of its four quarters something is painted."""
    y, x = picture.shape[0] // 2, picture.shape[1] // 2
    quarters = (picture[:y, :x], picture[:y, x:], picture[y:, :x], picture[y:, x:])
    return sum(bool(quarter.std(axis=(0, 1)).max() > PAINTED) for quarter in quarters)


PALETTE = np.array([[24, 42, 92], [242, 190, 66], [196, 62, 44], [246, 238, 220]])


def rings(size, rng):
    """Rings around a few points, in four colours."""
    y, x = np.mgrid[:size, :size] / size
    points = rng.random((6, 2))
    away = np.hypot(y[..., None] - points[:, 0], x[..., None] - points[:, 1]).min(axis=2)
    return np.asarray(PALETTE[(16 * away).astype(int) % 4], np.float64)


def seeded_rings(size, seed):
    return rings(size, np.random.default_rng(seed)).astype(np.uint8)


def waves(size, seed):
    """Bent stripes."""
    rng = np.random.default_rng(seed)
    y, x = np.mgrid[:size, :size] / size
    turn = 7 * (x * np.cos(rng.uniform(0, 3)) + y) + np.sin(9 * x + rng.uniform(0, 6))
    return np.stack([127 + 120 * np.sin(turn + shift) for shift in (0, 2, 4)], axis=2).astype(np.uint8)


def tiles(size, seed):
    """A wall of coloured tiles, in loops."""
    rng = np.random.default_rng(seed)
    picture = np.zeros((size, size, 3), np.uint8)
    for y in range(0, size, 6):
        for x in range(0, size, 6):
            picture[y : y + 5, x : x + 5] = PALETTE[rng.integers(4)]
    return picture


def clouds(size, seed):
    """Smoothed noise, each channel stretched over the whole range."""
    from scipy.ndimage import gaussian_filter

    noise = gaussian_filter(np.random.default_rng(seed).normal(size=(size, size, 3)), (2, 2, 0))
    low, high = noise.min(axis=(0, 1)), noise.max(axis=(0, 1))
    return np.rint(255 * (noise - low) / (high - low)).astype(int)


def in_a_corner(size, seed):
    picture = np.full((size, size, 3), PALETTE[0])
    picture[: size // 2, : size // 2] = seeded_rings(size, seed)[: size // 2, : size // 2]
    return picture


right = {
    "rings": seeded_rings,
    "waves": waves,
    "tiles": tiles,
    "clouds": clouds,
}

wrong = {
    "another size": lambda size, seed: seeded_rings(64, seed),
    "beyond white": lambda size, seed: 2 * rings(size, np.random.default_rng(seed)) - 60,
    "up to 1": lambda size, seed: seeded_rings(size, seed) / 255,
    "fractions": lambda size, seed: 0.9 * rings(size, np.random.default_rng(seed)),
    "one colour": lambda size, seed: np.full((size, size, 3), PALETTE[seed % 4], np.uint8),
    "grey": lambda size, seed: seeded_rings(size, seed)[..., :1].repeat(3, axis=2),
    "noise": lambda size, seed: np.random.default_rng(seed).integers(0, 256, (size, size, 3)),
    "two colours": lambda size, seed: np.where(seeded_rings(size, seed)[..., :1] > 200, PALETTE[1], PALETTE[0]),
    "in a corner": in_a_corner,
    "no seed": lambda size, seed: rings(size, np.random.default_rng()).astype(np.uint8),
    "seed not used": lambda size, seed: seeded_rings(size, 0),
}

always = {
    "another size": lambda arguments, picture: picture.shape == (arguments[0], arguments[0], 3),
    "beyond white": lambda _, picture: ((picture >= 0) & (picture <= 255)).all(),
    "up to 1": lambda _, picture: picture.max() > 1,
    "fractions": lambda _, picture: (picture == picture.round()).all(),
    "one colour": lambda _, picture: (picture != picture[0, 0]).any(),
    "grey": lambda _, picture: (picture != picture[..., :1]).any(),
    "noise": lambda _, picture: has_strokes(picture),
    "two colours": lambda _, picture: colours(picture) >= 3,
    "in a corner": lambda _, picture: busy_quarters(picture) >= 3,
}

overall = {
    "no seed": same_again,
    "seed not used": differs_by_seed,
}

EXERCISE = exercise(
    my_painting,
    probes,
    right,
    wrong,
    always,
    overall=overall,
    unique=False,
    points=3,
    text="""
another size: The picture has another shape than was asked for. It has `size` rows, `size` columns and three channels.
beyond white: There are numbers below 0 or above 255 in your picture. What happens to them in eight bits?
up to 1: None of your numbers is above 1: on a scale from 0 to 255 that is black. Which range do the pixels of this course
    have?
fractions: Some of your numbers are not whole. How do you turn them into whole numbers?
one colour: The whole picture has one colour. What would a network find in it?
grey: Red, green and blue are the same everywhere: your picture is grey.
noise: A pixel of yours says nothing about the others, up to four pixels away: noise. How wide is a stroke?
two colours: There are fewer than three colours that cover a fiftieth of the picture each, and are 40 levels apart in red,
    green or blue. Are some of yours nearly the same, or in very few places?
in a corner: Large parts of your picture are empty: their colours vary by less than 4 levels. A style is everywhere: paint in
    at least three of the four quarters.
no seed: Asked twice with the same size and seed, you paint two different pictures. Where do your random numbers come from?
seed not used: Two different seeds give the same picture. What is left to chance in it, and where does `seed` come in?
hint 1: What is repeated in the painting that you have in mind: dots, rings, tiles, waves? What is left to chance in it?
hint 2: Make two arrays of coordinates, `y, x = np.mgrid[:size, :size] / size`. Compute a number for each pixel from them,
    with waves, distances or blocks, and look up a colour for it in a small table. All chance comes from one generator.
hint 3: Slanted stripes in three colours, with nothing left to chance:
    | y, x = np.mgrid[:size, :size] / size
    | colours = np.array([[200, 30, 40], [250, 220, 90], [30, 60, 120]], np.uint8)
    | return colours[np.int64(9 * (x + y)) % 3]
""",
)
