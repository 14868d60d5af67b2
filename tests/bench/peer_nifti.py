"""Voxels of a NIfTI-1 file of uint8 or float32 as the generator writes it, and the size of a voxel in mm."""
import gzip

import numpy as np


def load(path):
    with (gzip.open if path.endswith(".gz") else open)(path, "rb") as f:
        data = f.read()
    dim = np.frombuffer(data, "<i2", 8, 40)
    kind = np.uint8 if np.frombuffer(data, "<i2", 1, 70)[0] == 2 else np.float32
    mm = np.frombuffer(data, "<f4", 8, 76)[1:4].astype(float)
    shape = tuple(dim[1:1 + dim[0]].astype(int))
    return np.frombuffer(data, kind, offset=352).reshape(shape, order="F"), mm
