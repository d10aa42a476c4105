"""Style transfer with torch.optim.LBFGS, run by a Python that has PyTorch: one step for each line on standard input."""

import sys

import numpy as np
import torch
from torch.nn.functional import conv2d, max_pool2d, relu

MEAN_BGR = torch.tensor([103.939, 116.779, 123.68]).reshape(1, 3, 1, 1)
WEIGHTS = {"block1_conv1": 0.1, "block2_conv1": 2e-4, "block3_conv1": 1e-4, "block4_conv1": 7e-7, "block5_conv1": 5e-3}


def activations(x, kernels, wanted):
    """Run VGG19 up to the deepest layer wanted; x is (1, 3, height, width), RGB from 0 to 255."""
    x, found = x.flip(1) - MEAN_BGR, {}
    for layer, (kernel, bias) in kernels.items():
        if layer.endswith("conv1") and not layer.startswith("block1"):
            x = max_pool2d(x, 2)
        x = relu(conv2d(x, kernel, bias, padding=1))
        if layer in wanted:
            found[layer] = x
        if len(found) == len(wanted):
            return found
    raise ValueError(wanted)


def mean_gram(a):
    positions = a.flatten(2)[0]
    return positions @ positions.T / positions.shape[1]


def main(task, content_layer, *style_layers):
    with np.load(task) as file:
        layers = [name[:-2] for name in file.files if name.endswith("/k")]
        kernels = {
            layer: (torch.tensor(file[f"{layer}/k"]).permute(3, 2, 0, 1).contiguous(), torch.tensor(file[f"{layer}/b"]))
            for layer in layers
        }
        content, style = (torch.tensor(file[name]).permute(2, 0, 1)[None].float().contiguous() for name in ("content", "style"))
    with torch.no_grad():
        target = activations(content, kernels, [content_layer])[content_layer]
        grams = {layer: mean_gram(a) for layer, a in activations(style, kernels, style_layers).items()}
    picture = content.clone().requires_grad_()
    optimizer = torch.optim.LBFGS([picture], max_iter=1, history_size=10)

    def closure():
        optimizer.zero_grad()
        a = activations(picture, kernels, [content_layer, *style_layers])
        cost = 10 * ((a[content_layer] - target) ** 2).mean() / 4
        for layer in style_layers:
            cost = cost + 40 * WEIGHTS[layer] * ((mean_gram(a[layer]) - grams[layer]) ** 2).mean() / 4
        cost.backward()
        return cost

    print(f"PyTorch {torch.__version__}, {torch.get_num_threads()} threads", flush=True)
    for _ in sys.stdin:
        optimizer.step(closure)
        print("done", flush=True)


if __name__ == "__main__":
    main(*sys.argv[1:])
