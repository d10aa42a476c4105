"""Answers that nobody had in mind when the bank was written, wrong ones and right ones: as students write them."""

import math

import numpy as np

from course_utils.feedback.bank.lesson_05.common import NOBODY


def gram(a):
    return a.reshape(-1, a.shape[3]).T @ a.reshape(-1, a.shape[3])


def sig(z):
    return 1 / (1 + np.exp(-z))


def away(a, b):
    return np.sqrt(((a - b) ** 2).sum(-1))


def lse_wrong(z, same):
    return np.where(same, np.log1p(np.exp(-np.abs(z))), np.log1p(np.exp(np.abs(z))))


def er(d, s, t):
    """Both rates of error."""
    return (d[~s] <= t).mean(), (d[s] > t).mean()


def eer_first_cross(d, s):
    for t in np.sort(d):
        far, frr = er(d, s, t)
        if far >= frr:
            return (far + frr) / 2


def tripl(labels, d, pos=np.argmax, neg=np.argmin, mask0=False):
    """Batch-hard in loops; with other pictures chosen, or with positives at distance 0 left out."""
    out = []
    for q in range(len(labels)):
        P = [i for i in range(len(labels)) if labels[i] == labels[q] and i != q]
        if mask0:
            P = [i for i in P if d[q, i] > 0]
        M = [i for i in range(len(labels)) if labels[i] != labels[q]]
        if not P:
            continue
        out.append([q, P[pos(d[q, P])], M[neg(d[q, M])]])
    return np.array(out)


def conv(x, k, b, relu=lambda z: np.maximum(z, 0)):
    s = k.shape[0]
    H, W = x.shape[0] - s + 1, x.shape[1] - s + 1
    out = np.zeros((H, W, k.shape[3]))
    for i in range(H):
        for j in range(W):
            for c in range(k.shape[3]):
                out[i, j, c] = (x[i : i + s, j : j + s] * k[..., c]).sum() + b[c]
    return relu(out)


def names_as_objects(d, names, tau):
    answers = np.array(names, dtype=object)[d.argmin(axis=1)]
    answers[d.min(axis=1) > tau] = NOBODY
    return answers


def seed_or_none(size, seed):
    """Takes the seed 0 for none."""
    rng = np.random.default_rng(seed or None)
    colours = np.array([[20, 40, 120], [230, 200, 60], [200, 60, 40], [240, 240, 230]], dtype=np.uint8)
    centres = rng.uniform(0, size, (40, 2))
    y, x = np.mgrid[:size, :size]
    away = (y[..., None] - centres[:, 0]) ** 2 + (x[..., None] - centres[:, 1]) ** 2
    return colours[away.argmin(axis=2) % 4]


