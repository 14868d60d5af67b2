"""make_wheel.py - packs the static program as a Python wheel: make_wheel.py PROGRAM VERSION EPOCH FOLDER

pip puts the program into the bin folder of the environment; no Python code is installed or run. A wheel is a zip file
with metadata (PEP 427); with EPOCH, the seconds of its time stamps, the same program gives the same bytes."""
import base64
import hashlib
import pathlib
import platform
import sys
import time
import zipfile


def main(program, version, epoch, folder):
    machine = platform.machine()
    tag = f"py3-none-manylinux_2_17_{machine}.musllinux_1_1_{machine}"  # static: any C library will do
    info = f"segloss-{version}.dist-info"
    root = pathlib.Path(__file__).resolve().parents[2]
    files = [
        (f"segloss-{version}.data/scripts/segloss", pathlib.Path(program).read_bytes(), 0o755),
        (f"{info}/METADATA",
         f"Metadata-Version: 2.1\nName: segloss\nVersion: {version}\n"
         "Summary: losses and metrics of segmentations, from the command line\nLicense: MIT\n"
         "Description-Content-Type: text/markdown\n\n"
         "The program segloss as one file without shared libraries. `segloss --help` lists its commands.\n".encode(),
         0o644),
        (f"{info}/WHEEL",
         "Wheel-Version: 1.0\nGenerator: segloss\nRoot-Is-Purelib: false\n".encode()
         + b"".join(f"Tag: py3-none-{t}\n".encode() for t in tag.removeprefix("py3-none-").split(".")), 0o644),
        (f"{info}/LICENSE", (root / "LICENSE").read_bytes(), 0o644),
    ]
    record = "".join(
        f"{name},sha256={base64.urlsafe_b64encode(hashlib.sha256(data).digest()).rstrip(b'=').decode()},{len(data)}\n"
        for name, data, _ in files)
    files.append((f"{info}/RECORD", (record + f"{info}/RECORD,,\n").encode(), 0o644))
    wheel = pathlib.Path(folder) / f"segloss-{version}-{tag}.whl"
    with zipfile.ZipFile(wheel, "w", zipfile.ZIP_DEFLATED) as out:
        for name, data, mode in files:
            entry = zipfile.ZipInfo(name, time.gmtime(int(epoch))[:6])
            entry.compress_type = zipfile.ZIP_DEFLATED
            entry.create_system = 3
            entry.external_attr = (0o100000 | mode) << 16
            out.writestr(entry, data)
    print(wheel, wheel.stat().st_size)


if __name__ == "__main__":
    if len(sys.argv) != 5:
        sys.exit(__doc__)
    main(*sys.argv[1:])
