#!/usr/bin/env python3
"""make_reading.py [FOLDER SEED]: writes the golden cases of the reading rules into FOLDER, without
arguments into ../reading.

The files are made here; what is expected of them is computed by oracle_reading.py from the files as written.
The same seed gives the same bytes; another seed gives other scenes of the same kinds.
"""
import csv
import gzip
import io
import json
import os
import shutil
import struct
import sys
import zipfile

import nibabel as nib
import numpy as np
from PIL import Image

import oracle_reading as O

SHAPE, MM = (18, 16, 10), (1.5, 1.5, 3.0)
REGIONS = {"WT": [1, 2, 3], "TC": [2, 3], "ET": [3]}
REGION_TEXT = "WT=1/2/3,TC=2/3,ET=3"
DATASET = {"labels": {"background": 0, "whole_tumor": [1, 2, 3], "tumor_core": [2, 3], "enhancing": 3},
           "regions_class_order": [1, 2, 3], "file_ending": ".nii.gz"}
NAMES = {"whole_tumor": [1, 2, 3], "tumor_core": [2, 3], "enhancing": [3]}
VOC_NAMES = {0: "background", 1: "aeroplane", 2: "bicycle", 3: "bird"}


# ---- writers, all without a date in them ----

def place(path):
    os.makedirs(os.path.dirname(path) or ".", exist_ok=True)
    return path


def pack(path, data):
    with open(place(path), "wb") as f:
        f.write(gzip.compress(data, 9, mtime=0) if path.endswith((".gz", ".mgz")) else data)


def nii(path, a, mm=MM, intent=None):
    a = np.asarray(a)
    im = nib.Nifti1Image(a, np.diag([*mm, 1.0]))
    im.header.set_xyzt_units("mm")
    if intent:
        im.header.set_intent(intent)
    im.set_data_dtype(a.dtype)
    pack(path, im.to_bytes())


def mgz(path, a):
    im = nib.MGHImage(np.asarray(a, np.int32), np.diag([*MM, 1.0]))
    out = io.BytesIO()
    im.to_file_map({"image": nib.FileHolder(fileobj=out), "header": nib.FileHolder(fileobj=out)})
    pack(path, out.getvalue())


def png(path, a, palette=None):
    a = np.asarray(a)
    im = Image.fromarray(np.ascontiguousarray(a.T if a.ndim == 2 else a.transpose(1, 0, 2)))
    if palette:
        im = im.convert("P") if im.mode != "L" else Image.fromarray(np.asarray(im), "P")
        im.putpalette([c for i in range(256) for c in palette(i)])
    im.save(place(path), optimize=True)


def tif(path, pages):
    ims = [Image.fromarray(np.ascontiguousarray(p.T)) for p in pages]
    ims[0].save(place(path), save_all=True, append_images=ims[1:], compression="tiff_deflate")


def npy_bytes(a):
    out = io.BytesIO()
    np.save(out, a)
    return out.getvalue()


def npz(path, **arrays):
    with zipfile.ZipFile(place(path), "w", zipfile.ZIP_DEFLATED) as z:
        for name, a in arrays.items():
            z.writestr(zipfile.ZipInfo(name + ".npy", (1980, 1, 1, 0, 0, 0)), npy_bytes(a), zipfile.ZIP_DEFLATED)


def mha(path, a, matrix="-1 0 0 0 -1 0 0 0 1"):
    head = ("ObjectType = Image\nNDims = 3\nBinaryData = True\nBinaryDataByteOrderMSB = False\nCompressedData = True\n"
            "CompressedDataSize = {}\nTransformMatrix = {}\nOffset = 0 0 0\n"
            "ElementSpacing = {} {} {}\nDimSize = {} {} {}\nElementType = MET_UCHAR\nElementDataFile = LOCAL\n")
    import zlib
    data = zlib.compress(np.asarray(a, np.uint8).tobytes(order="F"), 9)
    pack(path, head.format(len(data), matrix, *MM, *a.shape).encode() + data)


def seg_nrrd(path, layers, segments, origin=(0, 0, 0)):
    """segments: (name, layer, value). Several layers make a list axis, the fastest."""
    a = np.stack(layers) if len(layers) > 1 else layers[0]
    lines = ["NRRD0004", "type: unsigned char", f"dimension: {a.ndim}", "space: right-anterior-superior",
             "sizes: " + " ".join(map(str, a.shape)),
             "space directions: " + ("none " if a.ndim == 4 else "") + f"({MM[0]},0,0) (0,{MM[1]},0) (0,0,{MM[2]})",
             "kinds: " + ("list " if a.ndim == 4 else "") + "domain domain domain", "encoding: gzip",
             "space origin: ({},{},{})".format(*origin)]
    for i, (name, layer, value) in enumerate(segments):
        lines += [f"Segment{i}_ID:=Segment_{i}", f"Segment{i}_Layer:={layer}", f"Segment{i}_LabelValue:={value}",
                  f"Segment{i}_Name:={name}"]
    pack(path, "\n".join(lines + ["", ""]).encode() + gzip.compress(np.asarray(a, np.uint8).tobytes(order="F"), 9, mtime=0))


def text(path, s):
    pack(path, s.encode())


# ---- scenes ----

def ball(shape, centre, r):
    g = np.indices(shape)
    return sum((g[i] - centre[i]) ** 2 for i in range(len(shape))) <= r * r


def scene(rng, shape=SHAPE, jitter=0.0):
    """Nested labels 1 (outer), 2, 3 (innermost), away from the edge."""
    c = [n / 2 + rng.uniform(-jitter, jitter) for n in shape]
    a = np.zeros(shape, np.uint8)
    r = min(shape) / 2 - 1
    for label, part in ((1, 1.0), (2, 0.75), (3, 0.5)):
        a[ball(shape, c, r * part + rng.uniform(-jitter, jitter) / 4)] = label
    rim = (a > 0) & (rng.random(shape) < 0.08)
    a[rim & (jitter > 0)] = rng.integers(0, 4, int((rim & (jitter > 0)).sum()))
    return a


def truth_and_prediction(rng, shape=SHAPE):
    return scene(rng, shape), scene(rng, shape, 1.2)


