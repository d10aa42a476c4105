"""Find out how a method comes to look better than it is, and score it fairly."""

import numpy as np

from course_utils.feedback.exercise import exercise


def mended_score(validation, test):
    chosen = validation.argmax(axis=0)
    return np.mean([test[setting, fold] for fold, setting in enumerate(chosen)])


def probes(rng):
    """Accuracies (settings, folds), no two alike; one setting; one fold; then ties, with the best one first and last."""
    unlike = np.array([[0.75, 0.25, 0.25, 0.5], [0.5, 0.75, 0.5, 0.25], [0.25, 0.5, 0.75, 0.75]])
    yield unlike, rng.uniform(0.1, 0.9, unlike.shape)
    for settings, folds in ((5, 3), (1, 4), (6, 1)):
        yield rng.permutation(settings * folds).reshape(settings, folds) / 64, rng.uniform(0.1, 0.9, (settings, folds))
    yield np.array([[0.5, 0.25, 0.5], [0.25, 0.5, 0.5], [0.5, 0.5, 0.25]]), rng.uniform(0.1, 0.9, (3, 3))


def score_in_loops(validation, test):
    total = 0.0
    for fold in range(validation.shape[1]):
        best = 0
        for setting in range(len(validation)):
            if validation[setting, fold] > validation[best, fold]:
                best = setting
        total += test[best, fold]
    return float(total / validation.shape[1])


def score_in_keras(validation, test):
    from course_utils.backend import keras

    ops = keras.ops
    chosen = ops.one_hot(ops.argmax(ops.cast(validation, "float32"), axis=0), len(validation))  # (folds, settings)
    return ops.sum(chosen * ops.transpose(ops.cast(test, "float32"))) / validation.shape[1]


def score_of_the_last(validation, test):
    chosen = len(validation) - 1 - validation[::-1].argmax(axis=0)
    return test[chosen, np.arange(test.shape[1])].mean()


right = {
    "loops": score_in_loops,
    "Keras": score_in_keras,
    "take along": lambda validation, test: np.take_along_axis(test, validation.argmax(axis=0)[None], axis=0).mean(),
    "float32": lambda validation, test: np.float32(mended_score(validation, test.astype(np.float32))),
}

wrong = {
    "not mended": lambda validation, test: test.max(axis=0).mean(),
    "one setting, the best on test": lambda validation, test: test.mean(axis=1).max(),
    "one setting for all folds": lambda validation, test: test[validation.mean(axis=1).argmax()].mean(),
    "score of the choice": lambda validation, test: validation.max(axis=0).mean(),
    "all settings": lambda validation, test: test.mean(),
    "the worst": lambda validation, test: test[validation.argmin(axis=0), np.arange(test.shape[1])].mean(),
    "the last of equals": score_of_the_last,
    "exchanged": lambda validation, test: mended_score(test, validation),
    "the first fold's": lambda validation, test: test[validation[:, 0].argmax()].mean(),
    "each fold": lambda validation, test: test[validation.argmax(axis=0), np.arange(test.shape[1])],
    "all folds of each choice": lambda validation, test: test[validation.argmax(axis=0)].mean(),
}

always = {
    "one number": lambda _, score: score.size == 1,
    "too good": lambda arguments, score: (score <= arguments[1].max(axis=0).mean() + 1e-6).all(),
    "too bad": lambda arguments, score: (score >= arguments[1].min(axis=0).mean() - 1e-6).all(),
}

EXERCISE = exercise(
    mended_score,
    probes,
    right,
    wrong,
    always,
    points=3,
    text="""
not mended: That is the fellow student's number. Who has chosen the setting in each fold: people to choose on, or the people who
    judge?
one setting, the best on test: You take one setting for all folds, and choose it by the score on test people. Were they not to
    judge only?
one setting for all folds: You choose one setting for all folds. People to choose on in one fold are test people of another:
    what has the choice seen?
score of the choice: You report the score on those on whom you have chosen. The best of many is lucky there: on whom is the
    score to be taken?
all settings: You take the mean over all settings. Would you use all of them at the door?
the worst: You take the setting that is *worst* on the people to choose on.
the last of equals: Where two settings are equally good on the people to choose on, which one was to be taken?
exchanged: You choose on test people and report on the others. Which argument comes first?
the first fold's: You choose in the first fold, and keep the setting for all others. Who is to choose in the other folds?
each fold: One number for each fold: the parts are there. What is the score over all folds?
all folds of each choice: `test[best]` takes whole rows: each chosen setting in *all* folds. In which fold was it chosen?
one number: One number was asked for: the score of the method.
too good: Your score is better than the best setting of each fold, on its test people. How can that be?
too bad: Your score is worse than the worst setting of each fold, on its test people. Have the right numbers been averaged?
hint 1: You toss a hundred coins ten times each, and report the best of them. Is it a good coin? How would you find out?
hint 2: Fold by fold: which setting is best on the people to choose on? Look up what *that* one gets on the test people. Then
    the mean over the folds.
hint 3: Two settings, two folds. On the people to choose on: 0.6 and 0.7 in the first fold, 0.8 and 0.5 in the second. So take
    the second setting in the first fold, the first one in the second. If these get 0.5 and 0.9 on test people: 0.7.
""",
)
