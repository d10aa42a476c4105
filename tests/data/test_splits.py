"""The splits: no person is ever in two groups, and the four folds are those of the protocol."""

import tomllib
from itertools import chain

import numpy as np
import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from course_utils.data.splits import SPLITS, Split, assert_disjoint, read_folds

EVERYBODY = range(1, 41)


# assert_disjoint


def shared_people(groups):
    """For each two groups the people in both, by plain loops."""
    names = list(groups)
    shared = {}
    for i, name in enumerate(names):
        for other_name in names[i + 1 :]:
            both = [person for person in EVERYBODY if person in groups[name] and person in groups[other_name]]
            if both:
                shared[name, other_name] = both
    return shared


@given(st.dictionaries(st.sampled_from(["train", "calibration", "test", "gallery"]), st.lists(st.integers(1, 40), max_size=6)))
@example({})
@example({"train": [], "test": []})
@example({"train": [1], "calibration": [2], "test": [2, 1]})
@example({"train": [0, -3], "test": [1]})  # learners number their own people as they like
@example({"train": range(1, 20), "test": range(1, 13)})
def test_assert_disjoint_raises_where_people_are_shared_and_names_them(groups):
    shared = shared_people(groups)
    if not shared:
        assert_disjoint(**groups)
        return
    with pytest.raises(ValueError, match="must have no person in common") as caught:
        assert_disjoint(**groups)
    first, other = next(iter(shared))
    people = shared[first, other]
    who = ("person " if len(people) == 1 else "people ") + ", ".join(map(str, people[:5]))
    who += f" and {len(people) - 5} more." if len(people) > 5 else "."
    assert str(caught.value).startswith(f"{first} and {other} must have no person in common, but both have {who}")


@given(st.sets(st.integers(1, 40)), st.sets(st.integers(1, 40)))
def test_assert_disjoint_agrees_with_set_intersection(train, test):
    if train & test:
        with pytest.raises(ValueError, match="train and test"):
            assert_disjoint(train=train, test=test)
    else:
        assert_disjoint(train=train, test=test)


@pytest.mark.parametrize("kind", [list, tuple, set, frozenset, iter, np.array, lambda people: (p for p in people)])
def test_assert_disjoint_takes_every_kind_of_group(kind):
    assert_disjoint(train=kind([1, 2, 2]), test=kind([3, 4, 4]), calibration=kind([5]))
    with pytest.raises(ValueError, match=r"train and test .* both have people 2, 3"):
        assert_disjoint(train=kind([1, 3, 2]), test=kind([2, 3]), calibration=kind([5]))


def test_assert_disjoint_names_numpy_people_as_plain_numbers():
    with pytest.raises(ValueError, match=r"a and b .* both have people 2, 3"):
        assert_disjoint(a=np.array([2, 3], np.uint8), b=[3, 2])


def test_a_person_twice_in_one_group_is_no_overlap():
    assert_disjoint(train=[1] * 10 + [2] * 10, test=[3] * 10)


def test_the_message_says_what_to_do():
    with pytest.raises(
        ValueError, match=r"train and test .* both have person 3\. Split by person first, then take the pictures\.$"
    ):
        assert_disjoint(train=[1, 2, 3], test=[3, 4])


# Split


@pytest.mark.parametrize(
    ("groups", "names"),
    [
        (((1, 2), (3,), (2,)), "train and test"),
        (((1, 2), (2,), (3,)), "train and calibration"),
        (((1,), (2, 3), (3,)), "calibration and test"),
    ],
)
def test_a_split_with_a_person_in_two_groups_cannot_be_made(groups, names):
    with pytest.raises(ValueError, match=f"{names} must have no person in common"):
        Split(*groups)


def test_seen_is_everybody_but_the_test_people():
    split = Split(train=(1, 2), calibration=(5,), test=(3, 4))
    assert split.seen == (1, 2, 5)
    assert_disjoint(seen=split.seen, test=split.test)


def test_a_split_cannot_be_changed():
    split = Split(train=(1, 2), calibration=(5,), test=(3, 4))
    with pytest.raises(AttributeError):
        split.train = (3,)


# The four folds


def test_each_person_is_tested_exactly_once():
    folds = read_folds()
    assert len(folds) == 4
    assert sorted(chain.from_iterable(fold.test for fold in folds)) == list(EVERYBODY)


@pytest.mark.parametrize("k", range(4))
def test_each_fold_has_ten_test_five_calibration_and_twenty_five_training_people(k):
    fold = read_folds()[k]
    assert (len(fold.test), len(fold.calibration), len(fold.train)) == (10, 5, 25)
    assert sorted(fold.train + fold.calibration + fold.test) == list(EVERYBODY)
    assert sorted(fold.seen + fold.test) == list(EVERYBODY)


def test_the_people_come_in_order_and_as_plain_numbers():
    for fold in read_folds():
        for group in (fold.train, fold.calibration, fold.test):
            assert list(group) == sorted(group)
            assert {type(person) for person in group} == {int}


def test_the_calibration_people_are_those_that_were_drawn():
    for k, fold in enumerate(read_folds()):
        others = [person for person in EVERYBODY if person not in fold.test]
        drawn = np.random.default_rng(k).permutation(others)[:5]
        assert sorted(drawn.tolist()) == list(fold.calibration)


def test_the_folds_are_what_the_file_says():
    for fold, written in zip(read_folds(), tomllib.loads(SPLITS.read_text("utf-8"))["fold"], strict=True):
        assert list(fold.train) == written["train"]
        assert list(fold.calibration) == written["calibration"]
        assert list(fold.test) == written["test"]


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ("calibration = [13, ", "calibration = [10, 13, ", "calibration and test .* both have person 10"),
        ("train = [11, 12, ", "train = [1, 2, 11, 12, ", r"train and test .* both have people 1, 2"),
        ("train = [11, 12, ", "train = [11, 12, 13, ", "train and calibration .* both have person 13"),
    ],
)
def test_a_fold_file_with_an_overlap_is_refused(old, new, message, tmp_path):
    text = SPLITS.read_text("utf-8")
    assert old in text
    (tmp_path / "splits.toml").write_text(text.replace(old, new), "utf-8")
    with pytest.raises(ValueError, match=message):
        read_folds(tmp_path / "splits.toml")
