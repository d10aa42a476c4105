"""Tests of course_utils.style.transfer: the right cost goes down, and a painting can be watched, stopped, saved, loaded.

Pictures are 32 to 80 pixels large, so that a step takes a few hundredths of a second.
"""

import inspect
import json
from collections import Counter
from dataclasses import fields, replace

import numpy as np
import pytest
from PIL import Image

from course_utils.backend import tf
from course_utils.data.image_files import resize
from course_utils.data.paintings import painting
from course_utils.data.sample_pictures import picture
from course_utils.errors import DataError
from course_utils.style.colours import luminance, match_colours, match_luminance
from course_utils.style.objective import Costs, Objective
from course_utils.style.settings import CONTENT_LAYER, STYLE_LAYERS, Settings
from course_utils.style.transfer import StyleTransfer
from course_utils.vgg19 import FeatureExtractor

CAT = resize(picture("chelsea"), 32, 48)
VORTEX, GRID = painting("vortex", 36, 48), painting("grid", 48, 40)
SETTINGS = Settings(variation=3.0)


def transfer(content=CAT, style=VORTEX, **options):
    """A painting in float32: how fast bfloat16 is here does not matter in these tests."""
    return StyleTransfer(content, style, **({"precision": "float32"} | options))


# ---- An oracle: the lecture notes' formulas in float64, on the activations ----


def plain_costs(generated, content, styles):
    """J_content, J_style, total variation and their sum with the weights of SETTINGS."""
    features = FeatureExtractor([CONTENT_LAYER, *STYLE_LAYERS])

    def activations(picture):
        return {layer: a.numpy().astype(np.float64) for layer, a in features(picture).items()}

    def mean_gram(a):
        positions = a.reshape(-1, a.shape[3])
        return positions.T @ positions / len(positions)

    a_G, a_C = activations(generated), activations(content)
    J_content = np.sum((a_C[CONTENT_LAYER] - a_G[CONTENT_LAYER]) ** 2) / (4 * a_C[CONTENT_LAYER].size)
    J_style = 0.0
    for style, share in styles:
        a_S = activations(style)
        for layer, weight in STYLE_LAYERS.items():
            difference = mean_gram(a_S[layer]) - mean_gram(a_G[layer])
            J_style += share * weight * np.sum(difference**2) / (4 * a_G[layer].shape[3] ** 2)
    x = generated.astype(np.float64)
    variation = (np.sum(np.diff(x, axis=0) ** 2) + np.sum(np.diff(x, axis=1) ** 2)) / x.size
    return J_content, J_style, variation, 10 * J_content + 40 * J_style + 3 * variation


# ---- The objective ----


def test_the_objective_is_the_formulas():
    generated = np.random.default_rng(0).uniform(0, 255, CAT.shape).astype(np.float32)
    styles = [(VORTEX, 0.3), (GRID, 0.7)]
    found, _ = Objective(CAT, styles, SETTINGS)(generated)
    np.testing.assert_allclose(found, plain_costs(generated, CAT, styles), rtol=1e-4)


@pytest.mark.parametrize("channels", [3, 1])
def test_the_gradient_is_that_of_finite_differences(channels):
    # Along the gradient, and along random directions; in float32 a single pixel would drown in rounding.
    rng = np.random.default_rng(1)
    x = (128 + (CAT[..., :channels].astype(np.float32) - 128) / 2 + rng.normal(scale=4, size=(32, 48, channels))).astype(
        np.float32
    )
    objective = Objective(CAT[..., :channels], [(VORTEX[..., :channels], 1.0)], SETTINGS)
    _, gradient = objective(x)
    assert gradient.shape == x.shape
    for direction in (gradient, np.sign(gradient), gradient * rng.normal(1, 1, x.shape)):
        step = 0.02 * direction / abs(direction).mean()
        difference = objective(x + step)[0].total - objective(x - step)[0].total
        np.testing.assert_allclose(difference, 2 * np.sum(gradient * step, dtype=np.float64), rtol=0.02)


def test_the_cost_is_zero_for_the_picture_itself():
    objective = Objective(CAT, [(CAT, 1.0)], Settings())
    found, gradient = objective(CAT)
    other, other_gradient = objective(CAT[:, ::-1])
    # To rounding: the targets and the compiled step may add up in another order.
    np.testing.assert_allclose([found.content, found.style, found.total], 0, atol=1e-9 * other.content)
    np.testing.assert_allclose(gradient, 0, atol=1e-4 * abs(other_gradient).max())


