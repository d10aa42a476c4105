"""The gallery: a database of K people to verify and to recognise, "one of them, or not recognized".

The lecture notes' recognition: a person is one embedding, of length 1. A picture is recognised as the nearest person if the
Euclidean distance D to them is <= tau, and as nobody otherwise. The search is exact: see `nearest`.
"""

import difflib
import json
import unicodedata
from collections.abc import Iterable, Sequence
from itertools import islice
from pathlib import Path
from typing import Any, NamedTuple, Self

import numpy as np
from numpy.typing import ArrayLike, NDArray

from course_utils import checks
from course_utils.arrays import Float32Array, Model
from course_utils.data.files import ArchiveKind
from course_utils.errors import DataError
from course_utils.faces.nearest import EmbeddingIndex, lengths, unit
from course_utils.faces.networks import check_encoder, embed, fingerprint
from course_utils.faces.preprocessing import grey_pictures, hint_at_one_grey_picture

FORMAT, VERSION = "faces-and-style gallery", 1
KIND = ArchiveKind("gallery", "Gallery.save", "enroll everybody again and save")

_SMALLEST = 16  # rows and columns of a picture; in less nobody sees a face, and four are the channels of a colour picture
_LENGTH_TOLERANCE = 1e-3  # of embeddings from elsewhere: half precision is off by less
_NAMES_COMPARED = 10_000  # difflib takes some 20 microseconds a name


class Match(NamedTuple):
    """A person of the gallery and how far away they are.

    Attributes:
        name: whom.
        distance: Euclidean, between embeddings of length 1: from 0 to 2.
    """

    name: str
    distance: float


