"""The explorable figures in a browser, each alone on a page as on the site: they answer the hand, and say what Python says.

Run by `make test-browser`. Screenshots of what was seen are left in build/screenshots/.
"""

import itertools
import re
from pathlib import Path
from statistics import median, quantiles
from urllib.parse import urlsplit

import numpy as np
import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page, expect
from scipy.special import expit

from course_utils import explorables
from course_utils.explorables.networks import corner, field
from course_utils.explorables.packing import packed, unpacked
from course_utils.faces import losses
from course_utils.faces.distances import squared_euclidean
from course_utils.faces.evaluation import error_rates
from course_utils.plots.classification import _bins
from tests.browser.explorable_page import TWO_FRAMES, in_theme, opened
from tests.explorables.examples import (
    ACTIVATIONS,
    CAT,
    CHANNELS,
    DISTANCE,
    EXAMPLES,
    MAPS,
    OF_LAYERS,
    PAIRS,
    PERSON,
    PICTURES,
    RUNS,
    TABLE,
)
from tests.waiting import wait_until

pytestmark = pytest.mark.slow
MINUS, TIMES = "\N{MINUS SIGN}", "\N{MULTIPLICATION SIGN}"  # as the page writes them
by_name = pytest.mark.parametrize("name", EXAMPLES)

# Moves a slider, and returns whether what it has moved is on its way; in one go, for its way is short.
MOVES_ON = """(input, value) => {
    input.value = value;
    input.dispatchEvent(new Event('input', {bubbles: true}));
    return document.getAnimations().length > 0;
}"""
# The milliseconds from a move of the slider to the end of the work for the frame that shows it, for each of some moves.
ANSWER = """async input => {
    const [low, high] = [Number(input.min), Number(input.max)], times = [];
    for (let k = 0; k < 25; k++) {
        const began = performance.now();
        input.value = low + (high - low) * ((7 * k) % 25) / 24;
        input.dispatchEvent(new Event("input", {bubbles: true}));
        await new Promise(requestAnimationFrame);
        await new Promise(done => {
            const {port1, port2} = new MessageChannel();
            port1.onmessage = done;
            port2.postMessage(0);
        });
        times.push(performance.now() - began);
    }
    return times;
}"""
# What lies on something else, though neither is inside the other: boxes of the page, and words of one picture.
OVERLAPPING = """() => {
    const boxes = [...document.querySelectorAll(
        '.explorable :is(.picture, .slider, fieldset, figure, table, p, .rate, .buttons, .map, svg text)')]
        .filter(each => !each.closest('[role=status]') && getComputedStyle(each).visibility === 'visible')
        .map(each => ({ each, box: each.getBoundingClientRect() })).filter(({ box }) => box.width && box.height);
    const apart = ({ box: a }, { box: b }) =>
        a.right <= b.left + 2 || b.right <= a.left + 2 || a.bottom <= b.top + 4 || b.bottom <= a.top + 4;
    const inside = (a, b) => a.each.contains(b.each) || b.each.contains(a.each);
    return boxes.flatMap((a, k) => boxes.slice(k + 1).filter(b => !inside(a, b) && !apart(a, b))
        .map(b => [a, b].map(({ each }) => each.outerHTML.slice(0, 80))));
}"""
SIZES_OF_WORDS = """() => [...document.querySelectorAll('.explorable *')]
    .filter(each => [...each.childNodes].some(node => node.nodeType === 3 && node.textContent.trim()))
    .map(each => parseFloat(getComputedStyle(each).fontSize))"""


def open_figure(browser: Browser, name: str, **how) -> Page:
    return opened(browser, name, EXAMPLES[name]().data, **how)


def close(page: Page) -> None:
    errors, hosts = page.errors, {urlsplit(url).scheme for url in page.asked} - {"blob", "data"}
    page.close()
    assert errors == []
    assert hosts == set(), "a figure asks somebody for something"


@by_name
def test_nothing_moves_before_the_hand_does(name: str, browser: Browser):
    page = open_figure(browser, name)
    for width in (1000, 360):
        page.set_viewport_size({"width": width, "height": 800})
        page.evaluate(TWO_FRAMES)
        assert page.evaluate("document.getAnimations().length") == 0
    close(page)


