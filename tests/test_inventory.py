"""The concept inventory: options are what the function of a mistake gives, forms are equivalent, exports equal the source."""

import io
import re
import zipfile
from collections import Counter
from html import unescape
from xml.etree import ElementTree

import numpy as np
import pytest

from course_utils.feedback.bank import LESSONS, exercises, find
from docs import instructor, inventory
from docs.questions import FORMS, SOURCE, Question, questions

QTI = "{http://www.imsglobal.org/xsd/ims_qtiasiv1p2}"
NUMBERS = range(1, 14)
EVERY = [question for form in FORMS for question in questions(form)]
BOTH = [(form, number) for form in FORMS for number in NUMBERS]


def asked(form: str, number: int) -> Question:
    return questions(form)[number - 1]


# ---- What each question computes: the text of an option, from what is given and functions that may have one mistake ----


def functions_with(mistake: str):
    """Return how to look up a function of the bank: the solution, but for the one with the mistake."""
    _, wrong_one, name = mistake.split("/") if mistake else ("", "", "")
    return lambda exercise: find(exercise).wrong[name] if exercise == wrong_one else find(exercise).solution


def at_a_door(use, d, who, enrolled, tau):
    known, strangers = use("open_set_rates")(np.array(d), np.array(who), np.array(enrolled), tau)
    return f"{known:.0%} of the known visitors, {strangers:.0%} of the strangers"


def for_a_gallery(use, one_person, two_people, wanted, K):
    distance = np.array([*one_person, *two_people])
    same = np.arange(len(distance)) < len(one_person)
    return f"{use('tau_from_data')(distance, same, use('far_for_gallery')(wanted, K)):.2f}"


def how_sure(use, people, visits, never_named):
    person = np.repeat(np.arange(people), visits)
    interval = use("mended_interval")
    drawn = len(person) if interval is find("mended_interval").wrong["visits drawn"] else people
    draws = np.random.default_rng(0).integers(0, drawn, (5000, drawn))
    low, high = interval(person >= never_named, person, draws)
    return f"from {low:.0%} to {high:.0%}"


def shared_and_hidden(use, windows, side, features, w, b):
    encoder, _ = use("parameter_counts")(np.array([windows]), side, features)
    tau = use("unit_threshold")(w, b, 1, 1, 0.5)
    return f"{encoder + features + 1:.0f} numbers; a sum of {tau:g} at most"


def standing_still(use, share_same, margin, loss):
    price = use("price_of_nothing")(share_same, margin)[0]
    if np.isclose(price, loss):
        return f"It has collapsed: one point for all pictures costs {price:.2f}, and AUC sees only the order."
    if price > loss:
        return f"It is learning: one point for all pictures would cost {price:.2f}, and AUC confirms the gain."
    return f"It is too slow: one point for all pictures would cost {price:.2f}, and AUC will still rise."


def hardest_of_a_row(use, positives, negatives, gap):
    places = np.array([0, *positives, *negatives])  # on a line, with the query at 0
    labels = np.array([0] * (1 + len(positives)) + [1] * len(negatives))
    d = np.abs(places[:, None] - places)
    query, positive, negative = use("batch_hard_triplets")(labels, d)[0]
    points = [places[[one], None] for one in (query, positive, negative)]
    kind = use("kinds_of_triplets")(d[[query], positive], d[[query], negative], gap)[0]
    squared = use("squared_gap")(gap, d[[query], positive])[0]
    return f"{kind}, it costs {use('triplet_loss')(*points, gap)[0]:.2f}; a gap of {squared:.2f}"


def at_another_door(use, p, pi, accept_cost, reject_cost):
    share = use("door_probability")(np.array([p]), pi)[0]
    return f"{share:.0%}; {'accept' if share >= accept_cost / (accept_cost + reject_cost) else 'refuse'}"


def to_be_reported(use, validation, test, pixels):
    score = use("mended_score")(np.array(validation), np.array(test))
    return f"{score:.0%}, {'ahead of' if score > pixels else 'behind'} the pixels"


COLOURS = {
    (255, 255, 255): "white (all three)",
    (255, 255, 0): "yellow (red and green)",
    (0, 255, 255): "cyan (green and blue)",
}


def exciting_colour(use, weights, bias):
    kernel = np.array(weights, float).reshape(1, 1, 3, 1)
    pixel = use("strongest_patch")(kernel[..., 0])[..., ::-1]  # from blue, green, red to red, green, blue
    activation = use("convolve")(use("vgg_preprocess")(pixel), kernel, np.array([float(bias)]))
    return f"{COLOURS[tuple(pixel.ravel().astype(int))]}, {activation.item():.0f}"


