"""Notebooks run two at a time: much of a run is one core's work, and all of them one by one take too long."""

from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from typing import Any

import pytest


@pytest.fixture(scope="session")
def in_pairs() -> Iterator[ThreadPoolExecutor]:
    with ThreadPoolExecutor(2) as pool:
        yield pool
        pool.shutdown(cancel_futures=True)


@pytest.fixture(scope="module")
def started(request: pytest.FixtureRequest, in_pairs: ThreadPoolExecutor) -> Callable[..., dict[Any, Future[Any]]]:
    """Return what starts a run for each parameter that the selected tests of a function have."""

    def start(test: str, parameter: str, run: Callable[[Any], Any]) -> dict[Any, Future[Any]]:
        chosen = [item.callspec.params[parameter] for item in request.session.items if item.originalname == test]
        return {value: in_pairs.submit(run, value) for value in chosen}

    return start
