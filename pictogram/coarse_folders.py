"""Lays out a held-out style as class folders of coarse classes, which many emojis share, to fit and measure classifiers on.

    coarse_folders.py DIR STYLE OUT    DIR as prepare.py left it; writes OUT/<class>/<emoji>.png, and prints the labels

A class is one of Unicode's subgroups of emojis under the name below, written before any model had answered to these folders. Of each
emoji there is one picture, so that none is among the examples and the pictures that are measured at once. Subgroups with
fewer than LEAST pictures are left out; of those with more than MOST every n-th is taken, in the order of labels.
"""
import json
import sys
from pathlib import Path

import numpy as np
from PIL import Image

import names
import prepare
import render

LEAST, MOST = 20, 60
CLASSES = {
    "alphanum": "letter or number sign",
    "animal-bird": "bird",
    "animal-mammal": "mammal",
    "arrow": "arrow",
    "av-symbol": "media player button",
    "clothing": "clothing",
    "country-flag": "flag",
    "drink": "drink",
    "event": "celebration",
    "face-concerned": "worried face",
    "family": "family",
    "food-fruit": "fruit",
    "food-prepared": "meal",
    "game": "game",
    "geometric": "geometric shape",
    "heart": "heart",
    "household": "household item",
    "office": "office supplies",
    "person": "person",
    "person-activity": "person in motion",
    "person-role": "person at work",
    "place-building": "building",
    "sky-weather": "sky and weather",
    "sport": "sport",
    "time": "clock",
    "tool": "tool",
    "transport-ground": "vehicle",
}


def main(directory: Path, style: str, out: Path) -> None:
    index = json.loads((directory / "held-out.json").read_text(encoding="utf-8"))
    pixels = np.load(directory / "held-out.npy", mmap_mode="r")
    source = next(s for s in json.loads((prepare.HERE / "sources.json").read_text(encoding="utf-8")) if s["style"] == "emojibase")
    emojibase = prepare.Package(source, directory / "npm")
    subgroups = emojibase.json("meta/groups.json")["subgroups"]
    subgroup_of = {names.hexcode(e["hexcode"]): subgroups[str(e["subgroup"])] for e in emojibase.json("en/data.json") if "subgroup" in e}
    rows: dict[str, dict[str, int]] = {}
    for row, concept in enumerate(index["concept"]):
        emoji = index["concepts"][concept]
        if index["style"][row] == style and subgroup_of.get(emoji["hexcode"]) in CLASSES:
            rows.setdefault(CLASSES[subgroup_of[emoji["hexcode"]]], {}).setdefault(emoji["label"], row)
    if not rows:
        raise SystemExit(f"{style}: expected one of {', '.join(sorted(set(index['style'])))}")
    chosen = {name: sorted(emojis) for name, emojis in rows.items() if len(emojis) >= LEAST}
    for name, emojis in sorted(chosen.items()):
        count = min(MOST, len(emojis))
        (out / name).mkdir(parents=True, exist_ok=True)
        for label in (emojis[i * len(emojis) // count] for i in range(count)):
            picture = render.on_white(pixels[rows[name][label]])
            Image.fromarray(np.ascontiguousarray(picture)).save(out / name / f"{names.slug(label)}.png")
        print(f"{name}\t{count}")


if __name__ == "__main__":
    main(Path(sys.argv[1]), sys.argv[2], Path(sys.argv[3]))