@pytest.mark.parametrize(
    ("weights", "needed"), [({"alpha": 0.0}, "block5_conv1"), ({"beta": 0.0}, "block4_conv2"), ({}, "block5_conv1")]
)
def test_what_has_the_weight_0_is_not_computed(weights, needed):
    objective = Objective(CAT, [(VORTEX, 1.0)], replace(SETTINGS, **weights))
    assert objective._features.model.layers[-1].name == needed
    found, _ = objective(CAT + np.float32(1))
    assert (found.content == 0) == ("alpha" in weights)
    assert (found.style == 0) == ("beta" in weights)


def test_styles_and_layers_of_weight_0_are_left_out():
    layers = STYLE_LAYERS | {"block5_conv1": 0.0}
    objective = Objective(CAT, [(VORTEX, 1.0), (GRID, 0.0)], replace(SETTINGS, style_layers=layers))
    assert objective._features.model.layers[-1].name == CONTENT_LAYER  # of block 4
    assert len(objective._targets[1]) == 1
    x = CAT + np.float32(1)
    left = {layer: weight for layer, weight in layers.items() if weight}
    expected, gradient = Objective(CAT, [(VORTEX, 1.0)], replace(SETTINGS, style_layers=left))(x)
    np.testing.assert_allclose(objective(x)[0], expected, rtol=1e-6)
    np.testing.assert_allclose(objective(x)[1], gradient, atol=1e-5 * abs(gradient).max())


@pytest.mark.slow
@pytest.mark.parametrize("optimizer", ["lbfgs", "adam"])
def test_only_the_ratio_of_alpha_and_beta_matters_however_small_they_are(optimizer):
    weights = np.array([10, 40])
    ends = [
        transfer(alpha=alpha, beta=beta, optimizer=optimizer, start="content").run(10, progress=False)
        for alpha, beta in (weights * 1e-9, weights * 1e-6)
    ]
    apart, moved = (abs(ends[0].astype(int) - other).mean() for other in (ends[1], CAT))
    assert moved > 5
    assert apart < moved / 5  # not 0: each step doubles what was rounded otherwise


def test_what_was_compiled_serves_other_pictures_and_weights():
    x = np.random.default_rng(0).uniform(0, 255, CAT.shape).astype(np.float32)
    one = Objective(CAT, [(VORTEX, 1.0)], SETTINGS)
    mirrored = CAT[:, ::-1]
    other = Objective(mirrored, [(GRID, 1.0)], replace(SETTINGS, alpha=2.0, beta=7.0))
    assert one._compiled is other._compiled
    content, style, variation, _ = plain_costs(x, mirrored, [(GRID, 1.0)])
    expected = content, style, variation, 2 * content + 7 * style + SETTINGS.variation * variation
    np.testing.assert_allclose(other(x)[0], expected, rtol=1e-4)
    np.testing.assert_allclose(one(x)[0], plain_costs(x, CAT, [(VORTEX, 1.0)]), rtol=1e-4)


@pytest.mark.slow
def test_bfloat16_costs_and_gradients_are_close_to_those_in_float32():
    x = np.random.default_rng(0).uniform(0, 255, CAT.shape).astype(np.float32)
    exact, gradient = Objective(CAT, [(VORTEX, 1.0)], SETTINGS)(x)
    rough, rough_gradient = Objective(CAT, [(VORTEX, 1.0)], SETTINGS, "bfloat16")(x)
    np.testing.assert_allclose(rough, exact, rtol=0.05)
    cosine = np.sum(gradient * rough_gradient) / np.linalg.norm(gradient) / np.linalg.norm(rough_gradient)
    assert 0.95 < cosine < 1


# ---- Painting ----


@pytest.mark.slow
def test_a_painting_becomes_more_like_its_style_and_still_has_its_content():
    work = transfer()
    before = plain_costs(match_colours(CAT, VORTEX), CAT, [(VORTEX, 1.0)])
    painted = work.run(12, progress=False)
    after = plain_costs(painted, CAT, [(VORTEX, 1.0)])
    of_another = plain_costs(painted, resize(picture("china"), 32, 48), [(VORTEX, 1.0)])
    assert painted.dtype == np.uint8
    assert painted.shape == CAT.shape
    assert after[1] < 0.5 * before[1]
    assert after[0] < 0.8 * of_another[0]
    assert work.ended == "steps"
    totals = [step.costs.total for step in work.history]
    assert totals == sorted(totals, reverse=True)
    assert [step.longer_side for step in work.history] == [48] * 12
    seconds = [step.seconds for step in work.history]
    assert seconds == sorted(seconds)
    np.testing.assert_allclose(work.costs()[:2], after[:2], rtol=0.02)  # before and after rounding to whole grey levels


