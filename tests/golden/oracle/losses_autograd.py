#!/usr/bin/python3
"""Independent oracle for loss maps, gradients and their statistics.

Losses are written in float64 torch from the formulas of losses-*.md and differentiated by autograd; maps are written in numpy.
Arrays: y (C, Z, Y, X) probabilities, lab (Z, Y, X) labels, spacing (sz, sy, sx). Flattened index: x fastest.
Nothing here is shared with the program that it checks.
"""
import math

import numpy as np
import torch
from scipy import ndimage as ndi

torch.set_default_dtype(torch.float64)
EPS = 1e-7


# ------------------------------------------------------------------------------------------------ geometry
def edt_to(target, step):
    """Distance of every voxel to the nearest voxel of target (0 on it)."""
    return ndi.distance_transform_edt(~target, sampling=step)


def ball(r, planar):
    k = int(math.floor(r + 1e-9))
    return [(0 if planar else dz, dy, dx) for dz in ([0] if planar else range(-k, k + 1)) for dy in range(-k, k + 1)
            for dx in range(-k, k + 1) if dz * dz + dy * dy + dx * dx <= r * r + 1e-9]


def shifted(t, off, fill):
    """t moved so that position n holds t(n + off); outside the image: fill."""
    out = torch.full_like(t, fill)
    src, dst = [], []
    for n, o in zip(t.shape, off):
        if abs(o) >= n:
            return out
        src.append(slice(max(0, o), n + min(0, o)))
        dst.append(slice(max(0, -o), n + min(0, -o)))
    out[tuple(dst)] = t[tuple(src)]
    return out


# ------------------------------------------------------------------------------------------------ the losses
class Case:
    """What every loss needs: probabilities as a leaf of the graph, one-hot truth, counts."""

    def __init__(self, y, lab, spacing):
        self.C, self.shape = y.shape[0], y.shape[1:]
        self.N = int(np.prod(self.shape))
        self.lab = lab.astype(int)
        self.l = self.lab.ravel()
        self.spacing = spacing
        self.y = torch.tensor(y.reshape(self.C, -1).astype(float), requires_grad=True)
        self.yn = self.y.detach().numpy()
        self.tn = np.stack([(self.l == c).astype(float) for c in range(self.C)])
        self.t = torch.tensor(self.tn)
        self.n = self.tn.sum(1)
        self.fg = list(range(1, self.C))

    def p(self):
        return (self.y * self.t).sum(0)

    def to_class(self, terms):
        """A term a voxel, given to the class of the truth."""
        return self.tn * terms[None]

    def empty(self):
        return np.zeros((self.C, self.N))


def nll(k, eps=EPS):
    return -torch.log(torch.clamp(k.p(), min=eps))


def np_nll(k, eps=EPS):
    return -np.log(np.maximum((k.yn * k.tn).sum(0), eps))


def ce(k, weights=None, reduction="mean"):
    w = np.ones(k.C)
    if weights == "inverse":
        w = np.where(k.n > 0, k.N / (k.C * np.maximum(k.n, 1)), 0)
    elif weights is not None:
        w = np.asarray(weights, float)
    wn = w[k.l]
    den = 1.0 if reduction == "sum" else wn.sum()
    return (nll(k) * torch.tensor(wn)).sum() / den, k.to_class(np_nll(k) * wn / den), 0.0, "exact"


def topk(k, percent=10.0):
    m = max(1, int(math.floor(k.N * percent / 100 + 1e-9)))
    v = np_nll(k)
    pick = np.argsort(-v, kind="stable")[:m]
    w = np.zeros(k.N)
    w[pick] = 1.0 / m
    return (nll(k) * torch.tensor(w)).sum(), k.to_class(v * w), 0.0, "exact"


def focal(k, gamma=2.0):
    p = k.p()
    q = (k.yn * k.tn).sum(0)
    return ((1 - p) ** gamma * nll(k)).mean(), k.to_class((1 - q) ** gamma * np_nll(k) / k.N), 0.0, "exact"