@by_name
def test_it_fits_its_place_and_can_be_read_by_everybody(name: str, browser: Browser, screenshots: Path):
    page = open_figure(browser, name)
    for width in (1000, 360):
        page.set_viewport_size({"width": width, "height": 800})
        page.evaluate(TWO_FRAMES)
        assert page.evaluate("document.documentElement.scrollWidth") <= width
        box = page.locator(".explorable").bounding_box()
        for picture in page.locator(".explorable svg").all():
            inside = picture.bounding_box()
            assert box["x"] <= inside["x"]
            assert inside["x"] + inside["width"] <= box["x"] + box["width"]
        assert page.evaluate(OVERLAPPING) == []
        assert min(page.evaluate(SIZES_OF_WORDS)) >= 16
        for theme, rules in (("light", None), ("dark", ["color-contrast", "link-in-text-block"])):  # nothing else is another
            in_theme(page, theme)
            page.screenshot(path=screenshots / f"explorable_{name}_{theme}_{width}.png", full_page=True)
            options = {"resultTypes": ["violations"]} | ({"runOnly": rules} if rules else {})
            found = Axe().run(page, options=options).response["violations"]
            assert [each["id"] for each in found if each["impact"] in ("serious", "critical")] == [], (width, theme)
    close(page)


def answers_in_time(name: str, times: list[float]) -> bool:
    """Whether a quarter of the moves is answered in time: not all, on a machine that does other things, too."""
    quarter = quantiles(times, n=4)[0]
    print(f"{name}: a quarter within {quarter:.1f} ms, half within {median(times):.1f} ms, all within {max(times):.1f} ms")
    return quarter < 50


@by_name
def test_it_answers_within_50_milliseconds(name: str, browser: Browser):
    page = open_figure(browser, name)
    sliders = page.locator("input[type=range]").all()
    assert sliders
    for slider in sliders:
        wait_until(lambda slider=slider: answers_in_time(name, slider.evaluate(ANSWER)))
    close(page)


@by_name
def test_the_keyboard_alone_is_enough_and_what_it_does_is_spoken(name: str, browser: Browser):
    page = open_figure(browser, name)
    status = page.locator("[role=status]")
    expect(status).not_to_be_empty()
    for slider in page.locator("input[type=range]").all():
        for _ in range(30):
            page.keyboard.press("Tab")
            if slider.evaluate("input => input === document.activeElement"):
                break
        assert slider.evaluate("input => getComputedStyle(input).outlineStyle") == "solid"
        assert slider.evaluate("input => input.labels.length") == 1
        spoken, said = slider.get_attribute("aria-valuetext"), status.text_content()
        page.keyboard.press("Home")
        page.keyboard.press("ArrowRight")
        page.keyboard.press("PageUp")
        assert slider.get_attribute("aria-valuetext") != spoken
        expect(status).not_to_have_text(said)
    close(page)


# ---- The receptive field ----