@pytest.mark.slow
def test_the_iterator_yields_the_picture_as_it_grows():
    work = transfer()
    costs = []
    for number, painted in enumerate(work.paint(4), start=1):
        assert len(work.history) == number
        costs.append(plain_costs(painted, CAT, [(VORTEX, 1.0)])[3])
    assert number == 4
    assert costs == sorted(costs, reverse=True)


@pytest.mark.slow
def test_leaving_the_iterator_early_keeps_the_picture_and_one_can_go_on():
    work = transfer()
    painting_in_progress = work.paint(50)
    third = [next(painting_in_progress) for _ in range(3)][-1]
    painting_in_progress.close()
    np.testing.assert_array_equal(work.picture, third)
    reached = work.history[-1].costs.total
    work.run(2, progress=False)
    assert len(work.history) == 5
    assert work.history[-1].costs.total < reached


@pytest.mark.slow
def test_adam_keeps_the_best_picture_though_it_goes_up_now_and_then():
    work = transfer(optimizer="adam", learning_rate=60.0)  # far too much
    first = work.costs().total
    work.run(2, progress=False)
    totals = [first, *(step.costs.total for step in work.history)]
    assert min(totals) < totals[-1]
    assert work.costs().total == pytest.approx(min(totals), rel=1e-3)


@pytest.mark.slow
def test_adam_paints():
    work = transfer(optimizer="adam")
    work.run(10, progress=False)
    assert work.history[-1].costs.total < 0.7 * work.history[0].costs.total


@pytest.mark.slow
def test_an_interrupt_keeps_the_best_picture_so_far(monkeypatch):
    work = transfer()
    original, calls = Objective.__call__, []

    def interrupted(self, x):
        calls.append(None)
        if len(calls) == 6:
            raise KeyboardInterrupt
        return original(self, x)

    monkeypatch.setattr(Objective, "__call__", interrupted)
    painted = work.run(50, progress=False)
    monkeypatch.undo()
    assert work.ended == "interrupted"
    assert 0 < len(work.history) < 6
    assert work.costs().total <= work.history[-1].costs.total * 1.001
    np.testing.assert_array_equal(painted, work.picture)


@pytest.mark.slow
def test_the_stop_rule_ends_a_painting_that_makes_no_progress():
    work = transfer(beta=0.0, start="content")  # done before it begins
    work.run(50, progress=False)
    assert work.ended == "no progress"
    assert len(work.history) <= 11
    work = transfer()
    work.run(60, tolerance=0.6, progress=False)
    assert work.ended == "no progress"
    last = [step.costs.total for step in work.history]
    assert 11 <= len(last) < 60
    assert last[-1] > 0.4 * last[-11]
    assert last[-2] <= 0.4 * last[-12] if len(last) > 11 else True


def test_the_bar_shows_the_parts_of_the_cost_and_the_time_left(capsys):
    transfer().run(2)
    shown = capsys.readouterr().err
    assert "step 2, 48 pixels: cost " in shown
    assert "content " in shown
    assert "style " in shown
    assert "100% |" in shown


# ---- Sizes and levels ----


def to_grey(*_):
    """An objective without a network: how far the pixels are from 128."""

    def cost(picture):
        away = picture - 128
        return Costs(0.0, 0.0, 0.0, float((away**2).sum())), 2 * away

    return cost


def test_the_last_level_says_in_which_precision_all_are_painted(monkeypatch):
    asked, used = [], []
    monkeypatch.setattr("course_utils.style.transfer.fastest_precision", lambda *size: asked.append(size) or "bfloat16")
    monkeypatch.setattr("course_utils.style.transfer.Objective", lambda *given: used.append(given[-1]) or to_grey())
    work = transfer(resize(CAT, 64, 96), resize(VORTEX, 72, 96), levels=2, precision=None, optimizer="adam")
    work.run(2, progress=False)
    assert set(asked) == {(64, 96)}
    assert used == ["bfloat16", "bfloat16"]