def distance_ce(k):
    phi = np.zeros(k.N)
    for c in range(k.C):
        m = k.lab == c
        if not m.any() or m.all():
            continue
        d = ndi.distance_transform_edt(m, sampling=k.spacing)[m]
        if d.max() > d.min():
            phi[m.ravel()] = (d.max() - d) / (d.max() - d.min())
    return (nll(k) * torch.tensor(1 + phi)).mean(), k.to_class(np_nll(k) * (1 + phi) / k.N), 0.0, "exact"


def dice(k, classes=None, smooth=0.0):
    sel = k.fg if classes is None else classes
    m, total = k.empty(), 0
    for c in sel:
        y, t = k.y[c], k.t[c]
        den = y.sum() + t.sum() + smooth
        if den.item() == 0:
            continue
        total = total + 1 - (2 * (y * t).sum() + smooth) / den
        m[c] = (k.tn[c] + k.yn[c] - 2 * k.tn[c] * k.yn[c]) / den.item() / len(sel)
    return total / len(sel), m, 0.0, "exact"


def log_cosh_dice(k):
    x, m, _, _ = dice(k)
    f = torch.log1p(2 * torch.sinh(x / 2) ** 2)
    return f, m * (f.item() / x.item() if x.item() else 0.0), 0.0, "proportional"


def wasserstein_dice(k):
    w = (k.y * (1 - k.t)).sum(0)
    wn = (k.yn * (1 - k.tn)).sum(0)
    a = torch.tensor((k.l > 0).astype(float))
    den = 2 * (a * (1 - w)).sum() + w.sum()
    return w.sum() / den, k.to_class(wn / den.item()), 0.0, "exact"


def iou(k):
    m, total = k.empty(), 0
    for c in k.fg:
        y, t = k.y[c], k.t[c]
        i = (y * t).sum()
        den = y.sum() + t.sum() - i
        if den.item() == 0:
            continue
        total = total + 1 - i / den
        m[c] = (k.tn[c] + k.yn[c] - 2 * k.tn[c] * k.yn[c]) / den.item() / len(k.fg)
    return total / len(k.fg), m, 0.0, "exact"


def lovasz(k):
    sel = [c for c in range(k.C) if k.n[c] > 0]
    m, total = k.empty(), 0
    for c in sel:
        e = (k.t[c] - k.y[c]).abs()
        en = np.abs(k.tn[c] - k.yn[c])
        order = np.argsort(-en, kind="stable")
        hits = np.cumsum(k.tn[c][order])
        i = np.arange(1, k.N + 1)
        J = 1 - (k.n[c] - hits) / (k.n[c] + i - hits)
        dJ = np.diff(np.concatenate([[0.0], J]))
        g = np.zeros(k.N)
        g[order] = dJ
        total = total + (e * torch.tensor(g)).sum()
        # equal errors share their steps: the map must not depend on the order of voxels
        _, block, cnt = np.unique(en, return_inverse=True, return_counts=True)
        m[c] = en * (np.bincount(block, g) / cnt)[block] / len(sel)
    return total / len(sel), m, 0.0, "exact"


def tversky(k, fn=0.7, fp=0.3, power=1.0):
    m, total = k.empty(), 0
    for c in k.fg:
        y, t = k.y[c], k.t[c]
        i = (y * t).sum()
        bad = fn * (t * (1 - y)).sum() + fp * ((1 - t) * y).sum()
        if (i + bad).item() == 0:
            continue
        x = bad / (i + bad)
        f = x ** power if x.item() > 0 else x
        total = total + f
        if x.item() > 0:
            s = fn * k.tn[c] * (1 - k.yn[c]) + fp * (1 - k.tn[c]) * k.yn[c]
            m[c] = s / (i + bad).item() / len(k.fg) * (f.item() / x.item())
    return total / len(k.fg), m, 0.0, "exact" if power == 1 else "proportional"


