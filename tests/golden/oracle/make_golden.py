#!/usr/bin/env python3
"""Writes tests/golden anew: the images of the cases, the values of losses.csv and the oracle's rows of metrics.csv.

usage: make_golden.py [FOLDER]          (default: the folder above; `make golden` runs it)

Rows are the specification of what is tested, so they are read from the files: to add one, write a line with any value and
run this. A value that equals the recorded one to 1e-11 keeps its digits, as the last of them depend on the version of
numpy; a larger difference is written and shows in `git diff`. Where a tool's own value was recorded, the row's tolerance
decides. Rows of metrics.csv that a public tool gave cannot be made
here and stay as they were recorded; sources.csv names the tool and its revision for each.
"""
import csv
import io
import math
import os
import sys

import numpy as np

import cases
import losses_boundary_combo as bc
import losses_pixel_region as pr
import metrics

ORACLE = {  # command line -> oracle
    "distance-ce": "dpce", "log-cosh-dice": "logcosh_dice", "wasserstein-dice": "gwdl", "focal-tversky": "focal_tversky",
    "sens-spec": "ssl", "t-loss": "tloss", "boundary-aware": "boundary_aware", "active-boundary": "active_boundary",
    "inverse-form": "inverseform", "conditional-boundary": "conditional_boundary", "boundary-dou": "boundary_dou",
    "region-wise": "region_wise", "exp-log": "exp_log", "unified-focal": "unified_focal"}


def value_of(text):
    """A parameter as the oracle takes it."""
    if text in ("yes", "no"):
        return text == "yes"
    if "/" in text:
        return [value_of(t) for t in text.split("/")]
    try:
        x = float(text)
    except ValueError:
        return text
    return int(x) if x == int(x) and "." not in text and "e" not in text else x


def read_spec(spec, folder):
    """`name:key=value,...` -> the oracle's function and its parameters."""
    name, _, rest = spec.partition(":")
    pairs = [pair.split("=", 1) for pair in rest.split(",") if pair]
    p = {k: v if k == "costs" or v.endswith(".sgif") else value_of(v) for k, v in pairs}
    base = ORACLE.get(name, name)
    if base == "hausdorff":
        base = "hausdorff_" + p.pop("variant", "dt")
    if p.get("form") == "survey" and base + "_survey" in bc.LOSSES:
        base += "_survey"
        p.pop("form")
    if base in ("tversky", "focal_tversky"):
        if p.get("form") == "survey":  # the survey's alpha weighs false negatives
            p = dict(p, alpha=0.7, beta=0.3)
        p = {{"fp": "alpha", "fn": "beta"}.get(k, k): v for k, v in p.items()}
    if "costs" in p:
        p["M"] = np.loadtxt(os.path.join(folder, p.pop("costs")), delimiter=",")
    if base.startswith("inverseform"):
        p["weights"] = os.path.join(folder, str(p["weights"])) if "weights" in p else None
    if "radii" in p:
        p["radii"] = tuple(np.atleast_1d(p["radii"]))
    table = bc.LOSSES if base in bc.LOSSES else pr.LOSSES
    function, presets = table[base]
    return function, dict(presets, **p)


def keep(old, new, rtol=1e-11, atol=1e-11):
    """The recorded text where it says the same number."""
    if new is None or (isinstance(new, float) and math.isnan(new)):
        return old if old in ("", "nan") else "nan"
    if old == "" and math.isinf(new):  # the loss has no finite value
        return old
    try:
        was = float(old)
    except ValueError:
        return repr(float(new))
    if was == new or abs(was - new) <= rtol * abs(new) + atol:
        return old
    return repr(float(new))


def write(path, header, rows, ending):
    out = io.StringIO()
    w = csv.writer(out, lineterminator=ending)
    w.writerow(header)
    w.writerows(rows)
    with open(path, "w", newline="") as f:
        f.write(out.getvalue())


def read(path):
    with open(path, newline="") as f:
        text = f.read()
    ending = "\r\n" if "\r\n" in text else "\n"
    rows = list(csv.reader(io.StringIO(text)))
    return rows[0], rows[1:], ending


def make_losses(folder, built):
    header, rows, ending = read(os.path.join(folder, "losses.csv"))
    for row in rows:
        case = built[row[0]]
        function, params = read_spec(row[1], folder)
        spacing = case["spacing"]
        if function.__module__ == pr.__name__:  # as the header has it
            spacing = tuple(float(np.float32(s)) for s in spacing)
        value = function(case["pred"], case["gt"], spacing, **params)
        # a tool's own value was recorded: it holds to the tolerance of the row
        row[2] = keep(row[2], value) if row[5] == "oracle only" else keep(row[2], value, float(row[3]), float(row[4]))
    write(os.path.join(folder, "losses.csv"), header, rows, ending)
    return len(rows)


ROW = {"nsd@1": "nsd"}  # the default set's names


def make_metrics(folder, built):
    header, rows, ending = read(os.path.join(folder, "metrics.csv"))
    made = {}
    count = 0
    for row in rows:
        case, cls, metric, convention = row[:4]
        if convention != "segloss":
            continue
        if (case, cls) not in made:
            c = built[case]
            spacing = tuple(float(np.float32(s)) for s in c["spacing"])
            label = c["pred"].argmax(0)
            made[case, cls] = metrics.scores(label == int(cls), c["gt"] == int(cls), spacing)
        value = made[case, cls][ROW.get(metric, metric)]
        row[4] = value if isinstance(value, str) else keep(row[4], float(value))
        count += 1
    write(os.path.join(folder, "metrics.csv"), header, rows, ending)
    return count, len(rows)


def main():
    here = os.path.dirname(os.path.abspath(__file__))
    folder = sys.argv[1] if len(sys.argv) > 1 else os.path.dirname(here)
    built = cases.build(1)
    cases.save(folder, 1)
    print("%d rows of losses.csv" % make_losses(folder, built))
    print("%d rows of metrics.csv, of %d" % make_metrics(folder, built))


if __name__ == "__main__":
    main()