@pytest.mark.parametrize(
    ("steps", "levels", "plan"), [(14, 3, [8, 4, 2]), (28, 3, [16, 8, 4]), (6, 2, [4, 2]), (1, 3, [1, 1, 1]), (5, 1, [5])]
)
def test_each_level_gets_half_as_many_steps_as_the_one_before(monkeypatch, steps, levels, plan):
    monkeypatch.setattr("course_utils.style.transfer.Objective", to_grey)
    large, painted = resize(CAT, 128, 192), resize(VORTEX, 144, 192)
    work = transfer(large, painted, levels=levels, optimizer="adam")
    assert len(list(work.paint(steps, tolerance=0))) == sum(plan)
    sizes = [192 >> level for level in reversed(range(levels))]
    assert Counter(step.longer_side for step in work.history) == dict(zip(sizes, plan, strict=True))


@pytest.mark.slow
def test_large_pictures_are_painted_small_first():
    work = transfer(resize(CAT, 80, 100), painting("vortex", 82, 96), size=80, levels=2)
    sizes = [painted.shape for painted in work.paint(6)]
    assert sizes == [(64, 80, 3)] * 6
    assert [step.longer_side for step in work.history] == [40] * 4 + [80] * 2
    work.run(1, progress=False)  # goes on at full size
    assert work.history[-1].longer_side == 80
    assert work.history[-1].costs.total < work.history[-2].costs.total


def test_the_first_level_has_128_to_255_pixels_unless_a_picture_is_too_narrow():
    large, painted = resize(CAT, 341, 512), resize(VORTEX, 96, 128)
    assert [max(size) for size in transfer(large, painted)._sizes] == [128, 256, 512]
    assert [max(size) for size in transfer(large, painted, size=255)._sizes] == [255]
    assert [max(size) for size in transfer(large[:100], painted)._sizes] == [256, 512]
    assert [max(size) for size in transfer(large, painted, start=large)._sizes] == [512]


@pytest.mark.slow
def test_content_and_style_may_differ_in_size_and_proportions():
    for style in (painting("grid", 40, 90), painting("grid", 90, 40)):
        painted = transfer(CAT.transpose(1, 0, 2), style, size=80).run(2, progress=False)
        assert painted.shape == (80, 53, 3)


# ---- Where to start, several styles, colours ----


CHINA = resize(picture("china"), 40, 60)


@pytest.mark.slow
@pytest.mark.parametrize("start", ["content", "noise", "recoloured", CHINA], ids=["content", "noise", "recoloured", "china"])
def test_where_to_start(start):
    expected = {
        "content": CAT,
        "recoloured": match_colours(CAT, VORTEX),
        "noise": np.rint(np.random.default_rng(7).uniform(0, 255, CAT.shape)),
    }.get(start if isinstance(start, str) else "", resize(CHINA, 32, 48))
    work = transfer(start=start, seed=7)
    np.testing.assert_allclose(work.picture, expected, atol=1)
    first = work.costs().total
    work.run(3, progress=False)
    assert work.history[-1].costs.total < first


@pytest.mark.slow
def test_several_styles_are_mixed_by_their_weights():
    both = transfer(style=[VORTEX, GRID], style_weights=[6, 2], start="content").costs().style
    alone = [transfer(style=style, start="content").costs().style for style in (VORTEX, GRID)]
    assert both == pytest.approx(0.75 * alone[0] + 0.25 * alone[1], rel=1e-4)
    equal = transfer(style=[VORTEX, GRID], start="content").costs().style
    assert equal == pytest.approx((alone[0] + alone[1]) / 2, rel=1e-4)


@pytest.mark.slow
def test_luminance_keeps_the_colours_of_the_content():
    work = transfer(keep_colours="luminance")
    painted = work.run(5, progress=False)
    middle = (luminance(painted) > 60) & (luminance(painted) < 190)  # near black and white, colours are clipped
    colours = [np.diff(p.astype(int), axis=2)[middle[..., 0]] for p in (painted, CAT)]
    assert abs(colours[0] - colours[1]).mean() < 3
    assert abs(luminance(painted) - luminance(CAT)).mean() > 5
    light = luminance(CAT)
    style = match_luminance(luminance(VORTEX), light)
    expected = Objective(light, [(style, 1.0)], Settings())(light)[0]
    assert transfer(keep_colours="luminance").costs() == pytest.approx(expected, rel=1e-4)