def test_receptive_field_frames_what_the_unit_sees_and_tells_the_answer(browser: Browser):
    page = open_figure(browser, "receptive_field")
    layer, row, column = (page.get_by_label(name, exact=True) for name in ("layer", "row", "column"))
    for at, (name, given) in enumerate(ACTIVATIONS.items()):
        layer.fill(str(at))
        side, step = field(name)
        last = given.shape[1] - 1, given.shape[2] - 1
        for unit in ((0, 0), last, (last[0] // 2, 1)):
            row.fill(str(unit[0]))
            column.fill(str(unit[1]))
            expected = []
            for place, pixels in zip(unit, CAT.shape[:2], strict=True):
                first = corner(place, side, step)
                expected += [max(0, first), min(pixels, first + side)]
            assert page.locator(".chosen").get_attribute("data-field") == " ".join(map(str, expected))
            answer = given[0, unit[0], unit[1], OF_LAYERS[name][0]]
            told = page.locator(".result p").last.text_content()
            assert float(re.search(r"answers ([\d,]+) here", told)[1].replace(",", "")) == pytest.approx(answer, abs=0.6)
            assert f"sees {side} " in page.locator(".result p").first.text_content()
    page.get_by_role("radio", name="0").check()
    assert page.get_by_text("channel 0: 6").is_visible()
    close(page)


@pytest.mark.parametrize("touch", [False, True])
def test_receptive_field_follows_the_pointer(touch: bool, browser: Browser):
    page = open_figure(browser, "receptive_field", touch=touch)
    point = page.touchscreen.tap if touch else page.mouse.move
    page.get_by_label("layer").fill("2")
    for place in (".under-ring", ".whole"):
        for shares, unit in (((0.1, 0.9), ("0", "3")), ((0.7, 0.4), ("4", "1"))):
            box = page.locator(place).bounding_box()
            point(box["x"] + shares[1] * box["width"], box["y"] + shares[0] * box["height"])
            assert page.locator(".slider output").all_text_contents()[1:] == list(unit)
    close(page)


# ---- The paintings ----


def test_paintings_have_the_costs_of_the_history(browser: Browser):
    page = open_figure(browser, "painting")
    places = set()
    for at, (beta, (history, _)) in enumerate(RUNS.items()):
        page.get_by_label("β", exact=True).fill(str(at))
        for k, step in enumerate((1, 2, 4, 6)):
            page.get_by_label("step", exact=True).fill(str(k))
            costs = history[min(step, len(history)) - 1].costs
            shown = page.locator("td").evaluate_all("all => all.map(cell => Number(cell.dataset.cost))")
            assert shown == pytest.approx([costs.content, costs.style, costs.total], rel=1e-3)
            words = page.locator("td").all_text_contents()
            assert [float(word.replace(",", "")) for word in words] == pytest.approx(shown, rel=0.006)
            assert page.locator("figcaption").text_content().startswith(f"β: {beta}, step {min(step, len(history))}")
            places.add(page.locator(".leaf-picture .face").evaluate("face => face.style.backgroundPosition"))
    assert len(places) == 12
    close(page)


@pytest.mark.parametrize("touch", [False, True])
def test_paintings_are_leafed_through_on_the_curve(touch: bool, browser: Browser):
    page = open_figure(browser, "painting", touch=touch)
    press = page.touchscreen.tap if touch else page.mouse.click
    box = page.locator(".descent svg").bounding_box()
    for share, step in ((0.02, "1"), (0.98, "6")):
        press(box["x"] + share * box["width"], box["y"] + box["height"] / 2)
        assert page.locator(".slider output").last.text_content() == step
    close(page)


def test_the_curve_of_a_very_long_run_is_drawn(browser: Browser):
    data = EXAMPLES["painting"]().data
    page = opened(browser, "painting", data | {"costs": [[[9.0, 5.0, 3.0]] * 70_000, *data["costs"][1:]]})
    assert page.locator(".descent .curve").count() == 2
    close(page)


# ---- The door ----


def share_of_strangers_named(tau: float, size: int) -> float:
    """Return the mean over all galleries of so many people, one by one, with any picture of each."""
    shares = []
    for x, own in enumerate(PERSON):
        others = [number for number in np.unique(PERSON) if number != own]
        turned_away = [np.mean(TABLE[x][number == PERSON] > tau) for number in others]
        shares.append(1 - np.mean([np.prod(gallery) for gallery in itertools.combinations(turned_away, size)]))
    return float(np.mean(shares))


@pytest.mark.parametrize("tau", [0.15, 0.6, 1.1])
def test_door_measures_the_growing_gallery_as_python_does(tau: float, browser: Browser):
    page = open_figure(browser, "door")
    page.get_by_label("threshold").fill(str(tau))
    far = share_of_strangers_named(tau, 1)
    for size in (1, 2, 5):
        page.get_by_label("enrolled, K").fill(str(size))
        rate = page.locator(".rate")
        assert float(rate.get_attribute("data-measured")) == pytest.approx(share_of_strangers_named(tau, size), abs=1e-9)
        assert float(rate.get_attribute("data-formula")) == pytest.approx(1 - (1 - far) ** size, abs=1e-9)
        assert rate.text_content() == f"{float(rate.get_attribute('data-measured')):.1%}"
        strangers = size + 1 <= PERSON
        named = np.sum(TABLE[strangers][:, 0 : 5 * size : 5].min(axis=1) <= tau)
        assert (
            page.locator(".result p").last.text_content() == f"The gallery above gives a name to {named} of {strangers.sum()}."
        )
    close(page)


def judged_by_python(visitor: int, claimed: int, size: int, tau: float) -> list[str]:
    """Return what should be said of a claim, and of a visitor who claims nothing; everybody counted from 0."""
    own = PERSON[visitor] - 1
    d = TABLE[visitor, 0 : 5 * size : 5]
    claim = {
        (True, True): "rightly",
        (False, False): "rightly",
        (True, False): "a false reject",
        (False, True): "a false accept",
    }
    if d.min() > tau:
        name = "an enrolled person is turned away" if own < size else "rightly"
    elif d.argmin() == own:
        name = "rightly"
    else:
        name = "a wrong name" if own < size else "a stranger gets a name"
    return [claim[(own == claimed, d[claimed] <= tau)], name]


def test_door_judges_claims_and_names_as_python_does(browser: Browser):
    page = open_figure(browser, "door")
    visitors = np.flatnonzero(np.arange(len(PERSON)) % 5)
    page.get_by_label("enrolled, K").fill("3")
    said = set()
    for at, claimed, size, tau in itertools.product((0, 5, 11, 21), (0, 2), (3,), (0.1, 0.9)):
        page.get_by_label("threshold").fill(str(tau))
        page.get_by_label("at the door").fill(str(at))
        page.get_by_role("radio", name=f"person {claimed + 1}").check()
        shown = page.locator(".judged").all_text_contents()
        assert shown == judged_by_python(visitors[at], claimed, size, tau)
        assert f"D = {TABLE[visitors[at], 5 * claimed]:.2f}" in page.locator(".result p").first.text_content().replace(
            "\u00a0", " "
        )
        said |= set(shown)
    assert {
        "rightly",
        "a false reject",
        "a false accept",
        "an enrolled person is turned away",
        "a stranger gets a name",
    } <= said
    page.get_by_label("enrolled, K").fill("1")  # whoever is claimed has to be enrolled
    assert page.get_by_role("radio", name="person 1").is_checked()
    assert page.get_by_role("radio", name="person 3").is_disabled()
    close(page)


def test_door_says_nothing_false_of_a_distance_that_is_rounded_to_tau(browser: Browser):
    data = EXAMPLES["door"]().data
    distance = unpacked(data["distance"]).reshape(TABLE.shape)
    visitors = [x for x in range(len(PERSON)) if x % 5]
    found = ((at, person, distance[x, 5 * person]) for at, x in enumerate(visitors) for person in range(4))
    at, person, d = next((at, person, d) for at, person, d in found if 0 < d - round(d, 2) < 0.001)
    page = opened(browser, "door", data)
    page.get_by_label("threshold").fill(f"{d:.2f}")
    page.get_by_label("at the door").fill(str(at))
    page.get_by_role("radio", name=f"person {person + 1}").check()
    told = page.locator(".result p").first.text_content().replace("\u00a0", " ")
    shown = float(re.search(r"D = ([\d.]+) > τ", told)[1])
    assert shown > float(f"{d:.2f}")
    assert shown == pytest.approx(d, abs=0.001)
    close(page)


def test_door_hides_a_tau_that_is_beyond_all_distances(browser: Browser):
    page = opened(browser, "door", explorables.door(TABLE / 4, PERSON, PICTURES, 0.4, 4).data)
    line, words = page.locator(".distances .tau"), page.locator(".distances .halo")
    width = page.locator(".distances svg").bounding_box()["width"]
    for tau, visible in (("0.4", "visible"), ("2", "hidden")):
        page.get_by_label("threshold").fill(tau)
        assert line.get_attribute("visibility") == visible
        assert float(words.get_attribute("x")) <= width
    assert words.text_content() == "the distances D; τ is beyond"
    close(page)


@pytest.mark.parametrize("width", [320, 390, 1000])
def test_door_keeps_the_words_at_tau_in_its_picture(width: int, browser: Browser):
    page = opened(browser, "door", EXAMPLES["door"]().data, width=width)
    within, words = page.locator(".distances svg").bounding_box(), page.locator(".distances .halo")
    for tau in np.linspace(0, 2, 11):
        page.get_by_label("threshold").fill(f"{tau:.1f}")
        box = words.bounding_box()
        assert within["x"] - 4 <= box["x"]  # the line around the letters is 4 pixels wide
        assert box["x"] + box["width"] <= within["x"] + within["width"] + 4
    close(page)


@pytest.mark.parametrize("touch", [False, True])
def test_door_is_moved_by_mouse_and_by_finger(touch: bool, browser: Browser):
    page = open_figure(browser, "door", touch=touch)
    press = page.touchscreen.tap if touch else page.mouse.click
    for place, share, output in ((".distances svg", 0.25, 1), (".growth svg", 0.95, 2)):
        before = page.locator(".slider output").nth(output).text_content()
        page.locator(place).scroll_into_view_if_needed()
        box = page.locator(place).bounding_box()
        press(box["x"] + share * box["width"], box["y"] + box["height"] / 2)
        assert page.locator(".slider output").nth(output).text_content() != before
    page.locator(".card").nth(1).click()
    assert page.get_by_role("radio", name="person 2").is_checked()
    close(page)


# ---- The Gram matrix ----


def test_gram_matrix_adds_up_as_numpy_does_in_any_order(browser: Browser):
    page = open_figure(browser, "gram_matrix")
    A = np.einsum("nhwi,nhwj->ij", MAPS, MAPS)
    entry, cost = page.locator(".rate"), page.locator(".result p").last
    for i, j in ((0, 0), (1, 3), (4, 2)):
        for letter, at in (("i", i), ("j", j)):
            page.get_by_label(f"channel {letter}").fill(str(at))
        first, second = CHANNELS[i], CHANNELS[j]
        in_order = entry.get_attribute("data-entry")
        assert float(in_order) == pytest.approx(A[first, second], rel=1e-4)
        assert entry.text_content() == f"{round(float(in_order)):,}"
        together = A[first, second] / np.sqrt(A[first, first] * A[second, second])
        assert float(page.locator(".result p").nth(1).text_content().split()[-1]) == pytest.approx(together, abs=0.0051)
        assert cost.text_content().endswith(": 0")
        picture = page.locator("canvas").nth(0).evaluate("canvas => canvas.toDataURL()")
        page.get_by_role("button", name="Shuffle").click()
        assert page.locator("canvas").nth(0).evaluate("canvas => canvas.toDataURL()") != picture
        assert entry.get_attribute("data-entry") == in_order  # to the last digit
        assert not cost.text_content().endswith(": 0")
        page.get_by_role("button", name="Back in order").click()
        assert page.locator("canvas").nth(0).evaluate("canvas => canvas.toDataURL()") == picture
    close(page)


@pytest.mark.parametrize("touch", [False, True])
def test_gram_matrix_is_picked_in_the_table_and_looked_at_in_the_maps(touch: bool, browser: Browser):
    page = open_figure(browser, "gram_matrix", touch=touch)
    press = page.touchscreen.tap if touch else page.mouse.click
    table, left = page.locator(".gram-table .cell"), page.locator(".under-ring").nth(0)
    cell = table.nth(3 * len(CHANNELS) + 1).bounding_box()
    press(cell["x"] + cell["width"] / 2, cell["y"] + cell["height"] / 2)
    assert page.locator(".slider output").all_text_contents()[:2] == [str(CHANNELS[3]), str(CHANNELS[1])]
    left.scroll_into_view_if_needed()
    box = left.bounding_box()
    press(box["x"] + box["width"] * 5.5 / 24, box["y"] + box["height"] * 9.5 / 16)
    assert page.locator(".slider output").nth(2).text_content() == "row 9, column 5"
    a, b = (float(f"{MAPS[0, 9, 5, CHANNELS[at]]:.3g}") for at in (3, 1))
    first, second, _, product = in_the_ring(page)
    assert (first, second, product) == pytest.approx((a, b, a * b), rel=0.01)
    close(page)


def in_the_ring(page: Page) -> tuple[float, float, str, float]:
    """Return both factors as they are shown, the sign, and their product."""
    first, second, sign, product = re.fullmatch(
        rf"In the ring: (\S+) {TIMES} (\S+) ([=≈]) (\S+)", page.locator(".here").text_content()
    ).groups()
    return *(float(words.replace(",", "")) for words in (first, second)), sign, float(product.replace(",", ""))


@pytest.mark.parametrize(
    ("pair", "shown"),
    [
        ((290.804, 290.8), "290.8 * 290.8 ≈ 84,566"),
        ((3, 5), "3 * 5 = 15"),
        ((0.1, 0.2), "0.1 * 0.2 = 0.02"),
        ((0.01234, 0.02), "0.01234 * 0.02 ≈ 0.000247"),
        ((0, 290.8), "0 * 290.8 = 0"),
        ((12345.6, 1), "12,346 * 1 = 12,346"),
    ],
    ids=str,
)
def test_gram_matrix_shows_no_false_product(pair: tuple[float, float], shown: str, browser: Browser):
    maps = [packed("channel", [value, 65535 * value or 1]) for value in pair]  # in whole units, so that nothing is rounded
    data = EXAMPLES["gram_matrix"]().data | {"channels": [0, 1], "rows": 1, "columns": 2, "maps": maps, "pair": [0, 1]}
    page = opened(browser, "gram_matrix", data)
    page.get_by_label("position").fill("0")
    assert page.locator(".here").text_content() == f"In the ring: {shown.replace('*', TIMES)}"
    close(page)


def test_gram_matrix_of_small_activations_is_shown_with_its_digits(browser: Browser):
    data = explorables.gram_matrix(MAPS * 1e-3, CHANNELS, np.zeros((4, 4)), (2, 5)).data
    page = opened(browser, "gram_matrix", data)
    page.get_by_role("button", name="Shuffle").click()
    entry = MAPS[0, :, :, 2].ravel() @ MAPS[0, :, :, 5].ravel() * 1e-6
    assert float(page.locator(".rate").text_content()) == pytest.approx(entry, rel=0.006)
    assert 0 < float(page.locator(".result p").last.text_content().split()[-1]) < 0.01
    assert 0 < in_the_ring(page)[3] < 0.1
    close(page)


# ---- The threshold ----


def shown_threshold(page: Page) -> tuple[float, float, float, list[str]]:
    """Return tau, FAR and FRR as they are shown, and the distances beside them."""
    rates = [float(text.rstrip("%")) / 100 for text in page.locator(".rate").all_text_contents()]
    visible = "all => all.filter(each => getComputedStyle(each).visibility === 'visible').map(each => each.textContent)"
    distances = page.locator(".pair figcaption").evaluate_all(visible)
    return float(page.locator(".slider output").text_content()), *rates, distances


def test_threshold_counts_as_python_does(browser: Browser):
    page = open_figure(browser, "threshold")
    slider = page.locator("input[type=range]")
    decimals = EXAMPLES["threshold"]().data["decimals"] + 2
    for at in (0, 30, 60, 90, 119):
        slider.fill(str(at))
        tau, far, frr, distances = shown_threshold(page)
        rates = error_rates(DISTANCE, PAIRS.same, tau)
        assert (far, frr) == pytest.approx((rates.far, rates.frr), abs=0.00051)
        wrong = [f"d = {d:.{decimals}f}" for d in np.sort(DISTANCE[~PAIRS.same & (tau >= DISTANCE)])[::-1][:3]]
        wrong += [f"d = {d:.{decimals}f}" for d in np.sort(DISTANCE[PAIRS.same & (tau < DISTANCE)])[:3]]
        assert distances == wrong
    close(page)


@pytest.mark.parametrize("touch", [False, True])
def test_threshold_is_dragged_by_mouse_and_by_finger(touch: bool, browser: Browser):
    page = open_figure(browser, "threshold", touch=touch)
    hills = page.locator(".hills svg").bounding_box()
    left, right, middle = hills["x"] + 50, hills["x"] + hills["width"] - 50, hills["y"] + hills["height"] / 2
    if touch:
        finger = page.context.new_cdp_session(page)

        def move(kind: str, x: float) -> None:
            points = [] if kind == "touchEnd" else [{"x": x, "y": middle}]
            finger.send("Input.dispatchTouchEvent", {"type": kind, "touchPoints": points})

        move("touchStart", left)
        first = shown_threshold(page)
        for x in np.linspace(left, right, 8):
            move("touchMove", float(x))
        move("touchEnd", right)
    else:
        page.mouse.move(left, middle)
        page.mouse.down()
        first = shown_threshold(page)
        page.mouse.move(right, middle, steps=8)
        page.mouse.up()
    last = shown_threshold(page)
    assert first[0] < 1
    assert last[0] > 4
    assert first[1] < last[1]
    assert first[2] > last[2]
    page.mouse.move(left, middle)  # let go: it stays
    assert shown_threshold(page) == last
    close(page)


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_threshold_fills_both_errors(theme: str, browser: Browser):
    page = open_figure(browser, "threshold")
    in_theme(page, theme)
    fill = "shape => getComputedStyle(shape).fill"
    ground = page.locator(".explorable").evaluate("figure => getComputedStyle(figure).backgroundColor")
    assert len({ground, *(page.locator(f".hills {shape}").evaluate(fill) for shape in ("pattern rect", ".wrong"))}) == 3
    close(page)


# ---- The map of a training ----


def test_map_shows_whom_each_picture_is_nearest_to(browser: Browser):
    page = open_figure(browser, "training_map")
    data = EXAMPLES["training_map"]().data
    steps, pictures = page.get_by_label("steps of training"), page.get_by_label("picture", exact=True)
    for step, picture in ((0, 0), (5, 17), (10, 29)):
        steps.fill(str(step))
        pictures.fill(str(picture))
        people, near = np.array(data["people"]), np.array(data["nearest"][step])
        own = people[near] == people[:, None]
        assert page.locator(".rate").text_content() == f"{own.mean():.0%}"
        shown = page.locator(".neighbours .face").evaluate_all("all => all.map(each => each.ariaLabel)")
        assert shown == [who(data, other) for other in near[picture]]
        assert page.locator(".neighbours figcaption").all_text_contents() == ["✗✓"[int(each)] for each in own[picture]]
        assert page.locator(".found").text_content().startswith(f"{own[picture].sum()} of its 4 nearest")
    close(page)


def who(data: dict, picture: int) -> str:
    numbers = data["people"][: picture + 1].count(data["people"][picture])
    return f"person {data['people'][picture]}, picture {numbers}"


@pytest.mark.parametrize("touch", [False, True])
def test_map_shows_the_face_that_is_pointed_at(touch: bool, browser: Browser):
    page = open_figure(browser, "training_map", touch=touch)
    boxes = [mark.bounding_box() for mark in page.locator(".mark").all()]
    places = [(box["x"] + box["width"] / 2, box["y"] + box["height"] / 2) for box in boxes]
    alone = max(range(len(places)), key=lambda k: min(np.hypot(*np.subtract(places[k], o)) for o in places if o != places[k]))
    page.touchscreen.tap(*places[alone]) if touch else page.mouse.move(*places[alone])
    data = EXAMPLES["training_map"]().data
    assert page.locator(".looked-at .face").get_attribute("aria-label") == who(data, alone)
    assert page.locator(".mark.kin").count() == data["people"].count(data["people"][alone])
    close(page)


@pytest.mark.parametrize("reduced", [False, True])
def test_map_moves_at_once_for_who_wants_no_motion(reduced: bool, browser: Browser):
    page = open_figure(browser, "training_map", reduced=reduced)
    slider = page.get_by_label("steps of training")
    assert slider.input_value() == "10"  # it opens at the end
    assert slider.evaluate(MOVES_ON, "0") is not reduced
    close(page)


# ---- The triplet ----


def slopes(points: dict[str, np.ndarray], gap: float, squared: bool) -> dict[str, np.ndarray]:
    """Return the slopes of the loss along each point by central differences."""
    small = 1e-4
    found = {}
    for role, point in points.items():
        ends = [[loss_of(points | {role: point + sign * small * way}, gap, squared) for sign in (1, -1)] for way in np.eye(2)]
        found[role] = np.array([(up - down) / (2 * small) for up, down in ends])
    return found


def loss_of(points: dict[str, np.ndarray], gap: float, squared: bool) -> float:
    """Return the package's triplet loss; with squared distances, those of the package in its formula."""
    anchor, positive, negative = (points[role][None] for role in ("query", "positive", "negative"))
    if not squared:
        return float(losses.triplet_loss(anchor, positive, negative, gap)[0])
    near, far = squared_euclidean(anchor, positive), squared_euclidean(anchor, negative)
    return max(0.0, gap + float(near[0]) - float(far[0]))


@pytest.mark.parametrize("squared", [False, True])
@pytest.mark.parametrize(
    ("negative", "kind"), [((0.9, 0.3), "easy"), ((-0.3, -0.85), "semi-hard"), ((0.1, 0.15), "hard")], ids=lambda it: str(it)
)
def test_triplet_costs_what_python_says_and_its_arrows_are_the_gradient(squared, negative, kind, browser: Browser):
    points = {"query": np.array([-0.4, 0.1]), "positive": np.array([-0.5, 0.75]), "negative": np.array(negative)}
    data = EXAMPLES["triplets"]().data | {role: point.tolist() for role, point in points.items()}
    page = opened(browser, "triplets", data)
    page.get_by_label("squared" if squared else "plain").check()
    loss = loss_of(points, 0.5, squared)
    expected = slopes(points, 0.5, squared)
    assert page.locator(".loss").text_content() == f"loss {loss:.2f}"
    assert page.locator(".verdict").text_content().startswith(f"loss {loss:.2f}{kind}")
    for role, slope in expected.items():
        arrow = page.locator(f'.arrow[data-role="{role}"]')
        shown = np.array([float(part) for part in arrow.get_attribute("data-gradient").split()])
        np.testing.assert_allclose(shown, slope, atol=1e-3)
        assert (arrow.get_attribute("visibility") == "visible") == bool(np.linalg.norm(slope) > 0.02)
        if arrow.get_attribute("visibility") == "visible":  # it is drawn downhill, and upwards is upwards
            ends = [float(part) for part in re.findall(r"-?[\d.]+", arrow.get_attribute("d"))]
            drawn = np.array([ends[2] - ends[0], ends[1] - ends[3]])
            np.testing.assert_allclose(drawn / np.linalg.norm(drawn), -slope / np.linalg.norm(slope), atol=1e-2)
    close(page)


@pytest.mark.parametrize(
    ("negative", "gap", "shown", "sum_"),
    [
        (0.696, 0.5, "loss 0.004semi-hard: active", f"= max(0, 0.500 + 0.200 {MINUS} 0.696)"),
        (0.3, 0.1, "loss 0.00easy: nothing", f"= max(0, 0.10 + 0.20 {MINUS} 0.30)"),  # 0.1 + 0.2 - 0.3 is not 0 in floats
    ],
)
def test_triplet_shows_no_loss_of_0_that_is_active(negative: float, gap: float, shown: str, sum_: str, browser: Browser):
    points = {"query": [0, 0], "positive": [0.2, 0], "negative": [0, negative]}
    page = opened(browser, "triplets", EXAMPLES["triplets"]().data | points | {"gap": gap})
    assert page.locator(".verdict").text_content().startswith(shown)
    assert page.locator(".terms").text_content().endswith(sum_)
    close(page)


def test_triplet_is_moved_by_hand_and_by_keys(browser: Browser):
    page = open_figure(browser, "triplets")
    handle = page.get_by_role("button", name="negative")
    plane = page.locator(".plane svg").bounding_box()
    before = page.locator(".loss").text_content()
    box = handle.bounding_box()
    page.mouse.move(box["x"] + box["width"] / 2, box["y"] + box["height"] / 2)
    page.mouse.down()
    page.mouse.move(plane["x"] + plane["width"] / 2, plane["y"] + plane["height"] / 2, steps=5)
    page.mouse.up()
    assert handle.get_attribute("aria-label").startswith("negative p⁻ at 0.00, 0.00")
    assert page.locator(".loss").text_content() != before
    handle.focus()
    for key in ("ArrowRight", "ArrowRight", "ArrowUp", "ArrowLeft", "ArrowDown", "ArrowDown"):
        page.keyboard.press(key)
    assert handle.get_attribute("aria-label").startswith(f"negative p⁻ at 0.05, {MINUS}0.05")
    page.mouse.move(plane["x"] + plane["width"] / 2, plane["y"] + plane["height"] / 2)
    page.mouse.down()  # beside the handle: nothing is taken along
    page.mouse.move(plane["x"] + 5, plane["y"] + 5)
    page.mouse.up()
    expect(page.locator("[role=status]")).to_contain_text("loss")
    close(page)


def test_triplet_hides_no_arrow_and_no_name_on_a_phone(browser: Browser):
    points = {"query": [-0.6, 0], "positive": [-0.6, 0.6], "negative": [0.3, 0]}
    page = opened(browser, "triplets", EXAMPLES["triplets"]().data | points, width=360)
    arrow = page.locator('.arrow[data-role="positive"]')
    *_, tip = (float(part) for part in re.findall(r"-?[\d.]+", arrow.get_attribute("d")))
    plane, query = page.locator(".plane svg").bounding_box(), page.get_by_role("button", name="query").bounding_box()
    assert query["width"] >= 24  # a finger finds it
    assert plane["y"] + tip <= query["y"] + 1  # the arrow of the positive ends before the point of the query
    names = [box for name in page.locator(".plane .halo").all() if (box := name.bounding_box()) and name.is_visible()]
    assert len(names) == 3
    heights = sorted(box["y"] for box in names)
    assert all(below - above >= 22 for above, below in itertools.pairwise(heights))
    plain, squared = (page.get_by_label(name).bounding_box() for name in ("plain", "squared"))
    assert plain["x"] == squared["x"] or plain["y"] == squared["y"]
    close(page)


# ---- The logistic unit ----


@pytest.mark.parametrize(("w", "b"), [(0, 0), (-2.1, 4.2), (-6, 8), (1, -1)])
def test_logistic_unit_says_what_python_says(w: float, b: float, browser: Browser):
    page = open_figure(browser, "logistic_unit")
    for letter, value in (("w", w), ("b", b)):
        page.get_by_label(letter, exact=True).fill(str(value))
    distance, same = np.round(DISTANCE, 3), PAIRS.same
    stated = expit(w * distance + b)
    truth = np.where(same, stated, 1 - stated)
    loss = (-np.log(truth[same]).mean() - np.log(truth[~same]).mean()) / 2
    assert float(page.locator(".rate").text_content()) == pytest.approx(loss, abs=0.00051)
    weight = np.where(same, 0.5 / same.sum(), 0.5 / (~same).sum())
    bins = _bins(stated, same, weight)
    shown = page.locator(".bin").evaluate_all("all => all.map(each => each.dataset.bin.split(' ').map(Number))")
    np.testing.assert_allclose(shown, np.stack([bins.stated, bins.so, bins.pairs], axis=1), rtol=1e-9)
    hollow = page.locator(".bin").evaluate_all("all => all.map(each => each.classList.contains('few'))")
    assert hollow == (bins.pairs < 30).tolist()
    close(page)


def test_logistic_unit_shows_the_fitted_one(browser: Browser):
    page = open_figure(browser, "logistic_unit")
    page.get_by_role("button", name="Show the fitted unit").click()
    assert page.locator(".slider output").all_text_contents() == [f"{MINUS}2.1", "4.2"]
    assert page.get_by_text("the threshold τ").text_content() == f"p = 50% at d = {MINUS}b/w = 2.00: the threshold τ"
    close(page)


def test_logistic_unit_takes_the_fitted_numbers_unrounded(browser: Browser):
    w, b = -2.14, 4.26
    page = opened(browser, "logistic_unit", explorables.logistic_unit(DISTANCE, PAIRS.same, w, b, "fitted on the five").data)
    page.get_by_role("button", name="Show the fitted unit").click()
    assert page.locator(".slider output").all_text_contents() == [f"{MINUS}2.1", "4.3"]
    z = w * np.round(DISTANCE, 3) + b
    loss = (np.logaddexp(0, -z[PAIRS.same]).mean() + np.logaddexp(0, z[~PAIRS.same]).mean()) / 2
    assert float(page.locator(".rate").text_content()) == pytest.approx(loss, abs=0.00051)
    assert page.get_by_text("fitted on the five").text_content() == f"fitted on the five {page.locator('.rate').text_content()}"
    close(page)


def test_logistic_unit_tells_a_small_threshold_with_its_digits(browser: Browser):
    page = opened(browser, "logistic_unit", explorables.logistic_unit(DISTANCE / 100, PAIRS.same, -210, 4.2).data)
    page.get_by_role("button", name="Show the fitted unit").click()
    assert page.get_by_text("the threshold τ").text_content() == f"p = 50% at d = {MINUS}b/w = 0.020: the threshold τ"
    close(page)


def test_logistic_unit_takes_as_many_pairs_as_there_are(browser: Browser):
    data = EXAMPLES["logistic_unit"]().data
    page = opened(browser, "logistic_unit", data | {"different": data["different"] * (300_000 // len(data["different"]))})
    assert page.locator(".rate").text_content() == "0.693"
    close(page)
