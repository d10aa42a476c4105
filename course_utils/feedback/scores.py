"""What a learner has so far: points by exercise, what is open, and model answers to compare one's own words with."""

from course_utils.feedback import progress, sets
from course_utils.feedback.sets import Task

KEPT_BACK = "This set is graded: the model answer to what you write is kept back."
NOT_HERE = "The model answer is not on this computer: this copy of the course came without solutions."


def course() -> str:
    """Return a line for each set, by what the last checks said; if they said "Right." of none, where points are to be had."""
    done = progress.read()
    checked = {lesson: [task for task in sets.tasks(lesson) if not task.in_words] for lesson in sets.lessons()}
    if not any(_points(task, done) for tasks in checked.values() for task in tasks):
        return "No points yet: they are counted in the exercises. The first set is exercises 01."
    lines = [
        f"{lesson:02d}  {sets.title(lesson):46} {_bar(tasks, done)}  {_sum(tasks, done)}" for lesson, tasks in checked.items()
    ]
    return "\n".join([*lines, f"This is kept in {progress.place()}, and sent nowhere. Delete the file to begin anew."])


def one_set(lesson: int) -> str:
    """Return points by exercise and what is open, by what the last checks said."""
    done = progress.read()
    tasks = sets.tasks(lesson)
    checked = [task for task in tasks if not task.in_words]
    words = sum(task.points for task in tasks if task.in_words)
    width = max(len(task.title) for task in tasks)
    lines = [f"Exercises {lesson:02d}: {sets.title(lesson)}"]
    for task in tasks:
        of = f"{task.points}" if task.in_words else f"{_points(task, done)} of {task.points}"
        lines.append(f"{task.number:3}. {task.title:{width}}  {of:>7}  {_state(task, done)}")
    total = _sum(checked, done) + (f"; {words} more in words, for you to judge" if words else "")
    return "\n".join([*lines, f"By your last checks: {total}."])


def in_words(lesson: int) -> list[Task]:
    """Return the questions of a set whose answers one writes in words."""
    return [task for task in sets.tasks(lesson) if task.in_words]


def in_markdown(task: Task) -> str:
    """Return a question and its model answer, folded: who has not written an answer yet should not see ours."""
    body = f"{task.question}\n\n**A model answer**\n\n{task.model}" if task.model else NOT_HERE
    summary = f"{task.number}. {task.title} ({task.points} points). Write your answer first, then unfold this."
    return f"<details><summary>{summary}</summary>\n\n{body}\n\n</details>"


def in_text(task: Task) -> str:
    """Return a question and its model answer for a terminal."""
    body = f"{task.question}\n\nA model answer\n\n{task.model}" if task.model else NOT_HERE
    head = f"{task.number}. {task.title} ({task.points} points). Write your answer first, then compare it with this."
    return f"\n{'-' * 72}\n{head}\n\n{body}"


def _points(task: Task, done: dict[str, progress.Done]) -> int:
    return task.points if done.get(task.name, progress.Done()).right else 0


def _sum(checked: list[Task], done: dict[str, progress.Done]) -> str:
    return f"{sum(_points(task, done) for task in checked)} of {sum(task.points for task in checked)} points"


def _state(task: Task, done: dict[str, progress.Done]) -> str:
    if task.in_words:
        return "in words, for you to judge"
    state = done.get(task.name, progress.Done())
    hints = f"; hints taken: {state.hints}" if state.hints else ""
    return f"{task.name}: {'right' if state.right else 'open'}{hints}"


def _bar(checked: list[Task], done: dict[str, progress.Done], width: int = 10) -> str:
    share = sum(_points(task, done) for task in checked) / sum(task.points for task in checked)
    return f"[{'#' * max(int(share * width), share > 0):{width}}]"