def gram_of_shuffled(use, positions):
    first, second = use("gram_matrix")(np.array(positions, float)[None, None])
    return "first row {:g}, {:g}; second row {:g}, {:g}".format(*first, *second)


def by_the_same_path(use, alpha, beta, rate, new_beta, costs, share, steps):
    new_alpha, new_rate = use("same_path")(alpha, beta, rate, new_beta)
    costs = np.array(costs, float) * new_beta / beta
    end = use("mended_stop")(costs, share, steps)
    return rf"$\alpha = {new_alpha:g}$, a rate of {new_rate:g}, the end after step {end}"


def layers_for_a_style(use, copies, others, costs):
    number = lambda distance: np.array([[[float(distance)]]])  # noqa: E731
    moved = [
        use("relative_distance")(number(0), number(copy), number(other)) for copy, other in zip(copies, others, strict=True)
    ]
    weights = use("weights_for_shares")(np.array(costs, float), np.array([0.5, 0.5]))
    return "block {}; weights {:.2f} and {:.2f}".format((1, 4)[np.argmin(moved)], *weights)


def painted_and_paid(use, first, second, gamma, beta, layers, training, one_pass, optimising):
    a = np.array([first, second], float)[:, None, :, None]
    one, other = use("instance_normalise")(a, np.array([gamma]), np.array([beta]))[:, 0, 0, 0]
    field, paid = use("painter_field")(np.array(layers)), use("break_even")(training, one_pass, optimising)
    return f"{one:.1f} and {other:.1f}; {field:g} pixels; photograph {paid:g}"


DOORS = {
    "A": [
        [0.40, 0.90, 1.10],
        [0.80, 1.00, 0.90],
        [0.60, 0.65, 1.00],
        [0.50, 1.20, 0.66],
        [1.20, 0.90, 0.50],
        [0.60, 0.65, 0.90],
        [0.70, 0.90, 1.00],
        [0.69, 0.95, 1.20],
        [0.80, 1.10, 0.90],
        [1.30, 0.75, 1.00],
    ],
    "B": [
        [0.30, 0.80, 0.90],
        [0.45, 0.41, 0.95],
        [0.90, 0.35, 0.85],
        [0.85, 0.40, 0.70],
        [0.75, 0.90, 0.60],
        [0.95, 0.50, 0.80],
        [0.44, 0.49, 0.47],
        [0.70, 0.75, 1.05],
        [1.00, 0.65, 0.80],
        [0.55, 0.85, 0.90],
    ],
}
STRANGERS = [90, 91, 92, 93, 94]
# By question: what computes it, and what forms A and B give.
COMPUTED = {
    1: (
        at_a_door,
        {"d": DOORS["A"], "who": [1, 1, 2, 3, 3, *STRANGERS], "enrolled": [1, 2, 3], "tau": 0.70},
        {"d": DOORS["B"], "who": [4, 4, 5, 5, 6, *STRANGERS], "enrolled": [4, 5, 6], "tau": 0.50},
    ),
    2: (
        for_a_gallery,
        {
            "one_person": [0.31, 0.42, 0.55, 0.70, 0.78],
            "two_people": [0.62, 0.74, 0.81, 0.85, 0.90, 0.94, 0.99, 1.05, 1.10, 1.20],
            "wanted": 0.20,
            "K": 2,
        },
        {
            "one_person": [0.20, 0.33, 0.41, 0.52, 0.71],
            "two_people": [0.48, 0.57, 0.66, 0.75, 0.79, 0.84, 0.90, 0.93, 1.02, 1.11],
            "wanted": 0.30,
            "K": 3,
        },
    ),
    3: (how_sure, {"people": 10, "visits": 10, "never_named": 1}, {"people": 20, "visits": 5, "never_named": 2}),
    4: (
        shared_and_hidden,
        {"windows": 2, "side": 4, "features": 3, "w": -2, "b": 5},
        {"windows": 3, "side": 4, "features": 2, "w": -4, "b": 6},
    ),
    5: (standing_still, {"share_same": 1 / 4, "margin": 2, "loss": 1.5}, {"share_same": 1 / 5, "margin": 3, "loss": 3.6}),
    6: (
        hardest_of_a_row,
        {"positives": [0.60, -0.20], "negatives": [0.70, -0.90, 1.20], "gap": 0.5},
        {"positives": [0.80, -0.50], "negatives": [1.00, -1.10, 1.60], "gap": 0.4},
    ),
    7: (
        at_another_door,
        {"p": 0.8, "pi": 0.1, "accept_cost": 3, "reject_cost": 1},
        {"p": 0.9, "pi": 0.2, "accept_cost": 3, "reject_cost": 1},
    ),
    8: (
        to_be_reported,
        {"validation": [[0.90, 0.86], [0.84, 0.82]], "test": [[0.84, 0.80], [0.90, 0.76]], "pixels": 0.84},
        {"validation": [[0.95, 0.91], [0.88, 0.86]], "test": [[0.88, 0.86], [0.84, 0.94]], "pixels": 0.90},
    ),
    9: (exciting_colour, {"weights": [-1, 1, 2], "bias": -10}, {"weights": [1, 2, -1], "bias": 20}),
    10: (gram_of_shuffled, {"positions": [[0, 3], [2, 1], [1, 0]]}, {"positions": [[1, 2], [3, 0], [0, 2]]}),
    11: (
        by_the_same_path,
        {
            "alpha": 10,
            "beta": 40,
            "rate": 0.02,
            "new_beta": 80,
            "costs": [100, 80, 60, 59, 50, 48, 46, 45],
            "share": 0.1,
            "steps": 2,
        },
        {
            "alpha": 6,
            "beta": 30,
            "rate": 0.06,
            "new_beta": 10,
            "costs": [200, 150, 148, 118, 100, 90, 86, 84],
            "share": 0.2,
            "steps": 2,
        },
    ),
    12: (
        layers_for_a_style,
        {"copies": [12, 300], "others": [20, 1000], "costs": [50, 450]},
        {"copies": [30, 240], "others": [40, 800], "costs": [40, 180]},
    ),
    13: (
        painted_and_paid,
        {
            "first": [1, 3, 3, 1],
            "second": [4, 5, 5, 4],
            "gamma": 2,
            "beta": 1,
            "layers": [[1, 5, 2], [1, 3, 1], [2, 3, 1]],
            "training": 480,
            "one_pass": 1,
            "optimising": 25,
        },
        {
            "first": [2, 6, 6, 2],
            "second": [5, 6, 6, 5],
            "gamma": 4,
            "beta": 1,
            "layers": [[1, 3, 2], [1, 5, 1], [2, 5, 1]],
            "training": 300,
            "one_pass": 2,
            "optimising": 14,
        },
    ),
}