@pytest.mark.slow
def test_histogram_gives_the_style_the_colours_of_the_content():
    found = transfer(keep_colours="histogram").costs()
    expected = Objective(CAT, [(match_colours(VORTEX, CAT), 1.0)], Settings())(CAT)[0]
    assert found == pytest.approx(expected, rel=1e-4)


def test_the_pictures_handed_in_stay_as_they_are():
    content, style = CAT.astype(np.float64), VORTEX.astype(np.float32)
    before = content.copy(), style.copy()
    transfer(content, style).run(2, progress=False)
    np.testing.assert_array_equal(content, before[0])
    np.testing.assert_array_equal(style, before[1])


# ---- Saving and loading ----


@pytest.mark.slow
def test_a_saved_painting_goes_on_where_it_was(tmp_path):
    options = {"levels": 2, "alpha": 3.0, "variation": 1.0, "style_weights": [3, 1], "keep_colours": "luminance"}
    work = transfer(resize(CAT, 64, 96), [painting("vortex", 72, 96), painting("grid", 90, 96)], **options)
    painting_in_progress = work.paint(9)
    for _ in range(4):
        next(painting_in_progress)
    painting_in_progress.close()
    work.save(tmp_path / "work.npz")
    again = StyleTransfer.load(tmp_path / "work.npz")
    np.testing.assert_array_equal(again.picture, work.picture)
    assert again.history == work.history
    assert again.costs() == pytest.approx(work.costs(), rel=1e-6)  # several threads add up in no fixed order
    again.run(3, progress=False)
    assert [step.longer_side for step in again.history] == [48] * 6 + [96]
    assert list(tmp_path.iterdir()) == [tmp_path / "work.npz"]


