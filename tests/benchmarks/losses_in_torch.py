"""PyTorch Metric Learning's ways of hard and semi-hard mining, run on demand; for `test_losses_speed.py`, without the course.

Takes the file of a batch (labels, embeddings, gap) and writes a line with the versions. For each line that names a way, runs
it once and writes one line of JSON: the loss, its gradient with respect to the embeddings, and the seconds.
"""

import json
import sys
from time import perf_counter

import numpy as np
import pytorch_metric_learning
import torch
from pytorch_metric_learning.distances import LpDistance
from pytorch_metric_learning.losses import TripletMarginLoss
from pytorch_metric_learning.miners import BatchEasyHardMiner, BatchHardMiner, TripletMarginMiner
from pytorch_metric_learning.reducers import MeanReducer

batch = np.load(sys.argv[1])
labels, gap = torch.from_numpy(batch["labels"]), float(batch["gap"])
distance = LpDistance(normalize_embeddings=False)
loss_of = TripletMarginLoss(margin=gap, distance=distance, reducer=MeanReducer())
MINERS = {
    "hard": BatchHardMiner(distance=distance),
    "semi-hard": BatchEasyHardMiner(pos_strategy="hard", neg_strategy="semihard", distance=distance),
    "all semi-hard": TripletMarginMiner(margin=gap, type_of_triplets="semihard", distance=distance),
}

print(f"PyTorch {torch.__version__}, PyTorch Metric Learning {pytorch_metric_learning.__version__}", flush=True)
for line in sys.stdin:
    miner = MINERS[line.strip()]
    embeddings = torch.from_numpy(batch["embeddings"]).requires_grad_()
    start = perf_counter()
    loss = loss_of(embeddings, labels, miner(embeddings, labels))
    loss.backward()
    seconds = perf_counter() - start
    print(json.dumps({"value": loss.item(), "gradient": embeddings.grad.tolist(), "seconds": seconds}), flush=True)
