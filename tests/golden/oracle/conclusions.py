"""Statistics of paired comparisons in numpy and scipy: tests, intervals, equivalence, rankings. Nothing is shared with segloss."""
import itertools
import math
from fractions import Fraction

import numpy as np
from scipy import stats

# ------------------------------------------------------------------------------------------------ chance by counter
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


def signed_rank(d, zeros="drop"):
    """W+, W-, two-sided p (exact over all sign patterns for up to 50 non-zero differences), rank-biserial effect.
    Infinite differences of one sign are the largest and tie."""
    d = np.asarray(d, float)
    if zeros == "drop":
        d = d[d != 0]
        r = stats.rankdata(np.abs(d))
    else:
        r = stats.rankdata(np.abs(d))
        r, d = r[d != 0], d[d != 0]
    n = len(d)
    if n == 0:
        return 0.0, 0.0, 1.0, 0.0
    plus, minus = r[d > 0].sum(), r[d < 0].sum()
    if n <= 50:
        two = np.rint(2 * r).astype(int)
        count = {0: 1}
        for q in two:
            new = dict(count)
            for s, c in count.items():
                new[s + q] = new.get(s + q, 0) + c
            count = new
        w = int(round(2 * min(plus, minus)))
        p = min(1.0, float(Fraction(2 * sum(c for s, c in count.items() if s <= w), 2 ** n)))
    else:
        _, t = np.unique(r, return_counts=True)
        var = (r ** 2).sum() / 4
        z = (abs(plus - r.sum() / 2) - 0.5) / math.sqrt(var)
        p = float(min(1.0, 2 * stats.norm.sf(max(z, 0.0))))
    return plus, minus, p, (plus - minus) / (plus + minus)


def hodges_lehmann(d):
    d = np.asarray(d, float)
    w = [(d[i] + d[j]) / 2 for i in range(len(d)) for j in range(i, len(d))]
    return float(np.median(w))


def ranks_of(X, better):
    """X methods x cases -> mean rank of each method (1 = best), mid-ranks in ties; inf/-inf allowed."""
    return np.array([stats.rankdata(-better * col) for col in X.T]).T


EXACT_FRIEDMAN = {2: 50, 3: 20, 4: 12, 5: 6, 6: 4}      # methods: largest number of cases


def friedman(X, better):
    R = ranks_of(X, better)
    k, n = R.shape
    S = ((R.sum(1) - n * (k + 1) / 2) ** 2).sum()
    denom = sum(((r - (k + 1) / 2) ** 2).sum() for r in R.T) / (k - 1)
    if denom == 0:
        return dict(chi2=0.0, p_chi2=1.0, f=None, p_f=None, p_exact=1.0, ranks=R.mean(1))
    chi2 = S / denom
    f = (n - 1) * chi2 / (n * (k - 1) - chi2) if n * (k - 1) - chi2 > 1e-9 * n else math.inf
    out = dict(chi2=chi2, p_chi2=float(stats.chi2.sf(chi2, k - 1)), f=f,
               p_f=float(stats.f.sf(f, k - 1, (k - 1) * (n - 1))) if math.isfinite(f) else None, ranks=R.mean(1))
    # exact: within every case the observed (mid-)ranks in every order, all equally likely
    two = np.rint(2 * R).astype(int)
    exact = n <= EXACT_FRIEDMAN.get(k, 1)
    state = {tuple(sorted(two[:, 0])): 1}               # one order of the first case: the others only rename methods
    for col in two.T[1:] if exact else []:
        perms = {}
        for q in itertools.permutations(col):
            perms[q] = perms.get(q, 0) + 1
        new = {}
        for s, c in state.items():
            for q, m in perms.items():
                v = tuple(sorted(a + b for a, b in zip(s, q)))
                new[v] = new.get(v, 0) + c * m
        state = new
    out["p_exact"] = None
    if exact:
        mid = n * (k + 1)
        obs = sum((v - mid) ** 2 for v in two.sum(1))
        hit = sum(c for s, c in state.items() if sum((v - mid) ** 2 for v in s) >= obs)
        out["p_exact"] = float(Fraction(hit, sum(state.values())))
    return out