def test_files_that_are_no_paintings_in_progress(tmp_path):
    work = transfer()
    work.save(tmp_path / "whole.npz")
    content = (tmp_path / "whole.npz").read_bytes()
    (tmp_path / "half.npz").write_bytes(content[: len(content) // 2])
    (tmp_path / "text.npz").write_text("not a painting")
    np.savez(tmp_path / "other.npz", x=np.zeros(3))
    np.save(tmp_path / "array.npy", np.zeros(3))
    with np.load(tmp_path / "whole.npz") as file:
        arrays = dict(file)
    state = json.loads(str(arrays["state"]))
    changed = {"format": state | {"format": "something else"}, "level": state | {"level": 7}}
    for name, other in changed.items():
        np.savez(tmp_path / f"{name}.npz", **(arrays | {"state": np.array(json.dumps(other))}))
    np.savez(tmp_path / "size.npz", **(arrays | {"now": np.zeros((4, 4, 3), np.float32)}))
    with pytest.raises(DataError, match="is a folder, expected a file"):
        StyleTransfer.load(tmp_path)
    damaged, another = "is cut short or damaged", "is not a painting in progress but (something else|another .npz or .zip file)"
    expected = {"half": damaged, "level": damaged, "size": damaged, "text": another, "other": another, "format": another}
    for name, message in expected.items():
        with pytest.raises(DataError, match=rf"{name}\.npz {message}"):
            StyleTransfer.load(tmp_path / f"{name}.npz")
    with pytest.raises(DataError, match=another):
        StyleTransfer.load(tmp_path / "array.npy")
    with pytest.raises(DataError, match="is not there"):
        StyleTransfer.load(tmp_path / "nowhere.npz")


def test_a_painting_that_cannot_be_written_leaves_the_file_that_was_there(tmp_path):
    (tmp_path / "file").write_text("not a folder")
    for path in (tmp_path / "nowhere" / "work.npz", tmp_path / "file" / "work.npz", tmp_path):
        with pytest.raises(DataError, match=r"is not a folder\. Make it first|is a folder\. Give the name of a file in it"):
            transfer().save(path)
    with pytest.raises(ValueError, match="path: expected the name of a file or folder, got None"):
        transfer().save(None)


# ---- Settings ----


def test_what_one_chose_and_what_was_chosen_stands_in_the_settings():
    work = transfer(style=[VORTEX, GRID], style_weights=[6, 2], alpha=3, pooling="average")
    expected = Settings(style_weights=[0.75, 0.25], size=48, levels=1, alpha=3.0, pooling="average", precision="float32")
    assert work.settings == expected
    with pytest.raises(AttributeError):
        work.settings.alpha = 4.0


def test_help_shows_each_setting_with_its_default():
    shown = inspect.signature(StyleTransfer).parameters
    assert list(shown) == ["content", "style", "start", "seed", *(one.name for one in fields(Settings))]
    assert shown["alpha"].default == 10.0
    assert shown["style_layers"].default == STYLE_LAYERS


def test_nobody_changes_the_default_layers_by_accident():
    Settings().style_layers["block1_conv1"] = 7.0
    assert Settings().style_layers == STYLE_LAYERS


def test_a_setting_that_there_is_not_is_named():
    with pytest.raises(TypeError, match="'iterations'"):
        transfer(iterations=3)


@pytest.mark.parametrize("kind", [np.int64, np.uint8, np.float32, np.float64, np.asarray])
def test_numbers_of_numpy_are_numbers(kind):
    whole = kind if kind in (np.int64, np.uint8, np.asarray) else np.int32
    named = {"alpha": 3, "beta": 7, "variation": 1, "learning_rate": 4}
    work = transfer(
        **{name: kind(n) for name, n in named.items()}, size=whole(48), levels=whole(1), style_layers={"block1_conv1": kind(2)}
    )
    assert work.settings == transfer(**named, size=48, levels=1, style_layers={"block1_conv1": 2}).settings
    work.run(whole(1), tolerance=np.float32(0.5), progress=False)
    assert len(work.history) == 1


# ---- Pictures of many kinds ----

RGBA = np.dstack([VORTEX, np.full(VORTEX.shape[:2], 255, np.uint8)])
KINDS = {
    "float": VORTEX.astype(np.float64),
    "int64": VORTEX.astype(np.int64),
    "lists": VORTEX.tolist(),
    "tensor": tf.constant(VORTEX),
    "image of Pillow's": Image.fromarray(VORTEX),
    "RGBA": RGBA,
    "transparent image": Image.fromarray(RGBA),
    "one in a list": [VORTEX],
    "one in a tuple": (VORTEX,),
    "array of one": VORTEX[None],
    "image in a list": [Image.fromarray(VORTEX)],
    "lists in a list": [VORTEX.tolist()],
    "one from a generator": (picture for picture in [VORTEX]),
}


@pytest.mark.parametrize("style", KINDS.values(), ids=KINDS)
def test_a_style_may_be_whatever_is_a_picture(style):
    np.testing.assert_array_equal(transfer(style=style)._styles, [VORTEX])


@pytest.mark.parametrize("kind", ["float", "int64", "lists", "tensor", "image of Pillow's", "RGBA"])
def test_content_and_start_may_be_whatever_is_a_picture(kind):
    np.testing.assert_array_equal(transfer(content=KINDS[kind], start=KINDS[kind], size=48).picture, VORTEX)


def test_a_grey_picture_has_three_equal_channels():
    for grey in (CAT[..., 0], CAT[..., :1], Image.fromarray(CAT[..., 0])):
        np.testing.assert_array_equal(transfer(content=grey, start="content").picture, CAT[..., :1].repeat(3, axis=2))


# ---- Bad input ----


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"content": np.zeros((1, 1, 3), np.uint8)}, "content: 1 x 1 pixels are too few, expected at least 32 x 32"),
        (
            {"content": CAT[None]},
            r"content: expected a picture, \(height, width, 3\), .* got an array of shape \(1, 32, 48, 3\)",
        ),
        ({"content": "cat.jpg"}, r"content: expected a picture, \(height, width, 3\), RGB from 0 to 255, got 'cat.jpg'"),
        ({"content": None}, "content: expected a picture, .* got None"),
        ({"content": CAT.astype(complex)}, "content: expected a picture"),
        ({"content": CAT - 1.0}, "content: expected values from 0 to 255, got -1"),
        ({"content": [[1, 2], [3]]}, "content: expected one array, got parts of several sizes"),
        ({"content": CAT / 255}, "content: the values go from .* multiply them by 255"),
        ({"style": VORTEX[..., :2]}, r"style: expected a picture, .* got an array of shape \(36, 48, 2\)"),
        ({"style": "vortex"}, "style: expected a picture, .* got 'vortex'"),
        ({"style": ["vortex"]}, "style: expected a picture, .* got 'vortex'"),
        ({"style": []}, "style: expected a picture"),
        ({"style": 7}, "style: expected a picture, .* got 7"),
        ({"style_weights": [1, 2]}, "style_weights: expected one for each style, got 2 for 1 styles"),
        ({"style_weights": []}, "style_weights: expected real numbers"),
        ({"style_weights": 3}, "style_weights: expected real numbers"),
        ({"style": [VORTEX, GRID], "style_weights": [1, -1]}, r"style_weights\[1\]: expected a number from 0, got -1"),
        ({"style": [VORTEX, GRID], "style_weights": [0, 0]}, "style_weights: expected a weight above 0, got only zeros"),
        ({"size": 10}, "size: expected a whole number of pixels from 32 to 4096, got 10"),
        ({"size": 100_000}, "got 100000"),
        ({"size": 36}, r"size: with 36 pixels .* \(32 x 48, 36 x 48\) has fewer than 32"),
        ({"levels": 2}, "levels: expected at most 1 for pictures of this size, got 2"),
        ({"size": True}, "size: expected a whole number of pixels from 32 to 4096, got True"),
        ({"size": 64.0}, "size: expected a whole number"),
        ({"levels": 0}, "levels: expected a whole number above 0, got 0"),
        ({"alpha": -1.0}, "alpha: expected a number from 0, got -1.0"),
        ({"alpha": True}, "alpha: expected a number from 0, got True"),
        ({"alpha": 0.0, "beta": 0.0}, "alpha, beta: expected one of them above 0"),
        ({"beta": float("nan")}, "beta: expected a number from 0, got nan"),
        ({"beta": "40"}, "beta: expected a number from 0, got '40'"),
        ({"variation": -1}, "^variation: expected a number from 0, got -1$"),
        ({"variation": np.inf}, "^variation: expected a number from 0, got inf$"),
        ({"seed": -1}, "seed: expected a whole number from 0 up, got -1"),
        ({"content_layer": "block9"}, "content_layer: 'block9' is not known"),
        ({"style_layers": {"block9": 1.0}}, "style_layers: 'block9' is not known"),
        ({"style_layers": {}}, "style_layers: expected a weight for each layer"),
        ({"style_layers": ["block1_conv1"]}, "style_layers: expected a weight for each layer"),
        ({"style_layers": {"block1_conv1": -1}}, r"style_layers\['block1_conv1'\]: expected a number from 0, got -1"),
        ({"start": "nothing"}, "start: 'nothing' is not known; choose one of recoloured, content, noise"),
        ({"start": CAT[:5]}, "start: 5 x 48 pixels are too few"),
        ({"keep_colours": "some"}, "keep_colours: 'some' is not known; choose one of luminance, histogram"),
        ({"optimizer": "sgd"}, "optimizer: 'sgd' is not known; choose one of lbfgs, adam"),
        ({"learning_rate": 0.0}, "learning_rate: expected grey levels above 0, below 256, got 0.0"),
        ({"pooling": "none"}, "pooling: 'none' is not known"),
        ({"precision": "float16"}, "precision: 'float16' is not known"),
        ({"weights": None}, "weights: expected the name of a file or folder, got None"),
    ],
)
def test_bad_arguments(options, message):
    with pytest.raises(ValueError, match=message) as caught:
        transfer(**options)
    assert len(str(caught.value)) < 400  # what came is quoted in a few words


@pytest.mark.parametrize("optimizer", ["lbfgs", "adam"])
@pytest.mark.parametrize(
    "weight", [{"alpha": 1e300}, {"beta": 1e38}, {"variation": 1e300}, {"style_layers": {"block1_conv1": 1e300}}]
)
def test_weights_that_are_too_large_for_float32_are_refused(weight, optimizer):
    painting = transfer(**weight, optimizer=optimizer)
    with pytest.raises(ValueError, match=r"^alpha, beta, variation, style_layers: expected weights with which float32 holds"):
        painting.run(1)
    assert painting.history == []


@pytest.mark.parametrize(
    ("options", "message"),
    [({"steps": 0}, "steps"), ({"steps": 2.5}, "steps"), ({"tolerance": -0.1}, "tolerance"), ({"tolerance": 1.0}, "tolerance")],
)
def test_bad_arguments_of_run(options, message):
    with pytest.raises(ValueError, match=f"{message}: expected"):
        transfer().run(**({"steps": 1, "progress": False} | options))
