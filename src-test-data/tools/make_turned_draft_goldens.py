#!/usr/bin/env python3
"""Writes what Pillow's Image.draft and exif_transpose make of pictures together: make_turned_draft_goldens.py

A line of golden/drafts.tsv is a file, the wanted width and height of the upright picture, and what comes out: WIDTHxHEIGHT
and the SHA-256 of the RGB bytes, upright. Needs Pillow with libjpeg-turbo.
"""

import hashlib
import pathlib

from PIL import Image, ImageOps

DATA = pathlib.Path(__file__).resolve().parent.parent

# stored width and height that are wanted
WANTED = {f"decoding/exif{i}.jpg": [(9, 2), (2, 2), (1, 1)] for i in range(1, 9)}
WANTED["images/coffee_4000x2667.jpg"] = [(224, 224), (500, 400)]
WANTED["images/coffee_exif6.jpg"] = [(224, 224), (100, 100)]
WANTED["images/coffee_cmyk.jpg"] = [(150, 50)]
WANTED["images/coffee_progressive.jpg"] = [(56, 56)]

lines = []
for name, sizes in WANTED.items():
    for width, height in sizes:
        with Image.open(DATA / name) as image:
            swapped = image.getexif().get(0x112, 1) >= 5
            image.draft("RGB", (width, height))
            upright = ImageOps.exif_transpose(image).convert("RGB")
        wanted = (height, width) if swapped else (width, height)
        digest = hashlib.sha256(upright.tobytes()).hexdigest()
        lines.append(f"{name}\t{wanted[0]}\t{wanted[1]}\t{upright.width}x{upright.height}\t{digest}")
(DATA / "golden/drafts.tsv").write_text("\n".join(lines) + "\n")