def focal_tversky(k, gamma=4 / 3):
    return tversky(k, power=1 / gamma)


def sens_spec(k, r=0.05):
    m, total = k.empty(), 0
    for c in k.fg:
        e, en = (k.t[c] - k.y[c]) ** 2, (k.tn[c] - k.yn[c]) ** 2
        w = np.zeros(k.N)
        if k.n[c] > 0:
            w += r * k.tn[c] / k.n[c]
        if k.n[c] < k.N:
            w += (1 - r) * (1 - k.tn[c]) / (k.N - k.n[c])
        total = total + (e * torch.tensor(w)).sum()
        m[c] = en * w / len(k.fg)
    return total / len(k.fg), m, 0.0, "exact"


def _pool(a, k=4):
    pad = k // 2
    return torch.nn.functional.avg_pool2d(a[:, None], k, k, pad, count_include_pad=True)[:, 0]


def rmi(k, radius=3, lam=0.5, alpha=5e-4):
    Z, Y, X = k.shape
    d = radius * radius
    total = 0
    for c in range(k.C):
        t = _pool(k.t[c].reshape(Z, Y, X))
        p = _pool((k.y[c] + 1e-6).reshape(Z, Y, X))
        h = 0
        for z in range(Z):
            def win(a):
                H, W = a.shape
                return torch.stack([a[i:H - radius + 1 + i, j:W - radius + 1 + j].reshape(-1)
                                    for i in range(radius) for j in range(radius)])
            yv, pv = win(t[z]), win(p[z])
            yv = yv - yv.mean(1, keepdim=True)
            pv = pv - pv.mean(1, keepdim=True)
            A, S, B = pv @ pv.T, yv @ yv.T, yv @ pv.T
            eye = torch.eye(d) * alpha
            post = S - B @ torch.linalg.inv(A + eye) @ B.T + eye
            post = (post + post.T) / 2
            h = h + torch.log(torch.diagonal(torch.linalg.cholesky(post)) + 1e-8).sum()
        total = total + h / Z / d
    y = k.y.clamp(min=EPS)
    bce = -(k.t * torch.log(y) + (1 - k.t) * torch.log((1 - k.y).clamp(min=EPS))).sum() / (k.N + 1)
    return lam * bce + (1 - lam) * total, None, 0.0, "none"


def t_loss(k, nu=math.e):
    D = k.N
    const = -math.lgamma((nu + D) / 2) + math.lgamma(nu / 2) + D / 2 * math.log(math.pi * nu)
    m, total = k.empty(), 0
    for c in k.fg:
        S = ((k.y[c] - k.t[c]) ** 2).sum()
        v = (nu + D) / 2 * torch.log1p(S / nu)
        total = total + const + v
        if S.item() > 0:
            m[c] = (k.yn[c] - k.tn[c]) ** 2 / S.item() * v.item() / len(k.fg)
    return total / len(k.fg), m, const, "proportional"


def boundary(k):
    m, total = k.empty(), 0
    for c in k.fg:
        g = k.lab == c
        if not g.any() or g.all():
            phi = np.zeros(k.N)
        else:
            phi = np.where(g, -(edt_to(~g, None) - 1), edt_to(g, None)).ravel()
        total = total + (k.y[c] * torch.tensor(phi)).sum() / k.N
        m[c] = k.yn[c] * phi / k.N / len(k.fg)
    return total / len(k.fg), m, 0.0, "exact"


def _both_sides(g):
    if not g.any() or g.all():
        return np.zeros(g.size)
    return np.where(g, edt_to(~g, None), edt_to(g, None)).ravel()


