#!/usr/bin/env python3
"""Makes BMP, ICO, Netpbm, QOI, TGA, PSD, TIFF and JPEG 2000 files of every kind, and writes down what Pillow makes of each, whole and damaged.

    formats_corpus.py FOLDER [--damaged N]   all of them: FOLDER/*, FOLDER/pillow.tsv, FOLDER/damage.tsv
    formats_corpus.py FOLDER --small OUT     copies the small part that the build holds from FOLDER to OUT

Needs Pillow with libtiff, NumPy, and ImageMagick, netpbm, zstd and libopenjp2-tools (Debian). The pictures are computed here or derived from
coffee_small_150x100.png (CC0). A line of pillow.tsv is a file's name and its verdict, separated by a tab: WIDTHxHEIGHT and the
SHA-256 of the RGB bytes, or "error". A line of damage.tsv is a name, a damage, and a verdict, where a damage is "cut N" (the first N
bytes) or "set BYTE:VALUE,...". The engine is held to both by FormatsCorpusTest (-Dclip.formats.corpus=FOLDER).

Pixels are those of ImageOps.exif_transpose(Image.open(file)).convert("RGB"), but gray of more than 8 bits, which Pillow clips, is its
high byte; of PAM, which Pillow does not read, they are those that were written. Names that begin with "own_" are of what Pillow gets
wrong, or what is refused on purpose: their pixels, too, are those that were written.
"""

import argparse
import hashlib
import io
import lzma
import pathlib
import random
import shutil
import struct
import subprocess
import sys
import warnings
import zlib

import numpy as np
from PIL import Image, ImageOps

from jp2_corpus import jp2s

HERE = pathlib.Path(__file__).resolve().parent
COFFEE = HERE.parent / "images" / "coffee_small_150x100.png"
SEED = 24

# Literal runs of 4 bits may become of odd number; libtiff shows what is left of a fax.
DAMAGED_OTHERWISE = ("bmp_rle4_absolute", "fax", "ccitt", "group")
FORMATS = ["BMP", "DIB", "ICO", "PPM", "QOI", "TGA", "PSD", "TIFF", "PNG", "JPEG", "JPEG2000", "MPO"]
LATER = [("tiffzstd_", "own_tiff_zstd_"), ("tiffsigned_", "own_tiff_signed_"), ("tifflzma_", "own_tiff_lzma_"),
         ("tifflab_", "own_tiff_lab_", "psdlab_"), ("jp2_", "own_jp2_")]
JP2_HELD = ("own_jp2_odd", "own_jp2_palette", "own_jp2_white", "jp2_ppt_53", "jp2_ppm_97", "jp2_poc_97", "jp2_offsets_53", "jp2_region_53",
            "jp2_style_all_97", "jp2_order_tiles_rpcl_53", "jp2_order_pcrl_97", "jp2_tile_missing", "jp2_box_trailing_garbage")
NEWEST = LATER[2] + LATER[3] + LATER[4]
SIZES = [(1, 1), (2, 3), (3, 2), (7, 5), (8, 8), (9, 4), (17, 13), (31, 2), (33, 21), (1, 40), (40, 1)]


def sha256(data):
    return hashlib.sha256(data).hexdigest()


def picture(kind, width, height):
    rng = random.Random(f"{kind} {width} {height}")
    if kind == "coffee":
        return Image.open(COFFEE).convert("RGB").resize((width, height), Image.BILINEAR)
    if kind == "noise":
        return Image.frombytes("RGB", (width, height), rng.randbytes(3 * width * height))
    edges = np.zeros((height, width, 3), np.uint8)
    for _ in range(9):
        x, y = rng.randrange(width), rng.randrange(height)
        edges[y : y + rng.randrange(1, 9), x : x + rng.randrange(1, 17)] = list(rng.randbytes(3))
    return Image.fromarray(edges)


def indices(bits, width, height, seed=""):
    """Runs and noise, [height, width]."""
    rng = random.Random(f"{bits} {width} {height} {seed}")
    flat = []
    while len(flat) < width * height:
        if rng.random() < 0.5:
            flat += [rng.randrange(1 << bits)] * rng.randrange(1, 30)
        else:
            flat += [rng.randrange(1 << bits) for _ in range(rng.randrange(1, 12))]
    return np.array(flat[: width * height]).reshape(height, width)


def colors(n):
    return np.frombuffer(random.Random(n).randbytes(3 * n), np.uint8).reshape(n, 3)


def gray_of_signed(values):
    """Of 16 bits: black below 0, as in Pillow, and white at the top, which Pillow has at 255."""
    return Image.fromarray((np.clip(values, 0, 32767) >> 7).astype(np.uint8)).convert("RGB")


def rgb_of(image):
    """What Pillow's pixels are to the engine."""
    upright = ImageOps.exif_transpose(image)
    if upright.mode == "I" and image.format == "TIFF" and image.tag_v2.get(339) == (2,):
        return gray_of_signed(np.asarray(upright))
    if upright.mode in ("I;16", "I;16B", "I") and image.format in ("PPM", "TIFF", "JPEG2000"):
        upright = Image.fromarray((np.asarray(upright).astype(np.uint32) >> 8).astype(np.uint8))
        if image.format == "TIFF" and image.tag_v2.get(262, 0) == 0:
            upright = ImageOps.invert(upright)  # which Pillow forgets
    return upright.convert("RGB")


def verdict_of(rgb):
    return f"{rgb.width}x{rgb.height} {sha256(rgb.tobytes())}"


def verdict(data):
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            with Image.open(io.BytesIO(data), formats=FORMATS) as image:
                return verdict_of(rgb_of(image))
    except Exception:  # noqa: BLE001 - Pillow raises many kinds
        return "error"


class Corpus:
    def __init__(self, folder):
        self.folder = folder
        self.files = {}
        self.verdicts = {}

    def add(self, name, data, expected=None):
        """The pixels are Pillow's, or those that are expected; or an "error" is."""
        assert name not in self.files, name
        self.files[name] = data
        self.verdicts[name] = verdict(data) if expected is None else expected if expected == "error" else verdict_of(expected)
        (self.folder / name).write_bytes(data)

    def save(self, name, image, **options):
        out = io.BytesIO()
        image.save(out, {"ppm": "PPM", "pgm": "PPM", "pbm": "PPM", "tif": "TIFF", "dib": "DIB"}.get(name.rsplit(".", 1)[1],
                   name.rsplit(".", 1)[1].upper()), **options)
        self.add(name, out.getvalue())

    def run(self, name, image, *command, form="PNG", expected=None):
        data = io.BytesIO()
        image.save(data, form)
        done = subprocess.run(command, input=data.getvalue(), capture_output=True)
        if done.returncode != 0:
            sys.exit(f"{' '.join(command)}: {done.stderr.decode()}")
        self.add(name, done.stdout, expected)

    def magick(self, name, image, *options, prefix=None, expected=None):
        prefix = prefix or name.rsplit(".", 1)[1]
        self.run(name, image, "convert", "png:-", *options, f"{prefix}:-", expected=expected)


# BMP


def packed_rows(index, bits, align=4):
    rows = []
    for row in index:
        text = "".join(format(int(v), f"0{bits}b") for v in row)
        text += "0" * (-len(text) % 8)
        data = bytes(int(text[i : i + 8], 2) for i in range(0, len(text), 8))
        rows.append(data + bytes(-len(data) % align))
    return rows


def bmp(width, height, bits, pixels, palette=b"", header=40, compression=0, masks=(), used=0, offset=None, file_size=None,
        gap=0, planes=1, dib=False):
    if header == 12:
        head = struct.pack("<IHHHH", 12, width, height, planes, bits)
    else:
        head = struct.pack("<IiiHHIIiiII", header, width, height, planes, bits, compression, len(pixels), 2835, 2835, used, 0)
        extra = struct.pack(f"<{len(masks)}I", *masks)
        head += extra if header == 40 else extra.ljust(header - 40, b"\0")[: header - 40]
    start = 14 + len(head) + len(palette) + gap
    body = head + palette + bytes(gap) + pixels
    if dib:
        return body
    size = 14 + len(body) if file_size is None else file_size
    return b"BM" + struct.pack("<IHHI", size, 0, 0, start if offset is None else offset) + body


def quads(table, padding=1):
    return b"".join(bytes(c[::-1]) + bytes(padding) for c in table.tolist())


def rle(index, bits, rng, absolute=True, jumps=False):
    """Run lengths, bottom row first, of all kinds."""
    out = bytearray()
    for row in index[::-1].tolist():
        x = 0
        while x < len(row):
            run = 1
            while x + run < len(row) and run < 255 and row[x + run] == row[x]:
                run += 1
            if absolute and run < 3 and len(row) - x >= 3 and rng.random() < 0.7:
                n = min(len(row) - x, rng.randrange(3, 20))
                if bits == 4 and n % 2:
                    n -= 1
                if n >= 3:
                    values = row[x : x + n]
                    data = bytes(values) if bits == 8 else bytes(16 * values[i] + values[i + 1] for i in range(0, n, 2))
                    out += bytes([0, n]) + data + bytes(len(data) % 2)
                    x += n
                    continue
            out += bytes([run, row[x] if bits == 8 else 17 * row[x]])
            x += run
        out += b"\0\0"
    return bytes(out + b"\0\1")


