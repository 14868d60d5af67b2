#!/usr/bin/env python3
"""Six losses of a map of probabilities as PyTorch users write them: whole tensors, one-hot truth, Lovasz by sorting.

    peer_torch.py region MAP TRUTH

Without operands it only tells whether its libraries are installed.
"""
import sys

import torch

from peer_image import load


def lovasz_of_class(p, t):
    errors, order = torch.sort((t - p).abs(), descending=True)
    t = t[order]
    union = t.sum() + (1 - t).cumsum(0)
    jaccard = 1 - (t.sum() - t.cumsum(0)) / union
    jaccard[1:] = jaccard[1:] - jaccard[:-1]
    return (errors * jaccard).sum()


def region(prediction, truth):
    p = torch.from_numpy(load(prediction)[0].copy(order="F")).permute(3, 2, 1, 0).flatten(1)
    t = torch.from_numpy(load(truth)[0].copy(order="F")).permute(2, 1, 0).flatten().long()
    hot = torch.nn.functional.one_hot(t, p.shape[0]).T.float()
    own = p.gather(0, t[None])[0].clamp_min(1e-7)
    common, size_p, size_t = (p * hot).sum(1), p.sum(1), hot.sum(1)
    print("ce", -own.log().mean().item())
    print("focal", (-(1 - own) ** 2 * own.log()).mean().item())
    print("dice", (1 - 2 * common / (size_p + size_t)).mean().item())
    print("iou", (1 - common / (size_p + size_t - common)).mean().item())
    print("tversky", (1 - common / (common + 0.3 * (size_p - common) + 0.7 * (size_t - common))).mean().item())
    print("lovasz", torch.stack([lovasz_of_class(p[k], hot[k]) for k in range(p.shape[0])]).mean().item())


if __name__ == "__main__" and len(sys.argv) == 4:
    region(sys.argv[2], sys.argv[3])
