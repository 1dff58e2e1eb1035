#!/usr/bin/env python3
"""Writes what Pillow's Image.draft makes of the JPEGs that FOLDER/pillow.tsv names: make_draft_goldens.py FOLDER

A line of FOLDER/draft.tsv is a file's name and, behind tabs, the verdict at 1/2, 1/4 and 1/8: WIDTHxHEIGHT and the SHA-256
of the RGB bytes, or "error". Needs Pillow with libjpeg-turbo.
"""

import hashlib
import io
import pathlib
import sys
import warnings

from PIL import Image

folder = pathlib.Path(sys.argv[1])


def verdict(data, scale):
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            with Image.open(io.BytesIO(data), formats=["JPEG", "MPO"]) as image:
                stored = image.size
                if min(stored) < scale:
                    return "small"
                image.draft(None, (stored[0] // scale, stored[1] // scale))
                if image.decoderconfig[0] != scale:
                    return "small"
                rgb = image.convert("RGB")
        return f"{rgb.width}x{rgb.height} {hashlib.sha256(rgb.tobytes()).hexdigest()}"
    except Exception:  # noqa: BLE001 - Pillow raises many kinds
        return "error"


lines = []
for line in (folder / "pillow.tsv").read_text().splitlines():
    name = line.split("\t")[0]
    data = (folder / f"{name}.jpg").read_bytes()
    lines.append("\t".join([name, *(verdict(data, scale) for scale in (2, 4, 8))]))
(folder / "draft.tsv").write_text("\n".join(lines) + "\n")
