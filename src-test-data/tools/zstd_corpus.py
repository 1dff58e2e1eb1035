#!/usr/bin/env python3
"""Compresses bytes that are computed here with Debian's zstd, and writes down what they were.

    zstd_corpus.py FOLDER               all of them: FOLDER/*.zst, FOLDER/contents.tsv
    zstd_corpus.py FOLDER --small OUT   copies the small part that the build holds from FOLDER to OUT

A line of contents.tsv is a file's name, the number of bytes and their SHA-256, separated by tabs. ZstdDecoderTest holds the engine to
it (-Dclip.zstd.corpus=FOLDER).
"""

import argparse
import hashlib
import pathlib
import random
import shutil
import subprocess
import sys

SIZES = [0, 1, 5, 31, 32, 33, 100, 257, 1000, 5000, 40000, 131072, 131073, 300000, 700000]
LEVELS = ["-1", "-3", "-9", "-19", "--fast=5"]

# Together they have nearly every kind of block, of literals and of tables; ZstdDecoderTest makes the rest.
SMALL = [
    "mixed_1000_19_sized.zst", "mixed_257_19_sized.zst", "skewed_100_3_sized.zst", "skewed_5000_9_window.zst",
    "skewed_5000_fast5_sized.zst", "two_1000_1_sized.zst", "two_257_19_sized.zst", "two_257_9_sized.zst", "two_31_19_sized.zst",
    "two_33_3_sized.zst", "two_40000_19_sized.zst", "two_40000_19_window.zst", "two_5000_19_sized.zst", "two_5000_19_window.zst",
    "two_5000_1_window.zst", "two_5000_9_window.zst", "zeros_131073_19.zst", "zeros_300000_9_sized.zst",
    "zeros_5000_9_window.zst", "zeros_700000_1_sized.zst",
]


def content(kind, size, rng):
    if kind == "noise":
        return rng.randbytes(size)
    if kind == "zeros":
        return bytes(size)
    if kind == "skewed":
        return bytes(min(255, int(rng.expovariate(0.3))) for _ in range(size))
    if kind == "two":
        return bytes(rng.choice(b"ab") for _ in range(size))
    if kind == "slope":
        return bytes((i * 7 // (1 + i // 1000) + (i >> 9)) & 255 for i in range(size))
    out = b""
    words = [rng.randbytes(rng.randrange(1, 12)) for _ in range(90)]
    while len(out) < size:
        if kind == "words":
            out += rng.choice(words)
        else:
            out += content(rng.choice(["noise", "zeros", "words", "skewed", "two", "slope"]), rng.randrange(1, max(2, size // 4)), rng)
    return out[:size]


def folder_to_fill(small):
    """The folder of the command line; copies its small part instead, if that is asked for, and ends."""
    parser = argparse.ArgumentParser()
    parser.add_argument("folder", type=pathlib.Path)
    parser.add_argument("--small", type=pathlib.Path)
    args = parser.parse_args()
    if args.small:
        args.small.mkdir(parents=True, exist_ok=True)
        lines = {line.split("\t")[0]: line for line in (args.folder / "contents.tsv").read_text().splitlines(True)}
        for name in small:
            shutil.copyfile(args.folder / name, args.small / name)
        (args.small / "contents.tsv").write_text("".join(lines[name] for name in sorted(small)))
        sys.exit()
    args.folder.mkdir(parents=True, exist_ok=True)
    return args.folder


def main():
    folder = folder_to_fill(SMALL)
    lines = []
    for kind in ["noise", "zeros", "skewed", "two", "slope", "words", "mixed"]:
        for size in SIZES:
            for level in LEVELS:
                name = f"{kind}_{size}_{level.strip('-').replace('=', '')}"
                data = content(kind, size, random.Random(name))
                for ending, options in {"": [], "_sized": [f"--stream-size={size}", "--no-check"], "_window": ["--zstd=wlog=10"]}.items():
                    packed = subprocess.run(["zstd", "-q", "-c", level, *options], input=data, capture_output=True, check=True).stdout
                    (folder / f"{name}{ending}.zst").write_bytes(packed)
                    lines.append(f"{name}{ending}.zst\t{size}\t{hashlib.sha256(data).hexdigest()}\n")
    (folder / "contents.tsv").write_text("".join(lines))
    print(f"{len(lines)} files")


if __name__ == "__main__":
    main()
