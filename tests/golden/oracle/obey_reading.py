#!/usr/bin/env python3
"""obey_reading.py SEGLOSS FOLDER SCRATCH: takes the advice of every refusal literally.

Every command of FOLDER/cases.tsv that is refused (exit 3 or 4) and the commands below, one for each other row of the
decision tables that refuses, are run again with each option that the message names, and must then end with 0, perhaps
after the advice of one or two more messages. An option that drops voxels from the score may not be advised, but for
--ignore-label 255. Prints 'N refusals, M pieces of advice' and each failure.
"""
import csv
import os
import re
import shlex
import struct
import subprocess
import sys

FLOAT, BYTE, WORD = 16, 2, 512
# What the reader has to fill in: words in capitals stand for these.
FILL = {"N": "0", "X": "0.5", "NAME=LABELS": "ALL=1/2/3", "NAME=LABELS,...": "ALL=1/2/3", "NAMES": "WT,TC,ET",
        "LIST": "0,1,2,7", "ORDER": "cyxz", "A=B": "2=1", "FILE": "none", "K": "1"}


def nifti(path, shape, values, kind):
    """A NIfTI-1 file; x is fastest."""
    form = {FLOAT: "f", BYTE: "B", WORD: "H"}[kind]
    size = struct.calcsize(form)
    head = bytearray(352)
    struct.pack_into("<i", head, 0, 348)
    struct.pack_into("<8h", head, 40, len(shape), *(list(shape) + [1] * (7 - len(shape))))
    struct.pack_into("<2h", head, 70, kind, 8 * size)
    struct.pack_into("<8f", head, 76, 1, *[1.0] * 7)
    struct.pack_into("<f", head, 108, 352)
    head[344:348] = b"n+1\0"
    with open(path, "wb") as f:
        f.write(head + struct.pack("<%d%s" % (len(values), form), *values))