WRONG = {
    "my_painting": [seed_or_none],
    "euclidean": [
        lambda a, b: np.sqrt(
            np.einsum("ij,ij->i", a, a) + (b**2).sum(axis=1) - 2 * np.array([p @ q for p, q in zip(a, b, strict=True)])
        ),
        lambda a, b: np.sqrt(np.sum(a**2 - b**2, axis=1)),
        lambda a, b: np.sqrt(np.abs(a - b).sum(1)),
        lambda a, b: np.linalg.norm(a, axis=1) - np.linalg.norm(b, axis=1),
        lambda a, b: np.max(np.abs(a - b), axis=1),
        lambda a, b: np.sqrt(((a - b) ** 2).sum(1)) / a.shape[1],
        lambda a, b: np.linalg.norm(a - b),
        lambda a, b: np.sqrt(np.sum((a - b) * 2, axis=1)),
        lambda a, b: 1 - (a * b).sum(1),
    ],
    "mended_picture_distance": [
        lambda a, b: np.abs(a - b).sum(axis=(1, 2)),
        lambda a, b: np.sqrt(((a - b) ** 2).sum(axis=(0, 1))),
        lambda a, b: np.sqrt(((a - b) ** 2).sum(axis=1)),
        lambda a, b: np.max(np.abs(a - b), axis=(1, 2)),
        lambda a, b: np.sqrt(((a - b).sum(axis=(1, 2))) ** 2),
        lambda a, b: ((a - b) ** 2).sum(axis=(1, 2)) / 2,
    ],
    "pair_counts": [
        lambda P, K: [P * K, P * (P - 1) * K],
        lambda P, K: [P * K * (K - 1) // 2, P * K * (P * K - 1) // 2 - P * K],
        lambda P, K: [P * K * (K - 1) // 2, (P - 1) * K * K],
        lambda P, K: [K * (K - 1) / 2 * P, P * (P - 1) / 2],
        lambda P, K: [P * (P - 1) // 2 * K, K * (K - 1) // 2 * P**2],
        lambda P, K: P * K * (K - 1) // 2,
    ],
    "error_rates": [
        lambda d, s, t: [np.mean(d[~s] <= t), np.mean(d[s] >= t)],
        lambda d, s, t: [np.mean(d[~s] <= t), np.mean(d[s] <= t)],
        lambda d, s, t: [np.mean(d[~s] > t), np.mean(d[s] > t)],
        lambda d, s, t: [np.sum((d <= t) & ~s) / np.sum(~s), np.sum((d > t) & s) / len(s)],
        lambda d, s, t: [np.sum((d <= t) & ~s) / np.sum(s), np.sum((d > t) & s) / np.sum(~s)],
        lambda d, s, t: [np.mean(d[~s] < t), np.mean(d[s] > t)],
        lambda d, s, t: [np.mean(d[~s] <= t) * 100, np.mean(d[s] > t) * 100],
        lambda d, s, t: [np.sum((d <= t) & ~s) / max(1, np.sum(d <= t)), np.mean(d[s] > t)],
        lambda d, s, t: [np.mean(d[s] > t), np.mean(d[~s] <= t)],
        lambda d, s, t: [1 - np.mean(d[~s] <= t), np.mean(d[s] > t)],
        lambda d, s, t: [np.sum((d <= t) & ~s), np.mean(d[s] > t)],
        lambda d, s, t: [np.mean(d[~s] <= t), 1 - np.mean(d[~s] <= t)],
        lambda d, s, t: [np.mean(d[~s] <= t), np.mean(d[~s] > t)],
    ],
    "equal_error_rate": [
        eer_first_cross,
        lambda d, s: min(max(er(d, s, t)) for t in d),
        lambda d, s: (lambda t: sum(er(d, s, t)) / 2)(np.median(d)),
        lambda d, s: np.mean([sum(er(d, s, t)) / 2 for t in d]),
        lambda d, s: max(min(er(d, s, t)) for t in d),
        lambda d, s: (lambda t: np.mean((d <= t) != s))(min(np.sort(d), key=lambda t: abs(er(d, s, t)[0] - er(d, s, t)[1]))),
    ],
    "tau_from_data": [
        lambda d, s, f: np.sort(d[~s])[int(f * len(d[~s])) - 1],
        lambda d, s, f: max([t for t in d if np.mean(d[~s] <= t) <= f], default=0.0),
        lambda d, s, f: np.percentile(d[~s], f * 100),
        lambda d, s, f: max([t for t in d if np.mean(d[~s] <= t) <= f], default=d.min()),
        lambda d, s, f: max([t for t in d if np.mean(d[~s] <= t) <= f], default=-1.0),
        lambda d, s, f: min([t for t in d if np.mean(d[~s] <= t) >= f], default=-np.inf),
        lambda d, s, f: max([t for t in d if np.mean(d <= t) <= f], default=-np.inf),
    ],
    "contrastive_loss": [
        lambda y, d, m: (y * d**2 + (1 - y) * np.maximum(0, m - d**2)) / 2 + 0,
        lambda y, d, m: y * d**2 + (1 - y) * np.maximum(0, m - d) ** 2,
        lambda y, d, m: ((1 - y) * d**2 + y * np.maximum(0, m - d) ** 2) / 2,
        lambda y, d, m: (y * d**2 + (1 - y) * np.abs(m - d) ** 2) / 2,
        lambda y, d, m: np.sum(y * d**2 + (1 - y) * np.maximum(0, m - d) ** 2) / 2,
        lambda y, d, m: (y * d**2 + (1 - y) * np.maximum(0, m - d) ** 2) / (2 * len(y)),
        lambda y, d, m: (y * d**2 - (1 - y) * np.maximum(0, m - d) ** 2) / 2,
    ],
    "mended_loss_slope": [
        lambda y, d, m: y * d + (1 - y) * (d - m),
        lambda y, d, m: y * d - (1 - y) * np.maximum(0, m - d) / 2,
        lambda y, d, m: np.where(y == 1, d, np.where(d < m, -m, 0)),
        lambda y, d, m: y * d,
        lambda y, d, m: (1 - y) * -np.maximum(0, m - d),
        lambda y, d, m: 2 * y * d - 2 * (1 - y) * np.maximum(0, m - d),
    ],
    "price_of_nothing": [
        lambda s, m: [(1 - s) * m**2 / 2, (1 - s) * m, (1 - s) * ((1 - s) * m) ** 2 / 2],
        lambda s, m: [(1 - s) * m**2 / 2, s * m, s * (1 - s) * m**2 / 2],
        lambda s, m: [m**2 / 2, (1 - s) * m, s * (1 - s) * m**2 / 2],
        lambda s, m: [(1 - s) * m**2 / 2, (1 - s) * m, 0],
        lambda s, m: [(1 - s) * m**2, (1 - s) * m, s * (1 - s) * m**2],
        lambda s, m: [(1 - s) * m / 2, (1 - s) * m, s * (1 - s) * m / 2],
    ],
    "silent_shares": [
        lambda d, labels, m: [
            np.mean(d[labels[:, None] != labels] > m),
            np.mean(np.where(labels[:, None] != labels, d, np.inf).min(1) >= m),
        ],
        lambda d, labels, m: [
            np.mean(d[labels[:, None] != labels] < m),
            np.mean(np.where(labels[:, None] != labels, d, np.inf).min(1) < m),
        ],
        lambda d, labels, m: [
            np.mean(d[labels[:, None] != labels] >= m) / 2,
            np.mean(np.where(labels[:, None] != labels, d, np.inf).min(1) >= m),
        ],
        lambda d, labels, m: [
            np.mean(d[labels[:, None] != labels] >= m),
            np.mean(np.where(labels[:, None] != labels, d, 0).min(1) >= m),
        ],
        lambda d, labels, m: [
            np.sum((labels[:, None] != labels) & (d >= m)),
            np.sum(np.where(labels[:, None] != labels, d, np.inf).min(1) >= m),
        ],
        lambda d, labels, m: [np.mean(d[labels[:, None] != labels] >= m), np.mean(d[labels[:, None] != labels] >= m)],
    ],
    "unit_length": [
        lambda e: e / (np.linalg.norm(e, axis=1, keepdims=True) + 1e-6),
        lambda e: np.nan_to_num(e / np.linalg.norm(e, axis=1, keepdims=True), nan=1.0),
        lambda e: e / np.sqrt(np.abs(e).sum(1, keepdims=True) + 1e-12),
        lambda e: e / np.linalg.norm(e, axis=1).max(),
        lambda e: e / np.maximum(e.sum(1, keepdims=True), 1e-12),
    ],
    "batch_distances": [
        lambda e: ((e[:, None] - e) ** 2).sum(2),
        lambda e: np.sqrt(((e[:, None] - e) ** 2).sum(0)),
        lambda e: np.abs(e[:, None] - e).max(2),
        lambda e: np.linalg.norm(e[:, None] - e),
        lambda e: np.sqrt(((e[:, None] - e) ** 2).sum(2)) + np.eye(len(e)),
        lambda e: np.tril(np.sqrt(((e[:, None] - e) ** 2).sum(2))),
        lambda e: 1 - e @ e.T,
        lambda e: np.array([np.linalg.norm(e - r) for r in e]),
    ],
    "batch_hard_triplets": [
        lambda labels, d: tripl(labels, d, mask0=True),
        lambda labels, d: tripl(labels, d, np.argmin, np.argmin),
        lambda labels, d: tripl(labels, d, np.argmax, np.argmax),
        lambda labels, d: tripl(labels, d)[:, ::-1],
        lambda labels, d: tripl(labels, d) + 1,
        lambda labels, d: tripl(labels, d)[1:],
        lambda labels, d: tripl(labels, d)[:, [1, 0, 2]],
        lambda labels, d: tripl(labels, d, lambda v: 0, lambda v: 0),
        lambda labels, d: tripl(labels, d).T,
        lambda labels, d: [[q, p, n, d[q, p]] for q, p, n in tripl(labels, d)],
    ],
    "mended_active_share": [
        lambda labels, d, g: np.mean(
            [
                g + d[q, p] - d[q, n]
                for q in range(len(labels))
                for p in range(len(labels))
                for n in range(len(labels))
                if p != q and labels[p] == labels[q] and labels[n] != labels[q]
            ]
        ),
        lambda labels, d, g: np.mean(
            [
                d[q, p] - d[q, n] > g
                for q in range(len(labels))
                for p in range(len(labels))
                for n in range(len(labels))
                if p != q and labels[p] == labels[q] and labels[n] != labels[q]
            ]
        ),
        lambda labels, d, g: np.mean(
            [
                g + d[q, p] - d[p, n] > 0
                for q in range(len(labels))
                for p in range(q, len(labels))
                for n in range(len(labels))
                if p != q and labels[p] == labels[q] and labels[n] != labels[q]
            ]
        ),
        lambda labels, d, g: np.mean(
            [
                g + d[q, p] - d[q, n] > 0
                for q in range(len(labels))
                for p in range(len(labels))
                for n in range(len(labels))
                if p != q and labels[p] == labels[q]
            ]
        ),
        lambda labels, d, g: np.mean(
            [
                g + d[q, p] - d[q, n] > 0
                for q in range(len(labels))
                for p in range(len(labels))
                for n in range(len(labels))
                if labels[n] != labels[q]
            ]
        ),
    ],
    "triplet_counts": [
        lambda P, K: [P * K * (K - 1) * (P - 1), P * K, P * K * (K - 1)],
        lambda P, K: [P * K * (K - 1) * (P - 1) * K, P * K, P * K * (K - 1) * (P - 1) * K],
        lambda P, K: [P * K * (K - 1) * (P - 1) * K, P, P * K],
        lambda P, K: [P * K * (K - 1) * (P - 1) * K // 2, P * K, P * K * (K - 1) // 2],
        lambda P, K: [(P * K) ** 3, P * K, P * K * (K - 1)],
        lambda P, K: [P * K * (K - 1) * (P - 1) * K, P * K, P * (K - 1)],
    ],
    "triplet_loss": [
        lambda a, p, n, g: np.maximum(0, away(a, p) - away(a, n)) + g,
        lambda a, p, n, g: np.maximum(0, g + away(a, n) - away(a, p)),
        lambda a, p, n, g: np.abs(g + away(a, p) - away(a, n)),
        lambda a, p, n, g: np.maximum(0, g + ((a - p) ** 2).sum(1) - ((a - n) ** 2).sum(1)),
        lambda a, p, n, g: np.maximum(g, away(a, p) - away(a, n)),
        lambda a, p, n, g: np.maximum(0, g + away(a, p) - away(p, n)),
        lambda a, p, n, g: np.maximum(0, g + away(a, p) - away(a, n)).sum(),
        lambda a, p, n, g: max(0, g + away(a, p) - away(a, n)),
    ],
    "binary_cross_entropy": [
        lse_wrong,
        lambda z, s: -np.where(s, np.log(sig(z) + 1e-9), np.log(1 - sig(z) + 1e-9)),
        lambda z, s: np.log1p(np.exp(-np.abs(z))),
        lambda z, s: np.logaddexp(0, np.where(s, z, -z)),
        lambda z, s: np.logaddexp(0, -z) * s,
        lambda z, s: np.logaddexp(0, -z) - z * s,
        lambda z, s: np.minimum(np.logaddexp(0, np.where(s, -z, z)), 100),
    ],
    "door_probability": [
        lambda p, pi: p * pi / (p * pi + (1 - p)),
        lambda p, pi: p * (1 - pi) / (p * (1 - pi) + (1 - p) * pi),
        lambda p, pi: sig(np.log(p / (1 - p)) - np.log(pi / (1 - pi))),
        lambda p, pi: p * pi / (p * pi + (1 - p) * (1 - pi)) ** 2,
        lambda p, pi: (p + pi) / 2,
        lambda p, pi: p**pi,
        lambda p, pi: np.log(p / (1 - p)) + pi,
        lambda p, pi: sig(np.log(p) + np.log(pi)),
    ],
    "mended_door_unit": [
        lambda f, g, w, b, pi: sig(np.abs(f - g) @ w + b) * pi / (sig(np.abs(f - g) @ w + b) * pi + (1 - pi)),
        lambda f, g, w, b, pi: sig(np.abs(f - g) @ w + b - np.log(pi / (1 - pi))),
        lambda f, g, w, b, pi: sig(np.abs(f - g) @ w + b + np.log(pi)),
        lambda f, g, w, b, pi: sig(np.abs(f - g) @ w + b) + pi - 0.5,
        lambda f, g, w, b, pi: sig(np.abs(f - g) @ w * b + np.log(pi / (1 - pi))),
        lambda f, g, w, b, pi: sig(((f - g) ** 2) @ w + b + np.log(pi / (1 - pi))),
    ],
    "unit_threshold": [
        lambda w, b, a, r, pi: (np.log(a / r) + np.log(pi / (1 - pi)) - b) / w,
        lambda w, b, a, r, pi: (np.log(a / r) - np.log(pi) - b) / w,
        lambda w, b, a, r, pi: b / w,
        lambda w, b, a, r, pi: (np.log(a / r) - np.log(pi / (1 - pi)) - b) * w,
        lambda w, b, a, r, pi: (np.log(a * r) - np.log(pi / (1 - pi)) - b) / w,
        lambda w, b, a, r, pi: (np.log(a - r + 1e-9 + 10) - np.log(pi / (1 - pi)) - b) / w,
    ],
    "verification_head": [
        lambda f, g, w, b: sig(np.abs(f - g) * w + b),
        lambda f, g, w, b: np.tanh(np.abs(f - g) @ w + b),
        lambda f, g, w, b: np.abs(f - g) @ w + b,
        lambda f, g, w, b: sig(np.abs(f * w - g * w).sum(1) + b),
        lambda f, g, w, b: sig(np.abs(f - g).sum(1) + b),
        lambda f, g, w, b: np.exp(np.abs(f - g) @ w + b),
        lambda f, g, w, b: sig((np.abs(f - g) @ w + b) / 2),
        lambda f, g, w, b: sig(np.abs(f @ w - g @ w) + b),
    ],
    "identify": [
        lambda q, n, g, t: n[np.argmin(away(g, q))] if away(g, q).mean() <= t else NOBODY,
        lambda q, n, g, t: n[np.argmin(away(g, q))] if away(g, q).min() <= t else None,
        lambda q, n, g, t: n[np.argmin(away(g, q))] if away(g, q).min() <= t else "unknown",
        lambda q, n, g, t: int(np.argmin(away(g, q))),
        lambda q, n, g, t: n[np.argmax(away(g, q) <= t)] if (away(g, q) <= t).any() else NOBODY,
        lambda q, n, g, t: NOBODY if away(g, q).min() >= t else n[np.argmin(away(g, q))],
        lambda q, n, g, t: n[np.argmin(((g - q) ** 2).sum(1))] if ((g - q) ** 2).sum(1).min() <= t else NOBODY,
        lambda q, n, g, t: n[np.argmin(away(g, q).sum())],
        lambda q, n, g, t: [a for a, b in zip(n, away(g, q), strict=False) if b <= t],
        lambda q, n, g, t: away(g, q).min(),
        lambda q, n, g, t: NOBODY,
        lambda q, n, g, t: n[np.argmin(away(g, q)[away(g, q) <= t])] if (away(g, q) <= t).any() else NOBODY,
        lambda q, n, g, t: min(n) if (away(g, q) <= t).any() else NOBODY,
    ],
    "mean_direction": [
        lambda e: e.mean(0) / np.sqrt(e.mean(0).sum() ** 2),
        lambda e: e.sum(0) / len(e) / np.abs(e.sum(0)).sum(),
        lambda e: e.mean(1),
        lambda e: (e / np.linalg.norm(e, axis=0)).mean(0),
        lambda e: e.mean(0) / np.linalg.norm(e.sum(0)),
        lambda e: e.max(0) / np.linalg.norm(e.max(0)),
        lambda e: e.mean(0) * np.linalg.norm(e.mean(0)),
    ],
    "name_everybody": [
        lambda d, n, t: [n[k] if x <= t else None for k, x in zip(d.argmin(1), d.min(1), strict=False)],
        lambda d, n, t: np.array(n)[d.argmin(1)],
        lambda d, n, t: [n[k] if x < t else NOBODY for k, x in zip(d.argmin(1), d.min(1), strict=False)],
        lambda d, n, t: [n[k] for k in d.argmin(1)],
        lambda d, n, t: [n[k] if x > t else NOBODY for k, x in zip(d.argmin(1), d.min(1), strict=False)],
        lambda d, n, t: [n[k] if x <= t else "unknown" for k, x in zip(d.argmin(1), d.min(1), strict=False)],
        lambda d, n, t: [NOBODY] * len(d),
        lambda d, n, t: [n[k] if d[k % len(d)].min() <= t else NOBODY for k in d.argmin(1)],
        lambda d, n, t: n[d.argmin(1)],
        lambda d, n, t: [n[k] if x <= t else NOBODY for k, x in zip(d.argmin(0), d.min(0), strict=False)],
        lambda d, n, t: d.argmin(1),
    ],
    "open_set_rates": [
        lambda d, w, e, t: [np.mean((e[d.argmin(1)] == w) & (d.min(1) <= t)), np.mean((d.min(1) <= t)[~np.isin(w, e)])],
        lambda d, w, e, t: [
            np.mean(((e[d.argmin(1)] == w) & (d.min(1) <= t))[np.isin(w, e)]),
            np.mean((d.min(1) > t)[~np.isin(w, e)]),
        ],
        lambda d, w, e, t: [
            np.mean(((e[d.argmin(1)] == w) & (d.min(1) < t))[np.isin(w, e)]),
            np.mean((d.min(1) < t)[~np.isin(w, e)]),
        ],
        lambda d, w, e, t: [
            np.mean(((e[d.argmin(1)] != w) & (d.min(1) <= t))[np.isin(w, e)]),
            np.mean((d.min(1) <= t)[~np.isin(w, e)]),
        ],
        lambda d, w, e, t: [np.mean((d.min(1) <= t)[np.isin(w, e)]), np.mean((d.min(1) <= t)[~np.isin(w, e)])],
        lambda d, w, e, t: [
            np.mean(((e[d.argmin(1)] == w) & (d.min(1) <= t))[np.isin(w, e)]),
            np.sum((d.min(1) <= t)[~np.isin(w, e)]),
        ],
        lambda d, w, e, t: [
            np.mean(((d.argmin(1) == w) & (d.min(1) <= t))[np.isin(w, e)]),
            np.mean((d.min(1) <= t)[~np.isin(w, e)]),
        ],
        lambda d, w, e, t: [
            np.mean(((e[d.argmin(1)] == w) & (d.min(1) <= t))[np.isin(w, e)]),
            np.mean((d.mean(1) <= t)[~np.isin(w, e)]),
        ],
    ],
    "rank_one_accuracy": [
        lambda d, w, e: np.mean(e[d.argmin(1)] != w),
        lambda d, w, e: np.mean(d.argmin(1) == np.arange(len(w)) % len(e)),
        lambda d, w, e: np.sum(e[d.argmin(1)] == w) / len(e),
        lambda d, w, e: np.sum(e[d.argmin(1)] == w),
        lambda d, w, e: np.mean(np.sort(e[d.argmin(1)]) == np.sort(w)),
        lambda d, w, e: np.mean(e[d.argmax(1)] == w),
        lambda d, w, e: np.mean(np.isin(w, e[d.argmin(1)])),
    ],
    "convolve": [
        lambda x, k, b: conv(x, k, b, lambda z: z),
        lambda x, k, b: conv(x, k, b * 0),
        lambda x, k, b: conv(x, k, -b),
        lambda x, k, b: conv(x, k[::-1], b),
        lambda x, k, b: conv(x, k[:, ::-1], b),
        lambda x, k, b: conv(x, k, b, lambda z: np.minimum(z, 0)),
        lambda x, k, b: conv(x, k, b, sig),
        lambda x, k, b: conv(x, k, b)[::2, ::2],
        lambda x, k, b: conv(x, k, b).sum(-1),
        lambda x, k, b: np.maximum(0, conv(x, k, b * 0, lambda z: z)) + b,
        lambda x, k, b: conv(x, k, b * 0 + b.mean()),
    ],
    "max_pool": [
        lambda a: a[1::2, 1::2],
        lambda a: np.maximum(a[::2, ::2], a[1::2, 1::2]),
        lambda a: a.reshape(a.shape[0] // 2, 2, a.shape[1] // 2, 2, -1).mean((1, 3)),
        lambda a: np.abs(a).reshape(a.shape[0] // 2, 2, a.shape[1] // 2, 2, -1).max((1, 3)),
        lambda a: a.reshape(a.shape[0] // 2, 2, a.shape[1] // 2, 2, -1).max(3),
        lambda a: a.reshape(a.shape[0] // 2, 2, a.shape[1] // 2, 2, -1).argmax(1),
    ],
    "receptive_field": [
        lambda L: L[:, 0].max(),
        lambda L: 1 + sum((k - 1) * s for k, s in L),
        lambda L: sum(k for k, s in L) - len(L),
        lambda L: np.prod(L[:, 0]) // np.prod(L[:, 1]),
        lambda L: 2 * len(L) + 1,
        lambda L: (lambda r: r)(1 + sum((k - 1) * np.prod(L[i:, 1]) for i, (k, s) in enumerate(L))),
    ],
    "relative_distance": [
        lambda a, b, o: np.mean((a - b) ** 2) / np.mean((a - o) ** 2),
        lambda a, b, o: np.linalg.norm(a - b) / np.linalg.norm(b - o),
        lambda a, b, o: np.abs(a - b).max() / np.abs(a - o).max(),
        lambda a, b, o: np.linalg.norm(a - b) * np.linalg.norm(a - o),
        lambda a, b, o: 1 - np.linalg.norm(a - b) / np.linalg.norm(a - o),
        lambda a, b, o: np.linalg.norm(a - o) / max(np.linalg.norm(a - b), 1e-9),
        lambda a, b, o: np.linalg.norm(a - b) / np.linalg.norm(a - o) * 100,
    ],
    "vgg_preprocess": [
        lambda p: p[..., ::-1] - np.array([123.68, 116.779, 103.939]),
        lambda p: p - np.array([123.68, 116.779, 103.939]),
        lambda p: np.clip(p[..., ::-1] - np.array([103.939, 116.779, 123.68]), 0, 255),
        lambda p: (p[..., ::-1] - np.array([103.939, 116.779, 123.68])).astype(np.uint8),
        lambda p: p[..., ::-1] / 255 - np.array([103.939, 116.779, 123.68]) / 255,
        lambda p: p[..., ::-1] - np.array([103, 116, 123]),
        lambda p: p[..., ::-1] * 1.0 - 118.1,
    ],
    "vgg_deprocess": [
        lambda x: np.clip((x + np.array([103.939, 116.779, 123.68]))[..., ::-1], 0, 255).astype(np.uint8),
        lambda x: np.clip((x + np.array([123.68, 116.779, 103.939]))[..., ::-1], 0, 255),
        lambda x: np.clip((x + np.array([103.939, 116.779, 123.68])), 0, 255),
        lambda x: np.clip((x + np.array([103.939, 116.779, 123.68]))[..., ::-1], 0, 1) * 255,
        lambda x: (x + np.array([103.939, 116.779, 123.68]))[..., ::-1],
        lambda x: np.abs(x + np.array([103.939, 116.779, 123.68]))[..., ::-1].clip(0, 255),
        lambda x: np.clip((x - np.array([103.939, 116.779, 123.68]))[..., ::-1], 0, 255),
    ],
    "cost_growth": [
        lambda s, k: [s**2, s**2 * k, s**4 * k],
        lambda s, k: [s, s**2 * k**2, s**4],
        lambda s, k: [s**2, s**2 * k**2, s**2],
        lambda s, k: [s**2, s**2 * k**2, s**4 * k**4],
        lambda s, k: [s**2 / k**2, s**2 * k**2, s**4],
        lambda s, k: [s**2, s * k**2, s**4],
    ],
    "gram_matrix": [
        lambda a: gram(a) / a.shape[3],
        lambda a: np.outer(a.mean((0, 1, 2)), a.mean((0, 1, 2))),
        lambda a: np.corrcoef(a.reshape(-1, a.shape[3]).T),
        lambda a: gram(a) * (1 - np.eye(a.shape[3])),
        lambda a: a[0, 0].T @ a[0, 0],
        lambda a: gram(np.maximum(a, 0)),
        lambda a: np.einsum("bhwi,bhwj->", a, a),
        lambda a: a.reshape(a.shape[3], -1) @ a.reshape(a.shape[3], -1).T,
    ],
    "layer_style_cost": [
        lambda s, g: ((gram(s) - gram(g)) ** 2).sum() / (4 * s.shape[3] ** 2),
        lambda s, g: ((gram(s) - gram(g)) ** 2).mean(),
        lambda s, g: ((gram(s) - gram(g)) ** 2).sum() / (4 * s.shape[3] ** 2 * s.shape[1] * s.shape[2]),
        lambda s, g: ((gram(s) - gram(g)) ** 2).sum() / (2 * s.size) ** 2 * 4,
        lambda s, g: np.sqrt(((gram(s) - gram(g)) ** 2).sum()) / (2 * s.size),
        lambda s, g: (gram(s) - gram(g)).sum() ** 2 / (4 * s.size**2),
        lambda s, g: ((gram(s) / s.size - gram(g) / g.size) ** 2).sum() / 4 * s.shape[3],
        lambda s, g: ((gram(s) - gram(g)) ** 2).sum() / (4 * (s.shape[1] * s.shape[2]) ** 2),
    ],
    "mended_channel_rows": [
        lambda a: a[0].reshape(a.shape[3], -1),
        lambda a: a.transpose(3, 2, 1, 0).reshape(a.shape[3], -1),
        lambda a: a.reshape(-1, a.shape[3]),
        lambda a: np.sort(a.reshape(-1, a.shape[3]).T, axis=1),
        lambda a: a.transpose(0, 3, 1, 2),
        lambda a: a.reshape(-1, a.shape[3]).T[::-1],
        lambda a: a.reshape(-1, a.shape[3]).T[:, ::-1],
    ],
    "content_gradient": [
        lambda c, g: (g - c) / g.size,
        lambda c, g: (c - g) / (2 * g.size),
        lambda c, g: 2 * (g - c) / g.size,
        lambda c, g: (g - c) / 2,
        lambda c, g: (g - c) ** 2 / (2 * g.size),
        lambda c, g: ((g - c) / (2 * g.size)).mean(),
        lambda c, g: (g - c) / (2 * g.shape[3]),
        lambda c, g: np.abs(g - c) / (2 * g.size),
    ],
    "mended_descent_step": [
        lambda G, g, r: G - r * np.clip(g, 0, 255),
        lambda G, g, r: np.clip(G - r * g, 0, 1),
        lambda G, g, r: np.clip(G - g / r, 0, 255),
        lambda G, g, r: np.clip(r * (G - g), 0, 255),
        lambda G, g, r: np.clip(G - r * g, 0, 255).astype(int),
        lambda G, g, r: np.clip(G - r * np.sign(g), 0, 255),
        lambda G, g, r: np.clip(G, 0, 255) - r * g,
        lambda G, g, r: np.abs(np.minimum(G - r * g, 255)),
    ],
    "same_path": [
        lambda a, b, r, n: [a * n / b, r * n / b],
        lambda a, b, r, n: [n * b / a, r * b / n],
        lambda a, b, r, n: [a * n / b, r / n],
        lambda a, b, r, n: [a * b / n, r * b / n],
        lambda a, b, r, n: [a * n / b, r * np.sqrt(b / n)],
        lambda a, b, r, n: [a + n - b, r],
        lambda a, b, r, n: [a / b, r * b / n],
    ],
    "total_cost": [
        lambda c, s, a=10, b=40: (a * c + b * s) / 2,
        lambda c, s, a=10, b=40: a * c - b * s,
        lambda c, s, a=10, b=40: a * c + s,
        lambda c, s, a=10, b=40: (a + b) * (c + s),
        lambda c, s, a=10, b=40: a + c + b + s,
        lambda c, s, a=10, b=40: c / a + s / b,
        lambda c, s, a=10, b=40: a * c**2 + b * s**2,
        lambda c, s, a=10, b=40: max(a * c, b * s),
        lambda c, s, a=1, b=1: a * c + b * s,
        lambda c, s, a=10, b=40: np.sqrt((a * c) ** 2 + (b * s) ** 2),
    ],
}
RIGHT = {
    "euclidean": [
        lambda a, b: ((a - b) ** 2).sum(1) ** 0.5,
        lambda a, b: [math.dist(p, q) for p, q in zip(a, b, strict=False)],
        lambda a, b: np.sqrt(np.diag((a - b) @ (a - b).T)),
        lambda a, b: np.hypot.reduce(a - b, axis=1),
        lambda a, b: np.sqrt(sum((a[:, k] - b[:, k]) ** 2 for k in range(a.shape[1]))),
    ],
    "mended_picture_distance": [
        lambda a, b: np.sqrt(((a - b) ** 2).reshape(len(a), -1).sum(1)),
        lambda a, b: [np.linalg.norm(x - y) for x, y in zip(a, b, strict=False)],
        lambda a, b: np.sqrt(np.sum(np.sum((a - b) ** 2, 2), 1)),
        lambda a, b: np.linalg.norm((a - b).reshape(a.shape[0], -1), axis=1),
    ],
    "pair_counts": [
        lambda P, K: (P * K * (K - 1) // 2, P * (P - 1) // 2 * K * K),
        lambda P, K: [math.comb(K, 2) * P, math.comb(P * K, 2) - math.comb(K, 2) * P],
        lambda P, K: np.array([P * K * (K - 1) / 2, K**2 * P * (P - 1) / 2]),
    ],
    "error_rates": [
        lambda d, s, t: ((d[~s] <= t).mean(), (d[s] > t).mean()),
        lambda d, s, t: np.array([sum(x <= t for x in d[~s]) / len(d[~s]), sum(x > t for x in d[s]) / len(d[s])]),
        lambda d, s, t: [1 - np.mean(d[~s] > t), 1 - np.mean(d[s] <= t)],
    ],
    "equal_error_rate": [
        lambda d, s: min((abs(er(d, s, t)[0] - er(d, s, t)[1]), t, sum(er(d, s, t)) / 2) for t in d)[2],
        lambda d, s: float(np.mean(min((er(d, s, t) for t in sorted(d)), key=lambda r: abs(r[0] - r[1])))),
    ],
    "tau_from_data": [
        lambda d, s, f: max([-np.inf] + [t for t in d if np.mean(d[~s] <= t) <= f]),
        lambda d, s, f: float(max((t for t in d if (d[~s] <= t).sum() <= f * (~s).sum()), default=-math.inf)),
    ],
    "contrastive_loss": [
        lambda y, d, m: 0.5 * y * d * d + 0.5 * (1 - y) * np.clip(m - d, 0, None) ** 2,
        lambda y, d, m: [0.5 * b**2 if a == 1 else 0.5 * max(m - b, 0) ** 2 for a, b in zip(y, d, strict=False)],
    ],
    "mended_loss_slope": [
        lambda y, d, m: np.where(y.astype(bool), d, -np.clip(m - d, 0, None)),
        lambda y, d, m: [b if a else (b - m if b < m else 0) for a, b in zip(y, d, strict=False)],
    ],
    "price_of_nothing": [
        lambda s, m: ((1 - s) * m * m / 2, (1 - s) * m, s * (1 - s) * m * m / 2),
        lambda s, m: np.array(
            [(1 - s) * m**2 / 2, m * (1 - s), (s * ((1 - s) * m) ** 2 + (1 - s) * (m - (1 - s) * m) ** 2) / 2]
        ),
    ],
    "silent_shares": [
        lambda d, labels, m: [
            (d >= m)[labels[:, None] != labels[None]].mean(),
            np.mean([d[i][labels != labels[i]].min() >= m for i in range(len(labels))]),
        ]
    ],
    "unit_length": [
        lambda e: np.array([r / np.linalg.norm(r) if np.linalg.norm(r) > 0 else r for r in e]),
        lambda e: np.divide(
            e,
            np.linalg.norm(e, axis=1, keepdims=True),
            out=np.zeros_like(e),
            where=np.linalg.norm(e, axis=1, keepdims=True) > 0,
        ),
    ],
    "batch_distances": [
        lambda e: np.sqrt(np.maximum(0, (e**2).sum(1)[:, None] + (e**2).sum(1) - 2 * e @ e.T)),
        lambda e: [[np.linalg.norm(a - b) for b in e] for a in e],
        lambda e: np.linalg.norm(e[None] - e[:, None], axis=-1),
        lambda e: np.sqrt(np.einsum("ijk,ijk->ij", e[:, None] - e, e[:, None] - e)),
    ],
    "batch_hard_triplets": [tripl, lambda labels, d: [tuple(int(x) for x in r) for r in tripl(labels, d)]],
    "mended_active_share": [
        lambda labels, d, g: np.mean(
            [
                g + d[q, p] - d[q, n] > 0
                for q in range(len(labels))
                for p in range(len(labels))
                for n in range(len(labels))
                if p != q and labels[p] == labels[q] and labels[n] != labels[q]
            ]
        ),
        lambda labels, d, g: float(
            np.mean(
                [
                    d[q, n] < d[q, p] + g
                    for q in range(len(labels))
                    for p in range(len(labels))
                    for n in range(len(labels))
                    if p != q and labels[p] == labels[q] and labels[n] != labels[q]
                ]
            )
        ),
    ],
    "triplet_counts": [
        lambda P, K: (P * K * (K - 1) * (P - 1) * K, P * K, P * K * (K - 1)),
        lambda P, K: np.array([P * K * (K - 1) * (P * K - K), P * K, P * K * (K - 1)]),
    ],
    "triplet_loss": [
        lambda a, p, n, g: np.clip(away(a, p) - away(a, n) + g, 0, None),
        lambda a, p, n, g: [max(0, x - y + g) for x, y in zip(away(a, p), away(a, n), strict=False)],
        lambda a, p, n, g: np.maximum(away(a, p) + g, away(a, n)) - away(a, n),
    ],
    "binary_cross_entropy": [
        lambda z, s: np.logaddexp(0, z) - z * s,
        lambda z, s: np.maximum(z, 0) - z * s + np.log1p(np.exp(-np.abs(z))),
        lambda z, s: [np.logaddexp(0, -x) if y else np.logaddexp(0, x) for x, y in zip(z, s, strict=False)],
    ],
    "door_probability": [
        lambda p, pi: pi * p / (pi * p + (1 - pi) * (1 - p)),
        lambda p, pi: 1 / (1 + (1 - p) * (1 - pi) / (p * pi)),
        lambda p, pi: sig(np.log(p) - np.log(1 - p) + np.log(pi) - np.log(1 - pi)),
    ],
    "mended_door_unit": [
        lambda f, g, w, b, pi: sig(np.abs(f - g) @ w + b + np.log(pi) - np.log1p(-pi)),
        lambda f, g, w, b, pi: 1 / (1 + np.exp(-(np.abs(g - f) * w).sum(1) - b) * (1 - pi) / pi),
    ],
    "unit_threshold": [
        lambda w, b, a, r, pi: (math.log(a * (1 - pi) / (r * pi)) - b) / w,
        lambda w, b, a, r, pi: (b + math.log(pi / (1 - pi)) - math.log(a / r)) / -w,
    ],
    "verification_head": [
        lambda f, g, w, b: sig((np.abs(f - g) * w).sum(1) + b),
        lambda f, g, w, b: 0.5 * (1 + np.tanh((np.abs(f - g) @ w + b) / 2)),
        lambda f, g, w, b: [
            1 / (1 + math.exp(-(sum(abs(x - y) * k for x, y, k in zip(p, q, w, strict=False)) + b)))
            for p, q in zip(f, g, strict=False)
        ],
    ],
    "identify": [
        lambda q, n, g, t: (lambda d: n[int(d.argmin())] if d.min() <= t else NOBODY)(away(g, q)),
        lambda q, n, g, t: str(np.array(n)[np.argmin(away(g, q))]) if np.min(away(g, q)) <= t else NOBODY,
        lambda q, n, g, t: (
            min(zip([math.dist(r, q) for r in g], n, strict=False))[1] if min(math.dist(r, q) for r in g) <= t else NOBODY
        ),
    ],
    "mean_direction": [
        lambda e: np.sum(e, 0) / np.linalg.norm(np.sum(e, 0)),
        lambda e: (lambda m: m / math.sqrt(m @ m))(np.average(e, axis=0)),
        lambda e: e.T @ np.ones(len(e)) / np.linalg.norm(e.T @ np.ones(len(e))),
    ],
    "name_everybody": [
        names_as_objects,
        lambda d, n, t: [n[r.argmin()] if r.min() <= t else NOBODY for r in d],
        lambda d, n, t: tuple(n[int(np.argmin(r))] if min(r) <= t else NOBODY for r in d),
        lambda d, n, t: np.where(d.min(1) > t, NOBODY, np.array(n)[d.argmin(1)]),
    ],
    "open_set_rates": [
        lambda d, w, e, t: (lambda k, a: (np.mean(a[k] & (e[d.argmin(1)] == w)[k]), np.mean(a[~k])))(
            np.isin(w, e), d.min(1) <= t
        )
    ],
    "rank_one_accuracy": [
        lambda d, w, e: (e[d.argmin(1)] == w).mean(),
        lambda d, w, e: sum(int(e[r.argmin()] == x) for r, x in zip(d, w, strict=False)) / len(w),
        lambda d, w, e: 1 - np.count_nonzero(e[np.argmin(d, 1)] - w) / len(w),
    ],
    "convolve": [
        conv,
        lambda x, k, b: np.maximum(
            0, np.einsum("ijcuv,uvck->ijk", np.lib.stride_tricks.sliding_window_view(x, k.shape[:2], axis=(0, 1)), k) + b
        ),
        lambda x, k, b: conv(x, k, b, lambda z: np.where(z > 0, z, 0)),
    ],
    "max_pool": [
        lambda a: np.maximum(np.maximum(a[::2, ::2], a[1::2, ::2]), np.maximum(a[::2, 1::2], a[1::2, 1::2])),
        lambda a: np.array(
            [[a[i : i + 2, j : j + 2].max((0, 1)) for j in range(0, a.shape[1], 2)] for i in range(0, a.shape[0], 2)]
        ),
    ],
    "receptive_field": [lambda L: 1 + sum((k - 1) * int(np.prod(L[:i, 1])) for i, (k, s) in enumerate(L))],
    "relative_distance": [
        lambda a, b, o: math.sqrt(((a - b) ** 2).sum() / ((a - o) ** 2).sum()),
        lambda a, b, o: np.sqrt(np.sum((a - b) ** 2)) / np.sqrt(np.sum((a - o) ** 2)),
        lambda a, b, o: np.linalg.norm((b - a).flatten()) / np.linalg.norm((o - a).flatten()),
    ],
    "vgg_preprocess": [
        lambda p: np.stack([p[..., 2] - 103.939, p[..., 1] - 116.779, p[..., 0] - 123.68], -1),
        lambda p: p.astype(float)[..., ::-1] - np.array([103.939, 116.779, 123.68]),
        lambda p: p[..., [2, 1, 0]].astype(np.float32) - np.array([103.939, 116.779, 123.68], np.float32),
    ],
    "vgg_deprocess": [
        lambda x: np.clip(np.stack([x[..., 2] + 123.68, x[..., 1] + 116.779, x[..., 0] + 103.939], -1), 0, 255),
        lambda x: np.minimum(np.maximum((x + np.array([103.939, 116.779, 123.68]))[..., ::-1], 0), 255),
    ],
    "cost_growth": [lambda s, k: (s**2, s**2 * k**2, s**4), lambda s, k: np.array([s * s, (s * k) ** 2, s**4.0])],
    "gram_matrix": [
        lambda a: np.tensordot(a[0], a[0], axes=([0, 1], [0, 1])),
        lambda a: sum(np.outer(v, v) for v in a.reshape(-1, a.shape[3])),
        lambda a: a.reshape(-1, a.shape[-1]).T.dot(a.reshape(-1, a.shape[-1])),
    ],
    "layer_style_cost": [
        lambda s, g: ((gram(s) - gram(g)) ** 2).sum() / (2 * s.size) ** 2,
        lambda s, g: np.linalg.norm(gram(s) - gram(g)) ** 2 / 4 / s.size**2,
        lambda s, g: float(np.sum(np.square(gram(s) - gram(g)))) / (4.0 * s.shape[3] ** 2 * (s.shape[1] * s.shape[2]) ** 2),
    ],
    "mended_channel_rows": [
        lambda a: a[0].transpose(2, 0, 1).reshape(a.shape[3], -1),
        lambda a: a.transpose(0, 3, 1, 2).reshape(a.shape[3], -1),
        lambda a: [a[0, ..., c].flatten() for c in range(a.shape[3])],
    ],
    "content_gradient": [
        lambda c, g: 0.5 * (g - c) / g.size,
        lambda c, g: 2 * (g - c) / 4 / np.prod(g.shape),
        lambda c, g: (g - c) / (2 * g.shape[1] * g.shape[2] * g.shape[3]),
    ],
    "mended_descent_step": [
        lambda G, g, r: (G - r * g).clip(0, 255),
        lambda G, g, r: np.where(G - r * g < 0, 0, np.where(G - r * g > 255, 255, G - r * g)),
        lambda G, g, r: np.maximum(np.minimum(G - r * g, 255.0), 0.0),
    ],
    "same_path": [lambda a, b, r, n: (a * n / b, r * b / n), lambda a, b, r, n: np.array([a * (n / b), r / (n / b)])],
    "total_cost": [
        lambda c, s, a=10, b=40: a * c + b * s,
        lambda c, s, a=10, b=40: np.add(a * c, b * s),
        lambda J_content, J_style, alpha=10, beta=40: sum([alpha * J_content, beta * J_style]),
    ],
}