def given(form: str, number: int) -> dict:
    return COMPUTED[number][1 + FORMS.index(form)]


@pytest.mark.parametrize(("form", "number"), BOTH)
def test_each_option_is_what_the_function_with_its_mistake_gives(form: str, number: int):
    for option in asked(form, number).options:
        said = COMPUTED[number][0](functions_with(option.mistake), **given(form, number))
        assert said == option.text, option.mistake or "the right answer"


@pytest.mark.parametrize(("form", "number"), BOTH)
def test_the_question_tells_the_numbers_that_are_computed_with(form: str, number: int):
    stem = asked(form, number).stem
    words = {"one": 1, "two": 2, "three": 3, "four": 4, "ten": 10, "five": 5, "eighteen": 18, "twenty": 20}
    told = {float(one) for one in re.findall(r"\d+(?:\.\d+)?", stem)}
    told |= {value for word, value in words.items() if word in stem.lower()}
    told |= {value / 100 for value in told} | {1 / value for value in told if value}
    wanted = np.hstack([np.abs(np.ravel(value)) for name, value in given(form, number).items() if name != "who"])
    assert not [value for value in wanted if not any(np.isclose(value, one) for one in told) and value != 0]


# ---- The form of a question ----


def test_there_are_thirteen_questions_in_two_forms_with_four_options_and_one_right_answer():
    assert len(EVERY) == 26
    for question in EVERY:
        assert len({option.text for option in question.options}) == 4
        assert sum(not option.mistake for option in question.options) == 1


def test_each_wrong_option_is_a_mistake_of_the_bank_whose_words_are_its_feedback():
    for question in EVERY:
        for option in question.options:
            if option.mistake:
                lesson, exercise, name = option.mistake.split("/")
                found = exercises(int(lesson[-2:]))[exercise]
                assert name in found.wrong
                assert option.feedback == " ".join(found.texts[name].split())


def test_both_forms_ask_about_the_same_mistakes_with_other_numbers():
    for a, b in zip(questions("A"), questions("B"), strict=True):
        assert (a.title, a.objectives) == (b.title, b.objectives)
        assert {option.mistake for option in a.options} == {option.mistake for option in b.options}
        assert a.stem != b.stem
        assert a.right.text != b.right.text


def test_the_right_answer_is_not_given_away_by_its_length_or_its_place():
    for question in EVERY:
        lengths = [len(option.text) for option in question.options]
        assert max(lengths) - min(lengths) <= 12, question.title
    places = Counter(question.options.index(question.right) for question in EVERY)
    assert max(places.values()) <= 10
    assert not any(re.search(r"(all|none) of (the above|these)", option.text) for one in EVERY for option in one.options)


