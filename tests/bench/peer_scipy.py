#!/usr/bin/env python3
"""What a Python user writes for DSC, IoU, HD95 and the boundary loss: numpy and scipy, cropped to each class.

    peer_scipy.py metrics PREDICTION TRUTH      files or folders of label maps
    peer_scipy.py boundary MAP TRUTH            boundary loss of a map of probabilities

Without operands it only tells whether its libraries are installed.
"""
import os
import sys

import numpy as np
from scipy.ndimage import binary_erosion, distance_transform_edt

from peer_image import load


def box(a, b):
    both = a | b
    cut = []
    for axis in range(both.ndim):
        on = np.flatnonzero(both.any(tuple(x for x in range(both.ndim) if x != axis)))
        cut.append(slice(max(on[0] - 1, 0), on[-1] + 2))
    return tuple(cut)


def surface_distances(a, b, mm):
    far = distance_transform_edt(~(b & ~binary_erosion(b)), sampling=mm)
    return far[a & ~binary_erosion(a)]


def metrics(prediction, truth):
    p, mm = load(prediction)
    t, _ = load(truth)
    for k in range(1, int(max(p.max(), t.max())) + 1):
        a, b = p == k, t == k
        if not a.any() or not b.any():
            continue
        common = (a & b).sum()
        cut = box(a, b)
        a, b = np.ascontiguousarray(a[cut]), np.ascontiguousarray(b[cut])
        hd95 = max(np.percentile(surface_distances(a, b, mm), 95), np.percentile(surface_distances(b, a, mm), 95))
        size = a.sum() + b.sum()
        print(k, 2 * common / size, common / (size - common), hd95)


def boundary(prediction, truth):
    p, mm = load(prediction)
    t, _ = load(truth)
    total = 0.0
    for k in range(1, p.shape[3]):
        own = t == k
        signed = distance_transform_edt(~own, sampling=mm) - distance_transform_edt(own, sampling=mm)
        total += (p[..., k] * signed).mean(dtype=float)
    print(total / (p.shape[3] - 1))


if __name__ == "__main__" and len(sys.argv) == 4:
    work = {"metrics": metrics, "boundary": boundary}[sys.argv[1]]
    if os.path.isdir(sys.argv[2]):
        for name in sorted(os.listdir(sys.argv[2])):
            work(os.path.join(sys.argv[2], name), os.path.join(sys.argv[3], name))
    else:
        work(sys.argv[2], sys.argv[3])