def bmps(c):
    rng = random.Random(SEED)
    for width, height in SIZES:
        size = f"{width}x{height}"
        for bits in (1, 4, 8):
            index = indices(bits, width, height)
            rows = packed_rows(index, bits)
            table = colors(1 << bits)
            c.add(f"bmp_{bits}_{size}.bmp", bmp(width, height, bits, b"".join(rows[::-1]), quads(table)))
            c.add(f"bmp_{bits}_down_{size}.bmp", bmp(width, -height, bits, b"".join(rows), quads(table)))
            c.add(f"bmp_{bits}_os2_{size}.bmp", bmp(width, height, bits, b"".join(rows[::-1]), quads(table, 0), 12))
        raw = np.asarray(picture("noise", width, height))[:, :, ::-1]
        rows = [row.tobytes() + bytes(-3 * width % 4) for row in raw]
        c.add(f"bmp_24_{size}.bmp", bmp(width, height, 24, b"".join(rows[::-1])))
        c.add(f"bmp_24_down_{size}.bmp", bmp(width, -height, 24, b"".join(rows)))
        c.add(f"bmp_24_without_padding_{size}.bmp", bmp(width, height, 24, b"".join(rows[::-1])[: len(b"".join(rows)) - (-3 * width % 4)]))
        words = np.frombuffer(rng.randbytes(4 * width * height), np.uint8).tobytes()
        c.add(f"bmp_32_{size}.bmp", bmp(width, height, 32, words))
        halves = b"".join(rng.randbytes(2 * width) + bytes(-2 * width % 4) for _ in range(height))
        c.add(f"bmp_16_{size}.bmp", bmp(width, height, 16, halves))
        for bits in (4, 8):
            index = indices(bits, width, height, "rle")
            for kind in ("absolute", "runs"):
                data = rle(index, bits, rng, kind == "absolute")
                c.add(f"bmp_rle{bits}_{kind}_{size}.bmp",
                      bmp(width, height, bits, data, quads(colors(1 << bits)), compression=3 - bits // 4))
    width, height = 19, 11
    for bits in (1, 4, 8):
        index = indices(bits, width, height)
        rows = b"".join(packed_rows(index, bits)[::-1])
        table = colors(1 << bits)
        for header in (52, 56, 64, 108, 124):
            c.add(f"bmp_{bits}_header{header}.bmp", bmp(width, height, bits, rows, quads(table), header))
        half = max(2, (1 << bits) // 2)
        c.add(f"bmp_{bits}_fewer_colors.bmp", bmp(width, height, bits, rows, quads(table[:half]), used=half))
        c.add(f"bmp_{bits}_offset_0.bmp", bmp(width, height, bits, rows, quads(table), offset=0))
        c.add(f"bmp_{bits}_offset_of_palette.bmp", bmp(width, height, bits, rows, quads(table), offset=54))
        c.add(f"bmp_{bits}_gap.bmp", bmp(width, height, bits, rows, quads(table), gap=10))
        c.add(f"bmp_{bits}_file_size_0.bmp", bmp(width, height, bits, rows, quads(table), file_size=0))
        c.add(f"bmp_{bits}_planes_0.bmp", bmp(width, height, bits, rows, quads(table), planes=0))
        c.add(f"bmp_{bits}_dib.dib", bmp(width, height, bits, rows, quads(table), dib=True))
        c.add(f"bmp_{bits}_dib_os2.dib", bmp(width, height, bits, rows, quads(table, 0), 12, dib=True))
        n = 1 << bits
        gray = np.repeat((np.arange(n) * 255 // (n - 1)).astype(np.uint8)[:, None], 3, 1)
        c.add(f"bmp_{bits}_gray.bmp", bmp(width, height, bits, rows, quads(gray)))
        c.add(f"bmp_{bits}_inverted_gray.bmp", bmp(width, height, bits, rows, quads(gray[::-1])))
    masks = {"xrgb": (0xFF0000, 0xFF00, 0xFF, 0), "rgbx": (0xFF000000, 0xFF0000, 0xFF00, 0), "rxgb": (0xFF000000, 0xFF00, 0xFF, 0),
             "rgba": (0xFF000000, 0xFF0000, 0xFF00, 0xFF), "abgr": (0xFF, 0xFF00, 0xFF0000, 0xFF000000),
             "argb": (0xFF0000, 0xFF00, 0xFF, 0xFF000000), "ragb": (0xFF000000, 0xFF00, 0xFF, 0xFF0000), "none": (0, 0, 0, 0),
             "odd": (0xFF0000, 0xFF, 0xFF00, 0), "ten": (0x3FF00000, 0xFFC00, 0x3FF, 0)}
    words = rng.randbytes(4 * width * height)
    for name, mask in masks.items():
        for header in (40, 52, 56, 108, 124):
            own = mask[:3] if header < 56 else mask
            c.add(f"bmp_32_{name}_header{header}.bmp", bmp(width, height, 32, words, header=header, compression=3, masks=own))
    halves = b"".join(rng.randbytes(2 * width) + bytes(-2 * width % 4) for _ in range(height))
    for name, mask in {"565": (0xF800, 0x7E0, 0x1F), "555": (0x7C00, 0x3E0, 0x1F), "444": (0xF00, 0xF0, 0xF)}.items():
        for header in (40, 52, 124):
            c.add(f"bmp_16_{name}_header{header}.bmp", bmp(width, height, 16, halves, header=header, compression=3, masks=mask))
    triples = b"".join(rng.randbytes(3 * width) + bytes(-3 * width % 4) for _ in range(height))
    c.add("bmp_24_fields.bmp", bmp(width, height, 24, triples, compression=3, masks=masks["xrgb"][:3]))
    c.add("bmp_24_dib.dib", bmp(width, height, 24, triples, dib=True))
    c.add("bmp_24_file_size_0.bmp", bmp(width, height, 24, triples, file_size=0))
    c.add("bmp_24_with_palette.bmp", bmp(width, height, 24, triples, quads(colors(7)), used=7))
    for bits in (2, 0, 3, 64):
        c.add(f"bmp_{bits}_bits.bmp", bmp(width, height, bits, bytes(4000), quads(colors(4))))
    for compression in (4, 5, 6, 11):
        c.add(f"bmp_24_compression{compression}.bmp", bmp(width, height, 24, triples, compression=compression))
    table = quads(colors(256))
    index = indices(8, width, height)
    c.add("bmp_rle8_jump.bmp", bmp(8, 4, 8, bytes([3, 1, 0, 2, 2, 1, 2, 9, 0, 0, 8, 4, 0, 2, 0, 1, 0, 1]), table, compression=1))
    c.add("bmp_rle8_ends_early.bmp", bmp(8, 4, 8, bytes([8, 1, 0, 0, 8, 2, 0, 1]), table, compression=1))
    c.add("bmp_rle8_too_long_a_run.bmp", bmp(8, 2, 8, bytes([12, 1, 0, 0, 9, 2, 0, 1]), table, compression=1))
    c.add("bmp_rle8_without_ends_of_lines.bmp", bmp(8, 2, 8, bytes([8, 1, 8, 2, 0, 1]), table, compression=1))
    c.add("bmp_rle8_short_lines.bmp", bmp(8, 3, 8, bytes([2, 1, 0, 0, 3, 2, 0, 0, 4, 9, 0, 0, 0, 1]), table, compression=1))
    c.add("bmp_rle8_down.bmp", bmp(width, -height, 8, rle(index[::-1], 8, rng), table, compression=1))
    c.add("bmp_rle8_gap_1.bmp", bmp(width, height, 8, rle(index, 8, rng, False), table, compression=1, gap=1))
    four = quads(colors(16))
    odd = np.array([[1, 2, 3, 4, 5, 6, 7]])
    shown = Image.fromarray(colors(16)[odd])
    c.add("own_bmp_rle4_odd_literals.bmp",
          bmp(7, 1, 4, bytes([0, 7, 0x12, 0x34, 0x56, 0x70, 0, 0, 0, 1]), four, compression=2), shown)
    two = np.array([[0, 0, 0], [255, 255, 255]], np.uint8)
    bits8 = indices(1, width, height)
    c.add("own_bmp_8_black_and_white.bmp",
          bmp(width, height, 8, b"".join(packed_rows(bits8, 8)[::-1]), quads(two), used=2), Image.fromarray(two[bits8]))
    ramp = np.repeat(np.arange(16, dtype=np.uint8)[:, None], 3, 1)
    nibbles = indices(4, width, height)
    c.add("own_bmp_4_dark_grays.bmp", bmp(width, height, 4, b"".join(packed_rows(nibbles, 4)[::-1]), quads(ramp)),
          Image.fromarray(ramp[nibbles]))
    coffee = picture("coffee", 37, 23)
    for mode in ("1", "L", "P", "RGB", "RGBA"):
        c.save(f"bmp_pillow_{mode}.bmp", coffee.convert(mode))
        c.save(f"bmp_pillow_{mode}.dib", coffee.convert(mode))
    for kind, options in {"rle": ["-colors", "20", "-compress", "RLE"], "16": ["-colors", "16"], "mono": ["-monochrome"],
                          "gray": ["-colorspace", "Gray"], "alpha": ["-alpha", "set"]}.items():
        for version in ("BMP2", "BMP3", "BMP"):
            c.magick(f"bmp_magick_{kind}_{version}.bmp", picture("edges", 37, 23), *options, prefix=version)
    for options in (["-os2"], ["-windows"]):
        c.run(f"bmp_netpbm{options[0]}.bmp", coffee, "ppmtobmp", *options, form="PPM")
        c.run(f"bmp_netpbm{options[0]}_8.bmp", coffee.quantize(30).convert("RGB"), "ppmtobmp", *options, form="PPM")
        c.run(f"bmp_netpbm{options[0]}_1.bmp", coffee.convert("1").convert("RGB"), "ppmtobmp", *options, form="PPM")


# ICO


def icon(entries, kind=1):
    """Of (width, height, colours, bits, data)."""
    at = 6 + 16 * len(entries)
    head, body = struct.pack("<HHH", 0, kind, len(entries)), b""
    for width, height, n, bits, data in entries:
        head += struct.pack("<BBBBHHII", width % 256, height % 256, n, 0, 1, bits, len(data), at + len(body))
        body += data
    return head + body


def icon_bmp(width, height, bits, seed=0, mask=True, header=40):
    rng = random.Random(f"{width} {height} {bits} {seed}")
    if bits <= 8:
        pixels = b"".join(packed_rows(indices(bits, width, height, seed), bits))
        palette = quads(colors(1 << bits), 0 if header == 12 else 1)
    else:
        stride = (width * bits + 31) // 32 * 4
        pixels = b"".join((rng.randbytes(width * bits // 8)).ljust(stride, b"\0") for _ in range(height))
        palette = b""
    masks = rng.randbytes((width + 31) // 32 * 4 * height) if mask else b""
    return bmp(width, 2 * height, bits, pixels + masks, palette, header, dib=True)


def icos(c):
    for width, height in [(1, 1), (5, 3), (16, 16), (17, 9), (32, 32), (33, 20), (48, 31)]:
        for bits in (1, 4, 8, 16, 24, 32):
            c.add(f"ico_{bits}_{width}x{height}.ico", icon([(width, height, 0, bits, icon_bmp(width, height, bits))]))
    c.add("ico_32_without_mask.ico", icon([(9, 9, 0, 32, icon_bmp(9, 9, 32, mask=False))]))
    c.add("ico_24_without_mask.ico", icon([(9, 9, 0, 24, icon_bmp(9, 9, 24, mask=False))]))
    c.add("ico_8_os2.ico", icon([(9, 9, 0, 8, icon_bmp(9, 9, 8, header=12))]))
    c.add("ico_bits_0.ico", icon([(9, 9, 0, 0, icon_bmp(9, 9, 32))]))
    c.add("ico_bits_32_of_24.ico", icon([(9, 9, 0, 32, icon_bmp(9, 9, 24))]))
    c.add("ico_bits_24_of_32.ico", icon([(9, 9, 0, 24, icon_bmp(9, 9, 32))]))
    c.add("ico_other_size.ico", icon([(99, 9, 0, 24, icon_bmp(12, 7, 24))]))
    c.add("ico_256.ico", icon([(256, 256, 0, 8, icon_bmp(256, 256, 8))]))
    c.add("ico_none.ico", icon([]))
    c.add("ico_cursor.cur", icon([(9, 9, 0, 24, icon_bmp(9, 9, 24))], 2))
    several = [(s, s, n, b, icon_bmp(s, s, b or 4, i)) for i, (s, n, b) in enumerate(
        [(16, 0, 24), (16, 0, 8), (24, 16, 4), (24, 2, 1), (24, 0, 32), (20, 0, 24), (24, 2, 1)])]
    c.add("ico_several.ico", icon(several))
    c.add("ico_several_reversed.ico", icon(several[::-1]))
    same = [(16, 16, n, b, icon_bmp(16, 16, 4, n + b)) for n, b in ((16, 0), (0, 0), (2, 0), (3, 0), (1, 0), (4, 0), (0, 4))]
    for i in range(len(same)):
        c.add(f"ico_depths_{i}.ico", icon(same[i:]))
    coffee = picture("coffee", 32, 32)
    for mode in ("RGB", "RGBA", "P", "L", "LA", "1", "I;16"):
        out = io.BytesIO()
        (coffee.convert("L").convert("I").convert("I;16") if mode == "I;16" else coffee.convert(mode)).save(out, "PNG")
        if mode != "I;16":
            c.add(f"ico_png_{mode}.ico", icon([(32, 32, 0, 32, out.getvalue())]))
    exif = Image.Exif()
    exif[0x112] = 6
    out = io.BytesIO()
    picture("coffee", 20, 10).save(out, "PNG", exif=exif)
    c.add("ico_png_turned.ico", icon([(20, 10, 0, 32, out.getvalue())]))
    alpha = picture("coffee", 64, 64).convert("RGBA")
    c.save("ico_pillow.ico", alpha, sizes=[(16, 16), (48, 48), (64, 64)])
    c.save("ico_pillow_bmp.ico", alpha, sizes=[(16, 16), (48, 48)], bitmap_format="bmp")
    c.magick("ico_magick.ico", alpha, "-define", "icon:auto-resize=48,32,16")
    c.magick("ico_magick_8.ico", picture("edges", 40, 30), "-colors", "20")


# Netpbm


def netpbms(c):
    for width, height in SIZES:
        size = f"{width}x{height}"
        noise = np.asarray(picture("noise", width, height))
        gray = noise[:, :, 0]
        bits = indices(1, width, height)
        c.add(f"pbm_plain_{size}.pbm", f"P1\n{width} {height}\n".encode() + b"\n".join(b" ".join(str(v).encode() for v in r) for r in bits.tolist()))
        c.add(f"pbm_{size}.pbm", f"P4\n{width} {height}\n".encode() + b"".join(packed_rows(bits, 1, 1)))
        for maxval in (1, 7, 100, 254, 255, 256, 1000, 4095, 65534, 65535):
            scaled = (gray.astype(np.uint32) * maxval // 255)
            three = (noise.astype(np.uint32) * maxval // 255)
            kind = ">u2" if maxval > 255 else "u1"
            for name, magic, values in (("pgm", 5, scaled), ("ppm", 6, three)):
                c.add(f"{name}_{maxval}_{size}.{name}", f"P{magic}\n{width} {height}\n{maxval}\n".encode() + values.astype(kind).tobytes())
                if width * height < 200:
                    text = " ".join(str(v) for v in values.reshape(-1).tolist())
                    c.add(f"{name}_plain_{maxval}_{size}.{name}", f"P{magic - 3}\n{width} {height}\n{maxval}\n{text}\n".encode())
        floats = (gray.astype(np.float32) * 1.3 - 20)
        for order, scale in (("<", "-1.0"), (">", "1.0")):
            c.add(f"pfm_{'le' if order == '<' else 'be'}_{size}.pfm",
                  f"Pf\n{width} {height}\n{scale}\n".encode() + floats[::-1].astype(order + "f4").tobytes())
    odd = {
        "comments": b"P5 # a comment\n# another\n3 #c\n2\n# more\n255\n" + bytes(6),
        "comment_in_a_number": b"P5\n1#c\n2 1\n255\n" + bytes(12),
        "comment_at_the_pixels": b"P5\n3 2\n255# no comment\n\n" + bytes(6),
        "one_line": b"P5 3 2 255 abcdef",
        "carriage_returns": b"P5\r\n3 2\r\n255\r\n" + bytes(6),
        "tabs": b"P5\t3\v2\f255\tabcdef",
        "trailing": b"P5\n3 2\n255\nabcdefgh",
        "too_short": b"P5\n3 2\n255\nabcde",
        "too_short_6": b"P6\n3 2\n255\nabcdeabcdeabcdeab",
        "too_short_9": b"P6\n3 2\n9\nabcdeabcdeabcdeab",
        "too_short_4": b"P4\n9 2\nabc",
        "beyond_maxval": b"P5\n3 2\n100\n" + bytes([0, 50, 100, 101, 200, 255]),
        "beyond_maxval_16": b"P5\n2 1\n1000\n" + struct.pack(">2H", 1000, 60000),
        "plain_beyond_maxval": b"P2\n2 1\n10\n10 11\n",
        "plain_without_end": b"P2\n2 1\n10\n10 9",
        "plain_too_short": b"P2\n2 2\n10\n10 9 8\n",
        "plain_trailing": b"P2\n2 1\n10\n10 9 rubbish ",
        "plain_comments": b"P3\n1 1\n255\n1 # one\n2# two\n 3 #",
        "plain_comment_in_a_number": b"P2\n2 1\n255\n1#x\n2 3\n",
        "plain_negative": b"P2\n2 1\n10\n-1 3\n",
        "plain_letters": b"P2\n2 1\n10\nab 3\n",
        "plain_long": b"P2\n2 1\n10\n00000000001 3\n",
        "plain_long_enough": b"P2\n2 1\n10\n0000000001 3\n",
        "bits_without_spaces": b"P1\n4 2\n01011010",
        "bits_of_other_digits": b"P1\n4 2\n01011012",
        "bits_trailing": b"P1\n4 2\n01011010 x",
        "bits_trailing_bits": b"P1\n4 2\n01011010 1 0",
        "bits_too_short": b"P1\n4 2\n0101101",
        "bits_comment": b"P1\n4 2\n0101#11\n1010",
        "maxval_0": b"P5\n3 2\n0\nabcdef",
        "maxval_65536": b"P5\n3 2\n65536\nabcdefabcdef",
        "no_maxval": b"P5\n3 2\n",
        "size_0": b"P5\n0 2\n255\n",
        "size_negative": b"P5\n-3 2\n255\nabcdef",
        "size_plus": b"P5\n+3 2\n255\nabcdef",
        "size_letters": b"P5\nx 2\n255\nabcdef",
        "long_number": b"P5\n00000000003 2\n255\nabcdef",
        "huge": b"P5\n99999 99999\n255\nabcdef",
        "two_pictures": b"P5\n1 1\n255\naP5\n1 1\n255\nb",
        "color_floats": b"PF\n1 1\n-1\n" + bytes(12),
        "floats_scale_0": b"Pf\n1 1\n0\n" + bytes(4),
        "floats_scale_nan": b"Pf\n1 1\nnan\n" + bytes(4),
        "floats_special": b"Pf\n7 1\n-1\n" + struct.pack("<7f", float("nan"), float("inf"), float("-inf"), 254.99, 255.5, -0.5, 1e-40),
        "floats_too_short": b"Pf\n2 1\n-1\n" + bytes(7),
    }
    for name, data in odd.items():
        c.add(f"odd_{name}.pnm", data)
    coffee = picture("coffee", 21, 9)
    for mode in ("1", "L", "RGB"):
        c.save(f"pillow_{mode}.ppm", coffee.convert(mode))
    for kind, options in {"plain": ["-compress", "none"], "16": ["-depth", "16"], "4": ["-depth", "4"]}.items():
        c.magick(f"magick_{kind}.ppm", coffee, *options)
        c.magick(f"magick_{kind}.pgm", coffee, *options)
    noise = np.asarray(picture("noise", 13, 7))
    alpha = np.full((7, 13, 1), 77, np.uint8)
    for name, values, shown in (
        ("GRAYSCALE", noise[:, :, :1], noise[:, :, 0]), ("RGB", noise, noise), ("RGB_ALPHA", np.dstack([noise, alpha]), noise),
        ("GRAYSCALE_ALPHA", np.dstack([noise[:, :, :1], alpha]), noise[:, :, 0]),
        ("BLACKANDWHITE", noise[:, :, :1] & 1, (noise[:, :, 0] & 1) * np.uint8(255)),
        ("BLACKANDWHITE_ALPHA", np.dstack([noise[:, :, :1] & 1, alpha & 1]), (noise[:, :, 0] & 1) * np.uint8(255)),
        ("", noise, noise),
    ):
        maxval = 1 if name.startswith("BLACK") else 255
        kind = f"TUPLTYPE {name}\n" if name else ""
        head = f"P7\n# comment\nWIDTH 13\nHEIGHT 7\nDEPTH {values.shape[2]}\nMAXVAL {maxval}\n{kind}ENDHDR\n"
        c.add(f"pam_{name or 'untyped'}.pam", head.encode() + values.tobytes(), Image.fromarray(shown).convert("RGB"))
        if maxval == 255:
            wide = values.astype(np.uint16) * 257
            head = head.replace("255", "65535")
            c.add(f"pam_{name or 'untyped'}_16.pam", head.encode() + wide.astype(">u2").tobytes(), Image.fromarray(shown).convert("RGB"))
    c.run("pam_netpbm.pam", picture("coffee", 21, 9), "pamtopam", form="PPM", expected=picture("coffee", 21, 9))
    c.run("pam_netpbm_alpha.pam", picture("coffee", 21, 9).convert("RGBA"), "pngtopam", "-alphapam", expected=picture("coffee", 21, 9))


# QOI, TGA, PSD


def qois(c):
    for width, height in SIZES:
        for kind in ("noise", "edges", "coffee"):
            image = picture(kind, width, height)
            c.save(f"qoi_{kind}_{width}x{height}.qoi", image)
            rgba = image.convert("RGBA")
            rgba.putalpha(image.convert("L"))
            c.save(f"qoi_alpha_{kind}_{width}x{height}.qoi", rgba)
    rng = random.Random(SEED)
    for i in range(30):  # any bytes are a picture
        c.add(f"qoi_random_{i}.qoi", b"qoif" + struct.pack(">IIBB", 7, 5, 3 + i % 2, i % 3) + rng.randbytes(200))
    big = picture("coffee", 150, 100)
    c.save("qoi_large.qoi", big)


def tga(kind, bits, width, height, data, flags=0x20, palette=None, first=0, name=b"", map_bits=24, footer=b""):
    table = b"" if palette is None else palette
    n = 0 if palette is None else len(table) // (map_bits // 8)
    head = struct.pack("<BBBHHBHHHHBB", len(name), palette is not None, kind, first, n, 0 if palette is None else map_bits, 0, 0,
                       width, height, bits, flags)
    return head + name + table + data + footer


def tga_rle(data, size, width, rng, crossing=False):
    out = bytearray()
    pixels = [data[i : i + size] for i in range(0, len(data), size)]
    at = 0
    while at < len(pixels):
        end = len(pixels) if crossing else at - at % width + width
        run = 1
        while at + run < min(at - at % width + width, at + 128) and pixels[at + run] == pixels[at]:
            run += 1
        if run > 1:
            out += bytes([127 + run]) + pixels[at]
            at += run
        else:
            n = min(end - at, rng.randrange(1, 20))
            out += bytes([n - 1]) + b"".join(pixels[at : at + n])
            at += n
    return bytes(out)


def tgas(c):
    rng = random.Random(SEED)
    for width, height in SIZES:
        size = f"{width}x{height}"
        index = indices(8, width, height).astype(np.uint8)
        table = colors(256).tobytes()
        for kind, bits in ((2, 16), (2, 24), (2, 32), (3, 8), (3, 16), (1, 8)):
            data = np.repeat(index.reshape(-1), bits // 8).tobytes() if rng.random() < 0.3 else rng.randbytes(bits // 8 * width * height)
            for flags in (0, 0x10, 0x20, 0x30):
                palette = table if kind == 1 else None
                c.add(f"tga_{kind}_{bits}_{flags:02x}_{size}.tga", tga(kind, bits, width, height, data, flags, palette))
            runs = np.repeat(index.reshape(-1), bits // 8).tobytes()
            for crossing in (False, True):
                packed = tga_rle(runs, bits // 8, width, rng, crossing)
                c.add(f"tga_rle_{kind}_{bits}_{'crossing_' * crossing}{size}.tga",
                      tga(kind + 8, bits, width, height, packed, 0x20, palette))
        c.add(f"tga_bits_{size}.tga", tga(3, 1, width, height, b"".join(packed_rows(indices(1, width, height), 1, 1))))
    index = indices(8, 9, 7).astype(np.uint8).tobytes()
    c.add("tga_palette_16.tga", tga(1, 8, 9, 7, index, palette=rng.randbytes(512), map_bits=16))
    c.add("tga_palette_32.tga", tga(1, 8, 9, 7, index, palette=rng.randbytes(1024), map_bits=32))
    c.add("tga_palette_first.tga", tga(1, 8, 9, 7, index, palette=rng.randbytes(300), first=20))
    c.add("tga_palette_too_large.tga", tga(1, 8, 9, 7, index, palette=rng.randbytes(768), first=20))
    c.add("tga_palette_of_gray.tga", tga(3, 8, 9, 7, index, palette=rng.randbytes(768)))
    c.add("tga_name.tga", tga(2, 24, 9, 7, rng.randbytes(189), name=b"a name"))
    c.add("tga_footer.tga", tga(2, 32, 9, 7, rng.randbytes(252), footer=bytes(8) + b"TRUEVISION-XFILE.\0"))
    c.add("tga_run_into_the_next_row.tga", tga(10, 24, 3, 2, b"\x85abc"))
    c.add("tga_rle_bits.tga", tga(11, 1, 3, 2, b"\x85abc"))
    coffee = picture("coffee", 37, 23)
    for mode in ("1", "L", "LA", "P", "RGB", "RGBA"):
        c.save(f"tga_pillow_{mode}.tga", coffee.convert(mode))
        if mode != "1":
            c.save(f"tga_pillow_{mode}_rle.tga", picture("edges", 37, 23).convert(mode), compression="tga_rle")
    c.magick("tga_magick.tga", coffee)
    c.magick("tga_magick_rle.tga", picture("edges", 37, 23), "-compress", "RLE")
    c.run("tga_netpbm.tga", coffee, "ppmtotga", "-rgb", form="PPM")
    c.run("tga_netpbm_cmap.tga", coffee.quantize(50).convert("RGB"), "ppmtotga", "-cmap", form="PPM")


def packbits(data):
    out, i = bytearray(), 0
    while i < len(data):
        run = 1
        while i + run < len(data) and run < 128 and data[i + run] == data[i]:
            run += 1
        if run > 1:
            out += bytes([257 - run, data[i]])
            i += run
        else:
            n = 1
            while i + n < len(data) and n < 128 and data[i + n] != data[i + n - 1]:
                n += 1
            out += bytes([n - 1]) + data[i : i + n]
            i += n
    return bytes(out)


def psd(mode, bits, planes, width, height, compression, colors_=b"", resources=b"", layers=b"", version=1):
    """Of planes of rows."""
    head = b"8BPS" + struct.pack(">H6xHIIHH", version, len(planes), height, width, bits, mode)
    body = b"".join(struct.pack(">I", len(part)) + part for part in (colors_, resources, layers))
    data = struct.pack(">H", compression)
    if compression == 1:
        packed = [packbits(row) for plane in planes for row in plane]
        data += struct.pack(f">{len(packed)}H", *map(len, packed)) + b"".join(packed)
    else:
        data += b"".join(row for plane in planes for row in plane)
    return head + body + data


def psds(c):
    rng = random.Random(SEED)

    def planes(n, width, height, bits=8):
        size = (width * bits + 7) // 8
        flat = [np.repeat(np.frombuffer(rng.randbytes(size * height), np.uint8), 3)[: size * height] for _ in range(n)]
        return [[bytes(p[y * size : (y + 1) * size]) for y in range(height)] for p in flat]

    for width, height in SIZES:
        for mode, n in ((0, 1), (1, 1), (1, 2), (2, 1), (3, 3), (3, 4), (3, 5), (4, 4), (4, 5), (7, 1), (7, 3), (8, 1)):
            for compression in (0, 1):
                table = rng.randbytes(768) if mode == 2 else b""
                c.add(f"psd_{mode}_{n}_{'raw' if compression == 0 else 'packbits'}_{width}x{height}.psd",
                      psd(mode, 1 if mode == 0 else 8, planes(n, width, height, 1 if mode == 0 else 8), width, height, compression, table))
    three = planes(3, 9, 7)
    c.add("psd_resources.psd", psd(3, 8, three, 9, 7, 1, resources=b"8BIM" + struct.pack(">H", 1005) + b"\3abc" + struct.pack(">I", 3) + b"xyz\0"
          + b"8BIM" + struct.pack(">H", 1036) + b"\0\0" + struct.pack(">I", 2) + b"xy"))
    c.add("psd_layers.psd", psd(3, 8, three, 9, 7, 0, layers=struct.pack(">I", 16) + bytes(16)))
    c.add("psd_palette_too_short.psd", psd(2, 8, planes(1, 9, 7), 9, 7, 0, rng.randbytes(300)))
    c.add("own_psd_lab.psd", psd(9, 8, three, 9, 7, 0))  # once refused
    c.add("psd_16_bits.psd", psd(3, 16, planes(3, 18, 7), 9, 7, 0))
    c.add("psd_zip.psd", psd(3, 8, three, 9, 7, 2))
    c.add("psd_large_format.psd", psd(3, 8, three, 9, 7, 0, version=2))
    c.add("psd_too_few_channels.psd", psd(3, 8, three[:2], 9, 7, 0))
    for kind, options in {"rle": ["-compress", "RLE"], "none": ["-compress", "none"], "gray": ["-colorspace", "Gray"],
                          "alpha": ["-alpha", "set", "-channel", "A", "-evaluate", "set", "50%"], "palette": ["-colors", "20"],
                          "cmyk": ["-colorspace", "CMYK"]}.items():
        c.magick(f"psd_magick_{kind}.psd", picture("coffee", 37, 23), *options)


# TIFF


def tiff(width, height, bits, photometric, parts, order="<", compression=1, samples=1, rows=None, tile=None, tags=(), counts=True,
         fill=1, big=False):
    """Of strips, or tiles, that are compressed already; a BigTIFF if it is big."""
    entries = {256: (4, [width]), 257: (4, [height]), 258: (3, [bits] * samples), 259: (3, [compression]), 262: (3, [photometric]),
               277: (3, [samples])}
    if fill != 1:
        entries[266] = (3, [fill])
        parts = [bytes(int(f"{b:08b}"[::-1], 2) for b in part) for part in parts]
    where, sizes = (324, 325) if tile else (273, 279)
    wide = 16 if big else 4
    if tile:
        entries[322], entries[323] = (4, [tile[0]]), (4, [tile[1]])
    else:
        entries[278] = (4, [rows or height])
    entries[where] = (wide, [0] * len(parts))
    if counts:
        entries[sizes] = (wide, [len(p) for p in parts])
    for tag, kind, values in tags:
        entries[tag] = (kind, values)
    letters = {1: "B", 3: "H", 4: "I", 5: "I", 7: "B", 8: "h", 12: "d", 16: "Q"}
    field, place, number = ("Q", 8, "Q") if big else ("I", 4, "H")

    def packed():
        head = (b"II" if order == "<" else b"MM") + struct.pack(order + "H", 43 if big else 42)
        head += struct.pack(order + "HHQ", 8, 0, 16) if big else struct.pack(order + "I", 8)
        head += struct.pack(order + number, len(entries))
        more, at = b"", len(head) + (4 + 2 * place) * len(entries) + place
        for tag, (kind, values) in sorted(entries.items()):
            data = struct.pack(f"{order}{len(values)}{letters[kind]}", *values)
            head += struct.pack(order + "HH" + field, tag, kind, len(values) // (2 if kind == 5 else 1))
            if len(data) <= place:
                head += data.ljust(place, b"\0")
            else:
                head += struct.pack(order + field, at + len(more))
                more += data + bytes(len(data) % 2)
        return head + bytes(place) + more

    start, offsets = len(packed()), []
    for part in parts:
        offsets.append(start)
        start += len(part)
    entries[where] = (wide, offsets)
    return packed() + b"".join(parts)


def units(rng, width, height, h, v):
    """Of h x v lumas each, and one Cb and Cr."""
    return rng.randbytes(-(-width // h) * -(-height // v) * (h * v + 2))


def lzw(data, old=False):
    """TIFF's, or that of before TIFF 6."""
    codes, table, bits, text = [(256, 9)], {bytes([i]): i for i in range(256)}, 9, b""
    n = 258
    for value in data:
        longer = text + bytes([value])
        if longer in table:
            text = longer
            continue
        codes.append((table[text], bits))
        table[longer] = n
        n += 1
        if n >= 4094:
            codes.append((256, bits))
            table, bits, n = {bytes([i]): i for i in range(256)}, 9, 258
        elif n == (1 << bits) - (0 if old else 1) + 1:
            bits += 1
        text = bytes([value])
    if text:
        codes.append((table[text], bits))
        n += 1
        if n == (1 << bits) - (0 if old else 1) + 1 and bits < 12:
            bits += 1
    codes.append((257, bits))
    if old:
        stream = "".join(format(code, f"0{b}b")[::-1] for code, b in codes)
        stream += "0" * (-len(stream) % 8)
        return bytes(int(stream[i : i + 8][::-1], 2) for i in range(0, len(stream), 8))
    stream = "".join(format(code, f"0{b}b") for code, b in codes)
    stream += "0" * (-len(stream) % 8)
    return bytes(int(stream[i : i + 8], 2) for i in range(0, len(stream), 8))


PACK = {1: bytes, 5: lzw, 8: zlib.compress, 32946: zlib.compress, 32773: packbits}


def differences(values):
    out = values.copy()
    out[:, 1:] = values[:, 1:] - values[:, :-1]
    return out


def strips(values, order, compression, rows, predictor=1):
    """Of [height, width, samples]."""
    values = differences(values) if predictor == 2 else values
    kind = values.dtype.newbyteorder(order)
    return [PACK[compression](values[y : y + rows].astype(kind).tobytes()) for y in range(0, len(values), rows)]


def tiles(values, order, compression, tile, predictor=1):
    width, height = tile
    out = []
    for y in range(0, values.shape[0], height):
        for x in range(0, values.shape[1], width):
            part = np.zeros((height, width, values.shape[2]), values.dtype)
            some = values[y : y + height, x : x + width]
            part[: some.shape[0], : some.shape[1]] = some
            out += strips(part, order, compression, height, predictor)
    return out


def smooth(width, height, samples, kind):
    rng = random.Random(f"{width} {height} {samples} {kind}")
    x, y = np.arange(width)[None, :, None], np.arange(height)[:, None, None]
    top = np.iinfo(kind).max
    values = (x * 97 + y * 31 + np.arange(samples)[None, None, :] * 55) * (top // 255) // 2
    return ((values + rng.randrange(9)) % (top + 1)).astype(kind)


def tiffs(c):
    rng = random.Random(SEED)
    for width, height in SIZES:
        size = f"{width}x{height}"
        for bits in (1, 2, 4, 8):
            index = indices(bits, width, height)
            rows = packed_rows(index, bits, 1)
            table = [(320, 3, (colors(1 << bits).T.reshape(-1).astype(int) * 257).tolist())]
            for photometric in (0, 1, 3):
                for compression in (1, 5, 8, 32773):
                    per = max(1, height // 3)
                    parts = [PACK[compression](b"".join(rows[y : y + per])) for y in range(0, height, per)]
                    for fill in (1, 2):
                        if fill == 2 and (compression != 1 and bits > 1 or compression == 1 and (photometric == 3 or bits == 8)):
                            continue  # Pillow has no unpacker for some of them
                        c.add(f"tiff_{bits}_{photometric}_{compression}_fill{fill}_{size}.tif",
                              tiff(width, height, bits, photometric, parts, "<>"[bits % 2], compression, rows=per,
                                   tags=table if photometric == 3 else (), fill=fill))
        for order in "<>":
            for kind, bits in ((np.uint8, 8), (np.uint16, 16)):
                for name, photometric, samples, tags in (
                        ("gray", 1, 1, ()), ("rgb", 2, 3, ()), ("rgba", 2, 4, [(338, 3, [2])]), ("rgbx", 2, 4, [(338, 3, [0])]),
                        ("associated", 2, 4, [(338, 3, [1])]), ("cmyk", 5, 4, ()), ("gray_alpha", 1, 2, [(338, 3, [2])])):
                    if bits == 16 and samples == 2:
                        continue
                    values = smooth(width, height, samples, kind)
                    for compression in (1, 5, 8, 32773):
                        for predictor in (1, 2) if compression in (5, 8) else (1,):
                            per = max(1, height // 2)
                            more = list(tags) + ([(317, 3, [2])] if predictor == 2 else [])
                            ending = f"{'le' if order == '<' else 'be'}_{compression}_predictor{predictor}_{size}.tif"
                            c.add(f"tiff_{name}{bits}_strips_{ending}",
                                  tiff(width, height, bits, photometric, strips(values, order, compression, per, predictor), order,
                                       compression, samples, per, tags=more))
                            if size in ("17x13", "33x21") or compression == 8:
                                c.add(f"tiff_{name}{bits}_tiles_{ending}",
                                      tiff(width, height, bits, photometric, tiles(values, order, compression, (16, 16), predictor),
                                           order, compression, samples, tile=(16, 16), tags=more))
    width, height = 17, 13
    for name, photometric, samples, tags in (("rgb", 2, 3, ()), ("cmyk", 5, 4, ()), ("rgba", 2, 4, [(338, 3, [2])])):
        values = smooth(width, height, samples, np.uint8)
        for compression in (1, 5, 8):
            planes = [part for s in range(samples) for part in strips(values[:, :, s : s + 1], "<", compression, 5)]
            c.add(f"tiff_{name}_planes_{compression}.tif",
                  tiff(width, height, 8, photometric, planes, "<", compression, samples, 5, tags=[(284, 3, [2]), *tags]))
            planes = [part for s in range(samples) for part in tiles(values[:, :, s : s + 1], "<", compression, (16, 16))]
            c.add(f"tiff_{name}_planes_tiles_{compression}.tif",
                  tiff(width, height, 8, photometric, planes, "<", compression, samples, tile=(16, 16), tags=[(284, 3, [2]), *tags]))
    for name, photometric, samples, tags in (("gray", 1, 1, ()), ("rgb", 2, 3, [(274, 3, [6])]), ("cmyk", 5, 4, ())):
        for compression in (1, 5, 8):
            values = smooth(width, height, samples, np.uint8)
            for order in "<>":
                big = tiff(width, height, 8, photometric, strips(values, order, compression, 5), order, compression, samples, 5,
                           tags=tags, big=True)
                if order == "<":
                    c.add(f"tiff_big_{name}_{compression}.tif", big)
                elif name == "gray":  # Pillow reads it as if it were no BigTIFF
                    c.add(f"own_tiff_big_be_{compression}.tif", big, Image.fromarray(values[:, :, 0]).convert("RGB"))
    yellow = [(529, 5, [2126, 10000, 7152, 10000, 722, 10000]), (532, 5, [16, 1, 235, 1, 128, 1, 240, 1, 128, 1, 240, 1])]
    for h, v in ((1, 1), (2, 1), (1, 2), (2, 2), (4, 1), (4, 2), (4, 4), (3, 1)):
        for compression in (1, 5, 8, 32773):
            for size, (wide, high) in {"whole": (16, 12), "odd": (17, 13)}.items():
                if (h, v, size) == (4, 4, "odd"):
                    continue  # libtiff takes the wrong luma at the edges
                data = units(rng, wide, high, h, v)
                name = f"tiff_ycbcr_{h}x{v}_{compression}_{size}"
                c.add(f"{name}.tif", tiff(wide, high, 8, 6, [PACK[compression](data)], "<", compression, 3, high, tags=[(530, 3, [h, v])]))
                c.add(f"{name}_range.tif",
                      tiff(wide, high, 8, 6, [PACK[compression](data)], ">", compression, 3, high, tags=[(530, 3, [h, v]), *yellow]))
        parts = [PACK[5](units(rng, 17, 4 if y < 12 else 1, h, v)) for y in range(0, 13, 4)]
        c.add(f"tiff_ycbcr_{h}x{v}_strips.tif", tiff(17 if v < 4 else 16, 13, 8, 6, parts, "<", 5, 3, 4, tags=[(530, 3, [h, v])]))
        parts = [PACK[8](units(rng, 16, 16, h, v)) for _ in range(4)]
        if (h, v) != (4, 4):
            c.add(f"tiff_ycbcr_{h}x{v}_tiles.tif",
                  tiff(20, 24, 8, 6, parts, "<", 8, 3, tile=(16, 16), tags=[(530, 3, [h, v])]))
    c.add("tiff_ycbcr_default.tif", tiff(16, 12, 8, 6, [lzw(units(rng, 16, 12, 2, 2))], "<", 5, 3, 12))
    values = smooth(16, 12, 3, np.uint8)
    c.add("tiff_ycbcr_differences.tif",
          tiff(16, 12, 8, 6, strips(values, "<", 5, 4, 2), "<", 5, 3, 4, tags=[(317, 3, [2]), (530, 3, [1, 1])]))
    values = smooth(width, height, 3, np.uint8)
    c.add("tiff_big_tiles.tif", tiff(width, height, 8, 2, tiles(values, "<", 8, (16, 16)), "<", 8, 3, tile=(16, 16), big=True))
    for mode in ("1", "L", "P", "RGB", "RGBA"):
        c.save(f"tiff_big_pillow_{mode}.tif", picture("coffee", 45, 31).convert(mode), big_tiff=True, compression="tiff_lzw")
    gray = smooth(width, height, 1, np.uint8)
    whole = strips(gray, "<", 1, height)
    for name, tags in {"signed": [(339, 3, [2])], "float": [(339, 3, [3])], "format_77": [(339, 3, [77])],
                       "format_void": [(339, 3, [4])], "photometric_4": [(262, 3, [4])], "lab": [(262, 3, [8])],
                       "predictor_2_plain": [(317, 3, [2])], "orientation_6": [(274, 3, [6])],
                       "orientation_9": [(274, 3, [9])], "old_jpeg": [(259, 3, [6])], "compression_9": [(259, 3, [9])]}.items():
        c.add(f"tiff_odd_{name}.tif", tiff(width, height, 8, 1, whole, tags=tags))
    floats = np.array([float("nan"), float("inf"), -float("inf"), 254.99, 255.5, -0.5, 1e-40, 77.7], np.float32)
    for order in "<>":
        c.add(f"tiff_float_{'le' if order == '<' else 'be'}.tif",
              tiff(4, 2, 32, 1, [floats.astype(order + "f4").tobytes()], order, tags=[(339, 3, [3])]))
    c.add("tiff_float_white_is_zero.tif", tiff(4, 2, 32, 0, [floats.tobytes()], tags=[(339, 3, [3])]))
    c.add("tiff_float_deflate.tif", tiff(4, 2, 32, 1, [zlib.compress(floats.tobytes())], compression=8, tags=[(339, 3, [3])]))
    c.add("tiff_odd_short_strip.tif", tiff(width, height, 8, 1, [zlib.compress(gray.tobytes()[:100])], compression=8))
    c.add("tiff_odd_short_strip_lzw.tif", tiff(width, height, 8, 1, [lzw(gray.tobytes()[:100])], compression=5))
    c.add("tiff_odd_short_strip_packbits.tif", tiff(width, height, 8, 1, [packbits(gray.tobytes()[:100])], compression=32773))
    c.add("tiff_odd_old_lzw.tif", tiff(width, height, 8, 1, [lzw(gray.tobytes(), True)], compression=5))
    large = smooth(150, 100, 3, np.uint8)
    c.add("tiff_odd_old_lzw_large.tif", tiff(150, 100, 8, 2, [lzw(large.tobytes(), True)], compression=5, samples=3))
    c.add("tiff_large_lzw.tif", tiff(150, 100, 8, 2, [lzw(large.tobytes())], compression=5, samples=3))
    noise = rng.randbytes(45000)
    c.add("tiff_large_lzw_noise.tif", tiff(150, 100, 8, 2, [lzw(noise)], compression=5, samples=3))
    coffee = picture("coffee", 45, 31)
    for mode in ("1", "L", "LA", "P", "RGB", "RGBA", "CMYK", "YCbCr", "I;16", "F"):
        image = coffee.convert("L").convert("I").convert("I;16") if mode == "I;16" else coffee.convert(mode)
        for compression in (None, "tiff_lzw", "tiff_adobe_deflate", "packbits"):
            if mode != "YCbCr":
                c.save(f"tiff_pillow_{mode.replace(';', '')}_{compression or 'plain'}.tif", image, compression=compression)
    for quality in (30, 75, 95):
        c.save(f"tiff_jpeg_rgb_{quality}.tif", coffee, compression="jpeg", quality=quality)
        c.save(f"tiff_jpeg_gray_{quality}.tif", coffee.convert("L"), compression="jpeg", quality=quality)
        c.save(f"tiff_jpeg_strips_{quality}.tif", picture("coffee", 61, 150), compression="jpeg", quality=quality, strip_size=61 * 3 * 16)
    for kind, options in {"jpeg": ["-compress", "JPEG"], "jpeg_tiles": ["-compress", "JPEG", "-define", "tiff:tile-geometry=32x32"],
                          "zip": ["-compress", "Zip"], "lzw": ["-compress", "LZW"], "rle": ["-compress", "RLE"],
                          "16": ["-depth", "16", "-compress", "Zip"], "4": ["-colorspace", "Gray", "-depth", "4"],
                          "planes": ["-interlace", "Plane"], "msb": ["-endian", "MSB"]}.items():
        c.magick(f"tiff_magick_{kind}.tif", picture("coffee", 70, 50), *options, prefix="tiff")
    for width, height in SIZES + [(2600, 3), (64, 64), (1728, 9)]:
        for seed in ("", "more"):
            bilevel = Image.fromarray((indices(1, width, height, seed) * 255).astype(np.uint8)).convert("1")
            runs = np.zeros((height, width), np.uint8)
            for y in range(height):
                x = 0
                while x < width:
                    end = x + rng.choice([1, 2, 5, 30, 63, 64, 65, 200, 700, 1800, 2560])
                    runs[y, x:end] = 255 * rng.randrange(2)
                    x = end
            for compression in ("tiff_ccitt", "group3", "group4"):
                size = f"{width}x{height}"
                c.save(f"tiff_fax_{compression}_{seed}_noise_{size}.tif", bilevel, compression=compression)
                image = Image.fromarray(runs).convert("1")
                c.save(f"tiff_fax_{compression}_{seed}_runs_{size}.tif", image, compression=compression)
                if compression == "group3":
                    for options in (1, 4, 5):
                        c.save(f"tiff_fax_{compression}_{options}_{seed}_{size}.tif", image, compression=compression,
                               tiffinfo={292: options})




def zstd(data):
    return subprocess.run(["zstd", "-q", "-c"], input=data, capture_output=True, check=True).stdout


def compressed_tiffs(c, name, compression):
    """What every compression of bytes has."""
    prefix = f"tiff{name}_"
    coffee = picture("coffee", 45, 31)
    for mode in ("1", "L", "LA", "P", "RGB", "RGBA", "CMYK", "I;16", "F"):
        image = coffee.convert("L").convert("I").convert("I;16") if mode == "I;16" else coffee.convert(mode)
        c.save(f"{prefix}pillow_{mode.replace(';', '')}.tif", image, compression=name)
    c.save(f"{prefix}pillow_large.tif", picture("coffee", 150, 100), compression=name, strip_size=150 * 3 * 30)
    width, height = 17, 13
    for name, photometric, samples, tags in (
            ("gray", 1, 1, ()), ("rgb", 2, 3, ()), ("associated", 2, 4, [(338, 3, [1])]), ("cmyk", 5, 4, ())):
        for kind, bits in ((np.uint8, 8), (np.uint16, 16)):
            values = smooth(width, height, samples, kind)
            for order in "<>":
                for predictor in (1, 2):
                    more = list(tags) + ([(317, 3, [2])] if predictor == 2 else [])
                    ending = f"{'le' if order == '<' else 'be'}_predictor{predictor}_{width}x{height}.tif"
                    c.add(f"{prefix}{name}{bits}_strips_{ending}",
                          tiff(width, height, bits, photometric, strips(values, order, compression, 5, predictor), order, compression, samples, 5,
                               tags=more))
                    c.add(f"{prefix}{name}{bits}_tiles_{ending}",
                          tiff(width, height, bits, photometric, tiles(values, order, compression, (16, 16), predictor), order, compression,
                               samples, tile=(16, 16), tags=more))
    pack = PACK[compression]
    values = smooth(width, height, 3, np.uint8)
    raw = values.tobytes()
    planes = [part for s in range(3) for part in strips(values[:, :, s : s + 1], "<", compression, 5)]
    c.add(f"{prefix}planes.tif", tiff(width, height, 8, 2, planes, "<", compression, 3, 5, tags=[(284, 3, [2])]))
    c.add(f"{prefix}fill2.tif", tiff(width, height, 8, 2, [pack(raw)], "<", compression, 3, fill=2))
    ycbcr = pack(units(random.Random(SEED), 16, 12, 2, 2))
    c.add(f"{prefix}ycbcr.tif", tiff(16, 12, 8, 6, [ycbcr], "<", compression, 3, tags=[(530, 3, [2, 2])]))
    for ending, part in (("short", pack(raw[:-1])), ("long", pack(raw + bytes(9))), ("trailing", pack(raw) + b"more")):
        c.add(f"{prefix}{ending}.tif", tiff(width, height, 8, 2, [part], "<", compression, 3))
    return width, height, raw


def later_tiffs(c):
    """What came later: a group of its own, so that the small part of the others stays as it is."""
    PACK[50000] = zstd
    width, height, raw = compressed_tiffs(c, "zstd", 50000)
    c.add("tiffzstd_wrong_sum.tif", tiff(width, height, 8, 2, [zstd(raw)[:-4] + bytes(4)], "<", 50000, 3))
    c.add("tiffzstd_cut_sum.tif", tiff(width, height, 8, 2, [zstd(raw)[:-4]], "<", 50000, 3))
    rgb = Image.frombytes("RGB", (width, height), raw)
    c.add("own_tiff_zstd_frames.tif", tiff(width, height, 8, 2, [zstd(raw[:99]) + zstd(raw[99:])], "<", 50000, 3), rgb)
    signed = np.array([-32768, -129, -128, -1, 0, 1, 127, 128, 255, 256, 20000, 32767], np.int16).reshape(3, 4, 1)
    for order in "<>":
        for compression in (1, 5, 8, 32773, 50000):
            for predictor in (1, 2) if compression in (5, 8, 50000) else (1,):
                data = tiff(4, 3, 16, 1, strips(signed, order, compression, 2, predictor), order, compression, 1, 2,
                            tags=[(339, 3, [2])] + ([(317, 3, [2])] if predictor == 2 else []))
                name = f"{'le' if order == '<' else 'be'}_{compression}_predictor{predictor}.tif"
                if order == ">" and compression != 1:  # Pillow takes the bytes for those of the other order
                    c.add(f"own_tiff_signed_{name}", data, gray_of_signed(signed[:, :, 0]))
                else:
                    c.add(f"tiffsigned_{name}", data)
    for name, photometric, samples, tags in (
            ("white_is_zero", 0, 1, ()), ("rgb", 2, 3, ()), ("gray_alpha", 1, 2, [(338, 3, [2])])):
        values = np.repeat(signed, samples, 2)
        c.add(f"tiffsigned_{name}.tif",
              tiff(4, 3, 16, photometric, strips(values, "<", 1, 3), "<", 1, samples, tags=[(339, 3, [2] * samples), *tags]))


def xz(data, check=lzma.CHECK_NONE, filters=None):
    """Without a sum by default, as libtiff, which adds differences."""
    return lzma.compress(data, lzma.FORMAT_XZ, check, filters=filters)


def lzma_tiffs(c):
    PACK[34925] = xz
    width, height, raw = compressed_tiffs(c, "lzma", 34925)
    summed = xz(raw, lzma.CHECK_CRC64)  # of 8 bytes, before an index and a footer of 28
    packed = {"cut_sum": summed[:-29], "cut_index": summed[:-20], "two_streams": xz(raw[:99]) + xz(raw[99:]),
              "alone": lzma.compress(raw, lzma.FORMAT_ALONE)}
    for name, check in (("crc32", 1), ("crc64", 4), ("sha256", 10)):
        packed[f"sum_{name}"] = xz(raw, check)
    last = {"id": lzma.FILTER_LZMA2, "preset": 9, "lc": 1, "lp": 3, "pb": 4}
    packed["delta"] = xz(raw, filters=[{"id": lzma.FILTER_DELTA, "dist": 3}, last])
    packed["deltas"] = xz(raw, filters=[{"id": lzma.FILTER_DELTA, "dist": d} for d in (1, 51, 256)] + [last])
    for name, part in packed.items():
        c.add(f"tifflzma_{name}.tif", tiff(width, height, 8, 2, [part], "<", 34925, 3))
    refused = {"wrong_sum": summed[:-36] + bytes(8) + summed[-28:], "x86": xz(raw, filters=[{"id": lzma.FILTER_X86}, last])}
    for name, part in refused.items():
        c.add(f"own_tiff_lzma_{name}.tif", tiff(width, height, 8, 2, [part], "<", 34925, 3), "error")


def labs(c):
    width, height = 17, 13
    raw = random.Random(SEED).randbytes(3 * width * height)
    values = np.frombuffer(raw, np.uint8).reshape(height, width, 3)
    for order in "<>":
        for compression in (1, 5, 8, 32773, 34925, 50000):
            for predictor in (1, 2) if compression not in (1, 32773) else (1,):
                tags = [(317, 3, [2])] if predictor == 2 else []
                name = f"{'le' if order == '<' else 'be'}_{compression}_predictor{predictor}.tif"
                c.add(f"tifflab_strips_{name}",
                      tiff(width, height, 8, 8, strips(values, order, compression, 5, predictor), order, compression, 3, 5, tags=tags))
                c.add(f"tifflab_tiles_{name}",
                      tiff(width, height, 8, 8, tiles(values, order, compression, (16, 16), predictor), order, compression, 3,
                           tile=(16, 16), tags=tags))
    lab = Image.frombytes("LAB", (width, height), raw)
    for compression in (None, "jpeg", "tiff_lzw", "lzma", "zstd"):
        c.save(f"tifflab_pillow_{compression or 'plain'}.tif", lab, compression=compression)
    c.save("tifflab_coffee.tif", picture("coffee", 45, 31).convert("LAB"), compression="tiff_adobe_deflate")
    for name, photometric, samples, kind, tags in (
            ("4_samples", 8, 4, np.uint8, [(338, 3, [0])]), ("2_samples", 8, 2, np.uint8, []), ("16", 8, 3, np.uint16, []),
            ("signed", 8, 3, np.uint8, [(339, 3, [2] * 3)]), ("icc", 9, 3, np.uint8, []), ("itu", 10, 3, np.uint8, [])):
        data = smooth(width, height, samples, kind)
        c.add(f"tifflab_{name}.tif",
              tiff(width, height, 8 * data.itemsize, photometric, strips(data, "<", 1, height), "<", 1, samples, tags=tags))
    for compression in (1, 8):  # Pillow takes a and b in planes for bytes without a sign
        planes = [part for s in range(3) for part in strips(values[:, :, s : s + 1], "<", compression, 5)]
        c.add(f"own_tiff_lab_planes_{compression}.tif",
              tiff(width, height, 8, 8, planes, "<", compression, 3, 5, tags=[(284, 3, [2])]), lab.convert("RGB"))
    c.add("own_tiff_lab_fill2.tif",
          tiff(width, height, 8, 8, strips(values, "<", 1, height), "<", 1, 3, fill=2), lab.convert("RGB"))
    for n in (3, 4, 2):
        planes = [[random.Random(f"{s} {y}").randbytes(9) for y in range(7)] for s in range(n)]
        for compression in (0, 1):
            c.add(f"psdlab_{n}_{'raw' if compression == 0 else 'packbits'}.psd", psd(9, 8, planes, 9, 7, compression))


def damages(data, rng, n):
    for _ in range(n // 2):
        yield f"cut {rng.randrange(len(data))}"
    for i in range(n - n // 2):
        places = sorted({rng.randrange(min(len(data), 64) if i % 2 else len(data)) for _ in range(rng.randrange(1, 4))})
        yield "set " + ",".join(f"{p}:{rng.randrange(256)}" for p in places)


def damaged(data, damage):
    kind, what = damage.split(" ", 1)
    if kind == "cut":
        return data[: int(what)]
    out = bytearray(data)
    for place in what.split(","):
        at, value = place.split(":")
        out[int(at)] = int(value)
    return bytes(out)


def tries(name, data, rng, n):
    """Cut at every byte, if it is small; and others."""
    if len(data) <= 120:
        yield from (f"cut {i}" for i in range(len(data)))
        yield from (d for d in damages(data, rng, n) if d.startswith("set"))
    else:
        yield from damages(data, rng, n)


def make_small(folder, out):
    """Small ones, of each kind one, and of the many kinds of TIFF some."""
    lines = dict(line.split("\t") for line in (folder / "pillow.tsv").read_text().splitlines())
    kinds = {}
    for name in sorted(lines, key=lambda n: ((folder / n).stat().st_size, n)):
        size = next((p for p in name.rsplit(".", 1)[0].split("_") if "x" in p and p.replace("x", "").isdigit()), "")
        if name.startswith(tuple(prefix for group in LATER for prefix in group)):
            continue
        if size in ("", "7x5", "17x13") and (folder / name).stat().st_size < 2500:
            kinds.setdefault(name.replace(size, ""), name)
    rng = random.Random(SEED)
    by_format = {}
    for name in kinds.values():
        if not wide(name):
            by_format.setdefault(name.split("_")[0], []).append(name)
    most = {"tiff": 90, "bmp": 60, "tga": 30, "qoi": 12, "psd": 20}
    chosen = [n for form, group in by_format.items() for n in rng.sample(group, min(len(group), most.get(form, 44)))]
    later = []
    for group in LATER:
        names = sorted(n for n in lines if n.startswith(group) and (folder / n).stat().st_size < 2500)
        if "jp2_" in group:
            later.append([n for i, n in enumerate(names) if i % 22 == 0 or n.startswith(JP2_HELD)])
        else:
            later.append([n for i, n in enumerate(names) if i % 3 == 0 or n.count("_") < 4])
        chosen += later[-1]
    out.mkdir(parents=True, exist_ok=True)
    for name in chosen:
        shutil.copyfile(folder / name, out / name)
    (out / "pillow.tsv").write_text("".join(f"{n}\t{lines[n]}\n" for n in sorted(chosen)))
    damage = [line.split("\t") for line in (folder / "damage.tsv").read_text().splitlines()]
    held = [d for d in damage if d[0] in chosen and not any(d[0] in group for group in later)]
    damaged_ones = {}
    for d in held:
        damaged_ones.setdefault(d[0].split("_")[0], []).append(d)
    picked = [d for group in damaged_ones.values() for d in rng.sample(group, min(len(group), 60))]
    for group in later:
        picked += [d for i, d in enumerate(d for d in damage if d[0] in group) if i % 5 == 0]
    (out / "damage.tsv").write_text("".join("\t".join(d) + "\n" for d in sorted(picked)))


def wide(name):
    """Enough of these are in the larger corpus."""
    return "header56" in name or "header64" in name or "header108" in name or "_254_" in name or "_65534_" in name


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("folder", type=pathlib.Path)
    parser.add_argument("--damaged", type=int, default=8, help="damages of a file")
    parser.add_argument("--small", type=pathlib.Path)
    args = parser.parse_args()
    if args.small:
        make_small(args.folder, args.small)
        return
    args.folder.mkdir(parents=True, exist_ok=True)
    c = Corpus(args.folder)
    for make in (bmps, icos, netpbms, qois, tgas, psds, tiffs, later_tiffs, lzma_tiffs, labs):
        make(c)
    jp2s(c, Image.open(COFFEE).convert("RGB"))
    rng = random.Random(SEED)
    lines = []
    for name, data in c.files.items():
        # What Pillow gets wrong or does not read, it gets wrong when damaged, too.
        if not name.startswith(("own_", "pam_")) and not any(kind in name for kind in DAMAGED_OTHERWISE):
            own = random.Random(name) if name.startswith(NEWEST) else rng  # so that each can be made alone
            lines += [f"{name}\t{d}\t{verdict(damaged(data, d))}\n" for d in tries(name, data, own, args.damaged)]
    (args.folder / "pillow.tsv").write_text("".join(f"{n}\t{v}\n" for n, v in sorted(c.verdicts.items())))
    (args.folder / "damage.tsv").write_text("".join(lines))
    errors = sum(v == "error" for v in c.verdicts.values())
    print(f"{len(c.files)} files, {errors} of them errors to Pillow; {len(lines)} damaged ones")


if __name__ == "__main__":
    main()
