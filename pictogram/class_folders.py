"""Writes pictures of the styles that the model was never trained on as class folders, for `clip eval`.

    class_folders.py DIR OUT [--classes 50] [--variants 1] [--styles fxemoji,emojione-v1,openmoji]

DIR is what prepare.py left: of it, held-out.json and held-out.npy are read. The classes are of those that every style draws, sorted by
label every n-th, so that the number asked for remains: no model has a say in it. OUT/LABEL/STYLE-VARIANT.png, a folder for each label.
The first variant is the drawing as it is, on white; the others are mirrored or not, smaller, elsewhere and on another ground, by a fixed seed.
"""
import argparse
import json
from pathlib import Path

import numpy as np
from PIL import Image

import render

SEED = 7
SIDE = 96


def variant(premultiplied: np.ndarray, number: int, rng: np.random.Generator) -> Image.Image:
    if number == 0:
        return Image.fromarray(np.ascontiguousarray(render.on_white(premultiplied[None])[0]))
    ground = Image.new("RGB", (SIDE, SIDE), tuple(int(c) for c in rng.integers(150, 256, 3)))
    side = int(rng.integers(56, SIDE + 1))
    left, top = (int(v) for v in rng.integers(0, SIDE - side + 1, 2))
    alpha = premultiplied[..., 3:].astype(np.float32)
    straight = np.where(alpha > 0, premultiplied[..., :3] * 255.0 / np.maximum(alpha, 1), 0).clip(0, 255)
    drawing = Image.fromarray(np.concatenate([straight, alpha], -1).round().astype(np.uint8), "RGBA")
    if rng.integers(2):
        drawing = drawing.transpose(Image.FLIP_LEFT_RIGHT)
    drawing = drawing.resize((side, side), Image.BICUBIC)
    ground.paste(drawing, (left, top), drawing)
    return ground


def main(directory: Path, out: Path, classes: int, variants: int, styles: list[str]) -> None:
    index = json.loads((directory / "held-out.json").read_text(encoding="utf-8"))
    pixels = np.load(directory / "held-out.npy", mmap_mode="r")
    rows = {}
    for row, (style, concept) in enumerate(zip(index["style"], index["concept"])):
        if index["concepts"][concept]["hexcode"]:
            rows.setdefault(concept, {}).setdefault(style, row)
    common = sorted((index["concepts"][c]["label"], c) for c, found in rows.items() if set(styles) <= set(found))
    chosen = [common[i * len(common) // classes] for i in range(classes)]
    rng = np.random.default_rng(SEED)
    for label, concept in chosen:
        folder = out / label.replace("/", "-")
        folder.mkdir(parents=True, exist_ok=True)
        for style in styles:
            for number in range(variants):
                picture = variant(pixels[rows[concept][style]], number, rng)
                picture.save(folder / f"{style}-{number}.png", optimize=True)
    print(f"{classes} of {len(common)} classes, {classes * len(styles) * variants} pictures in {out}")


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("directory", type=Path)
    parser.add_argument("out", type=Path)
    parser.add_argument("--classes", type=int, default=50)
    parser.add_argument("--variants", type=int, default=1)
    parser.add_argument("--styles", default="fxemoji,emojione-v1,openmoji")
    arguments = parser.parse_args()
    main(arguments.directory, arguments.out, arguments.classes, arguments.variants, arguments.styles.split(","))
