"""A number that a learner expects, written down before it is shown: `guess(40).is_really(44.1, "%")`."""

from types import EllipsisType

from course_utils import checks


class guess:  # noqa: N801 - a learner calls it as a function
    """What you expect, before you see it; the dots stand for "not written yet".

    Args:
        value: a number, or the dots.

    Raises:
        ValueError: the value is no finite number.
    """

    def __init__(self, value: float | EllipsisType = ...) -> None:
        self.value = None if value is ... else checks.in_range("value", value)

    def is_really(self, number: float, unit: str = "") -> None:
        """Print the number, and how far off the guess was.

        Args:
            number: what came out.
            unit: what stands behind it, as "%" or "pixels".

        Raises:
            ValueError: it is no finite number.
        """
        number = checks.in_range("number", number)
        behind = unit if unit == "%" else f" {unit}" if unit else ""  # 44%, but 4,608 weights
        if self.value is None:
            print(f"The answer: {_said(number)}{behind}.")
            print("(To compare it with yours, write a number in place of the dots.)")
            return
        off = self.value - number
        apart = f"{_said(abs(off))}{' points' if unit == '%' else behind}"  # two percentages differ by percentage points
        how = "right" if abs(off) <= 0.005 * abs(number) else f"{apart} too {'high' if off > 0 else 'low'}"
        print(f"You guessed {_said(self.value)}{behind}. The answer: {_said(number)}{behind}. Your guess is {how}.")


def _said(number: float) -> str:
    """Write a number with three digits, or as a whole number where it has more before the point."""
    return f"{number:,.0f}" if abs(number) >= 1000 else f"{number:.3g}"
