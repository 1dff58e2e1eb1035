"""Draws the hundred fxemoji pictures that the project's tests classify; training never sees this style.

    fxemoji_samples.py DIR OUT    DIR as prepare.py left it; writes OUT/*.png, OUT/*.jpg and OUT/labels.csv

Which hundred was settled before any model had answered to this style, by rule: of the emojis of animals and nature, food, travel, activities and
objects, sorted by label, every n-th so that a hundred remain. Formats alternate and sizes go round.
"""
import csv
import json
import sys
from pathlib import Path

import numpy as np
from PIL import Image

import names
import prepare
import render

GROUPS = {3, 4, 5, 6, 7}  # emojibase's: animals and nature, food and drink, travel and places, activities, objects
COUNT = 100
SIZES = (64, 96, 128, 200, 256, 333)
JPEG_QUALITY = 90


def main(directory: Path, out: Path) -> None:
    sources = json.loads((prepare.HERE / "sources.json").read_text(encoding="utf-8"))
    packages = {s["style"]: prepare.Package(s, directory / "npm") for s in sources if s["style"] in ("emojibase", "fxemoji")}
    known = names.load(packages["emojibase"].read)
    icons = packages["fxemoji"].json("icons.json")
    drawn = prepare.table(prepare.HERE / "fxemoji.csv", known)
    by_label = {}
    for name in sorted(drawn):
        concept = known.concepts[drawn[name]]
        if concept.group in GROUPS and name in icons["icons"]:
            by_label.setdefault(concept.label, name)
    candidates = sorted(by_label)
    chosen = [candidates[i * len(candidates) // COUNT] for i in range(COUNT)]
    out.mkdir(parents=True, exist_ok=True)
    rows = []
    for i, label in enumerate(chosen):
        size = SIZES[i % len(SIZES)]
        svg = prepare.svg(icons, icons["icons"][by_label[label]])
        picture = Image.fromarray(np.ascontiguousarray(render.on_white(render.premultiplied(svg, size))))
        file = f"{names.slug(label)}.{'png' if i % 2 == 0 else 'jpg'}"
        if i % 2 == 0:
            picture.save(out / file, optimize=True)
        else:
            picture.save(out / file, quality=JPEG_QUALITY)
        rows.append((file, label))
    with (out / "labels.csv").open("w", newline="", encoding="utf-8") as table:
        csv.writer(table, lineterminator="\n").writerows([("file", "label"), *rows])
    print(f"{len(rows)} of {len(candidates)} pictures in {out}")


if __name__ == "__main__":
    main(Path(sys.argv[1]), Path(sys.argv[2]))
