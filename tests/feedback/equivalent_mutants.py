"""Mutants that are right, too: by exercise and label the reason. A test sees to it that each one exists and is accepted."""

ABSOLUTE = "abs takes the sign of the difference away"
ANY_NEGATIVE = "reshape works out the size for which any negative number stands"
ANY_ORDER = "a sum or a maximum: the order of what it goes over does not matter"
EITHER_FIRST = "of a pair, either picture may be the first"
LARGER_FIRST = "the larger of 0 and x is that of x and 0"
LAST_OF_TWO = "the array has two axes, so axis 1 is the last one"
ONE_PICTURE = "there is one picture, so the first is the last"
SAME_SHAPE = "the arrays have the same shape"
SQUARED = "the difference is squared afterwards, and its sign is gone"
WRITTEN_OVER = "each entry is written over"

EQUIVALENT = {
    # lesson 01
    "euclidean": {"line 2: axis=1 -> axis=-1": LAST_OF_TWO, "line 2: a - b -> b - a": SQUARED},
    "mended_picture_distance": {"line 2: (1, 2) -> (2, 1)": ANY_ORDER, "line 2: a - b -> b - a": SQUARED},
    "tau_from_data": {"line 2: [-np.inf, *distance] -> [*distance, -np.inf]": ANY_ORDER},
    "equal_error_rate": {
        "line 3: rates[:, 0] - rates[:, 1] -> rates[:, 1] - rates[:, 0]": ABSOLUTE,
        "line 3: (:, 1) -> (:, -1)": "there are two columns, so 1 is the last one",
    },
    "mended_interval": {"line 4: axis=1 -> axis=-1": LAST_OF_TWO, "line 4: axis=1 -> axis=-1 (2)": LAST_OF_TWO},
    # lesson 02
    "unit_length": {
        "line 2: axis=1 -> axis=-1": LAST_OF_TWO,
        "line 3: np.maximum(length, 1e-12) -> np.maximum(length, 2e-12)": "any tiny number will do; the exercise names none",
    },
    "sample_pairs": {
        "line 5: (1, 0) -> (0, 1)": "the rows may stand in any order",
        "line 6: (first, second) -> (second, first)": EITHER_FIRST,
        "line 8: [first[drawn], second[drawn], np.full(number // 2, same)] -> "
        "[second[drawn], first[drawn], np.full(number // 2, same)]": EITHER_FIRST,
        "line 8: axis=1 -> axis=-1": "stacked, rows have two axes, so axis 1 is the last one",
    },
    "silent_shares": {
        "line 3: axis=1 -> axis=0": "the table of distances is symmetric",
        "line 3: axis=1 -> axis=-1": LAST_OF_TWO,
    },
    "parameter_counts": {
        "line 5: side // 2 -> side / 2": "a side can be halved without a rest",
        "line 5: side // 2 -> side // -2": "the side is multiplied with itself, and its sign is gone",
    },
    # lesson 03
    "triplet_loss": {
        "line 2: anchor - positive -> positive - anchor": SQUARED,
        "line 2: axis=1 -> axis=-1": LAST_OF_TWO,
        "line 3: anchor - negative -> negative - anchor": SQUARED,
        "line 3: axis=1 -> axis=-1": LAST_OF_TWO,
    },
    "batch_distances": {
        "line 2: embeddings[:, None] - embeddings -> embeddings - embeddings[:, None]": SQUARED,
        "line 3: axis=2 -> axis=-1": "the array has three axes, so axis 2 is the last one",
    },
    "kinds_of_triplets": {
        "line 3: zip(positive, negative, strict=True) -> zip(positive, negative)": "both have a number for each triplet",
        "line 3: True -> False": "both have a number for each triplet",
    },
    # lesson 04
    "verification_head": {"line 2: f1 - f2 -> f2 - f1": ABSOLUTE},
    "mended_door_unit": {"line 2: f1 - f2 -> f2 - f1": ABSOLUTE},
    "mended_calibration_gap": {
        "line 4: range(bins) -> range(bins + 1)": "there is nothing in one bin more",
        "line 6: len(p) -> len(same)": SAME_SHAPE,
        "line 6: p[inside] - same[inside] -> same[inside] - p[inside]": ABSOLUTE,
    },
    # lesson 05
    "mean_direction": {"line 2: embeddings.mean -> embeddings.sum": "divided by its length, both have the same direction"},
    "identify": {"line 2: axis=1 -> axis=-1": LAST_OF_TWO, "line 2: gallery - query -> query - gallery": SQUARED},
    "name_everybody": {"line 2: axis=1 -> axis=-1": LAST_OF_TWO, "line 3: axis=1 -> axis=-1": LAST_OF_TWO},
    "rank_one_accuracy": {"line 2: axis=1 -> axis=-1": LAST_OF_TWO},
    "open_set_rates": {"line 2: axis=1 -> axis=-1": LAST_OF_TWO, "line 3: axis=1 -> axis=-1": LAST_OF_TWO},
    # lesson 06
    "vgg_deprocess": {
        "line 2: np.clip((x + np.array([103.939, 116.779, 123.68]))[..., ::-1], 0, 255) -> "
        "np.clip(0, (x + np.array([103.939, 116.779, 123.68]))[..., ::-1], 255)": LARGER_FIRST,
    },
    "convolve": {
        "line 2: kernel.shape[0] -> kernel.shape[1]": "kernels are as wide as high",
        "line 4: np.zeros -> np.ones": WRITTEN_OVER,
    },
    "receptive_field": {"line 2: (field, spacing) -> (spacing, field)": "both begin with 1"},
    "relative_distance": {
        "line 2: a - b -> b - a": SQUARED,
        "line 2: a - other -> other - a": SQUARED,
    },
    "max_pool": {
        "line 3: (1, 3) -> (3, 1)": ANY_ORDER,
        "line 3: a.reshape(height // 2, 2, width // 2, 2, channels) -> "
        "a.reshape(height // 2, -2, width // 2, 2, channels)": ANY_NEGATIVE,
        "line 3: a.reshape(height // 2, 2, width // 2, 2, channels) -> "
        "a.reshape(height // 2, 2, width // 2, -2, channels)": ANY_NEGATIVE,
        "line 3: height // 2 -> height // -2": ANY_NEGATIVE,
        "line 3: width // 2 -> width // -2": ANY_NEGATIVE,
    },
    # lesson 07
    "gram_matrix": {"line 2: a.reshape(-1, a.shape[3]) -> a.reshape(-2, a.shape[3])": ANY_NEGATIVE},
    "mended_channel_rows": {"line 2: a.reshape(-1, a.shape[3]) -> a.reshape(-2, a.shape[3])": ANY_NEGATIVE},
    "layer_style_cost": {
        "line 2: (_, n_H, n_W, n_C) -> (_, n_W, n_H, n_C)": "the formula has only the product of the three, squared",
        "line 2: (_, n_H, n_W, n_C) -> (_, n_H, n_C, n_W)": "the formula has only the product of the three, squared",
        "line 2: a_S.shape -> a_G.shape": SAME_SHAPE,
        "line 3: gram_matrix(a_S) - gram_matrix(a_G) -> gram_matrix(a_G) - gram_matrix(a_S)": SQUARED,
    },
    "mended_region_gram": {
        "line 2: a.reshape(-1, a.shape[3]) -> a.reshape(-2, a.shape[3])": ANY_NEGATIVE,
        "line 3: mask.reshape(-1, 1) -> mask.reshape(-2, 1)": ANY_NEGATIVE,
    },
    "shifted_gram": {
        "line 3: a[0, :n_H - down, :n_W - right].reshape(-1, n_C) -> "
        "a[0, :n_H - down, :n_W - right].reshape(-2, n_C)": ANY_NEGATIVE,
        "line 4: a[0, down:, right:].reshape(-1, n_C) -> a[0, down:, right:].reshape(-2, n_C)": ANY_NEGATIVE,
        "line 3: (0, :n_H - down, :n_W - right) -> (-1, :n_H - down, :n_W - right)": ONE_PICTURE,
        "line 4: (0, down:, right:) -> (-1, down:, right:)": ONE_PICTURE,
    },
    # lesson 08
    "content_gradient": {"line 2: a_G.size -> a_C.size": SAME_SHAPE},
    "mended_descent_step": {
        "line 2: np.clip(G - rate * gradient, 0, 255) -> np.clip(0, G - rate * gradient, 255)": LARGER_FIRST,
    },
    "mended_stop": {
        "line 2: range(steps, len(costs)) -> range(steps, len(costs) - 1)": "the last step is returned in any case"
    },
    "numerical_gradient": {
        "line 2: np.zeros -> np.ones": WRITTEN_OVER,
        "line 4: (higher, lower) -> (lower, higher)": "both begin as copies of G",
        "line 2: G.shape -> C.shape": SAME_SHAPE,
        "line 2: G.shape -> S.shape": SAME_SHAPE,
        "line 3: G.shape -> C.shape": SAME_SHAPE,
        "line 3: G.shape -> S.shape": SAME_SHAPE,
    },
    # lesson 09
    "instance_normalise": {
        "line 2: (1, 2) -> (2, 1)": ANY_ORDER,
        "line 3: (1, 2) -> (2, 1)": ANY_ORDER,
        "line 2: (1, 2) -> (1, -2)": "of four axes, -2 is axis 2",
        "line 3: (1, 2) -> (1, -2)": "of four axes, -2 is axis 2",
    },
    "relative_cost": {"line 2: target - given -> given - target": SQUARED},
    "perceptual_loss": {
        "line 2: a_C - a_G -> a_G - a_C": SQUARED,
        "line 3: A_S - A_G -> A_G - A_S": SQUARED,
        "line 3: (1, 2) -> (2, 1)": ANY_ORDER,
        "line 3: (1, 2) -> (2, 1) (2)": ANY_ORDER,
    },
    "painter_field": {"line 2: (side, step) -> (step, side)": "both begin with 1"},
    "mended_enlarge": {"line 2: axis=1 -> axis=-1": LAST_OF_TWO},
    "break_even": {
        "line 2: int(training // (optimising - one_pass)) -> training // (optimising - one_pass)": "it is whole already",
        "line 2: training // (optimising - one_pass) -> training / (optimising - one_pass)": "int cuts off what // leaves out",
    },
}
