#!/usr/bin/env python3
"""Compresses bytes that are computed here with Python's lzma (liblzma), and writes down what they were.

    xz_corpus.py FOLDER               all of them: FOLDER/*.xz, FOLDER/contents.tsv
    xz_corpus.py FOLDER --small OUT   copies the small part that the build holds from FOLDER to OUT

A line of contents.tsv is a file's name, the number of bytes and their SHA-256, separated by tabs. XzDecoderTest holds the engine to
it (-Dclip.xz.corpus=FOLDER).
"""

import hashlib
import lzma
import random
import subprocess

from zstd_corpus import SIZES, content, folder_to_fill

# Literals by bits before and of the place, places of matches, checksums, finders of matches, little dictionaries, differences.
KINDS = {
    "1": (lzma.CHECK_NONE, (), {"preset": 1}),
    "9": (lzma.CHECK_CRC64, (), {"preset": 9}),
    "lc0": (lzma.CHECK_CRC32, (), {"preset": 6, "lc": 0, "lp": 4, "pb": 4}),
    "lc4": (lzma.CHECK_SHA256, (), {"preset": 6, "lc": 4, "lp": 0, "pb": 0}),
    "lp2": (lzma.CHECK_CRC64, (), {"preset": 6, "lc": 2, "lp": 2, "pb": 1, "dict_size": 4096}),
    "delta1": (lzma.CHECK_CRC32, (1,), {"preset": 6}),
    "deltas": (lzma.CHECK_SHA256, (256, 3, 4), {"preset": 2, "dict_size": 6144}),
}

# Together they have every kind of chunk that liblzma writes, and of symbols; XzDecoderTest makes the rest.
SMALL = [
    "mixed_257_9.xz", "mixed_1000_lc0.xz", "mixed_1000_lp2.xz", "noise_100_1.xz", "noise_1000_deltas.xz", "skewed_100_lc4.xz",
    "skewed_5000_lc4.xz", "slope_5000_delta1.xz", "slope_5000_deltas.xz", "two_31_9.xz", "two_5000_lp2.xz", "two_5000_lc0.xz",
    "words_5000_lc0.xz", "words_40000_lp2_blocks.xz", "zeros_0_9.xz", "zeros_1_1.xz", "zeros_700000_lp2.xz", "zeros_300000_deltas.xz",
]


def main():
    folder = folder_to_fill(SMALL)
    lines = []

    def write(name, data, packed):
        (folder / f"{name}.xz").write_bytes(packed)
        lines.append(f"{name}.xz\t{len(data)}\t{hashlib.sha256(data).hexdigest()}\n")

    for kind in ["noise", "zeros", "skewed", "two", "slope", "words", "mixed"]:
        for size in SIZES + ([2_200_000] if kind in ("zeros", "words") else []):
            for how, (check, distances, last) in KINDS.items():
                name = f"{kind}_{size}_{how}"
                data = content(kind, size, random.Random(name))
                filters = [{"id": lzma.FILTER_DELTA, "dist": d} for d in distances] + [{"id": lzma.FILTER_LZMA2, **last}]
                write(name, data, lzma.compress(data, lzma.FORMAT_XZ, check, filters=filters))
            name = f"{kind}_{size}_lp2_blocks"  # of sizes in their headers, as threads write them
            data = content(kind, size, random.Random(name))
            options = ["--lzma2=preset=6,lc=2,lp=2,pb=1,dict=4KiB", "--block-size=7777", "-T2"]
            write(name, data, subprocess.run(["xz", "-c", *options], input=data, capture_output=True, check=True).stdout)
    (folder / "contents.tsv").write_text("".join(lines))
    print(f"{len(lines)} files")


if __name__ == "__main__":
    main()