class Gallery:
    """A database of people, each with a name and one embedding of length 1.

    All distances are Euclidean distances D between embeddings, from 0 to 2. They are computed in float64 from the two
    embeddings, so that a picture is at distance 0 from itself. Pictures are embedded with their mirror image
    (`networks.embed` with `mirror=True`). Where distances are equal, who was enrolled first comes first.

    Args:
        encoder: of `networks.embedding_network`, trained.
        tau: the largest distance at which a person is recognised; choose it with
            `evaluation.choose_threshold` on people held out for it. The more people, the more false accepts:
            1 - (1 - FAR)^K.

    Raises:
        ValueError: the encoder does not give one embedding a picture; tau is not between 0 and 2.
    """

    def __init__(self, encoder: Model, tau: float) -> None:
        features = check_encoder(encoder)
        self.tau = tau
        self._encoder = encoder
        self._fingerprint = fingerprint(encoder)
        self._names: list[str] = []
        self._rows: dict[str, int] = {}
        self._index = EmbeddingIndex(features)

    def __len__(self) -> int:
        return len(self._names)

    def __repr__(self) -> str:
        return f"{type(self).__name__}({len(self)} people, tau={self.tau:g})"

    @property
    def tau(self) -> float:
        """The largest distance at which a person is recognised."""
        return self._tau

    @tau.setter
    def tau(self, tau: float) -> None:
        self._tau = checks.in_range("tau", tau, above=0, below=2, what="a distance", hint="where everybody is recognised")

    @property
    def names(self) -> tuple[str, ...]:
        """Who is enrolled, in the order of enrolment."""
        return tuple(self._names)

    # ---- Enrolling ----

    def enroll(self, name: str, pictures: ArrayLike) -> None:
        """Add a person by one picture, or by K of them (K-shot).

        Several pictures become one embedding: the mean of theirs, scaled to length 1 again.

        Args:
            name: not enrolled yet. Spaces around it do not count; letters with accents are the same however they are coded.
            pictures: (rows, columns) or (K, rows, columns) uint8, grey.

        Raises:
            ValueError: the name is empty, not text or already enrolled; the pictures are not grey uint8 pictures of a face's
                size, or show one grey only; the encoder has been trained since this gallery was made.
        """
        names = self._check_new([name])  # first, because embedding takes longer
        pictures = checks.as_array("pictures", pictures)
        embeddings = self._embed(pictures[None] if pictures.ndim == 2 else pictures)
        self._append(names, _mean_direction(embeddings[None]))

    def enroll_embeddings(self, names: Iterable[str], embeddings: ArrayLike) -> None:
        """Add people by embeddings that were computed before, all of them or, if anything is wrong, none.

        They must come from this gallery's own encoder: nothing in an embedding tells.

        Args:
            names: (people,) as for `enroll`.
            embeddings: (people, features), or (people, K, features) to enroll each by the mean of K, float of length 1 to
                within 0.001; they are scaled to length 1 as exactly as float32 can.

        Raises:
            ValueError: a name as for `enroll`; the shape is another, a number is not finite, a length is not 1.
        """
        checked = self._check_new(names)
        embeddings = checks.as_array("embeddings", embeddings)
        if embeddings.ndim not in (2, 3) or len(embeddings) != len(checked) or embeddings.size == 0:
            raise ValueError(
                "names, embeddings: expected one name or more, and as many embeddings, (people, features) or (people, K, "
                f"features), got {len(checked)} names and shape {embeddings.shape}"
            )
        self._check_embeddings(embeddings)
        self._append(checked, _mean_direction(embeddings.reshape(len(checked), -1, embeddings.shape[-1])))

    def remove(self, name: str) -> None:
        """Remove a person; the others keep their order. Takes longer the more people there are.

        Raises:
            ValueError: nobody has this name.
        """
        row = self._row(name)
        self._index.remove(row)
        del self._names[row]
        self._rows = {name: row for row, name in enumerate(self._names)}

    # ---- Asking ----

    def verify(self, picture: ArrayLike, name: str) -> tuple[bool, float]:
        """Verification: does this picture show the person who it is said to show?

        Args:
            picture: (rows, columns) uint8, grey.
            name: who it is said to be.

        Returns:
            Whether the distance to this person is <= tau, and the distance.

        Raises:
            ValueError: nobody has this name; a picture as for `enroll`.
        """
        row = self._row(name)
        query = unit(self._embed(_as_one(picture)))[0]
        distance = float(self._index.distances([row], query)[0])
        return distance <= self.tau, distance

    def identify(self, picture: ArrayLike) -> str | None:
        """Recognition: which of the K people does this picture show?

        Args:
            picture: (rows, columns) uint8, grey.

        Returns:
            The name of the nearest person if they are at distance <= tau; None, "not recognized", otherwise.

        Raises:
            ValueError: nobody is enrolled yet; a picture as for `enroll`.
        """
        return self._recognise(self.nearest(picture, 1))

    def identify_all(self, pictures: ArrayLike) -> list[str | None]:
        """As `identify`, for (n, rows, columns) pictures at once: a list of n, much faster than one by one."""
        return [self._recognise(matches) for matches in self.nearest_all(pictures, 1)]

    def nearest(self, picture: ArrayLike, k: int) -> list[Match]:
        """Return the k nearest people, the nearest first, whatever tau is.

        Args:
            picture: (rows, columns) uint8, grey.
            k: how many; all where fewer are enrolled.

        Raises:
            ValueError: k is not a whole number above 0; otherwise as for `identify`.
        """
        self._check_search(k)
        return self.nearest_to_embeddings(self._embed(_as_one(picture)), k)[0]

    def nearest_all(self, pictures: ArrayLike, k: int) -> list[list[Match]]:
        """As `nearest`, for (n, rows, columns) pictures at once: n lists, much faster than one by one."""
        self._check_search(k)
        return self.nearest_to_embeddings(self._embed(pictures), k)

    def nearest_to_embeddings(self, embeddings: ArrayLike, k: int) -> list[list[Match]]:
        """As `nearest_all`, for (n, features) embeddings that were computed before, as for `enroll_embeddings`."""
        self._check_search(k)
        embeddings = checks.as_array("embeddings", embeddings)
        if embeddings.ndim != 2:
            raise ValueError(f"embeddings: expected (n, features), got shape {embeddings.shape}")
        self._check_embeddings(embeddings)
        return [
            [Match(self._names[row], float(distance)) for distance, row in zip(*found, strict=True)]
            for found in zip(*self._index.search(unit(embeddings), k), strict=True)
        ]

    # ---- Files ----

    def save(self, path: Path | str) -> None:
        """Write the gallery to a file: names, embeddings, tau and the fingerprint of the encoder, but not the encoder itself.

        The file is a NumPy .npz without pickle: `embeddings`, (people, features) float32, and `header`, the bytes of a JSON
        object. Where a file was before, it stays as it was until the new one is whole. Embeddings are biometric data: keep the
        file where only those may read it who may look at the pictures.

        Raises:
            DataError: the file cannot be written.
        """
        path = checks.path("path", path)
        header = {
            "format": FORMAT,
            "version": VERSION,
            "fingerprint": self._fingerprint,
            "tau": self.tau,
            "names": self._names,
        }
        with KIND.write(path) as stream:
            np.savez(stream, header=np.frombuffer(json.dumps(header).encode(), np.uint8), embeddings=self._index.embeddings)

    @classmethod
    def load(cls, path: Path | str, encoder: Model) -> Self:
        """Read a gallery that `save` wrote; it gives the same answers, to the last digit.

        Args:
            path: the file.
            encoder: the one whose embeddings are in the file.

        Raises:
            DataError: the file is missing, cut short, damaged, something else, of a newer version, or made with another
                encoder; the message says which, and the way out.
            ValueError: an encoder as for `Gallery`.
        """
        path = checks.path("path", path)
        header, embeddings = _read(path)
        gallery = cls(encoder, tau=1)
        there, here = str(header.get("fingerprint")), gallery._fingerprint
        if there != here:
            raise DataError(
                f"{path} was made with another encoder: its weights have the fingerprint {there[:12]}..., those given "
                f"{here[:12]}... Their embeddings do not compare. Load that encoder, or make a new gallery with this one and "
                "enroll everybody again."
            )
        try:
            gallery.tau = header["tau"]
            names = gallery._check_new(header["names"])
            if len(names) != len(embeddings):
                raise ValueError(f"{len(names)} names and {len(embeddings)} embeddings")
            gallery._append(names, embeddings)
        except (KeyError, TypeError, ValueError) as error:
            raise KIND.damaged(path, str(error)) from error
        return gallery

    # ---- How ----

    def _append(self, names: Sequence[str], embeddings: Float32Array) -> None:
        before = len(self)
        self._index.add(embeddings)
        self._rows.update(zip(names, range(before, before + len(names)), strict=True))
        self._names.extend(names)

    def _check_new(self, names: Iterable[str]) -> list[str]:
        """Return the names as they are stored."""
        if isinstance(names, str) or not isinstance(names, Iterable):
            raise ValueError(f"names: expected a list of names, got {checks.quoted(names)}")
        checked: dict[str, None] = {}
        for name in map(_stored, names):
            said = checks.quoted(name)
            if name in self._rows:
                raise ValueError(f"name: {said} is enrolled already. To replace them, call remove({said}) first.")
            if name in checked:
                raise ValueError(f"names: {said} is there twice. For several pictures of one person, give the mean of them.")
            checked[name] = None
        return list(checked)

    def _row(self, name: str) -> int:
        name = _stored(name)
        if name in self._rows:
            return self._rows[name]
        close = [checks.quoted(other) for other in difflib.get_close_matches(name, islice(self._names, _NAMES_COMPARED))]
        hint = f"Did you mean {' or '.join(close)}?" if close else f"{len(self)} people are enrolled; see `names`."
        raise ValueError(f"name: nobody is enrolled as {checks.quoted(name)}. {hint}")

    def _embed(self, pictures: ArrayLike) -> Float32Array:
        pictures = grey_pictures("pictures", pictures, _SMALLEST)
        if (pictures.max(axis=(1, 2)) == pictures.min(axis=(1, 2))).any():
            raise ValueError("pictures: one has the same grey everywhere: it shows no face")
        if fingerprint(self._encoder) != self._fingerprint:
            raise ValueError(
                "encoder: its weights have changed since this gallery was made, so its embeddings no longer compare with those "
                "stored. Make a new gallery with the trained encoder and enroll everybody again."
            )
        embeddings = embed(self._encoder, pictures, mirror=True)
        if not np.isfinite(embeddings).all():
            raise ValueError("encoder: gives embeddings that are not finite. Its training has failed; train it again.")
        return embeddings

    def _check_embeddings(self, embeddings: NDArray[Any]) -> None:
        features = self._index.features
        if embeddings.dtype.kind != "f" or embeddings.shape[-1] != features:
            raise ValueError(
                f"embeddings: expected floats, {features} features each, as the encoder gives, got shape {embeddings.shape} "
                f"of {embeddings.dtype}"
            )
        length = lengths(embeddings.reshape(-1, features))
        wrong = ~(np.abs(length - 1) <= _LENGTH_TOLERANCE)  # NaN is wrong too
        if wrong.any():
            raise ValueError(f"embeddings: expected finite numbers and length 1, got one of length {length[wrong][0]:g}")

    def _check_search(self, k: int) -> None:
        checks.whole_number("k", k)
        if not self._names:
            raise ValueError("the gallery is empty: there is nobody to recognise. Call enroll first.")

    def _recognise(self, matches: list[Match]) -> str | None:
        return matches[0].name if matches[0].distance <= self.tau else None