def softmax(rng, lab, n=4):
    """Probabilities in 1/64 that sum to 1, whose largest is the label; some largest are below one half."""
    out = np.empty((n, lab.size))
    for i, k in enumerate(lab.ravel()):
        while True:
            top = int(rng.integers(64 // n + 8, 60))
            rest = rng.multinomial(64 - top, [1 / (n - 1)] * (n - 1))
            if rest.max() < top:
                break
        out[:, i] = np.insert(rest, k, top) / 64
    return out.reshape(n, *lab.shape)


def above_half(rng, mask):
    return np.where(mask, rng.integers(34, 64, mask.shape), rng.integers(0, 31, mask.shape)) / 64


def independent(rng, lab):
    """A map for each region; a few voxels of the innermost lie outside the outermost."""
    p = np.stack([above_half(rng, np.isin(lab, m)) for m in REGIONS.values()])
    out = rng.random(lab.shape) < 0.01
    p[2][out & (lab == 0)] = 50 / 64
    return p


def last(p, t=np.float32):
    return np.moveaxis(np.asarray(p), 0, -1).astype(t)


# ---- the list of cases ----

class Cases:
    def __init__(self, folder, seed):
        self.folder, self.seed, self.rows, self.number = folder, seed, [], 0

    def start(self, name):
        """A folder for the case and its random numbers."""
        self.name, self.number = name, self.number + 1
        return np.random.default_rng([self.seed, self.number])

    def p(self, file):
        return f"{self.name}/{file}"

    def add(self, command, exit=0, expect=(), stderr="", suffix=""):
        cells = []
        for key, value in expect:
            cells.append("!" + key if value == "absent" else f"{key}=na" if value is None else f"{key}={value!r}")
        self.rows.append([self.name + suffix, "eval " + command.replace("%", self.name + "/"), str(exit),
                          ";".join(cells), stderr])

    def write(self):
        with open("cases.tsv", "w", newline="") as f:
            w = csv.writer(f, delimiter="\t", quoting=csv.QUOTE_NONE, lineterminator="\n", quotechar=None)
            w.writerow(["id", "command", "exit", "expect", "stderr"])
            w.writerows(self.rows)


def per_class(measure, pairs, at=""):
    """Rows of classes and, as the last, their mean over those that are defined."""
    return [(f"{at}{k}:{measure}", v) for k, v in pairs] + [(f"{at}*:{measure}", O.mean([v for _, v in pairs]))]


def pair_files(c, rng, t=np.uint8):
    truth, pred = truth_and_prediction(rng)
    nii(c.p("truth.nii.gz"), truth.astype(t))
    nii(c.p("pred.nii.gz"), pred.astype(t))
    return O.labels(c.p("pred.nii.gz")), O.labels(c.p("truth.nii.gz"))


BOTH = "%pred.nii.gz %truth.nii.gz"


def selection(c):
    p, t = pair_files(c, c.start("select_one"))
    one = [(1, O.dsc(p == 1, t == 1))]
    c.add(f"{BOTH} -c 1 -m dsc,hd95", 0, per_class("dsc", one) + [("1:hd95", O.hd95(p == 1, t == 1, O.spacing(c.p("truth.nii.gz")))),
          ("2:dsc", "absent"), ("3:dsc", "absent")], r"(?s)\b2\b.*\b3\b")
    p, t = pair_files(c, c.start("select_two"))
    c.add(f"{BOTH} -c 1,3 -m dsc", 0, per_class("dsc", [(k, O.dsc(p == k, t == k)) for k in (1, 3)]) + [("2:dsc", "absent")])
    p, t = pair_files(c, c.start("select_absent"))
    c.add(f"{BOTH} -c 1-4 -m dsc", 0, per_class("dsc", [(k, O.dsc(p == k, t == k)) for k in (1, 2, 3, 4)]))
    p, t = pair_files(c, c.start("select_by_name"))
    text(c.p("names.txt"), "1 edema\n2 core\n3 enhancing\n")
    c.add(f"{BOTH} -L %names.txt -c core -m iou", 0, per_class("iou", [("core", O.iou(p == 2, t == 2))]) + [("edema:iou", "absent")])
    p, t = pair_files(c, c.start("select_loss_of_labels"))
    c.add(f"{BOTH} -c 1 -m none -l dice", 0, [("1:dice", 1 - O.dsc(p == 1, t == 1)), ("*:dice", 1 - O.dsc(p == 1, t == 1))])
    p, t = pair_files(c, c.start("select_with_zero"))
    c.add(f"{BOTH} -c 0-2 -m iou", 0, per_class("iou", [(k, O.iou(p == k, t == k)) for k in (0, 1, 2)]) + [("3:iou", "absent")], r"\b3\b")
    rng = c.start("select_of_softmax")
    truth, pred = truth_and_prediction(rng)
    nii(c.p("truth.nii.gz"), truth)
    nii(c.p("pred.nii.gz"), last(softmax(rng, pred)))
    p, t = O.channels(c.p("pred.nii.gz")), O.labels(c.p("truth.nii.gz"))
    fold = np.stack([1 - p[2], p[2]])
    c.add(f"{BOTH} -c 2 -m dsc -l ce,dice", 0, [("2:dsc", O.dsc(O.argmax(p) == 2, t == 2)), ("2:dice", O.dice_loss(p[2], t == 2)),
          ("*:ce", O.ce(fold, (t == 2).astype(int))), ("*:dice", O.dice_loss(p[2], t == 2))])
    rng = c.start("one_map_many_labels")
    truth, pred = truth_and_prediction(rng)
    nii(c.p("truth.nii.gz"), truth)
    nii(c.p("pred.nii.gz"), above_half(rng, pred == 2).astype(np.float32))
    c.add(BOTH, 4, stderr=r"(?s)^(?!.*--ignore-label).*--classes")
    p, t = O.one_map(c.p("pred.nii.gz")), O.labels(c.p("truth.nii.gz"))
    c.add(f"{BOTH} -c 2 -m dsc -l ce", 0, [("2:dsc", O.dsc(p > 0.5, t == 2)), ("*:ce", O.bce(p, t == 2))], suffix="_selected")


def renaming(c):
    rng = c.start("rename_truth")
    truth, pred = truth_and_prediction(rng)
    nii(c.p("truth.nii.gz"), np.where(truth == 3, 4, truth).astype(np.uint8))
    nii(c.p("pred.nii.gz"), pred)
    p, t = O.labels(c.p("pred.nii.gz")), O.labels(c.p("truth.nii.gz"), {4: 3})
    c.add(f"{BOTH} --map-truth 4=3 -m dsc", 0, per_class("dsc", [(k, O.dsc(p == k, t == k)) for k in (1, 2, 3)]) + [("4:dsc", "absent")])
    p, t = pair_files(c, c.start("rename_merge"))
    c.add(f"{BOTH} --map 2=1,3=1 -m dsc", 0, per_class("dsc", [(1, O.dsc(p > 0, t > 0))]) + [("2:dsc", "absent")])
    p, t = pair_files(c, c.start("rename_swap"))
    c.add(f"{BOTH} --map 1=2,2=1 -m dsc", 0, [("1:dsc", O.dsc(p == 2, t == 2)), ("2:dsc", O.dsc(p == 1, t == 1)), ("3:dsc", O.dsc(p == 3, t == 3))])
    rng = c.start("rename_softmax")
    truth, pred = truth_and_prediction(rng)
    nii(c.p("truth.nii.gz"), truth)
    nii(c.p("pred.nii.gz"), last(softmax(rng, pred)))
    p, t = O.channels(c.p("pred.nii.gz")), O.labels(c.p("truth.nii.gz"), {3: 2})
    q = np.stack([p[0], p[1], p[2] + p[3]])
    lab = np.where(O.argmax(p) == 3, 2, O.argmax(p))
    c.add(f"{BOTH} --map 3=2 -m dsc -l ce", 0, per_class("dsc", [(k, O.dsc(lab == k, t == k)) for k in (1, 2)]) + [("*:ce", O.ce(q, t))])
    pair_files(c, c.start("rename_twice"))
    c.add(f"{BOTH} --map 1=2,1=3", 2, stderr=r"(?s)^(?!.*no option).*--map.*\b1\b")


def regions(c):
    def rows(p, t, names=REGIONS):
        return per_class("dsc", [(n, O.dsc(O.region(p, m), O.region(t, m))) for n, m in names.items()])
    p, t = pair_files(c, c.start("regions"))
    c.add(f"{BOTH} --regions {REGION_TEXT} -m dsc,hd95", 0, rows(p, t) + [(f"{n}:hd95", O.hd95(O.region(p, m), O.region(t, m), MM)) for n, m in REGIONS.items()])
    c.add(f"{BOTH} --regions {REGION_TEXT} -c TC -m dsc", 0, rows(p, t, {"TC": [2, 3]}) + [("WT:dsc", "absent")], suffix="_selected")
    c.add(f"{BOTH} --regions {REGION_TEXT} -m tp,fp,fn", 0, [(f"{n}:{m}", float(x)) for n, s in REGIONS.items()
          for m, x in zip(("tp", "fp", "fn"), O.counts(O.region(p, s), O.region(t, s)))], suffix="_counts")
    c.add(f"{BOTH} --regions {REGION_TEXT} -m none -l dice", 0, [(f"{n}:dice", 1 - O.dsc(O.region(p, m), O.region(t, m)))
          for n, m in REGIONS.items()], suffix="_loss")
    rng = c.start("regions_brats")
    truth, pred = truth_and_prediction(rng)
    move = np.array([0, 2, 1, 4], np.uint8)
    nii(c.p("truth.nii.gz"), move[truth])
    nii(c.p("pred.nii.gz"), move[pred])
    p, t = O.labels(c.p("pred.nii.gz")), O.labels(c.p("truth.nii.gz"))
    c.add(f"{BOTH} --regions WT=1-4,TC=1/4,ET=4 -m dsc", 0, rows(p, t, {"WT": [1, 2, 3, 4], "TC": [1, 4], "ET": [4]}))
    p, t = pair_files(c, c.start("regions_found"))
    text(c.p("dataset.json"), json.dumps(DATASET))
    c.add(f"{BOTH} -m dsc", 0, rows(p, t, NAMES) + [("2:iou", "absent")], r"(?s)dataset\.json.*whole_tumor|whole_tumor.*dataset\.json")
    c.add(f"{BOTH} -m dsc --regions none", 0, per_class("dsc", [(k, O.dsc(p == k, t == k)) for k in (1, 2, 3)]), suffix="_off")
    p, t = pair_files(c, c.start("regions_file"))
    text(c.p("r.json"), json.dumps(DATASET))
    text(c.p("r.txt"), "# name labels\nWT 1 2 3\nTC 2 3\nET 3\n")
    c.add(f"{BOTH} -m dsc --regions %r.json", 0, rows(p, t, NAMES), suffix="_json")
    c.add(f"{BOTH} -m dsc --regions %r.txt", 0, rows(p, t), suffix="_text")
    c.add(f"{BOTH} --regions WT=", 2, stderr=r"(?s)^(?!.*no option).*--regions.*WT", suffix="_empty")
    rng = c.start("regions_of_softmax")
    truth, pred = truth_and_prediction(rng)
    nii(c.p("truth.nii.gz"), truth)
    nii(c.p("pred.nii.gz"), last(softmax(rng, pred)))
    p, t = O.channels(c.p("pred.nii.gz")), O.labels(c.p("truth.nii.gz"))
    sums = {n: p[m].sum(0) for n, m in REGIONS.items()}
    tm = {n: O.region(t, m) for n, m in REGIONS.items()}
    c.add(f"{BOTH} --regions {REGION_TEXT} -m dsc -l ce,dice", 0, rows(O.argmax(p), t) + per_class("dice", [(n, O.dice_loss(sums[n], tm[n])) for n in REGIONS])
          + [("*:ce", O.mean([O.bce(sums[n], tm[n]) for n in REGIONS]))])
    c.add(f"{BOTH} --regions {REGION_TEXT} -m dsc -l none -t 0.5", 0, per_class("dsc", [(n, O.dsc(sums[n] > 0.5, tm[n])) for n in REGIONS]), suffix="_threshold")
    rng = c.start("regions_of_channels")
    truth, pred = truth_and_prediction(rng)
    nii(c.p("truth.nii.gz"), truth)
    nii(c.p("pred.nii.gz"), last(independent(rng, pred)))
    p, t = O.channels(c.p("pred.nii.gz")), O.labels(c.p("truth.nii.gz"))
    tm = [O.region(t, m) for m in REGIONS.values()]
    c.add(f"{BOTH} --channels independent --regions {REGION_TEXT} -m dsc -l ce,dice", 0,
          per_class("dsc", [(n, O.dsc(p[i] > 0.5, tm[i])) for i, n in enumerate(REGIONS)])
          + per_class("dice", [(n, O.dice_loss(p[i], tm[i])) for i, n in enumerate(REGIONS)])
          + [("*:ce", O.mean([O.bce(p[i], tm[i]) for i in range(3)]))])
    nii(c.p("other_order.nii.gz"), np.moveaxis(p[[1, 0, 2]], 0, -1).astype(np.float32))
    q = O.channels(c.p("other_order.nii.gz"))
    c.add(f"%other_order.nii.gz %truth.nii.gz --channels independent --regions {REGION_TEXT}", 4, stderr="--channels independent:", suffix="_other_order_unsaid")
    c.add(f"%other_order.nii.gz %truth.nii.gz --channels independent:TC,WT,ET --regions {REGION_TEXT} -m dsc -l none", 0,
          [(f"{n}:dsc", O.dsc(q[i] > 0.5, O.region(t, REGIONS[n]))) for i, n in enumerate(("TC", "WT", "ET"))], suffix="_other_order")
    text(c.p("json/dataset.json"), json.dumps(DATASET))
    e = O.encode(p, [1, 2, 3])
    c.add(f"{BOTH} --channels independent --regions %json/dataset.json -m dsc -l none", 0, rows(e, t, NAMES), r"regions_class_order", suffix="_nnunet")


def channels(c):
    rng = c.start("softmax")
    truth, pred = truth_and_prediction(rng)
    nii(c.p("truth.nii.gz"), truth)
    nii(c.p("pred.nii.gz"), last(softmax(rng, pred)))
    p, t = O.channels(c.p("pred.nii.gz")), O.labels(c.p("truth.nii.gz"))

    def soft_rows(p, t, ids=(1, 2, 3)):
        return (per_class("dsc", [(k, O.dsc(O.argmax(p) == i + 1, t == k)) for i, k in enumerate(ids)])
                + per_class("dice", [(k, O.dice_loss(p[i + 1], t == k)) for i, k in enumerate(ids)]))
    c.add(f"{BOTH} -m dsc -l ce,dice", 0, soft_rows(p, t) + [("*:ce", O.ce(p, t))])
    c.add(f"{BOTH} -m dsc -l ce,dice --channels softmax", 0, soft_rows(p, t) + [("*:ce", O.ce(p, t))], suffix="_said")
    for name, command, code in (("softmax_names", "--channels softmax:0,1,2,4", 0), ("softmax_names_by_classes", "-c 1,2,4", 0)):
        rng = c.start(name)
        truth, pred = truth_and_prediction(rng)
        nii(c.p("truth.nii.gz"), np.array([0, 1, 2, 4], np.uint8)[truth])
        nii(c.p("pred.nii.gz"), last(softmax(rng, pred)))
        p, t = O.channels(c.p("pred.nii.gz")), O.labels(c.p("truth.nii.gz"))
        c.add(f"{BOTH} {command} -m dsc -l dice", code, soft_rows(p, t, (1, 2, 4)))
    rng = c.start("independent")
    truth, pred = truth_and_prediction(rng)
    nii(c.p("truth.nii.gz"), last([np.isin(truth, m) for m in REGIONS.values()], np.uint8))
    nii(c.p("pred.nii.gz"), last(independent(rng, pred)))
    p, t = O.channels(c.p("pred.nii.gz")), O.channels(c.p("truth.nii.gz")) > 0.5
    rows = [(k + 1, O.dsc(p[k] > 0.5, t[k])) for k in range(3)]
    c.add(BOTH, 4, stderr="--channels independent", suffix="_unsaid")
    c.add(f"{BOTH} --channels independent -m dsc,hd95 -l ce,dice", 0, per_class("dsc", rows)
          + per_class("dice", [(k + 1, O.dice_loss(p[k], t[k])) for k in range(3)]) + [("*:ce", O.mean([O.bce(p[k], t[k]) for k in range(3)]))]
          + [(f"{k + 1}:hd95", O.hd95(p[k] > 0.5, t[k], MM)) for k in range(3)])
    c.add(f"{BOTH} --channels independent:WT,TC,ET -m iou -l none", 0, per_class("iou", [(n, O.iou(p[k] > 0.5, t[k])) for k, n in enumerate(REGIONS)]), suffix="_named")
    c.add(f"{BOTH} --channels independent:WT,TC", 4, stderr=r"\b3\b.*channel|channel.*\b3\b", suffix="_too_few")
    rng = c.start("independent_against_labels")
    truth, pred = truth_and_prediction(rng)
    nii(c.p("truth.nii.gz"), truth)
    nii(c.p("pred.nii.gz"), last(np.stack([above_half(rng, pred == k) for k in (1, 2, 3)])))
    p, t = O.channels(c.p("pred.nii.gz")), O.labels(c.p("truth.nii.gz"))
    c.add(f"{BOTH} --channels independent -m dsc -l none", 0, per_class("dsc", [(k, O.dsc(p[k - 1] > 0.5, t == k)) for k in (1, 2, 3)]))
    rng = c.start("series_of_labels")
    a, b = zip(*(truth_and_prediction(rng) for _ in range(3)))
    nii(c.p("truth.nii.gz"), np.stack(a, -1))
    nii(c.p("pred.nii.gz"), np.stack(b, -1))
    p, t = O.labels(c.p("pred.nii.gz")), O.labels(c.p("truth.nii.gz"))
    rows = [x for f in range(3) for x in per_class("dsc", [(k, O.dsc(p[..., f] == k, t[..., f] == k)) for k in (1, 2, 3)], f"pred[{f}]@")]
    c.add(f"{BOTH} -m dsc", 0, rows, "3 frames|series")
    c.add(f"{BOTH} -m dsc --channels series", 0, rows, suffix="_said")
    rng = c.start("series_of_masks")
    a, b = zip(*(truth_and_prediction(rng) for _ in range(3)))
    nii(c.p("truth.nii.gz"), (np.stack(a, -1) > 0).astype(np.uint8))
    nii(c.p("pred.nii.gz"), (np.stack(b, -1) > 0).astype(np.uint8))
    nii(c.p("short.nii.gz"), (np.stack(b[:2], -1) > 0).astype(np.uint8))
    p, t = O.labels(c.p("pred.nii.gz")), O.labels(c.p("truth.nii.gz"))
    c.add(f"{BOTH} -m dsc", 4, stderr=r"(?s)--channels.*series", suffix="_unsaid")
    c.add(f"{BOTH} -m dsc --channels series", 0, [(f"pred[{f}]@1:dsc", O.dsc(p[..., f] == 1, t[..., f] == 1)) for f in range(3)])
    c.add("%short.nii.gz %truth.nii.gz --channels series", 4, stderr=r"(?s)\b2\b.*\b3\b|\b3\b.*\b2\b", suffix="_short")
    c.add(f"{BOTH} -m dsc --frame 1", 0, per_class("dsc", [(1, O.dsc(p[..., 1] == 1, t[..., 1] == 1))]), suffix="_frame")
    nii(c.p("soft.nii.gz"), np.stack([above_half(rng, x > 0) for x in b], -1).astype(np.float32))
    s = O.values(c.p("soft.nii.gz"))
    c.add("%soft.nii.gz %truth.nii.gz --channels series -m dsc -l ce", 0, [x for f in range(3) for x in
          ((f"soft[{f}]@1:dsc", O.dsc(s[..., f] > 0.5, t[..., f] == 1)), (f"soft[{f}]@*:ce", O.bce(s[..., f], t[..., f] == 1)))], suffix="_of_maps")
    rng = c.start("one_hot_truth")
    truth, pred = truth_and_prediction(rng)
    nii(c.p("truth.nii.gz"), last([truth == k for k in range(4)], np.uint8))
    nii(c.p("pred.nii.gz"), last(softmax(rng, pred)))
    nii(c.p("labels.nii.gz"), pred)
    p, t = O.channels(c.p("pred.nii.gz")), O.argmax(O.channels(c.p("truth.nii.gz")))
    c.add(f"{BOTH} -m dsc -l ce,dice", 0, soft_rows(p, t) + [("*:ce", O.ce(p, t))])
    q = O.labels(c.p("labels.nii.gz"))
    c.add("%labels.nii.gz %truth.nii.gz -m dsc", 0, per_class("dsc", [(k, O.dsc(q == k, t == k)) for k in (1, 2, 3)]), suffix="_and_labels")
    rng = c.start("channel_first")
    truth, pred = truth_and_prediction(rng)
    nii(c.p("truth.nii.gz"), truth)
    nii(c.p("pred.nii.gz"), softmax(rng, pred).astype(np.float32))
    p, t = O.values(c.p("pred.nii.gz")), O.labels(c.p("truth.nii.gz"))
    c.add(f"{BOTH}", 4, stderr="--axes cxyz", suffix="_unsaid")
    c.add(f"{BOTH} --axes cxyz -m dsc,hd95 -l dice", 0, soft_rows(p, t) + [("1:hd95", O.hd95(O.argmax(p) == 1, t == 1, O.spacing(c.p("truth.nii.gz"))))])
    rng = c.start("vector")
    truth, pred = truth_and_prediction(rng)
    nii(c.p("truth.nii.gz"), truth)
    nii(c.p("pred.nii.gz"), last(softmax(rng, pred))[:, :, :, None, :], intent="vector")
    p, t = O.channels(c.p("pred.nii.gz"))[..., 0], O.labels(c.p("truth.nii.gz"))
    c.add(f"{BOTH} -m dsc -l dice", 0, soft_rows(p, t))
    rng = c.start("five_axes")
    truth, pred = truth_and_prediction(rng)
    soft = last(softmax(rng, pred))
    nii(c.p("truth.nii.gz"), truth)
    nii(c.p("pred.nii.gz"), np.stack([soft, soft], 3))
    c.add(BOTH, 4, stderr="--channels series")


def scales(c):
    rng = c.start("slightly_outside")
    truth, pred = truth_and_prediction(rng)
    soft = above_half(rng, pred > 0)
    soft[pred > 0] += 0.06
    soft[pred == 0] -= 0.03
    nii(c.p("truth.nii.gz"), (truth > 0).astype(np.uint8))
    nii(c.p("pred.nii.gz"), soft.astype(np.float32))
    p, t = O.one_map(c.p("pred.nii.gz"), clip=True), O.labels(c.p("truth.nii.gz")) > 0
    c.add(BOTH, 3, stderr="--clip", suffix="_unsaid")
    c.add(f"{BOTH} --clip -m dsc -l ce,dice", 0, [("1:dsc", O.dsc(p > 0.5, t)), ("*:ce", O.bce(p, t)), ("*:dice", O.dice_loss(p, t))], "clip")
    for name, t8, full in (("nifti_bytes", np.uint8, 255), ("nifti_words", np.uint16, 65535)):
        rng = c.start(name)
        truth, pred = truth_and_prediction(rng)
        mid = full // 2
        nii(c.p("truth.nii.gz"), (truth > 0).astype(np.uint8))
        nii(c.p("pred.nii.gz"), np.where(pred > 0, rng.integers(mid + 2, full, SHAPE), rng.integers(0, mid, SHAPE)).astype(t8))
        p, t = O.one_map(c.p("pred.nii.gz"), scale=full), O.labels(c.p("truth.nii.gz")) > 0
        c.add(BOTH, 4, stderr=f"--scale {full}", suffix="_unsaid")
        c.add(f"{BOTH} --scale {full} -m dsc -l ce,dice", 0, [("1:dsc", O.dsc(p > 0.5, t)), ("*:ce", O.bce(p, t)), ("*:dice", O.dice_loss(p, t))])
    rng = c.start("per_cent")
    truth, pred = truth_and_prediction(rng)
    nii(c.p("truth.nii.gz"), (truth > 0).astype(np.uint8))
    nii(c.p("pred.nii.gz"), (100 * above_half(rng, pred > 0)).astype(np.float32))
    p, t = O.one_map(c.p("pred.nii.gz"), scale=100), O.labels(c.p("truth.nii.gz")) > 0
    c.add(BOTH, 3, stderr="--scale", suffix="_unsaid")
    c.add(f"{BOTH} --scale 100 -m dsc -l dice", 0, [("1:dsc", O.dsc(p > 0.5, t)), ("*:dice", O.dice_loss(p, t))])
    flat = (30, 26)
    for name, t8, full in (("png_grey", np.uint8, 255), ("png_deep", np.uint16, 65535)):
        rng = c.start(name)
        truth, pred = truth_and_prediction(rng, flat)
        mid = full // 2
        png(c.p("truth.png"), np.where(truth > 0, 255, 0).astype(np.uint8))
        png(c.p("pred.png"), np.where(pred > 0, rng.integers(mid + 2, full, flat), rng.integers(0, mid, flat)).astype(t8))
        p, t = O.one_map(c.p("pred.png"), scale=full), O.labels(c.p("truth.png")) > 0
        expect = [("1:dsc", O.dsc(p > 0.5, t)), ("*:ce", O.bce(p, t)), ("*:dice", O.dice_loss(p, t))]
        c.add("%pred.png %truth.png", 0, expect, stderr="probab", suffix="_unsaid")
        c.add("%pred.png %truth.png --input prob -m dsc -l ce,dice", 0, expect)
    rng = c.start("png_mask_with_edges")
    truth, pred = truth_and_prediction(rng, flat)
    grey = np.where(truth > 0, rng.integers(250, 256, flat), rng.integers(0, 6, flat)).astype(np.uint8)
    png(c.p("truth.png"), grey)
    png(c.p("pred.png"), np.where(pred > 0, rng.integers(130, 256, flat), rng.integers(0, 126, flat)).astype(np.uint8))
    png(c.p("mask.png"), np.where(pred > 0, 255, 0).astype(np.uint8))
    p, t = O.one_map(c.p("pred.png"), scale=255), O.values(c.p("truth.png")) > 128
    c.add("%pred.png %truth.png --input prob", 4, stderr="--truth-threshold", suffix="_unsaid")
    c.add("%mask.png %truth.png", 4, stderr="--truth-threshold", suffix="_and_mask_unsaid")
    c.add("%pred.png %truth.png --input prob --truth-threshold 128 -m dsc -l ce", 0, [("1:dsc", O.dsc(p > 0.5, t)), ("*:ce", O.bce(p, t))])
    c.add("%mask.png %truth.png --truth-threshold 128 -m dsc", 0, [("1:dsc", O.dsc(O.values(c.p("mask.png")) > 0, t))], suffix="_and_mask")
    rng = c.start("png_mask_resized")
    truth, pred = truth_and_prediction(rng, flat)
    grey = np.where(truth > 1, 255, 0)
    png(c.p("truth.png"), np.where(truth == 1, rng.choice([85, 113, 142, 199, 227], flat), grey).astype(np.uint8))
    png(c.p("mask.png"), np.where(pred > 0, 255, 0).astype(np.uint8))
    c.add("%mask.png %truth.png", 4, stderr="--truth-threshold", suffix="_unsaid")
    c.add("%mask.png %truth.png --truth-threshold 128 -m dsc", 0, [("1:dsc", O.dsc(O.values(c.p("mask.png")) > 0, O.values(c.p("truth.png")) > 128))])
    rng = c.start("almost_one")
    truth, pred = truth_and_prediction(rng)
    nii(c.p("truth.nii.gz"), (0.99 * (truth > 0)).astype(np.float32))
    nii(c.p("pred.nii.gz"), (pred > 0).astype(np.uint8))
    p, t = O.labels(c.p("pred.nii.gz")) > 0, O.values(c.p("truth.nii.gz")) > 0.5
    c.add(BOTH, 4, stderr="--truth-threshold", suffix="_unsaid")
    c.add(f"{BOTH} --truth-threshold 0.5 -m dsc", 0, [("1:dsc", O.dsc(p, t))])
    rng = c.start("logits")
    truth, pred = truth_and_prediction(rng)
    nii(c.p("truth.nii.gz"), (truth > 0).astype(np.uint8))
    nii(c.p("pred.nii.gz"), (8 * above_half(rng, pred > 0) - 4).astype(np.float32))
    p, t = 1 / (1 + np.exp(-O.values(c.p("pred.nii.gz")))), O.labels(c.p("truth.nii.gz")) > 0
    c.add(f"{BOTH} --input logits -m dsc -l ce", 0, [("1:dsc", O.dsc(p > 0.5, t)), ("*:ce", O.bce(p, t))])
    nii(c.p("many.nii.gz"), last(8 * independent(rng, pred) - 4))
    nii(c.p("labels.nii.gz"), truth)
    q, u = 1 / (1 + np.exp(-O.channels(c.p("many.nii.gz")))), O.labels(c.p("labels.nii.gz"))
    c.add(f"%many.nii.gz %labels.nii.gz --input logits --channels independent --regions {REGION_TEXT} -m none -l ce", 0,
          [("*:ce", O.mean([O.bce(q[i], O.region(u, m)) for i, m in enumerate(REGIONS.values())]))], suffix="_independent")


def odd_labels(c):
    rng = c.start("mask_255_in_words")
    truth, pred = truth_and_prediction(rng)
    nii(c.p("truth.nii.gz"), (truth > 0).astype(np.uint8))
    nii(c.p("pred.nii.gz"), np.where(pred > 0, 255, 0).astype(np.int16))
    nii(c.p("float.nii.gz"), np.where(pred > 0, 255, 0).astype(np.float32))
    p, t = O.labels(c.p("pred.nii.gz")) > 0, O.labels(c.p("truth.nii.gz")) > 0
    c.add(f"{BOTH} -m dsc", 0, per_class("dsc", [(1, O.dsc(p, t))]))
    c.add("%float.nii.gz %truth.nii.gz -m dsc", 0, per_class("dsc", [(1, O.dsc(p, t))]), suffix="_float")
    rng = c.start("no_label_in_common")
    truth, pred = truth_and_prediction(rng)
    nii(c.p("truth.nii.gz"), (truth > 0).astype(np.uint8))
    nii(c.p("pred.nii.gz"), np.where(pred > 0, 2, 0).astype(np.uint8))
    p = O.labels(c.p("pred.nii.gz"), {2: 1})
    t = O.labels(c.p("truth.nii.gz"))
    c.add(BOTH, 0, [("1:dsc", 0.0), ("2:dsc", 0.0)], stderr="--map", suffix="_unsaid")
    c.add(f"{BOTH} -c 1,2 -m dsc", 0, [("1:dsc", 0.0), ("2:dsc", 0.0)])
    c.add(f"{BOTH} --map-prediction 2=1 -m dsc", 0, per_class("dsc", [(1, O.dsc(p == 1, t == 1))]), suffix="_renamed")


def batches(c):
    rng = c.start("one_kind_for_all")
    soft, t = {}, {}
    for name in "abcde":
        truth, pred = truth_and_prediction(rng)
        nii(c.p(f"truth/{name}.nii.gz"), (truth > 0).astype(np.uint8))
        soft = {"a": lambda: np.zeros(SHAPE, np.float32), "b": lambda: (pred > 0).astype(np.float32), "c": lambda: np.zeros(SHAPE, np.uint8)}.get(
            name, lambda: above_half(rng, pred > 0).astype(np.float32))()
        nii(c.p(f"pred/{name}.nii.gz"), soft)
    expect = []
    for name in "abcde":
        p, t = O.one_map(c.p(f"pred/{name}.nii.gz")), O.labels(c.p(f"truth/{name}.nii.gz")) > 0
        expect += [(f"{name}@*:ce", O.bce(p, t)), (f"{name}@1:dice", O.dice_loss(p, t)), (f"{name}@1:dsc", O.dsc(p > 0.5, t))]
    c.add("%pred %truth -m dsc -l ce,dice", 0, expect)
    c.add("%pred %truth -m dsc", 0, [x for x in expect if ":dsc" in x[0] or ":ce" in x[0]], suffix="_default_losses")
    nii(c.p("odd/pred/d.nii.gz"), scene(rng))
    for name in "de":
        if name == "e":
            shutil.copy(c.p("pred/e.nii.gz"), c.p("odd/pred/e.nii.gz"))
        os.makedirs(c.p("odd/truth"), exist_ok=True)
        shutil.copy(c.p(f"truth/{name}.nii.gz"), c.p(f"odd/truth/{name}.nii.gz"))
    p, t = O.one_map(c.p("odd/pred/e.nii.gz")), O.labels(c.p("odd/truth/e.nii.gz")) > 0
    c.add("%odd/pred %odd/truth --input prob -m dsc -l ce", 1, [("e@*:ce", O.bce(p, t)), ("e@1:dsc", O.dsc(p > 0.5, t)), ("d@1:dsc", "absent")], suffix="_and_one_of_another")


def ignoring(c):
    rng = c.start("ignore_of_truth")
    truth, pred = truth_and_prediction(rng)
    truth[rng.random(SHAPE) < 0.05] = 3
    pred[(pred == 1) & (rng.random(SHAPE) < 0.5)] = 3
    nii(c.p("truth.nii.gz"), truth)
    nii(c.p("pred.nii.gz"), pred)
    p, t = O.labels(c.p("pred.nii.gz")), O.labels(c.p("truth.nii.gz"))
    v = t != 3
    rows = per_class("dsc", [(k, O.dsc(p == k, t == k, v)) for k in (1, 2)]) + [("3:dsc", "absent")]
    c.add(f"{BOTH} -i 3 -m dsc", 0, rows)
    text(c.p("sub/dataset.json"), json.dumps({"labels": {"background": 0, "a": 1, "b": 2, "ignore": 3}, "file_ending": ".nii.gz"}))
    c.add(f"{BOTH} -L %sub/dataset.json -m dsc", 0, [(f"{n}:dsc", rows[i][1]) for i, n in enumerate("ab")], "3", suffix="_json")
    c.add(f"{BOTH} -i 3 -m dsc --regions AB=1/2,B=2", 0, per_class("dsc", [("AB", O.dsc(O.region(p, [1, 2]), O.region(t, [1, 2]), v)), ("B", O.dsc(p == 2, t == 2, v))]), suffix="_regions")
    rng = c.start("ignore_two")
    truth, pred = truth_and_prediction(rng)
    truth[rng.random(SHAPE) < 0.05] = 255
    nii(c.p("truth.nii.gz"), truth)
    nii(c.p("pred.nii.gz"), pred)
    p, t = O.labels(c.p("pred.nii.gz")), O.labels(c.p("truth.nii.gz"))
    v = (t != 3) & (t != 255)
    c.add(f"{BOTH} -m dsc", 4, stderr="--ignore-label 255", suffix="_unsaid")
    c.add(f"{BOTH} -m dsc -c 1-3", 4, stderr="--ignore-label 255", suffix="_unsaid_classes")
    c.add(f"{BOTH} -m dsc -i 3,255", 0, per_class("dsc", [(k, O.dsc(p == k, t == k, v)) for k in (1, 2)]))
    rng = c.start("ignore_zero")
    truth, pred = truth_and_prediction(rng)
    nii(c.p("truth.nii.gz"), truth)
    nii(c.p("pred.nii.gz"), pred)
    p, t = O.labels(c.p("pred.nii.gz")), O.labels(c.p("truth.nii.gz"))
    c.add(f"{BOTH} -i 0 -m iou", 0, per_class("iou", [(k, O.iou(p == k, t == k, t != 0)) for k in (1, 2, 3)]), "false positive|background")
    rng = c.start("ignore_softmax")
    truth, pred = truth_and_prediction(rng)
    truth[rng.random(SHAPE) < 0.05] = 9
    nii(c.p("truth.nii.gz"), truth)
    nii(c.p("pred.nii.gz"), last(softmax(rng, pred)))
    p, t = O.channels(c.p("pred.nii.gz")), O.labels(c.p("truth.nii.gz"))
    v = t != 9
    c.add(f"{BOTH} -i 9 -m dsc -l ce,dice", 0, per_class("dsc", [(k, O.dsc(O.argmax(p) == k, t == k, v)) for k in (1, 2, 3)])
          + per_class("dice", [(k, O.dice_loss(p[k], t == k, v)) for k in (1, 2, 3)]) + [("*:ce", O.ce(p, np.where(v, t, 0), v))])


def masks(c):
    p, t = pair_files(c, c.start("roi"))
    rng = np.random.default_rng([c.seed, 999])
    roi = ball(SHAPE, (8, 9, 5), 6.3)
    nii(c.p("roi.nii.gz"), (7 * roi).astype(np.int16))
    nii(c.p("none.nii.gz"), np.zeros(SHAPE, np.uint8))
    nii(c.p("small.nii.gz"), np.ones((5, 5, 5), np.uint8))
    nii(c.p("soft.nii.gz"), rng.random(SHAPE).round(2).astype(np.float32))
    v = O.values(c.p("roi.nii.gz")) != 0
    c.add(f"{BOTH} --mask %roi.nii.gz -m dsc,iou", 0, per_class("dsc", [(k, O.dsc(p == k, t == k, v)) for k in (1, 2, 3)]) + per_class("iou", [(k, O.iou(p == k, t == k, v)) for k in (1, 2, 3)]))
    c.add(f"{BOTH} --mask %none.nii.gz", 4, stderr="none.nii.gz.*no voxel|empty", suffix="_empty")
    c.add(f"{BOTH} --mask %small.nii.gz", 4, stderr="small.nii.gz.*5 x 5 x 5", suffix="_other_grid")
    c.add(f"{BOTH} --mask %soft.nii.gz", 4, stderr="--mask-threshold", suffix="_soft_unsaid")
    w = O.values(c.p("soft.nii.gz")) > 0.5
    c.add(f"{BOTH} --mask %soft.nii.gz --mask-threshold 0.5 -m dsc", 0, per_class("dsc", [(k, O.dsc(p == k, t == k, w)) for k in (1, 2, 3)]), suffix="_soft")
    nii(c.p("soft_pred.nii.gz"), last(softmax(rng, p)))
    q = O.channels(c.p("soft_pred.nii.gz"))
    c.add("%soft_pred.nii.gz %truth.nii.gz --mask %roi.nii.gz -m none -l ce,dice", 0, [("*:ce", O.ce(q, t, v))] + per_class("dice", [(k, O.dice_loss(q[k], t == k, v)) for k in (1, 2, 3)]), suffix="_losses")
    rng = c.start("roi_folder")
    expect = []
    for name in ("p01", "p02"):
        truth, pred = truth_and_prediction(rng)
        nii(c.p(f"truth/{name}.nii.gz"), truth)
        nii(c.p(f"pred/{name}.nii.gz"), pred)
        nii(c.p(f"roi/{name}.nii.gz"), (rng.random(SHAPE) < 0.6).astype(np.uint8))
        p, t, v = O.labels(c.p(f"pred/{name}.nii.gz")), O.labels(c.p(f"truth/{name}.nii.gz")), O.labels(c.p(f"roi/{name}.nii.gz")) > 0
        expect += per_class("dsc", [(k, O.dsc(p == k, t == k, v)) for k in (1, 2, 3)], f"{name}@")
    c.add("%pred %truth --mask %roi -m dsc", 0, expect)


def folders(c):
    organs = {"liver": (6, 8, 5), "spleen": (11, 8, 5), "kidney_left": (8, 5, 4)}

    def subject(rng, path, jitter, names=organs):
        for n in names:
            centre = [x + rng.uniform(-jitter, jitter) for x in organs[n]]
            nii(f"{path}/{n}.nii.gz", ball(SHAPE, centre, 3.6 + rng.uniform(-jitter, jitter) / 3).astype(np.uint8))
    rng = c.start("folder_of_masks")
    subject(rng, c.p("truth"), 0, ("liver", "kidney_left"))
    subject(rng, c.p("pred"), 0.8)
    rows = [(n, O.dsc(O.labels(c.p(f"pred/{n}.nii.gz")) > 0, O.labels(c.p(f"truth/{n}.nii.gz")) > 0)) for n in ("kidney_left", "liver")]
    c.add("%pred %truth --files masks -m dsc", 0, per_class("dsc", rows) + [("spleen:dsc", "absent")], "spleen")
    c.add("%truth %pred --files masks -m dsc", 4, stderr="spleen.*--allow-missing|--allow-missing.*spleen", suffix="_one_missing")
    c.add("%truth %pred --files masks -m dsc --allow-missing", 0, per_class("dsc", rows), suffix="_one_left_out")
    lab = np.zeros(SHAPE, np.uint8)
    for k, n in ((5, "liver"), (2, "kidney_left")):
        lab[O.labels(c.p(f"truth/{n}.nii.gz")) > 0] = k
    nii(c.p("all/labels.nii.gz"), lab)
    text(c.p("all/names.txt"), "5 liver\n2 kidney_left\n1 spleen\n")
    t = O.labels(c.p("all/labels.nii.gz"))
    c.add("%pred %all/labels.nii.gz --files masks -L %all/names.txt -c liver,kidney_left -m dsc", 0,
          [(f"{n}:dsc", O.dsc(O.labels(c.p(f"pred/{n}.nii.gz")) > 0, t == k)) for k, n in ((5, "liver"), (2, "kidney_left"))], suffix="_and_labels")
    rng = c.start("folder_of_png_masks")
    truth, pred = truth_and_prediction(rng, (30, 26))
    for k, n in ((1, "cat"), (3, "dog")):
        png(c.p(f"truth/{n}.png"), np.where(truth == k, 255, 0).astype(np.uint8))
        png(c.p(f"pred/{n}.png"), np.where(pred == k, 255, 0).astype(np.uint8))
    c.add("%pred %truth --files masks -m iou", 0, per_class("iou", [(n, O.iou(O.values(c.p(f"pred/{n}.png")) > 0, O.values(c.p(f"truth/{n}.png")) > 0)) for n in ("cat", "dog")]))
    rng = c.start("folders_of_masks")
    expect = []
    for s in ("s0001", "s0002"):
        subject(rng, c.p(f"truth/{s}"), 0.2)
        subject(rng, c.p(f"pred/{s}"), 0.9)
        rows = [(n, O.dsc(O.labels(c.p(f"pred/{s}/{n}.nii.gz")) > 0, O.labels(c.p(f"truth/{s}/{n}.nii.gz")) > 0)) for n in organs]
        expect += per_class("dsc", rows, f"{s}@")
    c.add("%pred %truth -m dsc", 0, expect)
    c.add("%pred %truth --files masks -m dsc", 0, expect, suffix="_said")
    rng = c.start("folder_of_cases_one_truth")
    for name in ("case1", "case2"):
        truth, pred = truth_and_prediction(rng)
        nii(c.p(f"preds/{name}.nii.gz"), (pred > 0).astype(np.uint8))
    nii(c.p("case1_gt.nii.gz"), (truth > 0).astype(np.uint8))
    c.add("%preds %case1_gt.nii.gz", 4, stderr="--files")
    rng = c.start("folder_of_channels")
    truth, pred = truth_and_prediction(rng, (30, 26))
    soft = softmax(rng, pred)
    png(c.p("truth/t.png"), truth)
    for k in range(4):
        png(c.p(f"all/c{k}.png"), np.rint(soft[k] * 255).astype(np.uint8))
        if k:
            nii(c.p(f"some/c{k}.nii.gz"), soft[k][:, :, None].astype(np.float32))
    nii(c.p("truth/t.nii.gz"), truth[:, :, None])
    q, t = np.stack([O.one_map(c.p(f"all/c{k}.png"), 255) for k in range(4)]), O.labels(c.p("truth/t.png"))
    rows = per_class("dice", [(k, O.dice_loss(q[k], t == k)) for k in (1, 2, 3)]) + per_class("dsc", [(k, O.dsc(O.argmax(q) == k, t == k)) for k in (1, 2, 3)])
    c.add("%all %truth/t.png --files channels -m dsc -l dice", 0, rows)
    c.add("%all %truth/t.png -m dsc -l dice", 0, rows, suffix="_unsaid")
    q = np.stack([O.one_map(c.p(f"some/c{k}.nii.gz")) for k in (1, 2, 3)])
    q, t = np.concatenate([1 - q.sum(0, keepdims=True), q]), O.labels(c.p("truth/t.nii.gz"))
    c.add("%some %truth/t.nii.gz --files channels -m dsc -l ce", 0, per_class("dsc", [(k, O.dsc(O.argmax(q) == k, t == k)) for k in (1, 2, 3)])
          + [("*:ce", O.ce(q, t))], "c1|number", suffix="_without_background")


def colours(c):
    flat = (30, 26)
    table = {i: O.voc_colour(i) for i in range(4)}

    def paint(lab, colours):
        return np.array([colours[i] for i in range(len(colours))], np.uint8)[lab]
    rng = c.start("colours")
    truth, pred = truth_and_prediction(rng, flat)
    own = {0: (64, 128, 64), 1: (192, 0, 128), 2: (0, 128, 192), 3: (0, 128, 64)}
    png(c.p("truth.png"), paint(truth, own))
    png(c.p("pred.png"), paint(pred, own))
    names = ("Animal", "Archway", "Bicyclist", "Bridge")
    text(c.p("colours.txt"), "".join("%d %d %d\t\t%s\n" % (*own[i], names[i]) for i in range(4)))
    text(c.p("numbered.txt"), "".join("%d %d %d %d %s\n" % (10 * i, *own[i], names[i]) for i in range(4)))
    by = {v: k for k, v in own.items()}
    p, t = O.colours(c.p("pred.png"), by), O.colours(c.p("truth.png"), by)
    c.add("%pred.png %truth.png", 3, stderr="--palette", suffix="_unsaid")
    c.add("%pred.png %truth.png --palette %colours.txt -m iou", 0, [(f"{names[k]}:iou", O.iou(p == k, t == k)) for k in (1, 2, 3)])
    c.add("%pred.png %truth.png --palette %numbered.txt -c 20 -m iou", 0, [("20:iou", O.iou(p == 2, t == 2))], suffix="_numbered")
    text(c.p("labelmap.txt"), "# label:color_rgb:parts:actions\n" + "".join("%s:%d,%d,%d::\n" % (names[i], *own[i]) for i in range(4)))
    c.add("%pred.png %truth.png --palette %labelmap.txt -m iou", 0, [(f"{names[k]}:iou", O.iou(p == k, t == k)) for k in (1, 2, 3)], suffix="_cvat")
    odd = paint(pred, own)
    odd[3, 4] = (1, 2, 3)
    png(c.p("odd.png"), odd)
    c.add("%odd.png %truth.png --palette %colours.txt", 3, stderr=r"1, ?2, ?3|1 2 3|\(3, 4\)|010203", suffix="_unknown")
    rng = c.start("voc")
    truth, pred = truth_and_prediction(rng, flat)
    truth[(truth == 0) & (rng.random(flat) < 0.1)] = 255
    png(c.p("truth.png"), truth, palette=O.voc_colour)
    png(c.p("pred.png"), paint(pred, table))
    p, t = O.colours(c.p("pred.png"), {v: k for k, v in table.items()}), np.asarray(Image.open(c.p("truth.png"))).T.astype(int)
    v = t != 255
    c.add("%pred.png %truth.png --palette voc -m iou", 0, [(f"{k}:iou", O.iou(p == k, t == k, v)) for k in (1, 2, 3)], "255")
    rng = c.start("cityscapes_ids")
    truth, pred = truth_and_prediction(rng, flat)
    ids, train = np.array([7, 26, 24, 4]), np.array([0, 13, 11, 255])
    png(c.p("truth.png"), ids[truth].astype(np.uint8))
    png(c.p("pred.png"), np.where(pred == 3, 13, train[pred]).astype(np.uint8))
    p, t = O.labels(c.p("pred.png")), O.labels(c.p("truth.png"), {7: 0, 26: 13, 24: 11, 4: 255})
    v = t != 255
    c.add("%pred.png %truth.png --map-truth cityscapes-trainids -c 0-18 -m iou", 0, [(f"{k}:iou", O.iou(p == k, t == k, v)) for k in (0, 11, 13)] + [("1:iou", None)])
    shutil.copy(c.p("truth.png"), c.p("a_000001_gtFine_labelIds.png"))
    c.add("%pred.png %a_000001_gtFine_labelIds.png -m iou", 4, stderr="cityscapes-trainids", suffix="_unsaid")
    rng = c.start("cityscapes_colours")
    truth, pred = truth_and_prediction(rng, flat)
    street = {0: (128, 64, 128), 1: (0, 0, 142), 2: (220, 20, 60), 3: (0, 0, 0)}
    ids = np.array([7, 26, 24, 0])
    png(c.p("truth.png"), ids[truth].astype(np.uint8))
    png(c.p("pred.png"), paint(pred, street))
    by = {v: int(ids[k]) for k, v in street.items()}
    p, t = O.colours(c.p("pred.png"), by), O.labels(c.p("truth.png"))
    v = t != 0
    c.add("%pred.png %truth.png --palette cityscapes -c 7,24,26 -m iou", 0, per_class("iou", [(k, O.iou(p == k, t == k, v)) for k in (7, 24, 26)]), "ignore")
    rng = c.start("cityscapes_instances")
    truth, pred = truth_and_prediction(rng, flat)
    inst = np.array([7, 26001, 24003, 26])[truth]
    inst[(truth == 1) & (rng.random(flat) < 0.5)] = 26002
    png(c.p("truth.png"), inst.astype(np.uint16))
    png(c.p("pred.png"), np.array([7, 26, 24, 26])[pred].astype(np.uint8))
    p, raw = O.labels(c.p("pred.png")), O.labels(c.p("truth.png"))
    t = np.where(raw >= 1000, raw // 1000, raw)
    c.add("%pred.png %truth.png -c 7,24,26 -m iou", 4, stderr="cityscapes-instances", suffix="_unsaid")
    c.add("%pred.png %truth.png --map-truth cityscapes-instances -c 7,24,26 -m iou", 0, per_class("iou", [(k, O.iou(p == k, t == k)) for k in (7, 24, 26)]))
    rng = c.start("zero_is_void")
    truth, pred = truth_and_prediction(rng, flat)
    png(c.p("truth.png"), truth)
    png(c.p("pred.png"), np.maximum(pred.astype(int) - 1, 0).astype(np.uint8))
    p, raw = O.labels(c.p("pred.png")), O.labels(c.p("truth.png"))
    v = raw != 0
    c.add("%pred.png %truth.png --map-truth reduce-zero -c 0-2 -m iou", 0, per_class("iou", [(k, O.iou(p == k, raw - 1 == k, v)) for k in (0, 1, 2)]))
    rng = c.start("panoptic")
    truth, pred = truth_and_prediction(rng, flat)
    def rgb(ids):
        return np.stack([ids % 256, ids // 256 % 256, ids // 65536], -1).astype(np.uint8)
    for name, lab, ids in (("truth", truth, (0, 70001, 300, 9)), ("pred", pred, (0, 5, 66000, 131072))):
        png(c.p(f"{name}.png"), rgb(np.array(ids)[lab]))
        text(c.p(f"{name}.json"), json.dumps({"annotations": [{"file_name": f"{name}.png", "segments_info": [
            {"id": i, "category_id": k} for i, k in zip(ids[1:], (17, 3, 3))]}], "categories": [{"id": 17, "name": "cat"}, {"id": 3, "name": "car"}]}))
    p, t = O.panoptic(c.p("pred.png"), c.p("pred.json")), O.panoptic(c.p("truth.png"), c.p("truth.json"))
    c.add("%pred.png %truth.png --palette panoptic --map-prediction panoptic:%pred.json --map-truth panoptic:%truth.json -m iou", 0,
          per_class("iou", [(k, O.iou(p == k, t == k)) for k in (3, 17)]))


def raters(c):
    rng = c.start("raters")
    for n in ("a", "b", "d"):
        nii(c.p(f"{n}.nii.gz"), scene(rng, SHAPE, 0.8))
    pred = scene(rng, SHAPE, 1.2)
    nii(c.p("pred.nii.gz"), pred)
    nii(c.p("soft.nii.gz"), above_half(rng, pred > 0).astype(np.float32))
    nii(c.p("other.nii.gz"), np.zeros((4, 4, 4), np.uint8))
    p, maps = O.labels(c.p("pred.nii.gz")), [O.labels(c.p(f"{n}.nii.gz")) for n in ("a", "b", "d")]
    all3 = "-p %pred.nii.gz -g %a.nii.gz -g %b.nii.gz -g %d.nii.gz"
    each = [x for n, t in zip("abd", maps) for x in per_class("dsc", [(k, O.dsc(p == k, t == k)) for k in (1, 2, 3)], f"pred[{n}]@")]
    c.add(f"{all3} -m dsc", 0, each, suffix="_each")
    m = O.majority(maps)
    c.add(f"{all3} --raters majority -m dsc", 0, per_class("dsc", [(k, O.dsc(p == k, m == k)) for k in (1, 2, 3)]), suffix="_majority")
    two = O.majority(maps[:2])
    c.add("-p %pred.nii.gz -g %a.nii.gz -g %b.nii.gz --raters majority -m dsc", 0, per_class("dsc", [(k, O.dsc(p == k, two == k)) for k in (1, 2, 3)]), "tie|undecided", suffix="_tie")
    s, binary = O.one_map(c.p("soft.nii.gz")), [t > 0 for t in maps]
    for n, t in zip("abd", binary):
        nii(c.p(f"mask_{n}.nii.gz"), t.astype(np.uint8))
    soft = np.mean(binary, axis=0)
    c.add("-p %soft.nii.gz -g %mask_a.nii.gz -g %mask_b.nii.gz -g %mask_d.nii.gz --raters mean -m dsc -l ce,dice", 0,
          [("*:ce", O.soft_bce(s, soft)), ("1:dice", O.dice_loss(s, soft)), ("1:dsc", O.dsc(s > 0.5, soft > 0.5))], suffix="_mean")
    c.add("-p %pred.nii.gz -g %a.nii.gz -g %other.nii.gz --raters majority", 4, stderr="other.nii.gz", suffix="_other_grid")


def formats(c):
    rng = c.start("npz")
    truth, pred = truth_and_prediction(rng)
    soft = softmax(rng, pred)
    nii(c.p("truth.nii.gz"), truth)
    npz(c.p("pred.npz"), probabilities=soft.transpose(0, 3, 2, 1).astype(np.float32))
    npz(c.p("turned.npz"), probabilities=soft.transpose(0, 2, 1, 3).astype(np.float32))
    pack(c.p("labels.npy"), npy_bytes(pred.transpose(2, 1, 0).astype(np.int16)))
    pack(c.p("object.npy"), b"\x93NUMPY\x01\x00" + struct.pack("<H", 118)
         + b"{'descr': '|O', 'fortran_order': False, 'shape': (1,), }".ljust(117) + b"\n" + b"\x80\x04N.")
    p, t = O.values(c.p("pred.npz")).transpose(0, 3, 2, 1), O.labels(c.p("truth.nii.gz"))
    c.add("%pred.npz %truth.nii.gz -m dsc,hd95 -l ce", 0, per_class("dsc", [(k, O.dsc(O.argmax(p) == k, t == k)) for k in (1, 2, 3)])
          + [("1:hd95", O.hd95(O.argmax(p) == 1, t == 1, O.spacing(c.p("truth.nii.gz")))), ("*:ce", O.ce(p, t))])
    c.add("%turned.npz %truth.nii.gz", 4, stderr="--axes", suffix="_turned")
    c.add("%turned.npz %truth.nii.gz --axes cyxz -m dsc -l none", 0, per_class("dsc", [(k, O.dsc(O.argmax(p) == k, t == k)) for k in (1, 2, 3)]), suffix="_axes")
    q = O.values(c.p("labels.npy")).transpose(2, 1, 0)
    c.add("%labels.npy %truth.nii.gz -m dsc", 0, per_class("dsc", [(k, O.dsc(q == k, t == k)) for k in (1, 2, 3)]), suffix="_labels")
    c.add("%object.npy %truth.nii.gz", 3, stderr="object", suffix="_object")
    c.add("%both %folder -m dsc", 4, stderr="--suffix", suffix="_beside_labels_unsaid")
    c.add("%both %folder --suffix .npz -m dsc -l ce", 0, [("truth@*:ce", O.ce(p, t))], suffix="_beside_labels")
    os.makedirs(c.p("folder"))
    shutil.copy(c.p("truth.nii.gz"), c.p("folder/truth.nii.gz"))
    os.makedirs(c.p("both"))
    shutil.copy(c.p("pred.npz"), c.p("both/truth.npz"))
    nii(c.p("both/truth.nii.gz"), pred)
    rng = c.start("mgz")
    truth, pred = truth_and_prediction(rng)
    mgz(c.p("truth.mgz"), truth)
    mgz(c.p("pred.mgz"), pred)
    p, t = O.labels(c.p("pred.mgz")), O.labels(c.p("truth.mgz"))
    c.add("%pred.mgz %truth.mgz -m dsc,hd95", 0, per_class("dsc", [(k, O.dsc(p == k, t == k)) for k in (1, 2, 3)]) + [("1:hd95", O.hd95(p == 1, t == 1, MM))])
    rng = c.start("mha")
    truth, pred = truth_and_prediction(rng)
    nii(c.p("truth.nii.gz"), truth)
    mha(c.p("pred.mha"), pred)
    nii(c.p("copy.nii.gz"), pred)
    p, t = O.labels(c.p("copy.nii.gz")), O.labels(c.p("truth.nii.gz"))
    rows = per_class("dsc", [(k, O.dsc(p == k, t == k)) for k in (1, 2, 3)]) + [("1:hd95", O.hd95(p == 1, t == 1, MM))]
    c.add("%pred.mha %truth.nii.gz -m dsc,hd95", 0, rows)
    mha(c.p("turned.mha"), pred.transpose(1, 0, 2), "0 -1 0 -1 0 0 0 0 1")
    c.add("%turned.mha %truth.nii.gz", 4, stderr="--geometry reorient", suffix="_turned_unsaid")
    c.add("%turned.mha %truth.nii.gz --geometry reorient -m dsc,hd95", 0, rows, suffix="_turned")
    rng = c.start("nrrd")
    truth, pred = truth_and_prediction(rng)
    nii(c.p("truth.nii.gz"), truth)
    nii(c.p("copy.nii.gz"), pred)
    p, t = O.labels(c.p("copy.nii.gz")), O.labels(c.p("truth.nii.gz"))
    seg_nrrd(c.p("pred.seg.nrrd"), [pred], [("edema", 0, 1), ("core", 0, 2), ("enhancing", 0, 3)])
    seg_nrrd(c.p("layers.seg.nrrd"), [(pred > 0).astype(np.uint8), np.where(pred == 3, 1, np.where(pred == 2, 2, 0))],
             [("WT", 0, 1), ("ET", 1, 1), ("NC", 1, 2)])
    c.add("%pred.seg.nrrd %truth.nii.gz -m dsc,hd95", 0, [(f"{n}:dsc", O.dsc(p == k, t == k)) for k, n in ((1, "edema"), (2, "core"), (3, "enhancing"))] + [("1:hd95", O.hd95(p == 1, t == 1, MM))])
    c.add("%layers.seg.nrrd %truth.nii.gz --regions WT=1-3,NC=2,ET=3 -m dsc", 0, [("WT:dsc", O.dsc(p > 0, t > 0)), ("NC:dsc", O.dsc(p == 2, t == 2)), ("ET:dsc", O.dsc(p == 3, t == 3))], suffix="_layers")
    low = [int(w.min()) for w in np.nonzero(pred)]
    high = [int(w.max()) + 1 for w in np.nonzero(pred)]
    seg_nrrd(c.p("cropped.seg.nrrd"), [pred[tuple(slice(a, b) for a, b in zip(low, high))]], [("edema", 0, 1), ("core", 0, 2), ("enhancing", 0, 3)],
             [a * m for a, m in zip(low, MM)])
    c.add("%cropped.seg.nrrd %truth.nii.gz -m dsc", 0, [(f"{n}:dsc", O.dsc(p == k, t == k)) for k, n in ((1, "edema"), (2, "core"), (3, "enhancing"))],
          " x ".join(map(str, pred[tuple(slice(a, b) for a, b in zip(low, high))].shape)), suffix="_cropped")
    rng = c.start("tiff")
    truth, pred = truth_and_prediction(rng, (30, 26))
    tif(c.p("truth.tif"), [truth])
    tif(c.p("pred.tif"), [pred])
    p, t = O.labels(c.p("pred.tif")), O.labels(c.p("truth.tif"))
    c.add("%pred.tif %truth.tif -m iou", 0, per_class("iou", [(k, O.iou(p == k, t == k)) for k in (1, 2, 3)]))
    tif(c.p("soft.tif"), [above_half(rng, pred > 0).astype(np.float32)])
    tif(c.p("mask.tif"), [np.where(truth > 0, 255, 0).astype(np.uint8)])
    s, m = O.values(c.p("soft.tif")), O.values(c.p("mask.tif")) > 0
    c.add("%soft.tif %mask.tif -m dsc -l ce", 0, [("1:dsc", O.dsc(s > 0.5, m)), ("*:ce", O.bce(s, m))], suffix="_float")
    truth, pred = truth_and_prediction(rng)
    tif(c.p("truth3.tif"), list(np.moveaxis(truth, -1, 0)))
    tif(c.p("pred3.tif"), list(np.moveaxis(pred, -1, 0)))
    p, t = O.labels(c.p("pred3.tif")), O.labels(c.p("truth3.tif"))
    c.add("%pred3.tif %truth3.tif -m dsc --spacing 1.5,1.5,3", 0, per_class("dsc", [(k, O.dsc(p == k, t == k)) for k in (1, 2, 3)]), suffix="_pages")


def main():
    if len(sys.argv) not in (1, 3):
        sys.exit("usage: make_reading.py [FOLDER SEED]")
    here = os.path.dirname(os.path.abspath(__file__))
    folder, seed = (sys.argv[1], int(sys.argv[2])) if len(sys.argv) == 3 else (os.path.join(here, "..", "reading"), 20261)
    shutil.rmtree(folder, ignore_errors=True)
    os.makedirs(folder)
    os.chdir(folder)
    c = Cases(folder, seed)
    for part in (selection, renaming, regions, channels, scales, odd_labels, batches, ignoring, masks, folders, colours, raters, formats):
        part(c)
    c.write()
    print(len(c.rows), "cases")


main()