def hausdorff(k, alpha=2.0):
    m, total = k.empty(), 0
    for c in k.fg:
        w = _both_sides(k.lab == c) ** alpha + _both_sides(k.yn[c].reshape(k.shape) > 0.5) ** alpha
        total = total + ((k.y[c] - k.t[c]) ** 2 * torch.tensor(w)).sum() / k.N
        m[c] = (k.yn[c] - k.tn[c]) ** 2 * w / k.N / len(k.fg)
    return total / len(k.fg), m, 0.0, "exact"


def _bins(s, R, K, planar):
    """P(bin) maps (K, N) from the grey erosions of s (Z, Y, X)."""
    e = [s]
    for j in range(1, R):
        off = ball(j, planar)
        e.append(torch.stack([shifted(s, o, math.inf) for o in off]).min(0)[0])
    e.append(torch.zeros_like(s))
    out = [torch.zeros_like(s) for _ in range(K)]
    out[0] = out[0] + 1 - e[0]
    for j in range(1, R + 1):
        b = -(-j * (K - 1) // R)
        out[b] = out[b] + e[j - 1] - e[j]
    return torch.stack(out).reshape(K, -1)


def boundary_aware(k, R=5, K=6):
    m, total = k.empty(), 0
    planar = k.shape[0] == 1
    for c in k.fg:
        b = _bins(k.t[c].reshape(k.shape), R, K, planar)
        h = _bins(k.y[c].reshape(k.shape), R, K, planar).clamp(EPS, 1 - EPS)
        term = -(b * torch.log(h) + (1 - b) * torch.log(1 - h)).sum(0) / K / k.N
        total = total + term.sum()
        m[c] = term.detach().numpy() / len(k.fg)
    return total / len(k.fg), m, 0.0, "exact"


def _face_border(g):
    out = np.zeros_like(g)
    p = np.pad(g, 1)
    for ax in range(3):
        if g.shape[0] == 1 and ax == 0:
            continue
        for s in (-1, 1):
            out |= g & ~np.roll(p, s, ax)[1:-1, 1:-1, 1:-1]
    return out


def boundary_dou(k, smooth=1e-5):
    m, total, offset = k.empty(), 0, 0.0
    for c in range(k.C):
        g = k.lab == c
        a = min(max(1 - 2 * (_face_border(g).sum() + smooth) / (g.sum() + smooth), -1.0), 0.8)
        q = (k.y[c] ** 2).sum() + k.t[c].sum()
        i = (k.y[c] * k.t[c]).sum()
        den = q - (1 + a) * i + smooth
        total = total + (q - 2 * i + smooth) / den
        m[c] = (k.yn[c] - k.tn[c]) ** 2 / den.item() / k.C
        offset += smooth / den.item() / k.C
    return total / k.C, m, offset, "exact"


def region_wise(k):
    m, total = k.empty(), 0
    for c in range(k.C):
        g = k.lab == c
        if not g.any():
            z = np.ones(k.N)
        elif g.all():
            z = -np.ones(k.N)
        else:
            d = edt_to(~g, None)
            z = np.where(g, -d / (d.max() + 1e-15), 1.0).ravel()
        total = total + (k.y[c] * torch.tensor(z)).sum() / k.N
        m[c] = k.yn[c] * z / k.N / k.C
    return total / k.C, m, 0.0, "exact"


def combo(k, alpha=0.5, beta=0.5, S=1.0):
    y, t = k.y[1:], k.t[1:]
    p = y.clamp(EPS, 1 - EPS)
    term = -(beta * t * torch.log(p) + (1 - beta) * (1 - t) * torch.log(1 - p))
    den = t.sum() + y.sum() + S
    d = (2 * (t * y).sum() + S) / den
    m = k.empty()
    m[1:] = alpha * term.detach().numpy() / (k.N * (k.C - 1)) + (1 - alpha) * (
        k.tn[1:] + k.yn[1:] - 2 * k.tn[1:] * k.yn[1:]) / den.item()
    return alpha * term.mean() - (1 - alpha) * d, m, -(1 - alpha), "exact"


def exp_log(k, wd=0.8, wc=0.2, gd=0.3, gc=0.3, e=1.0):
    m, total = k.empty(), 0
    for c in range(k.C):
        den = k.y[c].sum() + k.t[c].sum() + e
        d = ((2 * (k.y[c] * k.t[c]).sum() + e) / den).clamp(max=1.0)
        if d.item() < 1:
            v = wd / k.C * (-torch.log(d)) ** gd
            total = total + v
            s = k.tn[c] + k.yn[c] - 2 * k.tn[c] * k.yn[c]
            m[c] += s / s.sum() * v.item()
    w = np.where(k.n > 0, np.sqrt(k.N / np.maximum(k.n, 1)), 0)[k.l] * wc / k.N
    base = nll(k)
    pos = base.detach() > 0
    safe = torch.where(pos, base, torch.ones_like(base))
    total = total + (torch.where(pos, safe ** gc, torch.zeros_like(base)) * torch.tensor(w)).sum()
    m += k.to_class(w * np_nll(k) ** gc)
    return total, m, 0.0, "mixed"


def unified_focal(k, lam=0.5, delta=0.6, gamma=0.5):
    p = k.y.clamp(EPS, 1 - EPS)
    pn = p.detach().numpy()
    m, lf, lt = k.empty(), 0, 0
    for c in range(k.C):
        v, a, b = (1 - delta, gamma, 1.0) if c == 0 else (delta, 0.0, 1 - gamma)
        lf = lf + (-v * (1 - p[c]) ** a * k.t[c] * torch.log(p[c])).sum() / k.N
        m[c] += lam * -v * (1 - pn[c]) ** a * k.tn[c] * np.log(pn[c]) / k.N
        tp = (k.t[c] * p[c]).sum()
        bad = delta * (k.t[c] * (1 - p[c])).sum() + (1 - delta) * ((1 - k.t[c]) * p[c]).sum()
        term = (1 - (tp + EPS) / (tp + bad + EPS)) ** b
        lt = lt + term / k.C
        s = delta * k.tn[c] * (1 - pn[c]) + (1 - delta) * (1 - k.tn[c]) * pn[c]
        m[c] += (1 - lam) * s / s.sum() * term.item() / k.C
    return lam * lf + (1 - lam) * lt, m, 0.0, "mixed"


LOSSES = {
    "ce": ce, "ce:weights=inverse": lambda k: ce(k, "inverse"), "ce:reduction=sum": lambda k: ce(k, None, "sum"),
    "topk": topk, "focal": focal, "distance-ce": distance_ce, "dice": dice, "log-cosh-dice": log_cosh_dice,
    "wasserstein-dice": wasserstein_dice, "iou": iou, "lovasz": lovasz, "tversky": tversky, "focal-tversky": focal_tversky,
    "sens-spec": sens_spec, "rmi": rmi, "t-loss": t_loss, "boundary": boundary, "hausdorff": hausdorff,
    "boundary-aware": boundary_aware, "boundary-dou": boundary_dou, "region-wise": region_wise, "combo": combo,
    "exp-log": exp_log, "unified-focal": unified_focal,
}


def expression(parts, k):
    """A weighted sum of losses: [(weight, name)]; value, map, offset and kind combine linearly."""
    v, m, o, kinds = 0, k.empty(), 0.0, set()
    for w, name in parts:
        a, b, c, d = LOSSES[name](k)
        v, m, o = v + w * a, m + w * b, o + w * c
        kinds.add(d)
    return v, m, o, kinds.pop() if len(kinds) == 1 else "mixed"


def evaluate(f, k):
    """value, map (C, N) or None, offset, kind, gradient by probabilities and by logits (C, N)."""
    k.y.grad = None
    v, m, o, kind = f(k)
    v.backward()
    g = k.y.grad.numpy().copy()
    return v.item(), m, o, kind, g, k.yn * (g - (k.yn * g).sum(0))


# ------------------------------------------------------------------------------------------------ statistics of a gradient
def zones(lab, band=2.0, near=10.0):
    """inner, interior, outer, near, far: a partition of the image; distances between voxel centres, in voxels."""
    fg = lab > 0
    z = np.full(lab.shape, "far", dtype=object)
    if fg.any():
        d = edt_to(fg, None)
        z[~fg & (d <= near + 1e-9)] = "near"
        z[~fg & (d <= band + 1e-9)] = "outer"
        inner = np.zeros_like(fg)
        for c in np.unique(lab[fg]):
            m = lab == c
            if not m.all():
                inner |= m & (ndi.distance_transform_edt(m) <= band + 1e-9)
        z[fg] = "interior"
        z[inner] = "inner"
    return z.ravel()


def components(lab):
    """(class, mask) in the order of classes, then of the first voxel; neighbours share a face, edge or corner."""
    out = []
    for c in range(1, int(lab.max()) + 1):
        l, n = ndi.label(lab == c, np.ones((3, 3, 3)))
        firsts = sorted(((l.ravel() == i).argmax(), i) for i in range(1, n + 1))
        out += [(c, (l == i).ravel()) for _, i in firsts]
    return out


def prediction_statistics(k):
    """What belongs to the prediction and not to a loss."""
    wrong = k.yn.argmax(0) != k.l
    sat = 1 - k.yn.max(0) < 1e-4
    e = sat[wrong].mean() if wrong.any() else None
    return dict(errors=int(wrong.sum()), saturated_share=sat.mean(), saturated_errors=e, saturated=bool(e is not None and e > 0.1))


def gradient_statistics(g, k, ce_logit, logit):
    """ce_logit: the logit gradient of ce (mean) on the same input."""
    a, ce_a = np.abs(g).sum(0), np.abs(ce_logit).sum(0)
    ok = np.isfinite(a)
    s = {"nonfinite": int((~np.isfinite(g)).sum())}
    a = np.where(ok, a, 0.0)
    l1 = a.sum()
    wrong = k.yn.argmax(0) != k.l
    z = zones(k.lab)
    s.update(l1=l1, mean=l1 / k.N, max=a.max(), n_eff=l1 ** 2 / (a ** 2).sum() if l1 > 0 else None)
    s["n_eff_share"] = s["n_eff"] / k.N if l1 > 0 else None
    s["shares"] = {n: a[z == n].sum() / l1 if l1 > 0 else None for n in ("inner", "interior", "outer", "near", "far")}
    s["shares"]["errors"] = a[wrong].sum() / l1 if l1 > 0 else None
    if logit:
        s["peak"] = a.max() * k.N / 2
        s["vs_ce"] = l1 / ce_a.sum() if ce_a.sum() > 0 else None
        s["concentration"] = a.max() / l1 / (ce_a.max() / ce_a.sum()) if l1 > 0 and ce_a.sum() > 0 else None
        s["flags"] = sorted(n for n, on in (
            ("vanishing", wrong.any() and s["vs_ce"] is not None and s["vs_ce"] < 1e-3),
            ("exploding", s["nonfinite"] > 0 or (s["concentration"] or 0) > 100)) if on)
    return s


def component_statistics(g, k):
    a = np.abs(g).sum(0)
    l1, typical = a.sum(), (a ** 2).sum() / a.sum() if a.sum() > 0 else 0.0
    wrong = k.yn.argmax(0) != k.l
    out, number = [], {}
    for c, m in components(k.lab):
        number[c] = number.get(c, 0) + 1
        w = m & wrong
        recall = 1 - w.sum() / m.sum()
        pull = a[w].mean() / typical if w.any() and typical > 0 else None
        out.append(dict(**{"class": c}, component=number[c], size=int(m.sum()), recall=recall,
                        share=a[m].sum() / l1 if l1 > 0 else None, pull=pull,
                        dead=bool(recall <= 0.5 and pull is not None and pull < 0.01)))
    return out


