"""Voxels of a file as the generator writes it and the size of a voxel in mm: PNG, or NIfTI-1 of uint8 or float32."""
import gzip

import numpy as np


def load(path):
    if path.endswith(".png"):
        from PIL import Image
        return np.array(Image.open(path)), np.ones(2)
    with (gzip.open if path.endswith(".gz") else open)(path, "rb") as f:
        data = f.read()
    dim = np.frombuffer(data, "<i2", 8, 40)
    kind = np.uint8 if np.frombuffer(data, "<i2", 1, 70)[0] == 2 else np.float32
    mm = np.frombuffer(data, "<f4", 8, 76)[1:4].astype(float)
    shape = tuple(dim[1:1 + dim[0]].astype(int))
    return np.frombuffer(data, kind, offset=352).reshape(shape, order="F"), mm
