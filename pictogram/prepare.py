"""Fetches the pinned sets from npm, names their pictures, draws them once and keeps them as arrays.

    prepare.py DIR     writes DIR/npm/*.tgz, DIR/pictures.npy, DIR/pictures.json, DIR/held-out.npy, DIR/held-out.json

A picture is RGBA [96, 96, 4] with colours premultiplied. The held-out sets go into files of their own, which training never opens.
"""
import base64
import csv
import hashlib
import io
import json
import os
import subprocess
import sys
import tarfile
from dataclasses import asdict
from pathlib import Path

import numpy as np
from PIL import Image, ImageDraw, ImageFont

import names
import render

SIZE = 96
HERE = Path(__file__).parent
# Sets whose icons may be concepts of their own when no emoji has their name; of the others only the emojis are taken.
OWN = {"mdi", "tabler", "lucide", "flat-color-icons", "fluent-color", "icon-park"}
# Sets that draw one icon in many line widths and sizes: these endings are enough.
ENDINGS = {
    "fluent": ("-24-filled", "-24-regular"),
    "solar": ("-bold-duotone", "-linear", "-bold"),
    "material-symbols": ("-rounded", "-outline"),
    "fluent-color": ("-24", "-32", "-48"),
}


class Package:
    """One package as npm publishes it, checked against the integrity that sources.json pins."""

    def __init__(self, source: dict, directory: Path):
        self.source = source
        stem = source["package"].replace("@", "").replace("/", "-")
        archive = directory / f"{stem}-{source['version']}.tgz"
        if not archive.exists():
            subprocess.run(["npm", "pack", "--silent", f"{source['package']}@{source['version']}"], cwd=directory, check=True)
        found = "sha512-" + base64.b64encode(hashlib.sha512(archive.read_bytes()).digest()).decode()
        if found != source["integrity"]:
            raise SystemExit(f"{archive}: integrity: expected {source['integrity']}, found {found}; delete it and run again")
        self.tar = tarfile.open(archive)

    def read(self, path: str) -> bytes:
        return self.tar.extractfile(f"package/{path}").read()

    def files(self, suffix: str) -> list[str]:
        return sorted(n[len("package/"):] for n in self.tar.getnames() if n.endswith(suffix))

    def json(self, path: str) -> dict:
        return json.loads(self.read(path))


def svg(icons: dict, icon: dict) -> str:
    """An Iconify icon as a document; those without colours of their own come out black."""
    box = [icon.get(k, icons.get(k, d)) for k, d in (("left", 0), ("top", 0), ("width", 16), ("height", 16))]
    return (
        '<svg xmlns="http://www.w3.org/2000/svg" xmlns:xlink="http://www.w3.org/1999/xlink" '
        f'viewBox="{" ".join(map(str, box))}" width="{box[2]}" height="{box[3]}">{icon["body"]}</svg>'
    )


def iconify(package: Package, concept_of) -> list[tuple[int, np.ndarray, str]]:
    """(concept, picture, name) of every icon of a set whose name is known."""
    icons = package.json("icons.json")
    found: dict[str, str] = {n: n for n in icons["icons"]}
    if package.source["use"] != "icons":
        found |= {n: a["parent"] for n, a in icons.get("aliases", {}).items() if set(a) == {"parent"} and a["parent"] in icons["icons"]}
    pictures, seen = [], set()
    for name, parent in sorted(found.items()):
        concept = concept_of(name)
        if concept is None or (concept, parent) in seen or icons["icons"][parent].get("hidden"):
            continue
        seen.add((concept, parent))
        try:
            picture = render.premultiplied(svg(icons, icons["icons"][parent]), SIZE)
        except ValueError as e:  # a filter beyond librsvg's limits, in two or three of fluent-emoji
            print(f"left out: {package.source['style']}/{name}: {str(e)[:60]}")
            continue
        if picture[..., 3].any():
            pictures.append((concept, picture, name))
    return pictures


def fluent_3d(package: Package, known: names.Names) -> list[tuple[int, np.ndarray, str]]:
    pictures = []
    for path in package.files(".webp"):
        concept = known.by_hexcode.get(names.hexcode(Path(path).stem))
        if concept is not None:
            picture = Image.open(io.BytesIO(package.read(path))).convert("RGBa").resize((SIZE, SIZE), Image.Resampling.BOX)
            pictures.append((concept, np.asarray(picture), Path(path).stem))
    return pictures


