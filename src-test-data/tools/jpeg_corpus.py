#!/usr/bin/env python3
"""Makes JPEG files of every kind, and damaged ones, and writes down what Pillow makes of each.

    jpeg_corpus.py FOLDER [--damaged N]     the corpus: FOLDER/*.jpg and FOLDER/pillow.tsv
    jpeg_corpus.py FOLDER --check           compares FOLDER/pillow.tsv with the Pillow that is installed
    jpeg_corpus.py FOLDER --small OUT       copies the small part that the build holds from FOLDER to OUT, and adds to its
                                            pillow.tsv the JPEGs of ../images and ../decoding

Needs Pillow with libjpeg-turbo, cjpeg and jpegtran (Debian: libjpeg-turbo-progs) and ImageMagick. The pictures are computed
here or derived from coffee_small_150x100.png (CC0). A line of pillow.tsv is a file's name and its verdict, separated by a
tab: WIDTHxHEIGHT and the SHA-256 of the RGB bytes, or "error". The engine is held to it by JpegCorpusTest
(-Dclip.jpeg.corpus=FOLDER). Damaged files are named NAME~KIND.jpg.
"""

import argparse
import hashlib
import io
import pathlib
import random
import shutil
import subprocess
import sys
import tempfile
import warnings

import PIL
from PIL import Image, ImageDraw, features

HERE = pathlib.Path(__file__).resolve().parent
COFFEE = HERE.parent / "images" / "coffee_small_150x100.png"
SEED = 16

SAMPLINGS = ["1x1", "2x1", "1x2", "2x2", "4x1", "1x4", "4x2", "2x4", "3x1", "1x3", "3x3", "3x2"]
ODD_SAMPLINGS = [
    "2x2,2x1,1x2", "2x2,1x2,1x2", "2x2,2x1,2x1", "4x2,2x2,1x1", "4x1,2x1,1x1", "2x1,2x1,1x1", "1x2,1x2,1x1", "4x2,1x1,2x2",
    "2x4,1x2,2x1", "4x1,4x1,1x1", "1x1,2x2,2x2", "1x1,2x1,2x1", "1x1,1x2,2x1", "2x1,1x1,2x1", "1x4,1x2,1x1", "2x2,1x1,2x1",
    "3x1,1x1,3x1", "3x2,3x1,1x2",
]
SCANS = {
    "dc_only": "0,1,2: 0-0, 0, 0;",
    "dc_by_component": "0: 0-0, 0, 0; 1: 0-0, 0, 0; 2: 0-0, 0, 0;",
    "dc_and_luma": "0,1,2: 0-0, 0, 0; 0: 1-63, 0, 0;",
    "dc_of_two": "0,1: 0-0, 0, 0; 2: 0-0, 0, 0; 0: 1-5, 0, 2;",
    "coarse": "0,1,2: 0-0, 0, 1; 0: 1-5, 0, 2; 2: 1-63, 0, 1; 1: 1-63, 0, 1;",
    "coarse_dc": "0,1,2: 0-0, 0, 3; 0: 1-9, 0, 3;",
    "deep": "0,1,2: 0-0, 0, 2; 0: 1-5, 0, 3; 0: 1-5, 3, 2; 0,1,2: 0-0, 2, 1; 0: 6-63, 0, 3; 0: 6-63, 3, 2; 1: 1-63, 0, 2;",
    "spectral": "0,1,2: 0-0, 0, 0; " + " ".join(f"{c}: {a}-{b}, 0, 0;" for a, b in [(1, 2), (3, 9), (10, 63)] for c in range(3)),
    "refined": "0,1,2: 0-0, 0, 1; 0,1,2: 0-0, 1, 0; " + " ".join(
        f"{c}: 1-63, {high}, {low};" for high, low in [(0, 2), (2, 1), (1, 0)] for c in range(3)),
}
SEQUENTIAL_SCANS = {"planar": "0; 1; 2;", "two_and_one": "0,1; 2;", "one_and_two": "0; 1,2;"}


def blocks_of_mcu(sampling):
    factors = (sampling.split(",") + ["1x1", "1x1"])[:3] if "," not in sampling else sampling.split(",")
    return sum(int(f[0]) * int(f[2]) for f in factors)


