"""Reads the questions of the concept inventory, docs/instructor/inventory/questions.toml."""

import tomllib
from dataclasses import dataclass
from pathlib import Path

from course_utils.feedback.bank import exercises

SOURCE = Path(__file__).resolve().parent / "instructor" / "inventory" / "questions.toml"
FORMS = ("A", "B")


@dataclass(frozen=True)
class Option:
    """An answer to choose.

    Attributes:
        text: Markdown.
        mistake: of the bank, as lesson_NN/exercise/name; empty for the right answer.
    """

    text: str
    mistake: str = ""

    @property
    def feedback(self) -> str:
        """What the bank says of the mistake."""
        if not self.mistake:
            return "Right."
        lesson, exercise, name = self.mistake.split("/")
        return " ".join(exercises(int(lesson.removeprefix("lesson_")))[exercise].texts[name].split())


@dataclass(frozen=True)
class Question:
    """A question in one of its two forms.

    Attributes:
        number: from 1 on.
        title: a few words.
        objectives: for each objective that it asks about, the number of its lesson and some of its words.
        stem: Markdown.
        options: four, in alphabetical order; one is right.
        why: told to everybody in the end; Markdown.
    """

    number: int
    title: str
    objectives: tuple[str, ...]
    stem: str
    options: tuple[Option, ...]
    why: str

    @property
    def right(self) -> Option:
        """The right answer."""
        return next(option for option in self.options if not option.mistake)


def questions(form: str) -> list[Question]:
    """Return the thirteen questions of form "A" or "B"."""
    listed = tomllib.loads(SOURCE.read_text("utf-8"))["question"]
    return [_question(number, told, told[form]) for number, told in enumerate(listed, 1)]


def _question(number: int, told: dict, form: dict) -> Question:
    options = [Option(form["right"]), *(Option(one["text"], one["mistake"]) for one in form["wrong"])]
    in_order = tuple(sorted(options, key=lambda option: option.text))
    return Question(number, told["title"], tuple(told["objectives"]), form["stem"].strip(), in_order, form["why"].strip())