# ---- Embeddings ----


def _mean_direction(embeddings: NDArray[Any]) -> Float32Array:
    """(people, K, features) of length 1 -> (people, features) of length 1."""
    people, shots, features = embeddings.shape
    if shots == 1:
        return unit(embeddings[:, 0])
    mean = unit(embeddings.reshape(-1, features)).reshape(people, shots, features).mean(axis=1, dtype=np.float64)
    if (np.linalg.norm(mean, axis=1) < 1e-3).any():
        raise ValueError("embeddings: those of one person cancel out, so their mean has no direction. Are they of one person?")
    return unit(mean)


# ---- Names and pictures ----


def _stored(name: str) -> str:
    """One spelling for what looks the same: letters with accents come as one character or two, depending on the system."""
    if not isinstance(name, str) or not name.strip():
        raise ValueError(f"name: expected text that is not empty, got {checks.quoted(name)}")
    return unicodedata.normalize("NFC", name.strip())


def _as_one(picture: ArrayLike) -> NDArray[Any]:
    """Return (1, rows, columns)."""
    picture = checks.as_array("picture", picture)
    if picture.ndim != 2:
        hint = hint_at_one_grey_picture("picture", picture)
        raise ValueError(f"picture: expected one, (rows, columns), grey, got shape {picture.shape}. {hint}")
    return picture[None]


# ---- Reading files ----


def _read(path: Path) -> tuple[dict[str, Any], NDArray[Any]]:
    """Return the header and the embeddings of a file; everything else is a DataError."""
    with KIND.read(path) as stream, np.load(stream, allow_pickle=False) as arrays:
        header = json.loads(arrays["header"].tobytes()) if "header" in arrays else {}
        if not isinstance(header, dict) or header.get("format") != FORMAT:
            raise KIND.another(path, "another .npz or .zip file")
        version = header.get("version")
        if isinstance(version, int) and version > VERSION:
            raise KIND.newer(path, f"version {checks.quoted(version)} of the format", f"version {VERSION}")
        if version != VERSION:
            raise KIND.damaged(path, f"version {checks.quoted(version)}")
        return header, arrays["embeddings"]