def picture(kind, width, height):
    """The pictures are smooth, noisy, flat or of hard edges; each is the same on every machine."""
    rng = random.Random(f"{kind} {width} {height}")
    if kind == "coffee":
        return Image.open(COFFEE).convert("RGB").resize((width, height), Image.BILINEAR)
    if kind == "noise":
        return Image.frombytes("RGB", (width, height), rng.randbytes(3 * width * height))
    if kind == "flat":
        return Image.new("RGB", (width, height), tuple(rng.randbytes(3)))
    if kind == "smooth":
        small = Image.frombytes("RGB", (4, 4), rng.randbytes(48))
        return small.resize((width, height), Image.BICUBIC)
    edges = Image.new("RGB", (width, height), "white")
    draw = ImageDraw.Draw(edges)
    for _ in range(12):
        x, y = rng.randrange(width), rng.randrange(height)
        draw.rectangle([x, y, x + rng.randrange(20), y + rng.randrange(20)], fill=tuple(rng.randbytes(3)))
    return edges


def verdict(data):
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            with Image.open(io.BytesIO(data), formats=["JPEG", "MPO"]) as image:
                rgb = image.convert("RGB")
        return f"{rgb.width}x{rgb.height} {hashlib.sha256(rgb.tobytes()).hexdigest()}"
    except Exception:  # noqa: BLE001 - Pillow raises many kinds
        return "error"


class Corpus:
    def __init__(self, folder):
        self.folder = folder
        self.scratch = pathlib.Path(tempfile.mkdtemp())
        self.files = {}

    def add(self, name, data):
        assert name not in self.files, name
        self.files[name] = data
        (self.folder / f"{name}.jpg").write_bytes(data)

    def run(self, command, data=b""):
        done = subprocess.run(command, input=data, capture_output=True)
        if done.returncode != 0:
            sys.exit(f"{' '.join(command)}: {done.stderr.decode()}")
        return done.stdout

    def cjpeg(self, name, image, *options):
        ppm = io.BytesIO()
        image.save(ppm, "PPM")
        self.add(name, self.run(["cjpeg", *options], ppm.getvalue()))

    def jpegtran(self, name, source, *options):
        self.add(name, self.run(["jpegtran", *options], self.files[source]))

    def magick(self, name, image, *options):
        png = io.BytesIO()
        image.save(png, "PNG")
        self.add(name, self.run(["convert", "png:-", *options, "jpeg:-"], png.getvalue()))

    def script(self, text):
        path = self.scratch / hashlib.sha256(text.encode()).hexdigest()
        path.write_text(text)
        return ["-scans", str(path)]