def font(package: Package, known: names.Names) -> list[tuple[int, np.ndarray, str]]:
    """The monochrome Noto Emoji, thin and bold; sequences are left to the other sets."""
    pictures, seen = [], set()  # the numbered files repeat what the named ones hold
    for weight in (300, 700):
        for path in package.files(f"-{weight}-normal.woff2"):
            face = ImageFont.truetype(io.BytesIO(package.read(path)), 72)
            missing = bytes(face.getmask("\U0010fffe"))
            for code, concept in known.by_hexcode.items():
                if "-" in code or (code, weight) in seen:
                    continue
                character = chr(int(code, 16))
                mask = bytes(face.getmask(character))
                left, top, right, bottom = face.getbbox(character)
                if mask == missing or right - left < 8 or not any(mask):
                    continue
                seen.add((code, weight))
                canvas = Image.new("L", (SIZE, SIZE))
                at = ((SIZE - left - right) / 2, (SIZE - top - bottom) / 2)
                ImageDraw.Draw(canvas).text(at, character, 255, face)
                picture = np.zeros((SIZE, SIZE, 4), np.uint8)
                picture[..., 3] = np.asarray(canvas)
                pictures.append((concept, picture, f"{code}-{weight}"))
    return pictures


def table(path: Path, known: names.Names) -> dict[str, int]:
    """fxemoji's run-together names; rows without a hexcode are no emoji."""
    with path.open(newline="", encoding="utf-8") as rows:
        return {r["name"]: known.by_hexcode[r["hexcode"]] for r in csv.DictReader(rows) if r["hexcode"]}


def pictures_of(package: Package, known: names.Names) -> list[tuple[int, np.ndarray, str]]:
    style, use = package.source["style"], package.source["use"]
    if style == "fluent-emoji-3d":
        return fluent_3d(package, known)
    if style == "noto-emoji-font":
        return font(package, known)
    if style == "fxemoji":
        return iconify(package, table(HERE / "fxemoji.csv", known).get)
    if use == "flags":
        return iconify(package, lambda n: known.by_hexcode.get(names.flag_hexcode(n.split("-")[0])) if len(n.split("-")[0]) == 2 and n.split("-")[0].isalpha() and n[2:] in ("", "-1x1", "-4x3") else None)
    if use == "icons":
        return iconify(package, lambda n: known.icon(n, style in OWN) if n.endswith(ENDINGS.get(style, "")) else None)
    chars = {n: c for c, n in package.json("chars.json").items()}
    if chars:
        return iconify(package, lambda n: known.by_hexcode.get(names.hexcode(chars[n])) if n in chars else None)
    return iconify(package, known.find)


def write(directory: Path, stem: str, packages: list[Package], known: names.Names) -> None:
    rows: list[tuple[int, np.ndarray, str]] = []
    styles: list[str] = []
    for package in packages:
        drawn = pictures_of(package, known)
        styles += [package.source["style"]] * len(drawn)
        rows += drawn
        emojis = {c for c, _, _ in drawn if c < known.emojis}
        print(f"{package.source['style']:28} {len(drawn):6} pictures, {len(emojis):5} emojis", flush=True)
    # a training run may have the old file mapped: put the new one in its place, never write into it
    np.save(directory / f"{stem}.part.npy", np.stack([p for _, p, _ in rows]))
    os.replace(directory / f"{stem}.part.npy", directory / f"{stem}.npy")
    index = {"style": styles, "concept": [c for c, _, _ in rows], "name": [n for _, _, n in rows]}
    index["concepts"] = [asdict(c) for c in known.concepts]
    (directory / f"{stem}.json").write_text(json.dumps(index), encoding="utf-8")


def main(directory: Path) -> None:
    (directory / "npm").mkdir(parents=True, exist_ok=True)
    packages = [Package(s, directory / "npm") for s in json.loads((HERE / "sources.json").read_text(encoding="utf-8"))]
    known = names.load(packages[0].read)
    for package in packages[1:]:
        if package.source["use"] == "emoji" and "package/chars.json" in package.tar.getnames():
            known.learn(package.json("chars.json"))
    write(directory, "pictures", [p for p in packages[1:] if p.source["use"] not in ("names", "held-out")], known)
    write(directory, "held-out", [p for p in packages if p.source["use"] == "held-out"], known)


if __name__ == "__main__":
    main(Path(sys.argv[1]))