def more_cases(folder):
    """(name, command) of refusals that the golden cases do not have."""
    os.makedirs(folder, exist_ok=True)
    os.chdir(folder)
    n = 6 * 5 * 4
    truth = [i // 7 % 4 for i in range(n)]
    p = [[0.97 if k == t else 0.01 for t in truth] for k in range(4)]
    nifti("labels.nii", (6, 5, 4), truth, BYTE)
    nifti("mask.nii", (6, 5, 4), [int(t > 1) for t in truth], BYTE)
    nifti("soft.nii", (6, 5, 4, 4), sum(p, []), FLOAT)
    nifti("far.nii", (6, 5, 4), [7 if t == 3 else t for t in truth], BYTE)
    nifti("logits.nii", (6, 5, 4, 3), [8.0 * x - 4.5 for k in p[1:] for x in k], FLOAT)
    nifti("frames.nii", (6, 5, 4, 2, 4), [x for k in p for x in k + k], FLOAT)
    nifti("labels2.nii", (6, 5, 4, 2), truth + truth, BYTE)
    nifti("wide.nii", (6, 5, 4), [1000 * t + i % 3 + 0.5 for i, t in enumerate(truth)], FLOAT)
    nifti("bytes.nii", (6, 5, 4), [255 * t // 3 // 2 + i % 40 * (t > 1) for i, t in enumerate(truth)], BYTE)
    nifti("resampled.nii", (6, 5, 4), [t / 3 * 200 + 0.25 for t in truth], FLOAT)
    nifti("turned.nii", (5, 6, 4), truth, BYTE)
    nifti("four.nii", (6, 5, 4, 3), [int(t > k) for k in range(3) for t in truth], BYTE)
    return [
        ("channels that lack a label", "eval soft.nii far.nii"),
        ("a hidden class without a probability", "eval soft.nii far.nii -c 0-3"),
        ("many labels and one map", "eval %s labels.nii" % "one.nii"),
        ("logits of as many channels as regions", "eval logits.nii labels.nii --input logits --regions WT=1-3,TC=2/3,ET=3"),
        ("two axes", "eval frames.nii labels.nii"),
        ("frames and one image", "eval labels2.nii labels.nii"),
        ("fractions far from any probability", "eval wide.nii mask.nii"),
        ("a truth with fractions", "eval mask.nii resampled.nii"),
        ("axes in another order", "eval turned.nii labels.nii --geometry ignore"),
        ("masks or frames", "eval four.nii four.nii"),
        ("fewer regions than channels", "eval four.nii labels.nii --channels independent --regions A=1,B=2"),
        ("255 as a class", "eval labels.nii void.nii"),
    ]


def write_rest(folder):
    n = 6 * 5 * 4
    truth = [i // 7 % 4 for i in range(n)]
    nifti("one.nii", (6, 5, 4), [0.9 if t == 2 else 0.1 for t in truth], FLOAT)
    nifti("void.nii", (6, 5, 4), [255 if i % 9 == 0 else t for i, t in enumerate(truth)], BYTE)


def run(tool, folder, args):
    done = subprocess.run([tool, *args, "-f", "csv"], cwd=folder, stdin=subprocess.DEVNULL, capture_output=True, text=True,
                          errors="replace", timeout=60)
    return done.returncode, done.stderr.strip().splitlines()[-1] if done.stderr.strip() else ""


def advice(message):
    """The options that stand in the brackets of a message, with their arguments."""
    found = []
    for bracket in re.findall(r"\((?:[^()]|\([^()]*\))*\)", message):
        for option, value, after in re.findall(r"(?<!leave )(--[a-z][a-z-]*)(?: ([^\s();]+))?( when)?", bracket):
            value = value.rstrip(",:")
            named = re.match(r"[A-Z0-9.]|[xyzct]{2,5}$", value) or "=" in value or ":" in value or value in WORDS
            if not after:  # "when" names a condition that this case does not meet
                found.append((option, value if named else ""))
    return found


WORDS = set("prob logits labels independent softmax series masks channels cases instances reorient ignore none strict warn "
            "cityscapes-trainids cityscapes-instances cxyz yxz zyx".split())


def fill(value):
    kind, colon, rest = value.replace("=K", "=1").partition(":")
    if colon and rest in FILL:
        return kind + ":" + FILL[rest]
    return FILL.get(value, value).replace("=K", "=1")


def with_option(args, option, value):
    """The command with the option, instead of what it said before."""
    args = list(args)
    short = {"--classes": "-c", "--ignore-label": "-i"}.get(option, option)
    while option in args or short in args:
        at = args.index(option if option in args else short)
        del args[at:at + 2]
    return args + [option] + ([fill(value)] if value else [])


def obey(tool, folder, args, message, depth, log):
    for option, value in advice(message):
        if option == "--classes" and not value:  # "leave it out of --classes"
            continue
        log.append(option)
        if option == "--ignore-label" and value != "255":
            return f"advises {option} {value}, which drops voxels"
        if option in ("--labels", "--pairs", "--spacing", "--match", "--palette"):  # files that only their owner has
            continue
        code, said = run(tool, folder, with_option(args, option, value))
        if code in (3, 4) and depth < 2 and advice(said):
            fault = obey(tool, folder, with_option(args, option, value), said, depth + 1, log)
            if fault is None:
                continue
            return f"{option} {value}, then {fault}"
        if code not in (0, 1):
            return f"{option} {value} ends with {code} ({said})"
    return None


def main():
    tool, folder, scratch = os.path.abspath(sys.argv[1]), os.path.abspath(sys.argv[2]), os.path.abspath(sys.argv[3])
    with open(os.path.join(folder, "cases.tsv"), newline="") as f:
        cases = [(c["id"], c["command"], folder) for c in csv.DictReader(f, delimiter="\t", quoting=csv.QUOTE_NONE)
                 if c["exit"] in "34"]
    cases += [(name, command, scratch) for name, command in more_cases(scratch)]
    write_rest(scratch)
    refusals, log, faults = 0, [], []
    for name, command, where in cases:
        args = shlex.split(command)
        code, message = run(tool, where, args)
        if code not in (3, 4):
            faults.append((name, f"is not refused: exit {code} ({message})"))
            continue
        refusals += 1
        fault = obey(tool, where, args, message, 0, log)
        if fault:
            faults.append((name, f"{message}: {fault}"))
    print(refusals, "refusals,", len(log), "pieces of advice")
    for name, fault in faults:
        print(f"  {name}: {fault}")
    sys.exit(1 if faults else 0)


main()