def t_interval(x, level=0.95):
    x = np.asarray(x, float)
    if len(x) < 2:
        return None
    h = stats.t.ppf((1 + level) / 2, len(x) - 1) * x.std(ddof=1) / math.sqrt(len(x))
    return x.mean() - h, x.mean() + h


def bca(x, seed=1, rounds=10000, level=0.95):
    """BCa interval of the mean; equal means count half on each side, compared with a tolerance of 1e-12 of the size."""
    x = np.asarray(x, float)
    n = len(x)
    b = x[draws(seed, rounds, n)].mean(1)
    th, tol = x.mean(), 1e-12 * max(np.abs(x).max(), 1e-300)
    below = (b < th - tol).mean() + 0.5 * (np.abs(b - th) <= tol).mean()
    d = x - th
    a = (d ** 3).sum() / (6 * (d ** 2).sum() ** 1.5)
    z0 = stats.norm.ppf(below)
    al = [stats.norm.cdf(z0 + (z0 + z) / (1 - a * (z0 + z))) for z in stats.norm.ppf([(1 - level) / 2, (1 + level) / 2])]
    return tuple(np.quantile(b, al))


def median_interval(x, level=0.95):
    """Order statistics: the narrowest symmetric pair whose binomial coverage is at least level; None when there is none."""
    x = np.sort(np.asarray(x, float))
    n = len(x)
    k = int(stats.binom.ppf((1 - level) / 2, n, 0.5))
    if stats.binom.cdf(k, n, 0.5) > (1 - level) / 2:
        k -= 1
    if k < 0:
        return None
    return x[k], x[n - 1 - k]


def equivalence(d, margin, alpha=0.05):
    """Two one-sided paired t tests: p (the larger), and the (1 - 2 alpha) interval of the mean difference."""
    d = np.asarray(d, float)
    n, se = len(d), d.std(ddof=1) / math.sqrt(len(d))
    p = max(stats.t.sf((d.mean() + margin) / se, n - 1), stats.t.cdf((d.mean() - margin) / se, n - 1))
    h = stats.t.ppf(1 - alpha, n - 1) * se
    return dict(p=float(p), low=d.mean() - h, high=d.mean() + h, equivalent=bool(p < alpha))


def cluster_means(X, cluster):
    return np.array([[row[[i for i, c in enumerate(cluster) if c == u]].mean() for u in dict.fromkeys(cluster)] for row in X])


def holm(p):
    o, q, m = np.argsort(p, kind="stable"), np.empty(len(p)), 0.0
    for i, j in enumerate(o):
        m = max(m, min(1.0, (len(p) - i) * p[j]))
        q[j] = m
    return q


def rankings(X, better, alpha=0.05):
    """Three orders of the methods (1 = best, mid-ranks in ties): mean then rank, rank then mean, number of Holm-significant wins."""
    k = len(X)
    a = stats.rankdata(-better * X.mean(1))
    b = stats.rankdata(ranks_of(X, better).mean(1))
    pairs = [(i, j) for i in range(k) for j in range(i + 1, k)]
    res = [signed_rank(X[i] - X[j]) for i, j in pairs]
    ph = holm(np.array([r[2] for r in res]))
    wins = np.zeros(k)
    for (i, j), r, p in zip(pairs, res, ph):
        if p < alpha:
            wins[i if (r[0] - r[1]) * better > 0 else j] += 1
    c = stats.rankdata(-wins)

    def tau(u, v):
        if np.ptp(u) == 0 or np.ptp(v) == 0:
            return None
        return float(stats.kendalltau(u, v).correlation)
    return dict(mean_then_rank=a, rank_then_mean=b, test_based=c, wins=wins, tau=[tau(a, b), tau(a, c), tau(b, c)])


def winner_stays(X_int, better, seed=1, rounds=10000):
    """Share of resamples in which the best mean is still (or shares) the best; exact: X holds integers."""
    sums = X_int[:, draws(seed, rounds, X_int.shape[1])].sum(2) * int(better)
    w = int((X_int.sum(1) * int(better)).argmax())
    return w, float((sums[w] == sums.max(0)).mean())