def test_each_objective_of_each_lesson_has_a_question():
    wanted = {(number, goal) for number in LESSONS for goal in instructor.lesson(number).objectives}
    assert all(instructor.questions_about(*one) for one in wanted)
    for question in EVERY:
        for told in question.objectives:
            number, _, some = told.partition(": ")
            assert sum(some in goal for lesson, goal in wanted if lesson == int(number)) == 1, told


# ---- The exports ----


def plain(html: str) -> str:
    """Return the words of some HTML, with formulas as TeX, without the spaces."""
    html = re.sub(r'<img class="equation_image"[^>]*data-equation-content="([^"]*)"[^>]*>', r"\1", html)
    text = unescape(re.sub(r"<[^>]+>", "", html).replace(r"\(", "").replace(r"\)", ""))
    text = text.translate(str.maketrans("\u2018\u2019\u201c\u201d", "''\"\""))  # text2qti turns quotes
    return re.sub(r"\s+", "", text)


def words(markdown: str) -> str:
    """Return the words of some Markdown, as `plain` does."""
    text = re.sub(r"(?m)^\| ---.*$|^- |\||`", "", markdown).replace("$", "")
    return re.sub(r"\s+", "", re.sub(r"(?<![\w*])\*([^*\s][^*]*)\*", r"\1", text))


@pytest.mark.parametrize("form", FORMS)
def test_moodle_gets_what_the_source_says(form: str):
    quiz = ElementTree.fromstring(inventory.moodle(form))
    items = [item for item in quiz if item.get("type") == "multichoice"]
    for item, question in zip(items, questions(form), strict=True):
        assert plain(item.findtext("questiontext/text")) == words(question.stem)
        assert plain(item.findtext("generalfeedback/text")) == words(question.why)
        assert item.findtext("single") == "true"
        for answer, option in zip(item.findall("answer"), question.options, strict=True):
            assert answer.get("fraction") == ("0" if option.mistake else "100")
            assert plain(answer.findtext("text")) == words(option.text)
            assert plain(answer.findtext("feedback/text")) == words(option.feedback)


@pytest.mark.parametrize("form", FORMS)
def test_qti_gets_what_the_source_says(form: str):
    packed = zipfile.ZipFile(io.BytesIO(inventory.qti(form)))
    (name,) = (name for name in packed.namelist() if re.search(r"assessment_\w+/text2qti_assessment", name))
    quiz = ElementTree.fromstring(packed.read(name))
    for item, question in zip(quiz.iter(f"{QTI}item"), questions(form), strict=True):
        feedback = {one.get("ident"): plain(one.find(f".//{QTI}mattext").text) for one in item.iter(f"{QTI}itemfeedback")}
        assert item.get("title") == question.title
        assert plain(item.find(f"{QTI}presentation/{QTI}material/{QTI}mattext").text) == words(question.stem)
        assert feedback["general_fb"] == words(question.why)
        (right,) = (one for one in item.iter(f"{QTI}respcondition") if one.find(f"{QTI}setvar") is not None)
        for label, option in zip(item.iter(f"{QTI}response_label"), question.options, strict=True):
            ident = label.get("ident")
            assert plain(label.find(f".//{QTI}mattext").text) == words(option.text)
            assert feedback[f"{ident}_fb"] == words(option.feedback)
            assert (right.findtext(f".//{QTI}varequal") == ident) == (not option.mistake)


@pytest.mark.parametrize("form", FORMS)
def test_formulas_are_written_as_each_platform_wants_them_and_all_are_drawn_on_paper(form: str):
    moodle = inventory.moodle(form).decode()
    assert "$" not in moodle.replace("$course$/top/", "")
    assert moodle.count(r"\(") == moodle.count(r"\)") > 20
    paper = inventory.paper(form)
    assert "$" not in paper
    assert "\\" not in re.sub(r'aria-label="[^"]*"', "", paper)  # what cannot be drawn would be shown as it was typed


def test_what_is_printed_for_a_class_has_no_answer_and_asks_nobody_for_anything():
    for form in FORMS:
        paper = inventory.paper(form)
        assert not re.search(r"<script|<link|https?://|src=", paper)
        for question in questions(form):
            assert plain(inventory.as_html(question.why)) not in plain(paper)
    for question in EVERY:
        assert question.right.feedback in inventory.key()


def test_the_zip_for_learners_leaves_the_questions_out():
    page = (inventory.ROOT / "docs/instructor/assignments.md").read_text("utf-8")
    assert f'":!{SOURCE.parent.relative_to(inventory.ROOT)}"' in page
