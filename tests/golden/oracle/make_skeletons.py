#!/usr/bin/env python3
"""Writes skeletons.txt: small masks and what scikit-image's skeletonize leaves of them, 2D and 3D.

A case is a line "X Y Z", then Z slices of Y lines: '.' background, 'o' a voxel of the mask, '#' one of its skeleton.
All 256 neighbourhoods of a pixel occur in the 2D cases; small objects that vanish occur in the 3D cases.
"""
import os

import numpy as np
from scipy import ndimage as ndi
from skimage.morphology import skeletonize


def neighbourhoods():
    """Sixteen images of 16 blocks of 3 x 3 pixels that keep 2 pixels apart."""
    for first in range(0, 256, 16):
        image = np.zeros((1, 22, 22), bool)
        for i in range(16):
            bits = [(first + i) >> k & 1 for k in range(8)]
            block = np.array(bits[:4] + [1] + bits[4:], bool).reshape(3, 3)
            y, x = 1 + 5 * (i // 4), 1 + 5 * (i % 4)
            image[0, y:y + 3, x:x + 3] = block
        yield image


def blobs(rng):
    for i in range(40):
        shape = (1, *rng.integers(6, 30, 2)) if i % 2 else tuple(rng.integers(3, 11, 3))
        sigma = rng.uniform(0, 1.8)
        field = ndi.gaussian_filter(rng.standard_normal(shape), [0 if n == 1 else sigma for n in shape])
        yield field > np.quantile(field, rng.uniform(0.2, 0.8))


def lines(mask):
    skeleton = skeletonize(mask[0])[None] if len(mask) == 1 else skeletonize(mask) > 0
    yield "%d %d %d" % mask.shape[::-1]
    for z in range(mask.shape[0]):
        for y in range(mask.shape[1]):
            yield "".join("#" if s else "o" if m else "." for m, s in zip(mask[z, y], skeleton[z, y]))


def main():
    folder = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
    masks = [*neighbourhoods(), *blobs(np.random.default_rng(7))]
    with open(os.path.join(folder, "skeletons.txt"), "w") as f:
        for mask in masks:
            f.writelines(line + "\n" for line in lines(mask))
    print("%d cases of skeletons.txt" % len(masks))


if __name__ == "__main__":
    main()
