"""The types of arrays that signatures name, each with one meaning in the whole package."""

from typing import Any

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.generic]  # of anything plain: bool, numbers, text
BoolArray = NDArray[np.bool_]
IntArray = NDArray[np.int64]
UInt8Array = NDArray[np.uint8]
Float32Array = NDArray[np.float32]
Float64Array = NDArray[np.float64]
FloatArray = NDArray[np.floating[Any]]  # of any precision
ComplexArray = NDArray[np.complexfloating[Any, Any]]

Picture = UInt8Array | FloatArray  # (height, width, 3), RGB from 0 to 255, or (height, width), grey

Tensor = Any  # a TensorFlow tensor, or what becomes one
Model = Any  # a Keras model
