#!/usr/bin/python3
"""Writes conclusions/: reports of invented methods, and checks.json with what `segloss compare` must say of them.

usage: make_conclusions.py [FOLDER]          (default: the folder above; `make golden` runs it)

A check: args of segloss compare (reports lie in the folder), a list of the JSON document ("cells", "statistics/pairs"), which
entry of it, which member, its value (null: none) and a tolerance relative to max(1, |value|).
"""
import csv
import json
import math
import os
import sys

import numpy as np

import conclusions as o

OUT = os.path.join(sys.argv[1] if len(sys.argv) > 1 else os.path.join(os.path.dirname(os.path.abspath(__file__)), ".."), "conclusions")
HEAD = ["case", "slice", "class", "label", "kind", "measure", "params", "value", "unit", "status"]
rng = np.random.default_rng(20240917)
CHECKS = []


def number(v):
    if v is None or isinstance(v, (str, bool)):
        return v
    if isinstance(v, np.bool_):
        return bool(v)
    if isinstance(v, (int, np.integer)):
        return int(v)
    return float(f"{float(v):.13g}") if math.isfinite(v) else None


def methods(name, values, measure="dsc"):
    """values: methods x cases; infinite: the prediction is empty, NaN: neither map has the class."""
    files = []
    for m, row in enumerate(values):
        path = f"{name}_m{m}.csv"
        with open(os.path.join(OUT, path), "w", newline="") as f:
            w = csv.writer(f, lineterminator="\n")
            w.writerow(HEAD)
            for i, v in enumerate(row):
                text = "" if math.isnan(v) else "inf" if math.isinf(v) else repr(float(v))
                status = "both-empty" if math.isnan(v) else "empty-prediction" if math.isinf(v) else "ok"
                w.writerow([f"case_{i:03d}", "", "", "", "metric", measure, "", text, "mm" if measure == "hd95" else "", status])
        files.append(f"m{m}={path}")
    return files


def check(args, entries, where, get, want, tol=1e-9):
    CHECKS.append({"args": args, "in": entries, "where": where, "get": get, "want": number(want), "tol": tol})


def cells(args, method, **wanted):
    for get, want in wanted.items():
        check(args, "cells", {"row": f"m{method}"}, get, want, 1e-7)


def pairs(args, a, b, **wanted):
    for get, want in wanted.items():
        check(args, "statistics/pairs", {"a": f"m{a}", "b": f"m{b}"}, get, want, 1e-7)


def scores(n, k, spread, effect):
    base = rng.beta(8, 2, n)
    return np.array([np.clip(base + effect * i + rng.normal(0, spread, n), 0, 1) for i in range(k)])


def friedman():
    for name, x in (("agree", np.array([[.5, .6, .7], [.55, .65, .75], [.6, .7, .8]])), ("three6", scores(6, 3, .05, .02)),
                    ("four6", scores(6, 4, .05, .02)), ("ties", np.round(scores(10, 3, .06, .02), 1)), ("four12", scores(12, 4, .05, .015)),
                    ("six20", scores(20, 6, .05, .006))):
        args, f = methods("friedman_" + name, x), o.friedman(x, 1)
        infinite = f["f"] is None or math.isinf(f["f"])
        for get, want in (("friedman_chi2", f["chi2"]), ("friedman_p", f["p_chi2"]), ("friedman_exact_p", f["p_exact"]),
                          ("iman_davenport_f", None if infinite else f["f"]), ("iman_davenport_p", f["p_exact"] if infinite else f["p_f"])):
            check(args, "statistics", {"measure": "dsc"}, get, want)
        for m, r in enumerate(f["ranks"]):
            check(args, "statistics", {"measure": "dsc"}, f"average_ranks.m{m}", r)


def failures():
    n = 20
    hard = np.arange(n) >= 10
    x = np.array([np.where(hard, 25., 5.) + rng.normal(0, 1, n), np.where(hard, np.inf, 4.) + rng.normal(0, 1, n)])
    args, good = methods("failures", x, "hd95"), np.isfinite(x).all(0)
    best = int(x[:, good].mean(1).argmin())
    for m in (0, 1):
        cells(args, m, n=int(good.sum()), mean=x[m, good].mean(), failed=int(np.isinf(x[m]).sum()), mark="best" if m == best else "second")
    cells(args, 0, rank=1)  # a method that failed does not stand before one that did not
    cells(args, 1, rank=2)
    filled = np.where(np.isinf(x), 60., x)
    for m in (0, 1):
        cells(args + ["--missing", "penalty=60"], m, n=n, mean=filled[m].mean())
    with np.errstate(invalid="ignore"):
        d = np.where(np.isinf(x[0]) & np.isinf(x[1]), 0, x[0] - x[1])
    cells(args + ["--missing", "worst"], 0, n=n, median=np.median(x[0]), mark="best")
    cells(args + ["--missing", "worst"], 1, n=n, mean=None, rank=2)
    pairs(args + ["--missing", "worst"], 0, 1, p=o.signed_rank(d)[2], shift=None)
    y = np.array([rng.lognormal(1.5, .4, 12) for _ in range(3)])
    y[0, 2] = y[1, 5] = y[1, 6] = np.inf
    args = methods("pairwise", y, "hd95") + ["--missing", "pairwise"]
    for a in range(3):
        for b in range(a + 1, 3):
            w = np.isfinite(y[a]) & np.isfinite(y[b])
            pairs(args, a, b, n=int(w.sum()), p=o.signed_rank((y[a] - y[b])[w])[2])
    y[:, 4] = np.nan
    args = methods("absent", y, "hd95") + ["--missing", "penalty=50"]
    cells(args, 0, n=11, failed=1, not_applicable=1)
    cells(args, 2, n=11, failed=0, mean=np.delete(y[2], 4).mean())


