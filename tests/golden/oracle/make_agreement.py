#!/usr/bin/python3
"""Writes the golden agreement of losses and metrics: make_agreement.py FOLDER SEED (tests/golden/agreement, seed 1) makes
FOLDER/report.csv, cases.csv and values.csv (options, loss, metric, stratum, field, value, tolerance) by scipy."""
import csv, math, os, sys
import numpy as np
from scipy import stats

OUT, SEED = sys.argv[1], int(sys.argv[2])
rng = np.random.default_rng(SEED)
os.makedirs(OUT, exist_ok=True)


def random_at(seed, counter):
    """splitmix64 of a counter; the generator that segloss uses for its resamples."""
    with np.errstate(over="ignore"):
        x = np.uint64(seed) + (np.asarray(counter, np.uint64) + np.uint64(1)) * np.uint64(0x9E3779B97F4A7C15)
        x = (x ^ (x >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
        x = (x ^ (x >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
        return x ^ (x >> np.uint64(31))


def draws(seed, rounds, n):
    """rounds x n indices below n: draw i of round r is number r * n + i of the seed."""
    x = random_at(seed, np.arange(rounds * n, dtype=np.uint64))
    return (((x >> np.uint64(32)) * np.uint64(n)) >> np.uint64(32)).astype(int).reshape(rounds, n)


def corr(x, y, how):
    ok = np.isfinite(x) & np.isfinite(y)
    x, y = x[ok], y[ok]
    if len(x) < 3 or np.ptp(x) == 0 or np.ptp(y) == 0:
        return None, len(x)
    if how == "kendall":
        return float(stats.kendalltau(x, y, variant="b").correlation), len(x)
    return float(stats.spearmanr(x, y).correlation), len(x)


def worse(value, higher_is_better):
    return -value if higher_is_better else value


def agree_interval(x, y, how, cluster, seed, rounds):
    """Percentile interval of the correlation over resamples of cases or of clusters."""
    ok = np.isfinite(x) & np.isfinite(y)
    x, y = x[ok], y[ok]
    if len(x) < 3:
        return None, None, 0
    if cluster is None:
        groups = [[i] for i in range(len(x))]
    else:
        c = [v for v, o in zip(cluster, ok) if o]
        groups = [[i for i in range(len(x)) if c[i] == u] for u in dict.fromkeys(c)]
    if len(groups) < 5:
        return None, None, 0
    vals = []
    for row in draws(seed, rounds, len(groups)):
        idx = [i for g in row for i in groups[g]]
        v, _ = corr(x[idx], y[idx], how)
        if v is not None:
            vals.append(v)
    if len(vals) < 0.9 * rounds:
        return None, None, len(vals)
    lo, hi = np.quantile(vals, [0.025, 0.975])
    return float(lo), float(hi), len(vals)


def strata(size, parts):
    """Cases by object size: equal counts, ties to the lower part; 0-based part of each case."""
    order = np.argsort(size, kind="stable")
    part = np.empty(len(size), int)
    for rank, i in enumerate(order):
        part[i] = rank * parts // len(size)
    for v in np.unique(size):
        part[size == v] = part[size == v].min()
    return part


HEAD = "case,slice,class,label,kind,measure,params,value,unit,status".split(",")


def report(path, rows):
    """rows: (case, kind, measure, value, status)"""
    with open(path, "w", newline="") as f:
        w = csv.writer(f, lineterminator="\n"); w.writerow(HEAD)
        for c, kind, meas, v, st in rows:
            t = "" if v is None or (isinstance(v, float) and math.isnan(v)) else "inf" if math.isinf(v) else repr(float(v))
            w.writerow([c, "", "", "", kind, meas, "", t, "mm" if meas == "hd95" else "", st])


n = 36
patient = [f"p{int(i):02d}" for i in rng.integers(0, 12, n)]
size = np.round(np.exp(rng.normal(5, 1.2, n)))
q = rng.normal(0, 1, n) + 0.4 * np.array([hash_ % 3 for hash_ in range(n)])
dsc = np.round(1 / (1 + np.exp(-1.5 - q)), 2)                # rounded: ties
cols = dict(ce=0.1 * np.exp(-0.5 * q + 0.6 * rng.normal(size=n)), dice=1 - dsc + 0.03 * rng.normal(size=n), tversky=1 - dsc + 0.08 * rng.normal(size=n),
            boundary=-0.2 * q + 0.5 * rng.normal(size=n), hausdorff=np.exp(-q + rng.normal(size=n)), focal=np.full(n, 0.25))
hd = np.round(np.exp(1.5 - 0.6 * q + 0.5 * rng.normal(size=n)), 1); hd[[3, 17]] = np.inf; hd[8] = np.nan
mets = dict(dsc=dsc, iou=dsc / (2 - dsc), hd95=hd, nsd=np.round(1 / (1 + np.exp(-1 - q + .5 * rng.normal(size=n))), 3))
rows = []
for i in range(n):
    for m, v in cols.items(): rows.append((f"case_{i:03d}", "loss", m, float(v[i]), "ok"))
    for m, v in mets.items(): rows.append((f"case_{i:03d}", "metric", m, float(v[i]), "ok" if np.isfinite(v[i]) else "empty-prediction" if np.isinf(v[i]) else "both-empty"))
report(f"{OUT}/report.csv", rows)
with open(f"{OUT}/cases.csv", "w") as f:
    f.write("case,patient,voxels\n" + "".join(f"case_{i:03d},{patient[i]},{int(size[i])}\n" for i in range(n)))
UP = dict(dsc=1, iou=1, hd95=0, nsd=1)


def oriented(name):
    return np.where(np.isfinite(mets[name]), worse(mets[name], UP[name]), np.nan)


values = []
for how in ("kendall", "spearman"):
    for lname in cols:
        for mname in mets:
            v, cnt = corr(cols[lname], oriented(mname), how)
            values += [(f"--correlation {how}", lname, mname, "", how, v, 1e-9), (f"--correlation {how}", lname, mname, "", "n", cnt, 0)]
CLUSTERS = "--cases cases.csv --cluster patient --boot 500 --seed 1"
for lname in ("dice", "ce"):
    for mname in ("dsc", "hd95"):
        lo, hi, _ = agree_interval(cols[lname], oriented(mname), "kendall", patient, 1, 500)
        values += [(CLUSTERS, lname, mname, "", "low", lo, 1e-9), (CLUSTERS, lname, mname, "", "high", hi, 1e-9)]
part = strata(size, 3)
for s in range(3):
    v, cnt = corr(cols["ce"][part == s], oriented("dsc")[part == s], "kendall")
    values += [("--cases cases.csv --strata voxels:3", "ce", "dsc", s + 1, "kendall", v, 1e-9), ("--cases cases.csv --strata voxels:3", "ce", "dsc", s + 1, "n", cnt, 0)]
with open(f"{OUT}/values.csv", "w", newline="") as f:
    w = csv.writer(f, lineterminator="\n")
    w.writerow("options,loss,metric,stratum,field,value,tolerance".split(","))
    w.writerows([["" if x is None else x for x in v] for v in values])