def make_whole(corpus):
    for size in range(1, 71):
        width, height = size, 1 + (size * 37) % 70
        image = picture(["coffee", "noise", "smooth", "edges"][size % 4], width, height)
        sampling = ["2x2", "2x1", "1x2", "1x1", "4x1"][size % 5]
        coding = [[], ["-progressive"], ["-arithmetic"], ["-progressive", "-arithmetic"], ["-optimize"]][size // 2 % 5]
        corpus.cjpeg(f"size_{width}x{height}", image, "-quality", str(30 + size), "-sample", sampling, *coding)
    for size in range(1, 36):
        for sampling in ["2x2", "2x1", "1x2"]:
            image = picture("noise", size, 36 - size)
            corpus.cjpeg(f"small_{sampling}_{size}", image, "-quality", "90", "-sample", sampling)
    for sampling in SAMPLINGS + ODD_SAMPLINGS:
        for kind, coding in {"": [], "_progressive": ["-progressive"], "_arithmetic": ["-arithmetic"]}.items():
            image = picture("coffee", 61, 47)
            name = sampling.replace(",", "_")
            if blocks_of_mcu(sampling) > 10:  # more than a scan may interleave
                if kind == "_progressive":
                    continue
                coding = coding + corpus.script(SEQUENTIAL_SCANS["planar"])
            corpus.cjpeg(f"sampling_{name}{kind}", image, "-quality", "88", "-sample", sampling, *coding)
    for kind in ["coffee", "noise", "flat", "smooth", "edges"]:
        for quality in [1, 5, 25, 50, 75, 90, 95, 100]:
            image = picture(kind, 45, 35)
            corpus.cjpeg(f"quality_{kind}_{quality}", image, "-quality", str(quality))
            corpus.cjpeg(f"quality_{kind}_{quality}_444", image, "-quality", str(quality), "-sample", "1x1", "-optimize")
    for restart in ["1B", "2B", "3B", "7B", "1", "2"]:
        for kind, coding in {
            "": [], "_optimize": ["-optimize"], "_progressive": ["-progressive"], "_arithmetic": ["-arithmetic"],
            "_progressive_arithmetic": ["-progressive", "-arithmetic"],
        }.items():
            image = picture("coffee", 70, 53)
            corpus.cjpeg(f"restart_{restart}{kind}", image, "-restart", restart, *coding)
    for name, script in (SCANS | SEQUENTIAL_SCANS).items():
        for sampling in ["1x1", "2x2", "2x1", "1x2"]:
            for kind, coding in {"": [], "_arithmetic": ["-arithmetic"]}.items():
                image = picture("coffee", 67, 58)
                corpus.cjpeg(f"scans_{name}_{sampling}{kind}", image, "-sample", sampling, *coding, *corpus.script(script))
    for width, height in [(8, 8), (9, 9), (16, 16), (17, 17), (33, 33), (64, 17), (17, 64), (1, 40), (40, 1), (2, 33), (24, 40)]:
        for sampling in ["2x2", "1x1", "4x2"]:
            for name in ["dc_only", "coarse_dc", "coarse"]:
                image = picture("smooth", width, height)
                corpus.cjpeg(
                    f"smoothed_{name}_{sampling}_{width}x{height}", image, "-sample", sampling, *corpus.script(SCANS[name]))
    for kind, coding in {
        "": [], "_progressive": ["-progressive"], "_arithmetic": ["-arithmetic"], "_sampled": ["-sample", "2x2"],
        "_restart": ["-restart", "3B"], "_optimize": ["-optimize"],
    }.items():
        for width, height in [(1, 1), (8, 8), (37, 29), (70, 9)]:
            image = picture("coffee", width, height)
            corpus.cjpeg(f"gray{kind}_{width}x{height}", image, "-grayscale", *coding)
    for options in [["-rgb"], ["-rgb", "-progressive"], ["-rgb", "-arithmetic"], ["-dct", "fast"], ["-smooth", "40"],
                    ["-baseline", "-quality", "3"], ["-quality", "90,60"], ["-quality", "95,30", "-qslots", "0,1,1"],
                    ["-rgb", "-sample", "1x1,2x2,1x1"], ["-dct", "float"]]:
        image = picture("coffee", 59, 43)
        corpus.cjpeg("option_" + "_".join(o.lstrip("-").replace(",", "_") for o in options), image, *options)
    for source in ["sampling_2x2", "sampling_2x1", "sampling_1x2", "sampling_4x1", "sampling_2x2_progressive"]:
        for options in [["-rotate", "90"], ["-transpose"], ["-flip", "horizontal"], ["-grayscale"], ["-crop", "21x13+16+16"],
                        ["-arithmetic"], ["-progressive"], ["-progressive", "-arithmetic"], ["-restart", "1"], ["-optimize"]]:
            name = "_".join(options).replace("-", "").replace("+", "_")
            corpus.jpegtran(f"tran_{name}_of_{source}", source, *options)
    for sampling in ["1x1", "2x2", "2x1", "4x1", "1x2"]:
        for interlace in ["None", "JPEG"]:
            image = picture("coffee", 53, 41)
            corpus.magick(
                f"magick_cmyk_{sampling}_{interlace}", image, "-colorspace", "CMYK", "-sampling-factor", sampling,
                "-interlace", interlace, "-quality", "85")
            corpus.magick(
                f"magick_{sampling}_{interlace}", image, "-sampling-factor", sampling, "-interlace", interlace, "-quality",
                "85", "-define", "jpeg:optimize-coding=false")
    for name in [n for n in corpus.files if n.startswith("magick_cmyk")]:
        data = corpus.files[name]
        at = data.find(b"Adobe\0") + 11
        for transform in [0, 1, 2, 3]:
            corpus.add(f"{name}_transform_{transform}", data[:at] + bytes([transform]) + data[at + 1 :])
        start = at - 15
        corpus.add(f"{name}_without_adobe", data[:start] + data[start + 16 :])
    for name, options in {"pillow_cmyk": {"mode": "CMYK"}, "pillow_l": {"mode": "L"}, "pillow_rgb": {"mode": "RGB"},
                          "pillow_keep_rgb": {"mode": "RGB", "keep_rgb": True}}.items():
        mode = options.pop("mode")
        for progressive in [False, True]:
            for subsampling in [0] if "keep_rgb" in options else [0, 1, 2]:
                out = io.BytesIO()
                image = picture("coffee", 47, 66).convert(mode)
                image.save(out, "JPEG", quality=80, progressive=progressive, subsampling=subsampling, **options)
                corpus.add(f"{name}_{subsampling}{'_progressive' if progressive else ''}", out.getvalue())
    make_odd(corpus)


def segments(data):
    """(marker, start, end) of the segments before the first scan's data, and where those begin."""
    found, at = [], 2
    while True:
        while data[at + 1] in (0xFF, 0x01):
            at += 1 if data[at + 1] == 0xFF else 2
        length = max(int.from_bytes(data[at + 2 : at + 4], "big"), 2)
        found.append((data[at + 1], at, at + 2 + length))
        at += 2 + length
        if found[-1][0] == 0xDA:
            return found, at


def without(data, *markers):
    found, _ = segments(data)
    out = data
    for marker, start, end in reversed(found):
        if marker in markers:
            out = out[:start] + out[end:]
    return out


def make_odd(corpus):
    """Files that no encoder of Debian's writes, but somebody's does."""
    for source in ["sampling_2x2", "sampling_2x1", "gray_37x29", "restart_1B"]:
        data = corpus.files[source]
        found, scan = segments(data)
        corpus.add(f"odd_{source}_without_tables", without(data, 0xC4))
        corpus.add(f"odd_{source}_without_jfif", without(data, 0xE0))
        corpus.add(f"odd_{source}_comment", data[:2] + b"\xff\xfe\0\x05abc" + data[2:])
        corpus.add(f"odd_{source}_fill_bytes", data[:2] + b"\xff\xff\xff" + data[2:])
        corpus.add(f"odd_{source}_app_length_0", data[:20] + b"\xff\xe5\0\0" + data[20:])
        corpus.add(f"odd_{source}_app_length_1", data[:20] + b"\xff\xe5\0\1" + data[20:])
        corpus.add(f"odd_{source}_sof1", data.replace(b"\xff\xc0\0", b"\xff\xc1\0", 1))
        corpus.add(f"odd_{source}_dnl", data[:-2] + b"\xff\xdc\0\4\0\x20" + data[-2:])
        corpus.add(f"odd_{source}_garbage_before_eoi", data[:-2] + b"garbage" + data[-2:])
        corpus.add(f"odd_{source}_trailer_without_eoi", data[:-2] + b"SEFH" + bytes(range(200)) + b"SEFT")
        corpus.add(f"odd_{source}_behind_eoi", data + b"\xff\xd8\xff\xe0" + bytes(100))
        corpus.add(f"odd_{source}_second_scan", data[:-2] + data[found[-1][1] :])
        corpus.add(f"odd_{source}_tem", data[:2] + b"\xff\x01" + data[2:])
        corpus.add(f"odd_{source}_12_bit", data[: found[-1][1]].replace(b"\xff\xc0\0\x11\x08", b"\xff\xc0\0\x11\x0c") + data[found[-1][1] :])
        corpus.add(f"odd_{source}_stuffed_fill", data[:scan] + data[scan:].replace(b"\xff\0", b"\xff\xff\xff\0"))
        corpus.add(f"odd_{source}_eoi_at_once", data[:scan] + b"\xff\xd9")
        out, ids = bytearray(data), {}
        for marker, start, _ in found:
            if marker in (0xC0, 0xDA):
                for i in range(out[start + (9 if marker == 0xC0 else 4)]):
                    at = start + (10 + 3 * i if marker == 0xC0 else 5 + 2 * i)
                    ids[out[at]] = out[at] = {1: 200, 2: 201, 3: 202}.get(out[at], out[at])
        corpus.add(f"odd_{source}_ids", bytes(out))
    for source in ["scans_refined_2x2", "scans_spectral_1x1", "restart_2B_progressive", "sampling_2x2_progressive", "scans_planar_2x2"]:
        data = corpus.files[source]
        starts = [i for i in range(len(data) - 1) if data[i : i + 2] in (b"\xff\xda", b"\xff\xc4")]
        first = next(i for i, at in enumerate(starts) if data[at + 1] == 0xDA)
        for number in range(first + 1, len(starts), 2):
            corpus.add(f"odd_{source}_scans_before_{number}", data[: starts[number]] + b"\xff\xd9")
        for number in range(first, len(starts) - 1, 3):
            corpus.add(f"odd_{source}_scan_{number}_missing", data[: starts[number]] + data[starts[number + 1] :])


def damage(data, rng):
    kind = rng.choice(["cut", "flip", "byte", "bytes", "drop", "insert", "zeros", "marker", "cut_eoi", "swap", "header"])
    _, scan = segments(data)
    at = rng.randrange(scan, len(data) - 2) if scan < len(data) - 2 else len(data) - 3
    if kind == "cut":
        return kind, data[: rng.randrange(4, len(data))]
    if kind == "cut_eoi":
        return kind, data[: rng.randrange(scan, len(data))] + b"\xff\xd9"
    out = bytearray(data)
    if kind == "flip":
        out[at] ^= 1 << rng.randrange(8)
    elif kind == "byte":
        out[at] = rng.randrange(256)
    elif kind == "bytes":
        for _ in range(rng.randrange(2, 20)):
            out[rng.randrange(scan, len(data))] = rng.randrange(256)
    elif kind == "drop":
        del out[at : at + rng.randrange(1, 40)]
    elif kind == "insert":
        out[at:at] = rng.randbytes(rng.randrange(1, 20))
    elif kind == "zeros":
        count = min(rng.randrange(1, 60), len(out) - at)
        out[at : at + count] = bytes(count)
    elif kind == "marker":
        out[at:at] = bytes([0xFF, rng.choice([0xD0 + rng.randrange(8), 0xD9, rng.randrange(1, 256)])])
    elif kind == "swap":
        there = rng.randrange(scan, len(data) - 2)
        count = rng.randrange(1, 30)
        out[at : at + count] = data[there : there + count]
    else:
        out[rng.randrange(2, scan)] = rng.randrange(256)
    return kind, bytes(out)


def make_damaged(corpus, count):
    rng = random.Random(SEED)
    whole = sorted(name for name in corpus.files if not name.endswith("eoi_at_once"))
    for number in range(count):
        name = rng.choice(whole)
        kind, data = damage(corpus.files[name], rng)
        corpus.add(f"{name}~{kind}_{number}", data)
    restarts = [name for name in whole if name.startswith("restart")]
    for number, name in enumerate(restarts):
        data = corpus.files[name]
        markers = [i for i in range(len(data) - 1) if data[i] == 0xFF and 0xD0 <= data[i + 1] <= 0xD7]
        for kind in ["dropped", "renamed", "doubled", "lost"]:
            at = rng.choice(markers)
            if kind == "dropped":
                out = data[:at] + data[at + 2 :]
            elif kind == "renamed":
                out = data[: at + 1] + bytes([0xD0 + rng.randrange(8)]) + data[at + 2 :]
            elif kind == "doubled":
                out = data[:at] + data[at : at + 2] + data[at:]
            else:
                later = rng.choice([m for m in markers if m >= at])
                out = data[:at] + data[later:]
            corpus.add(f"{name}~restart_{kind}", out)


SMALL = [
    "size_1x38", "size_2x5", "size_7x50", "size_13x62", "size_33x32", "small_2x2_1", "small_2x2_3", "small_2x2_5", "small_2x1_2",
    "small_2x1_5", "small_1x2_3", "sampling_1x1", "sampling_2x1", "sampling_1x2", "sampling_4x1", "sampling_1x4", "sampling_4x2",
    "sampling_3x1", "sampling_2x2_2x1_1x2", "sampling_4x2_1x1_2x2", "sampling_3x2_3x1_1x2", 
    "sampling_2x4_progressive", "sampling_2x2_arithmetic", "quality_noise_100_444", "quality_edges_1", "quality_flat_50",
    "restart_1B", "restart_2B_progressive", "restart_3B_arithmetic", "restart_7B_progressive_arithmetic", "restart_1_optimize",
    "scans_dc_only_2x2", "scans_coarse_2x2", "scans_coarse_dc_1x2", "scans_deep_1x1", "scans_refined_2x1",
    "scans_refined_2x2_arithmetic", "scans_planar_2x2", "scans_two_and_one_2x1", "smoothed_dc_only_2x2_17x17",
    "smoothed_coarse_dc_4x2_17x64", "gray_1x1", "gray_sampled_37x29", "gray_progressive_70x9", "option_rgb", "option_rgb_progressive",
    "tran_rotate_90_of_sampling_2x1", "magick_cmyk_2x2_None_transform_2", "magick_cmyk_1x1_JPEG", "magick_cmyk_2x1_JPEG_transform_2",
    "odd_sampling_2x2_without_tables", "odd_gray_37x29_trailer_without_eoi", "odd_sampling_2x1_ids", "odd_gray_37x29_app_length_0",
    "odd_sampling_2x2_second_scan", "odd_restart_1B_dnl", "restart_1B~restart_dropped", "restart_3B~restart_renamed",
    "restart_1B~restart_lost", "restart_2B_progressive~restart_doubled",
]


def small_part(folder, out):
    """Files of every kind that together are small, and of damaged ones of each kind one that is read and one that is not."""
    verdicts = dict(line.split("\t") for line in (folder / "pillow.tsv").read_text().splitlines() if "\t" in line)
    names = SMALL + sorted(name for name in verdicts if "scans_before" in name and "~" not in name)[::8]
    wanted = {}
    for name in sorted(verdicts, key=lambda n: ((folder / f"{n}.jpg").stat().st_size, n)):
        if "~" in name and (folder / f"{name}.jpg").stat().st_size > 600:
            key = name.split("~")[1].rstrip("0123456789"), verdicts[name] == "error"
            wanted.setdefault(key, name)
    names += wanted.values()
    out.mkdir(exist_ok=True)
    for old in out.glob("*.jpg"):
        old.unlink()
    for name in names:
        shutil.copyfile(folder / f"{name}.jpg", out / f"{name}.jpg")
    others = sorted([*(HERE.parent / "decoding").glob("*.jpg"), *(HERE.parent / "images").glob("*.jpg")])
    lines = [f"{name}\t{verdicts[name]}" for name in sorted(names)]
    lines += [f"../{path.parent.name}/{path.stem}\t{verdict(path.read_bytes())}" for path in others]
    (out / "pillow.tsv").write_text("\n".join(lines) + "\n")
    size = sum(f.stat().st_size for f in out.iterdir())
    print(f"{len(names)} files, {size} bytes; lines for README.md:")
    for name in sorted(names):
        path = out / f"{name}.jpg"
        origin = "derived from coffee_small_150x100.png or computed, by `tools/jpeg_corpus.py`"
        print(f"| `{path.name}` | {origin} | CC0 | `{hashlib.sha256(path.read_bytes()).hexdigest()}` |")


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", type=pathlib.Path)
    parser.add_argument("--damaged", type=int, default=2000)
    parser.add_argument("--check", action="store_true")
    parser.add_argument("--small", type=pathlib.Path)
    arguments = parser.parse_args()
    folder = arguments.folder
    if arguments.small:
        small_part(folder, arguments.small)
        return
    if arguments.check:
        bad = 0
        for line in (folder / "pillow.tsv").read_text().splitlines():
            name, expected = line.split("\t")
            found = verdict((folder / f"{name}.jpg").read_bytes())
            if found != expected:
                bad += 1
                print(f"{name}: recorded {expected}, found {found}")
        print(f"{bad} differ")
        sys.exit(bad > 0)
    folder.mkdir(parents=True, exist_ok=True)
    for old in folder.glob("*.jpg"):
        old.unlink()
    corpus = Corpus(folder)
    make_whole(corpus)
    count = len(corpus.files)
    make_damaged(corpus, arguments.damaged)
    lines = [f"{name}\t{verdict(data)}" for name, data in sorted(corpus.files.items())]
    (folder / "pillow.tsv").write_text("\n".join(lines) + "\n")
    shutil.rmtree(corpus.scratch)
    errors = sum(line.endswith("\terror") for line in lines)
    print(f"{count} whole files and {len(lines) - count} damaged ones, {errors} errors to Pillow {PIL.__version__} "
          f"with libjpeg-turbo {features.version('libjpeg_turbo')}")


if __name__ == "__main__":
    main()