def differences():
    a, d = rng.beta(8, 2, 30), np.round(rng.normal(.012, .02, 30), 3)
    d[:12] = 0
    args = methods("zeros", np.array([a, a + d]))
    z = a - (a + d)
    s, pratt = o.signed_rank(z), o.signed_rank(z, "pratt")
    pairs(args, 0, 1, p=s[2], zeros=int((z == 0).sum()), shift=o.hodges_lehmann(z[z != 0]), mean_difference=z.mean())
    pairs(args + ["--zeros", "pratt"], 0, 1, p=pratt[2], shift=None)
    x = rng.integers(3, 10, (3, 12))
    check(methods("resamples", x / 10), "statistics", {"measure": "dsc"}, "winner_stays_first", o.winner_stays(x, True)[1])
    for name, sd, margin in (("close", .01, .02), ("far", .06, .01)):
        a = rng.beta(8, 2, 16)
        b = a + rng.normal(.002, sd, 16)
        e = o.equivalence(a - b, margin)
        pairs(methods("equivalence_" + name, np.array([a, b])) + ["--margin", str(margin)], 0, 1, equivalence_p=e["p"],
              difference_low=e["low"], difference_high=e["high"], equivalent=e["equivalent"])


def intervals():
    for n in (2, 6, 29):
        x = scores(n, 2, .05, .02)
        args = methods(f"interval{n}", x)
        for m in range(2):
            low, high = o.t_interval(x[m])
            median = o.median_interval(x[m]) or (None, None)
            cells(args, m, low=low, high=high, interval="t", median_low=median[0], median_high=median[1])
    x = scores(40, 2, .05, .02)
    args = methods("interval40", x)
    for m in range(2):
        low, high = o.bca(x[m])
        cells(args, m, low=low, high=high, interval="bca")


def clusters():
    patient = np.repeat(np.arange(9), rng.integers(2, 7, 9))
    n, effect = len(patient), rng.normal(0, .04, 9)
    x = np.array([np.clip(base + sign * effect[patient] + rng.normal(0, .02, n), 0, 1) for base, sign in ((.8, 0), (.81, 1), (.8, -1))])
    args = methods("clusters", x)
    with open(os.path.join(OUT, "cases.csv"), "w") as f:
        f.write("case,patient,sex\n" + "".join(f"case_{i:03d},p{p},{'FM'[p % 2]}\n" for i, p in enumerate(patient)))
    means = o.cluster_means(x, list(patient))
    for m in range(3):
        cells(args + ["--cases", "cases.csv", "--cluster", "patient"], m, mean=means[m].mean(), n=9)
        for sex in (0, 1):
            check(args + ["--cases", "cases.csv", "--by", "sex"], "cells", {"row": f"m{m}", "group": "FM"[sex]}, "mean",
                  x[m, patient % 2 == sex].mean())
    for a in range(3):
        for b in range(a + 1, 3):
            pairs(args + ["--cases", "cases.csv", "--cluster", "patient"], a, b, p=o.signed_rank(means[a] - means[b])[2])


def rankings():
    base = rng.beta(8, 2, 24)
    x = np.array([base + .03 + rng.normal(0, .01, 24), base + .028 + rng.normal(0, .01, 24), base + rng.normal(0, .02, 24),
                  base + .02 + rng.normal(0, .08, 24)])
    x[0, :2] = .05
    args, r = methods("rankings", x) + ["--ranking", "all"], o.rankings(x, 1)
    for rule in ("mean_then_rank", "rank_then_mean", "test_based"):
        for m in range(4):
            check(args, "statistics", {"measure": "dsc"}, f"rankings.{rule}.m{m}", r[rule][m])
    for name, tau in zip(("mean_rank", "mean_test", "rank_test"), r["tau"]):
        check(args, "statistics", {"measure": "dsc"}, "rankings.tau." + name, tau)


def main():
    os.makedirs(OUT, exist_ok=True)
    for part in (friedman, failures, differences, intervals, clusters, rankings):
        part()
    with open(os.path.join(OUT, "checks.json"), "w") as f:
        f.write("[" + ",\n".join(json.dumps(c, separators=(",", ":")) for c in CHECKS) + "]\n")


if __name__ == "__main__":
    main()
