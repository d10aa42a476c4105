"""The style half of the course: a picture painted in the style of another.

- `costs`: what is on the picture, how it is painted, and both together
- `winograd`: a convolution with a quarter of the multiplications
- `features`: VGG19 as style transfer looks through it, by that convolution where it pays
- `objective`: the total cost of a picture and its gradient, compiled
- `optimizers`: L-BFGS and Adam, as iterators over their steps
- `settings`: all that one may choose but the pictures
- `transfer`: the painting itself, which can be stopped, saved and continued
- `colours`: colours matched, taken away, given back
- `dreams`: pictures that excite a channel, and where a photograph does
- `precision`: which precision is faster on this machine
- `painter`: a network that has learned one style, and paints any picture in one pass
- `muon`: an optimiser for the kernels inside a network
- `painter_training`: how it learns, from the same costs
- `picture_files`: the files that the commands read and write
- `command`: `python -m course_utils style`
- `painter_command`: `python -m course_utils paint` and `train-painter`
"""
