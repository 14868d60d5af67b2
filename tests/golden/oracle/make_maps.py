#!/usr/bin/python3
"""Writes the golden loss maps: make_maps.py FOLDER SEED (tests/golden/maps, seed 1) makes FOLDER/CASE/*.nii.gz and FOLDER/maps.csv.
Needs torch (losses_autograd.py differentiates by it)."""
import csv, math, os, sys
import numpy as np, nibabel as nib
from scipy import ndimage as ndi
sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
import losses_autograd as o

OUT, SEED = sys.argv[1], int(sys.argv[2])
rng = np.random.default_rng(SEED)
os.makedirs(OUT, exist_ok=True)


def num(v, digits=12):
    if v is None or isinstance(v, (str, bool)): return v
    if isinstance(v, (bool, np.bool_)): return bool(v)
    if isinstance(v, (int, np.integer)): return int(v)
    v = float(v)
    if math.isnan(v) or math.isinf(v): return None
    return float(f"{v:.{digits}g}")


def clean(d, digits=12):
    if isinstance(d, dict): return {k: clean(v, digits) for k, v in d.items()}
    if isinstance(d, (list, tuple, np.ndarray)): return [clean(v, digits) for v in d]
    return num(d, digits)


def nii(path, a, spacing):
    os.makedirs(os.path.dirname(path), exist_ok=True)
    sz, sy, sx = spacing
    aff = np.array([[-sx, 0, 0, 11.5], [0, -sy, 0, -7.25], [0, 0, sz, 3], [0, 0, 0, 1]])
    axes = (2, 1, 0) if a.ndim == 3 else (3, 2, 1, 0)
    h = nib.Nifti1Image(np.ascontiguousarray(a.transpose(axes)), aff)
    h.header.set_xyzt_units("mm")
    h.header["descrip"] = b""
    nib.save(h, path)


# --------------------------------------------------------------------------------------------- maps
def disc(shape, cy, cx, r, spacing=(1, 1, 1), cz=0):
    z, y, x = np.meshgrid(*[np.arange(n) * s for n, s in zip(shape, spacing)], indexing="ij")
    return (z - cz) ** 2 + (y - cy) ** 2 + (x - cx) ** 2 <= r * r


def soft(lab, C, sharp, noise, shift, missed=None, level=6.0):
    l = []
    for c in range(C):
        m = np.roll((lab == c).astype(float), shift, (-2, -1))
        m = ndi.gaussian_filter(m, [0 if n == 1 else 0.8 for n in lab.shape])
        l.append(sharp * (2 * m - 1) + noise * rng.standard_normal(lab.shape))
    l = np.stack(l)
    if missed is not None:
        l[1:][:, missed] = -level / 2 + 0.2 * rng.standard_normal(l[1:][:, missed].shape)
        l[0][missed] = level / 2 + 0.2 * rng.standard_normal(int(missed.sum()))
    p = np.exp(l - l.max(0))
    return p / p.sum(0)


j = lambda a: int(rng.integers(-a, a + 1))
cases = {}
lab = np.zeros((1, 24, 30), np.uint8); big = disc(lab.shape, 10 + j(1), 9 + j(1), 6.5); small = disc(lab.shape, 17 + j(1), 24 + j(1), 2)
lab[big | small] = 1
cases["two_objects"] = dict(lab=lab, y=soft(lab, 2, 3.0, 0.5, (0, 1), ndi.binary_dilation(small, np.ones((1, 3, 3))), 14.0), sp=(1, 1, 1), store="4d")
lab = np.zeros((1, 20, 28), np.uint8); lab[disc(lab.shape, 8 + j(1), 8 + j(1), 5)] = 1; lab[disc(lab.shape, 11 + j(1), 20 + j(1), 4)] = 2
cases["absent_class"] = dict(lab=lab, y=soft(lab, 4, 2.2, 0.6, (1, 0)), sp=(1, 0.7, 1.2), store="4d")
lab = np.zeros((7, 12, 14), np.uint8); lab[disc(lab.shape, 5, 4.5, 3.2, (2.5, .9, .8), 7.5)] = 1; lab[disc(lab.shape, 6.5, 8, 2.4, (2.5, .9, .8), 8)] = 2
lab[6, 1, 12] = 1
cases["volume"] = dict(lab=lab, y=soft(lab, 3, 2.5, 0.7, (0, 1)), sp=(2.5, 0.9, 0.8), store="4d")
lab = np.zeros((1, 20, 24), np.uint8); lab[disc(lab.shape, 9 + j(1), 11 + j(2), 5.5)] = 1
cases["one_map"] = dict(lab=lab, y=soft(lab, 2, 2.5, 0.7, (1, 1)), sp=(1, 1, 1), store="fg")
lab = np.zeros((1, 22, 26), np.uint8); lab[disc(lab.shape, 10 + j(1), 12 + j(1), 6)] = 1; P = np.roll(lab, (2, 3), (1, 2))
cases["hard"] = dict(lab=lab, y=np.stack([P == 0, P == 1]).astype(float), sp=(1, 1, 1), store="labels")

