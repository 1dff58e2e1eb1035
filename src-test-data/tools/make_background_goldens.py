#!/usr/bin/env python3
"""Makes golden/background.tsv: what Pillow makes of transparent pictures on a background.

A line for each picture of src-test-data that a background changes: its path, and the SHA-256 of the RGB bytes of
alpha_composite(new("RGBA", size, COLOUR), upright.convert("RGBA")). PAM and PNG of a transparent gray or colour of other than 8 bits are
left out: Pillow does not read the first, and compares the second with what it has made of it. So is CIE L*a*b*, which has no alpha:
Pillow takes a byte for it that is 0 in what a Photoshop document becomes.

Run in the project's root: python3 src-test-data/tools/make_background_goldens.py
"""

import pathlib
import warnings

from PIL import Image, ImageOps

from formats_corpus import rgb_of, sha256

COLOUR = (200, 30, 90)
DATA = pathlib.Path(__file__).resolve().parent.parent

lines = []
for file in sorted(f for folder in ("decoding", "formats", "webp") for f in (DATA / folder).iterdir()):
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            with Image.open(file) as image:
                plain = rgb_of(image)
                upright = ImageOps.exif_transpose(image)
                if upright.mode.startswith("I") or upright.mode in ("F", "LAB"):
                    continue
                above = upright.convert("RGBA")
    except Exception:  # noqa: BLE001 - Pillow raises many kinds
        continue
    shown = Image.alpha_composite(Image.new("RGBA", above.size, (*COLOUR, 255)), above).convert("RGB")
    if shown.tobytes() != plain.tobytes():
        lines.append(f"{file.relative_to(DATA)}\t{sha256(shown.tobytes())}\n")
(DATA / "golden" / "background.tsv").write_text("".join(lines))
print(len(lines), "pictures")
