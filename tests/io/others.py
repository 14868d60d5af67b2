#!/usr/bin/env python3
"""others.py FOLDER: writes one volume with many types and settings by other programs' libraries, one file each.

The labels are 0 to 119, one for each voxel, so that a voxel at a wrong place shows. want.nii is the volume as segloss
should see it; each other file holds the same. Prints the name of each file, or 'skipped: LIBRARY' when it is missing.
"""
import struct
import subprocess
import shutil
import sys

folder = sys.argv[1]
try:
    import numpy as np
except ImportError:
    sys.exit(print("skipped: numpy"))

ZYX = np.arange(120).reshape(4, 5, 6)  # z y x: NumPy's order
MM = (1.5, 2.0, 3.0)


def nifti(path, zyx):
    """NIfTI-1 by hand, RAS, first voxel at 0."""
    header = bytearray(352)
    struct.pack_into("<i", header, 0, 348)
    struct.pack_into("<8h", header, 40, 3, *zyx.shape[::-1], 1, 1, 1, 1)
    struct.pack_into("<hh", header, 70, 4, 16)
    struct.pack_into("<8f", header, 76, 1, *MM, 0, 0, 0, 0)
    struct.pack_into("<f", header, 108, 352)
    struct.pack_into("<hh", header, 252, 0, 1)
    for i in range(3):
        struct.pack_into("<4f", header, 280 + 16 * i, *[MM[i] if i == k else 0 for k in range(3)], 0)
    header[344:348] = b"n+1\0"
    with open(path, "wb") as f:
        f.write(header + zyx.astype("<i2").tobytes())


def told(name):
    print(name)
    return f"{folder}/{name}"


nifti(f"{folder}/want.nii", ZYX)
for code in "u1 i1 <u2 >u2 <i2 >i4 <u4 <i8 >u8 <f2 >f4 <f8".split():
    array = ZYX.astype(code)
    label = code.replace("<", "little-").replace(">", "big-")
    np.save(told(f"c-{label}.npy"), array)
    np.save(told(f"f-{label}.npy"), np.asfortranarray(array))
    np.savez(told(f"stored-{label}.npz"), probabilities=array, other=array[:1])
    np.savez_compressed(told(f"packed-{label}.npz"), array)

try:
    import tifffile

    for code in "u1 i1 u2 i2 u4 i4 f2 f4 f8".split():
        for order in "<>":
            name = f"{code}-{'little' if order == '<' else 'big'}"
            tifffile.imwrite(told(f"{name}.tif"), ZYX.astype(code), byteorder=order, photometric="minisblack")
    for packing in "zlib lzw packbits lzma zstd".split():
        try:
            tifffile.imwrite(f"{folder}/{packing}.tif", ZYX.astype("u2"), compression=packing, photometric="minisblack")
            print(f"{packing}.tif")
        except Exception:  # needs a package of its own
            pass
    tifffile.imwrite(told("big.tif"), ZYX.astype("u2"), bigtiff=True, photometric="minisblack")
    tifffile.imwrite(told("tiles.tif"), ZYX.astype("u2"), tile=(16, 16), photometric="minisblack")
    tifffile.imwrite(told("rows.tif"), ZYX.astype("u2"), rowsperstrip=2, photometric="minisblack")
    tifffile.imwrite(told("imagej.tif"), ZYX.astype("u2"), imagej=True, metadata={"axes": "ZYX", "spacing": 3.0, "unit": "mm"},
                     resolution=(1 / 1.5, 1 / 2.0))
    tifffile.imwrite(told("ome.ome.tif"), ZYX.astype("u2"), ome=True, metadata={"axes": "ZYX"}, photometric="minisblack")
except ImportError:
    print("skipped: tifffile")

try:
    import PIL.Image

    pages = [PIL.Image.fromarray(z.astype("u1")) for z in ZYX]
    for packing in (None, "tiff_deflate", "tiff_lzw", "packbits"):
        pages[0].save(told(f"pil-{packing}.tif"), save_all=True, append_images=pages[1:], compression=packing)
except ImportError:
    print("skipped: PIL")

try:
    import nibabel

    affine = np.diag([*MM, 1])
    for code in "u1 i2 i4 f4".split():
        image = nibabel.MGHImage(ZYX.transpose().astype(code), affine)
        for ending in ("mgh", "mgz"):
            nibabel.save(image, told(f"{code}.{ending}"))
except ImportError:
    print("skipped: nibabel")


def run(name, *command):
    if shutil.which(command[0]) is None:
        print(f"skipped: {command[0]}")
    elif subprocess.run(command, cwd=folder, capture_output=True).returncode == 0:
        print(name)
    else:
        sys.exit(print(f"{' '.join(command)} failed"))


with open(f"{folder}/raw.nrrd", "wb") as f:
    f.write(b"NRRD0004\ntype: short\ndimension: 3\nsizes: 6 5 4\nendian: little\nspace: RAS\nspace directions: (1.5,0,0) "
            b"(0,2,0) (0,0,3)\nspace origin: (0,0,0)\nencoding: raw\n\n" + ZYX.astype("<i2").tobytes())
for encoding in ("raw", "gzip", "ascii"):
    run(f"teem-{encoding}.nrrd", "teem-unu", "save", "-f", "nrrd", "-e", encoding, "-i", "raw.nrrd", "-o", f"teem-{encoding}.nrrd")
run("teem.nhdr", "teem-unu", "save", "-f", "nrrd", "-e", "gzip", "-i", "raw.nrrd", "-o", "teem.nhdr")
run("teem-float.nrrd", "teem-unu", "convert", "-t", "float", "-i", "raw.nrrd", "-o", "teem-float.nrrd")
run("plastimatch.mha", "plastimatch", "convert", "--input", "raw.nrrd", "--output-img", "plastimatch.mha")
run("plastimatch.nrrd", "plastimatch", "convert", "--input", "raw.nrrd", "--output-img", "plastimatch.nrrd")
