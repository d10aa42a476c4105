"""What exercises of lesson 06 share: the mean colour of ImageNet."""

import numpy as np

MEAN_BGR = np.array([103.939, 116.779, 123.68])
MEAN_RGB = MEAN_BGR[::-1]