EXPR = {"0.5*dice + 0.5*ce": [(0.5, "dice"), (0.5, "ce")], "0.3*boundary-dou + 0.7*focal": [(0.3, "boundary-dou"), (0.7, "focal")]}
maps = {}
for name, c in cases.items():
    d = f"{OUT}/{name}"
    nii(d + "/truth.nii.gz", c["lab"], c["sp"])
    if c["store"] != "labels": c["y"] = c["y"].astype(np.float32)
    if c["store"] == "4d": nii(d + "/prediction.nii.gz", c["y"], c["sp"]); c["y"] = c["y"].astype(float)
    elif c["store"] == "fg": nii(d + "/prediction.nii.gz", c["y"][1], c["sp"]); c["y"] = c["y"].astype(float); c["y"] = np.stack([1 - c["y"][1], c["y"][1]])
    else: nii(d + "/prediction.nii.gz", c["y"][1].astype(np.uint8), c["sp"])
    Z, Y, X = c["lab"].shape
    # 30 voxels: half near the object's border, half anywhere
    fg = c["lab"].ravel() > 0
    d0 = ndi.distance_transform_edt(c["lab"] > 0).ravel() + ndi.distance_transform_edt(c["lab"] == 0).ravel()
    close = np.flatnonzero(d0 <= 2)
    vox = np.unique(np.concatenate([rng.choice(close, min(18, len(close)), replace=False), rng.choice(fg.size, 12, replace=False)]))
    while len(vox) < 30: vox = np.unique(np.append(vox, rng.integers(fg.size)))
    vox = vox[:30]
    entry = dict(shape=[X, Y, Z], voxels=[[int(v % X), int(v // X % Y), int(v // (X * Y))] for v in vox], classes=int(c["y"].shape[0]), losses={})
    k = o.Case(c["y"], c["lab"], c["sp"])
    grad_ok = c["store"] != "labels"
    ce_g = o.evaluate(o.ce, k)[5]
    if grad_ok: entry['prediction'] = clean(o.prediction_statistics(k), 9)
    todo = dict(o.LOSSES); todo.update({e: (lambda kk, p=p: o.expression(p, kk)) for e, p in EXPR.items()})
    for ln, f in todo.items():
        if not grad_ok and ln == "rmi": continue
        v, m, off, kind, g, gz = o.evaluate(f, k)
        if m is not None:
            assert abs(m.sum() + off - v) <= 1e-12 * max(1, abs(v)) * 10, (name, ln, m.sum() + off, v)
        assert grad_ok is False or np.isfinite(gz).all()
        e = dict(value=v, offset=off, kind=kind)
        if m is not None:
            e["map"] = m.sum(0)[vox]; e["map_class"] = m[:, vox[::3]].T
        if grad_ok:
            e["prob"], e["logit"] = g[:, vox[::2]].T, gz[:, vox[::2]].T
            e["stats"] = dict(prob=o.gradient_statistics(g, k, ce_g, False), logit=o.gradient_statistics(gz, k, ce_g, True))
            e["components"] = o.component_statistics(gz, k)
        entry["losses"][ln] = clean(e, 9)
    maps[name] = entry


def flat(d, path=""):
    """Numbers and words of nested dictionaries, by dotted names; flags joined by spaces."""
    for key, v in d.items():
        if isinstance(v, dict): yield from flat(v, path + key + ".")
        else: yield path + key, " ".join(v) if isinstance(v, list) else v


def rows_of(maps):
    """case, loss, what, class, x, y, z, value: every third voxel of a map, every second of those of a class."""
    for case, m in maps.items():
        for name, v in flat(m.get("prediction", {})): yield case, "", name, "", "", "", "", v
        for loss, e in m["losses"].items():
            for name in ("value", "offset", "kind"): yield case, loss, name, "", "", "", "", e[name]
            for at, v in list(zip(m["voxels"], e.get("map", [])))[::3]: yield (case, loss, "map", "", *at, v)
            for what, step in (("map_class", 3), ("prob", 2), ("logit", 2)):
                for at, values in list(zip(m["voxels"][::step], e.get(what, [])))[::2]:
                    for c, v in enumerate(values): yield (case, loss, what, c, *at, v)
            for name, v in flat(e.get("stats", {})): yield case, loss, name, "", "", "", "", v
            for i, comp in enumerate(e.get("components", [])):
                for name, v in flat(comp): yield case, loss, f"component.{i}.{name}", "", "", "", "", v


def write(maps, path):
    with open(path, "w", newline="") as f:
        out = csv.writer(f, lineterminator="\n")
        out.writerow(["case", "loss", "what", "class", "x", "y", "z", "value"])
        for r in rows_of(maps): out.writerow(["" if v is None else v for v in r])


if __name__ == "__main__":
    write(maps, OUT + "/maps.csv")
