#!/usr/bin/python3
"""Writes the golden values of redrawn truths: make_robust.py FOLDER SEED (tests/golden/robust, seed 1) makes masks of two
predictions, a truth and six raters, and values.csv (options, list, key, measure, field, value, tolerance) by numpy and scipy."""
import csv, math, os, sys
import numpy as np, nibabel as nib
from scipy import ndimage as ndi, stats

OUT, SEED = sys.argv[1], int(sys.argv[2])
rng = np.random.default_rng(SEED)
os.makedirs(OUT, exist_ok=True)


def nii(path, a, spacing):
    os.makedirs(os.path.dirname(path), exist_ok=True)
    sz, sy, sx = spacing
    aff = np.array([[-sx, 0, 0, 11.5], [0, -sy, 0, -7.25], [0, 0, sz, 3], [0, 0, 0, 1]])
    axes = (2, 1, 0) if a.ndim == 3 else (3, 2, 1, 0)
    h = nib.Nifti1Image(np.ascontiguousarray(a.transpose(axes)), aff)
    h.header.set_xyzt_units("mm")
    h.header["descrip"] = b""
    nib.save(h, path)


def disc(shape, cy, cx, r, spacing=(1, 1, 1), cz=0):
    z, y, x = np.meshgrid(*[np.arange(n) * s for n, s in zip(shape, spacing)], indexing="ij")
    return (z - cz) ** 2 + (y - cy) ** 2 + (x - cx) ** 2 <= r * r


j = lambda a: int(rng.integers(-a, a + 1))


def hash3(seed, stream, counter):
    """The keyed hash of the degradations: mix(mix(mix(seed + g) + stream g) + (counter + 1) g)."""
    g = np.uint64(0x9E3779B97F4A7C15)

    def mix(z):
        z = (z ^ (z >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
        z = (z ^ (z >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
        return z ^ (z >> np.uint64(31))

    with np.errstate(over="ignore"):
        a = mix(np.uint64(seed) + g)
        return mix(mix(a + np.uint64(stream) * g) + (np.asarray(counter, np.uint64) + np.uint64(1)) * g)


def uniform(seed, stream, counter):
    return (hash3(seed, stream, counter) >> np.uint64(11)).astype(float) * 2.0 ** -53


def robust_numbers(v0, v):
    """v0[i]: value of case i against the given truth; v[r][i]: against redrawn truth r."""
    v0, v = np.asarray(v0, float), np.asarray(v, float)
    per = v.std(axis=0, ddof=1)
    return dict(value=v0.mean(), sd=math.sqrt((per ** 2).mean()), bias=(v.mean(0) - v0).mean())


def robust_pair(a0, a, b0, b):
    d0, d = np.asarray(a0) - np.asarray(b0), np.asarray(a) - np.asarray(b)
    gap, gaps = d0.mean(), d.mean(axis=1)
    sd = gaps.std(ddof=1)
    R = len(gaps)
    lo = sd * math.sqrt((R - 1) / stats.chi2.ppf(0.975, R - 1))
    hi = sd * math.sqrt((R - 1) / stats.chi2.ppf(0.025, R - 1))
    flips = float((np.sign(gaps) != np.sign(gap)).mean())
    case_flips = float((np.sign(d) != np.sign(d0)[None]).mean())
    return dict(gap=gap, gap_redrawn=gaps.mean(), gap_sd=sd, gap_sd_low=lo, gap_sd_high=hi,
                retained=gaps.mean() / gap if gap else None, flips=flips, case_flips=case_flips)


def flip_labels(lab, rho, seed, redraw):
    """Label noise in a two-class truth: voxel n flips where u(seed, redraw, n) < rho; redraws count from 1."""
    u = uniform(seed, redraw, np.arange(lab.size)).reshape(lab.shape)
    return np.where(u < rho, 1 - lab, lab).astype(np.uint8)


sh = (5, 14, 16); R = 6
T0, A, B, TR = [], [], [], [[] for _ in range(R)]
for i in range(4):
    r = rng.uniform(3, 4.5); base = disc(sh, 6 + j(1), 7 + j(1), r, (1.5, 1, 1), 3)
    f = lambda a, s: (ndi.gaussian_filter(rng.standard_normal(sh), 1.0) * a + np.where(base, ndi.distance_transform_edt(base), 1 - ndi.distance_transform_edt(~base)) + s > 0.5).astype(np.uint8)
    t = f(0.5, 0); T0.append(t); A.append(f(1.8, 0.1)); B.append(f(2.4, -0.2))
    for q_ in range(R): TR[q_].append(f(1.5, 0.2))
    for folder, a in [("truth", t), ("a", A[-1]), ("b", B[-1])] + [(f"rater{q_ + 1}", TR[q_][-1]) for q_ in range(R)]:
        nii(f"{OUT}/{folder}/case{i}.nii.gz", a, (1.5, 1, 1))


def hard(p, t):
    tp = int((p & t).sum()); fp = int(p.sum()) - tp; fn = int(t.sum()) - tp
    return dict(dsc=2 * tp / (2 * tp + fp + fn), iou=tp / (tp + fp + fn), ce=-math.log(1e-7) * (fp + fn) / p.size, dice=(fp + fn) / (2 * tp + fp + fn))


def values_of(options, tr):
    va = {m: [] for m in ("dsc", "iou", "ce", "dice")}
    for m in va:
        a0 = [hard(x, t)[m] for x, t in zip(A, T0)]; b0 = [hard(x, t)[m] for x, t in zip(B, T0)]
        a = [[hard(x, t)[m] for x, t in zip(A, rr)] for rr in tr]; b = [[hard(x, t)[m] for x, t in zip(B, rr)] for rr in tr]
        for name, v0, v in (("a", a0, a), ("b", b0, b)):
            for field, x in robust_numbers(v0, v).items(): yield options, "measures", name, m, field, x, 1e-9
        for field, x in robust_pair(a0, a, b0, b).items(): yield options, "pairs", "a", m, field, x, 1e-7


raters = " ".join(f"--rater rater{q + 1}" for q in range(R))
flips = [[flip_labels(t, 0.03, 3, r + 1) for t in T0] for r in range(8)]
with open(f"{OUT}/values.csv", "w", newline="") as f:
    w = csv.writer(f, lineterminator="\n")
    w.writerow("options,list,prediction,measure,field,value,tolerance".split(","))
    w.writerows(values_of(raters, TR))
    w.writerows(values_of("--noise 0.03 --redraws 8 --seed 3", flips))
