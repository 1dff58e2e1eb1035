#!/usr/bin/env python3
"""Makes hostile pictures by the structure of their formats, and compares what the engine and Pillow make of each.

    fuzz_pictures.py FORMAT COUNT FOLDER --classpath CP [--seed N] [--first N]

FORMAT is png, gif, bmp, tiff, webp, jpeg or jp2. Starts Java with PictureVerdicts of engine's tests on the class path CP, gives it COUNT
files that are made of those in src-test-data, and writes to FOLDER a summary and some files of each kind of finding:

    slow, memory, fault     more than 2 s of the processor's time, more than 64 MB allocated beyond the file and its pixels, or what
                            is thrown is no ImageFormatException of one line: never right
    pixels                  both decode it, to other pixels, and not on purpose
    more, less              the engine alone decodes it, or Pillow alone

Pixels are compared as formats_corpus.py does. Pictures of more than a megapixel are not given to Pillow. A file is made again from
FORMAT, the seed and its number alone (--first N COUNT 1). Needs Pillow with libtiff and libwebp, and NumPy;
jp2 needs opj_compress (Debian's libopenjp2-tools), too.
"""

import argparse
import collections
import hashlib
import io
import os
import pathlib
import pickle
import random
import re
import struct
import subprocess
import sys
import time
import warnings
import zlib

import numpy as np
from PIL import Image, ImageOps

import formats_corpus
import jp2_corpus

DATA = pathlib.Path(__file__).resolve().parent.parent
ENDINGS = {
    "png": (".png",), "gif": (".gif",), "bmp": (".bmp", ".dib"), "tiff": (".tif",), "webp": (".webp",), "jpeg": (".jpg",),
    "jp2": (".jp2", ".j2k"),
}
FORMATS = {"png": "PNG", "gif": "GIF", "bmp": "BMP DIB", "tiff": "TIFF", "webp": "WEBP", "jpeg": "JPEG MPO",
           "jp2": "JPEG2000"}
MOST_PIXELS = 1 << 20
MAX_SECONDS = 2
MAX_BYTES = 64 << 20
OWN_BYTES = {"jpeg": 9, "jp2": 19}  # of a pixel: those of several scans have coefficients, too, and those of wavelets
LARGEST_SEED = 6000
BATCH = 64
KEPT = 6
NUMBERS = [0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 15, 16, 17, 31, 32, 33, 63, 64, 100, 127, 128, 254, 255, 256, 257, 1000, 4095, 16383, 16384,
           32767, 32768, 65534, 65535, 65536, 1 << 20, (1 << 24) - 1, 1 << 24, (1 << 31) - 1, 1 << 31, (1 << 32) - 2, (1 << 32) - 1]


def number(rng, old, bits):
    """Another value of a field: near the old one, or one of those that break programs."""
    how = rng.randrange(4)
    if how == 0:
        value = old + rng.choice((-2, -1, 1, 2))
    elif how == 1:
        value = old ^ 1 << rng.randrange(bits)
    elif how == 2:
        value = rng.choice(NUMBERS)
    else:
        value = rng.choice((old * 2, old // 2, rng.randrange(40), rng.randrange(1 << bits)))
    return value & (1 << bits) - 1


def change(rng, data, at, size, order):
    """Changes an integer of so many bytes in place."""
    if at + size <= len(data):
        old = int.from_bytes(data[at : at + size], order)
        data[at : at + size] = number(rng, old, 8 * size).to_bytes(size, order)


def noise(rng, data, most=4):
    """Changes some bytes."""
    data = bytearray(data)
    for _ in range(rng.randint(1, most)):
        if data:
            at = rng.randrange(len(data))
            data[at] = rng.choice((rng.randrange(256), data[at] ^ 1 << rng.randrange(8), 0, 255))
    return bytes(data)


def spoiled(rng, data):
    """Damage that knows nothing of the format."""
    how = rng.randrange(3)
    if how == 0:
        return data[: rng.randrange(len(data) + 1)]
    if how == 1:
        at = rng.randrange(len(data) + 1)
        return data[:at] + rng.randbytes(rng.randint(1, 8)) + data[at:]
    return noise(rng, data)


def rearranged(rng, parts, others):
    """Doubles, drops, swaps, moves or takes a part of another file, in place."""
    how = rng.randrange(5)
    at = rng.randrange(len(parts)) if parts else 0
    if how == 0 and parts:
        parts.insert(rng.randrange(len(parts) + 1), parts[at])
    elif how == 1 and parts:
        del parts[at]
    elif how == 2 and parts:
        other = rng.randrange(len(parts))
        parts[at], parts[other] = parts[other], parts[at]
    elif how == 3 and parts:
        part = parts.pop(at)
        parts.insert(rng.randrange(len(parts) + 1), part)
    elif others:
        parts.insert(rng.randrange(len(parts) + 1), rng.choice(others))


# PNG


def png_parts(data):
    at, parts = 8, []
    while at + 8 <= len(data):
        length = struct.unpack_from(">I", data, at)[0]
        parts.append((data[at + 4 : at + 8], data[at + 8 : at + 8 + length]))
        at += 12 + length
    return parts


def png_kind(rng):
    return rng.choice([(c, d) for c, ds in {0: (1, 2, 4, 8, 16), 2: (8, 16), 3: (1, 2, 4, 8), 4: (8, 16), 6: (8, 16)}.items() for d in ds])


def png_made(rng):
    """A whole picture of any kind; its rows are noise with filters."""
    (color, depth), interlace = png_kind(rng), rng.randrange(2)
    width, height = rng.choice(((rng.randint(1, 20), rng.randint(1, 20)), (1, rng.randint(1, 40)), (rng.randint(1, 300), 1)))
    channels = {0: 1, 2: 3, 3: 1, 4: 2, 6: 4}[color]
    raw = bytearray()
    passes = [(0, 0, 8, 8), (4, 0, 8, 8), (0, 4, 4, 8), (2, 0, 4, 4), (0, 2, 2, 4), (1, 0, 2, 2), (0, 1, 1, 2)] if interlace else [(0, 0, 1, 1)]
    for x, y, dx, dy in passes:
        columns, rows = (width - x + dx - 1) // dx, (height - y + dy - 1) // dy
        if columns > 0:
            for _ in range(max(0, rows)):
                raw += bytes([rng.randrange(5)]) + rng.randbytes((columns * channels * depth + 7) // 8)
    parts = [(b"IHDR", struct.pack(">IIBBBBB", width, height, depth, color, 0, 0, interlace))]
    if color == 3 or rng.random() < 0.1:
        parts.append((b"PLTE", rng.randbytes(3 * rng.randint(1, 1 << depth if color == 3 else 256))))
    if rng.random() < 0.3:
        parts.append((b"tRNS", rng.randbytes({0: 2, 2: 6}.get(color, rng.randint(1, 256)))))
    deflated = zlib.compress(bytes(raw), rng.randrange(10))
    for piece in split(rng, deflated):
        parts.append((b"IDAT", piece))
    return parts + [(b"IEND", b"")]


def split(rng, data):
    cuts = sorted(rng.randrange(len(data) + 1) for _ in range(rng.choice((0, 0, 1, 3))))
    return [data[a:b] for a, b in zip([0] + cuts, cuts + [len(data)])]


def png(rng, seed, others):
    parts = png_made(rng) if rng.random() < 0.5 else png_parts(seed)
    spoil = None
    for _ in range(rng.choice((0, 1, 1, 1, 2, 3))):
        how = rng.randrange(8)
        at = rng.randrange(len(parts)) if parts else 0
        if how == 0 and parts:
            header = bytearray(parts[0][1])
            field = rng.choice(((0, 4), (4, 4), (8, 1), (9, 1), (10, 1), (11, 1), (12, 1)))
            change(rng, header, *field, "big")
            parts[0] = (parts[0][0], bytes(header))
        elif how == 1:
            rearranged(rng, parts, others)
        elif how == 2 and parts:
            parts[at] = (parts[at][0], spoiled(rng, parts[at][1]))
        elif how == 3 and parts:
            parts[at] = (rng.choice((b"IDAT", b"PLTE", b"tRNS", b"eXIf", b"zTXt", b"iTXt", b"acTL", b"fdAT", noise(rng, parts[at][0], 1))), parts[at][1])
        elif how == 4:  # the pixels are deflated anew
            body = b"".join(d for t, d in parts if t == b"IDAT")
            try:
                raw = zlib.decompress(body)
            except zlib.error:
                continue
            raw = spoiled(rng, raw) if rng.random() < 0.7 else raw + rng.randbytes(rng.randint(1, 40))
            first = next((i for i, p in enumerate(parts) if p[0] == b"IDAT"), 0)
            parts = [p for p in parts if p[0] != b"IDAT"]
            parts[first:first] = [(b"IDAT", p) for p in split(rng, zlib.compress(raw, rng.randrange(10)))]
        elif how == 5:
            exif = b"MM\0*\0\0\0\x08" + struct.pack(">HHHIHH", 1, 274, rng.choice((3, 3, 4, 1)), rng.choice((1, 1, 2, 0)), rng.randrange(10), 0) + bytes(4)
            text = b"Raw profile type exif\0\0" + zlib.compress(b"\nexif\n%8d\n" % len(exif) + exif.hex().encode())
            parts.insert(rng.randint(1, max(1, len(parts))), rng.choice(((b"eXIf", exif), (b"zTXt", text), (b"eXIf", b"Exif\0\0" + exif))))
        else:
            spoil = rng.choice(("length", "crc", "any"))
    out = bytearray(b"\x89PNG\r\n\x1a\n")
    broken = rng.randrange(len(parts) + 1)
    for i, (kind, body) in enumerate(parts):
        length, crc = len(body), zlib.crc32(kind + body)
        if spoil == "length" and i == broken:
            length = number(rng, length, 32)
        if spoil == "crc" and i == broken:
            crc ^= 1
        out += struct.pack(">I", length) + kind + body + struct.pack(">I", crc)
    return spoiled(rng, bytes(out)) if spoil == "any" else bytes(out)


# GIF


def sub_blocks(data, at):
    start = at
    while at < len(data) and data[at]:
        at += data[at] + 1
    return data[start : at + 1], at + 1


def gif_parts(data):
    table = 3 * (2 << (data[10] & 7)) if data[10] & 0x80 else 0
    parts, at = [data[:13], data[13 : 13 + table]], 13 + table
    while at < len(data) and data[at] in b"!,":
        if data[at] == 0x21:
            body, end = sub_blocks(data, at + 2)
        else:
            local = 3 * (2 << (data[at + 9] & 7)) if at + 9 < len(data) and data[at + 9] & 0x80 else 0
            body, end = sub_blocks(data, at + 11 + local)
        parts.append(data[at:end])
        at = end
    return parts + [data[at:]]


def lzw(rng, codes, bits):
    """Codes as blocks; their width grows as a decoder's does."""
    out, buffer, filled = bytearray(), 0, 0
    clear, width, table = 1 << bits, bits + 1, (1 << bits) + 2
    for code in codes:
        buffer |= (code & (1 << width) - 1) << filled
        filled += width
        if code == clear:
            width, table = bits + 1, (1 << bits) + 1
        else:
            table += table < 4096
        if table > 1 << width and width < 12:
            width += 1
        while filled >= 8:
            out.append(buffer & 255)
            buffer >>= 8
            filled -= 8
    out.append(buffer & 255)
    blocks, at = bytearray(), 0
    while at < len(out):
        n = rng.choice((255, 255, rng.randint(1, 255)))
        blocks += bytes([len(out[at : at + n])]) + out[at : at + n]
        at += n
    return bytes(blocks) + b"\0"


def gif_made(rng):
    width, height, bits = rng.randint(1, 30), rng.randint(1, 30), rng.randint(2, 8)
    clear = 1 << bits
    codes, table = [clear], clear + 2
    for _ in range(rng.choice((width * height, rng.randint(0, 2 * width * height)))):
        code = rng.randrange(clear) if rng.random() < 0.5 else rng.randrange(min(table + (rng.random() < 0.02), 4096))
        codes.append(clear if code == clear + 1 and rng.random() < 0.9 else code)
        table = clear + 2 if codes[-1] == clear else min(4096, table + 1)
    codes.append(clear + 1)
    left, top = rng.choice(((0, 0), (rng.randrange(8), rng.randrange(8))))
    parts = [b"GIF89a" + struct.pack("<HHBBB", width + left, height + top, 0x80 | bits - 1, rng.randrange(clear), 0), rng.randbytes(3 * clear)]
    if rng.random() < 0.5:
        parts.append(b"!\xf9\4" + bytes([rng.randrange(32)]) + b"\0\0" + bytes([rng.randrange(256)]) + b"\0")
    local = rng.random() < 0.2
    parts.append(b"," + struct.pack("<HHHHB", left, top, width, height, (0x80 | bits - 1 if local else 0) | rng.choice((0, 0x40)))
                 + (rng.randbytes(3 * clear) if local else b"") + bytes([bits]) + lzw(rng, codes, bits))
    return parts + [b";"]


def gif(rng, seed, others):
    parts = gif_made(rng) if rng.random() < 0.6 else gif_parts(seed)
    spoil = False
    for _ in range(rng.choice((0, 1, 1, 1, 2, 3))):
        how = rng.randrange(5)
        at = rng.randrange(len(parts))
        part = bytearray(parts[at])
        if how == 0:
            head = bytearray(parts[0])
            change(rng, head, *rng.choice(((6, 2), (8, 2), (10, 1), (11, 1), (12, 1))), "little")
            parts[0] = bytes(head)
        elif how == 1:
            images = [i for i, p in enumerate(parts) if p[:1] == b","]
            if images:
                i = rng.choice(images)
                image = bytearray(parts[i])
                change(rng, image, *rng.choice(((1, 2), (3, 2), (5, 2), (7, 2), (9, 1), (10, 1), (11, 1))), "little")
                parts[i] = bytes(image)
        elif how == 2:
            tail = parts[2:]
            rearranged(rng, tail, [p for p in others if p])
            parts[2:] = tail
        elif how == 3 and part:
            parts[at] = noise(rng, part)
        else:
            spoil = rng.random() < 0.5
        if not parts:
            parts = [b"GIF89a"]
    whole = b"".join(parts)
    return spoiled(rng, whole) if spoil else whole


# BMP


def bmp_made(rng):
    bits = rng.choice((1, 4, 8, 16, 24, 32))
    width, height = rng.randint(1, 24), rng.randint(1, 24)
    header = rng.choice((12, 40, 40, 40, 52, 56, 64, 108, 124))
    compression = 0
    if header > 12:
        compression = {4: rng.choice((0, 2)), 8: rng.choice((0, 1)), 16: rng.choice((0, 3)), 32: rng.choice((0, 3))}.get(bits, 0)
    colors = rng.choice((0, 0, rng.randint(1, 1 << bits))) if bits <= 8 and header > 12 else 0
    masks = b""
    if compression == 3:
        masks = struct.pack("<III", *rng.choice(((0xF800, 0x7E0, 0x1F), (0x7C00, 0x3E0, 0x1F)) if bits == 16 else
                                                ((0xFF0000, 0xFF00, 0xFF), (0xFF000000, 0xFF0000, 0xFF00), (0xFF, 0xFF00, 0xFF0000))))
    palette = rng.randbytes((3 if header == 12 else 4) * (colors or 1 << bits)) if bits <= 8 else b""
    if compression in (1, 2):
        pixels = runs(rng, width, height, compression)
    else:
        pixels = rng.randbytes((width * bits + 31) // 32 * 4 * height)
    if header == 12:
        info = struct.pack("<IHHHH", 12, width, height, 1, bits)
    else:
        info = struct.pack("<IiiHHIIiiII", header, width, rng.choice((height, height, -height)), 1, bits, compression, len(pixels), 0, 0, colors, 0)
        info += masks if header == 40 else (masks + bytes(header - 40))[: header - 40]
    offset = 14 + len(info) + len(palette)
    return b"BM" + struct.pack("<IHHI", offset + len(pixels), 0, 0, offset) + info + palette + pixels


def runs(rng, width, height, compression):
    out = bytearray()
    for _ in range(height):
        x = 0
        while x < width:
            how = rng.random()
            n = rng.randint(1, min(255, width - x + rng.choice((0, 0, 0, 2))))
            if how < 0.4 and n >= 3:
                if compression == 2:
                    n &= ~1  # Pillow loses half of an odd one
                size = n if compression == 1 else (n + 1) // 2
                out += bytes([0, n]) + rng.randbytes(size) + bytes(size % 2) if n >= 3 else b""
            elif how < 0.45:
                out += bytes([0, 2, rng.randrange(4), rng.randrange(3)])
            else:
                out += bytes([n, rng.randrange(256)])
            x += n
        out += b"\0\0"
    return bytes(out) + b"\0\1"


def bmp(rng, seed, others):
    data = bytearray(bmp_made(rng) if rng.random() < 0.7 else seed)
    base = 14 if data[:2] == b"BM" else 0
    for _ in range(rng.choice((0, 1, 1, 1, 2, 3))):
        how = rng.randrange(4)
        if how == 0:
            field = rng.choice(((0, 4), (4, 4), (8, 4), (12, 2), (14, 2), (16, 4), (20, 4), (32, 4), (36, 4), (40, 4), (44, 4), (48, 4), (52, 4)))
            change(rng, data, base + field[0], field[1], "little")
        elif how == 1 and base:
            change(rng, data, *rng.choice(((2, 4), (10, 4))), "little")
        else:
            data = bytearray(spoiled(rng, bytes(data)) if rng.random() < 0.6 else noise(rng, data))
            if len(data) < 20:
                break
    return bytes(data)


# TIFF


TIFF_SIZES = {1: 1, 2: 1, 3: 2, 4: 4, 5: 8, 6: 1, 7: 1, 8: 2, 9: 4, 10: 8, 11: 4, 12: 8, 13: 4}


def tiff_parts(data, sizes=TIFF_SIZES):
    """Byte order, and the first directory's entries: tag, type, count, and the values' bytes, or the strips'."""
    order = "<" if data[:2] == b"II" else ">"
    at = struct.unpack_from(order + "I", data, 4)[0]
    entries = []
    for i in range(struct.unpack_from(order + "H", data, at)[0]):
        tag, kind, count = struct.unpack_from(order + "HHI", data, at + 2 + 12 * i)
        size = sizes.get(kind, 1) * count
        place = at + 10 + 12 * i
        if size > 4:
            place = struct.unpack_from(order + "I", data, place)[0]
        entries.append([tag, kind, count, data[place : place + size]])
    values = {e[0]: [int.from_bytes(e[3][j : j + TIFF_SIZES[e[1]]], "little" if order == "<" else "big") for j in range(0, len(e[3]), TIFF_SIZES[e[1]])]
              for e in entries if e[1] in (3, 4)}
    starts, sizes = values.get(273, values.get(324, [])), values.get(279, values.get(325, []))
    return order, entries, [data[a : a + n] for a, n in zip(starts, sizes)]


def packed(rng, data, compression):
    if compression == 8:
        return zlib.compress(data, rng.randrange(10))
    if compression == 32773:
        out, at = bytearray(), 0
        while at < len(data):
            n = rng.randint(1, 128)
            if rng.random() < 0.5:
                out += bytes([len(data[at : at + n]) - 1]) + data[at : at + n]
                at += n
            else:
                run = 1
                while run < 128 and at + run < len(data) and data[at + run] == data[at]:
                    run += 1
                out += bytes([(257 - run) & 255 if run > 1 else 0, data[at]])
                at += run
        return bytes(out)
    if compression == 5:
        out, buffer, filled, count = bytearray(), 0, 0, 0
        for code in [x for i in range(0, len(data), 200) for x in [256, *data[i : i + 200]]] + [257]:
            buffer = buffer << 9 | code
            filled += 9
            while filled >= 8:
                filled -= 8
                out.append(buffer >> filled & 255)
        out.append(buffer << (8 - filled) & 255)
        return bytes(out)
    return data


def tiff_made(rng):
    order = rng.choice("<>")
    photometric, bits, samples = rng.choice(((0, 1, 1), (1, 1, 1), (1, 2, 1), (1, 4, 1), (0, 8, 1), (1, 8, 1), (1, 8, 2), (1, 16, 1), (2, 8, 3), (2, 8, 4),
                                            (2, 16, 3), (2, 16, 4), (3, 1, 1), (3, 2, 1), (3, 4, 1), (3, 8, 1), (5, 8, 4), (5, 16, 4)))
    width, height = rng.randint(1, 40), rng.randint(1, 40)
    compression = rng.choice((1, 1, 5, 8, 32773))
    predictor = 2 if compression in (5, 8) and bits in (8, 16) and rng.random() < 0.4 else 1
    planes = 2 if samples > 1 and photometric != 1 and rng.random() < 0.2 else 1
    entries = []

    def add(tag, kind, *values):
        entries.append([tag, kind, len(values), b"".join(struct.pack(order + {3: "H", 4: "I"}[kind], v) for v in values)])

    add(256, rng.choice((3, 4)), width)
    add(257, rng.choice((3, 4)), height)
    add(258, 3, *[bits] * samples)
    add(259, 3, compression)
    add(262, 3, photometric)
    add(277, 3, samples)
    if planes == 2 or rng.random() < 0.3:
        add(284, 3, planes)
    if predictor == 2:
        add(317, 3, 2)
    if rng.random() < 0.2:
        add(274, 3, rng.randrange(10))
    if rng.random() < 0.1:
        add(266, 3, rng.choice((1, 2)))
    extra = samples - {0: 1, 1: 1, 2: 3, 3: 1, 5: 4}[photometric]
    if extra:
        add(338, 3, *[rng.randrange(3) for _ in range(extra)])
    if photometric == 3:
        add(320, 3, *[rng.randrange(65536) for _ in range(3 << bits)])
    tiled = rng.random() < 0.3
    if tiled:
        across, down = rng.choice((16, 32)), rng.choice((16, 32))
        add(322, 3, across)
        add(323, 3, down)
        heights = [down] * (-(-width // across) * -(-height // down))
    else:
        across, down = width, rng.choice((height, rng.randint(1, height), 1 << 31 if rng.random() < 0.1 else height))
        add(278, 4, down)
        heights = [min(down, height - y) for y in range(0, height, down)]
    chunks = []
    for h in heights * (samples if planes == 2 else 1):
        row = (across * bits * (1 if planes == 2 else samples) + 7) // 8
        chunks.append(packed(rng, rng.randbytes(row * h), compression))
    return order, entries, chunks, tiled


def tiff(rng, seed, others):
    tiled = None
    if rng.random() < 0.6:
        order, entries, chunks, tiled = tiff_made(rng)
    else:
        try:
            order, entries, chunks = tiff_parts(seed)
        except (struct.error, IndexError):
            return spoiled(rng, seed)
        tiled = any(e[0] == 324 for e in entries)
        entries = [e for e in entries if e[0] not in (273, 279, 324, 325)]
    places = [273, 279] if not tiled else [324, 325]
    spoil, share, early = False, False, None
    entries += [[places[0], 4, len(chunks), None], [places[1], 4, len(chunks), None]]
    entries.sort(key=lambda e: e[0])
    for _ in range(rng.choice((0, 1, 1, 1, 2, 3))):
        how = rng.randrange(10)
        at = rng.randrange(len(entries)) if entries else 0
        if not entries:
            break
        entry = list(entries[at])
        if how == 0:
            entry[1] = rng.choice((1, 2, 3, 4, 5, 6, 7, 8, 9, 11, 12, 13, 16, 0, 99))
            entries[at] = entry
        elif how == 1:
            entry[2] = number(rng, entry[2], 32)
            entries[at] = entry
        elif how in (2, 3) and entry[3] is not None:
            value = bytearray(entry[3])
            size = TIFF_SIZES.get(entry[1], 1)
            if value:
                change(rng, value, rng.randrange(0, len(value), size) if len(value) >= size else 0, min(size, len(value)), "little" if order == "<" else "big")
            entry[3] = bytes(value)
            entries[at] = entry
        elif how == 4:
            entries.insert(rng.randrange(len(entries) + 1), entry)
        elif how == 5:
            del entries[at]
        elif how == 6:
            tag, values = rng.choice(((338, (0, 1, 2)), (339, (1, 2, 3, 4, 5, 6)), (266, (1, 2)), (274, range(10)), (284, (1, 2)), (317, (1, 2, 3)), (259, (1, 2, 3, 4, 5, 6, 7, 8, 32773, 32946)),
                                      (262, range(10)), (277, range(6)), (258, (1, 2, 4, 8, 12, 16, 32)), (278, (0, 1, 2, 65535)), (530, (1, 2)), (332, (1, 2)), (285, (1,))))
            kind = rng.choice((3, 3, 4))
            entries.append([tag, kind, 1, struct.pack(order + {3: "H", 4: "I"}[kind], rng.choice(list(values)))])
            if rng.random() < 0.8:
                entries.sort(key=lambda e: e[0])
        elif how == 7 and chunks:
            i = rng.randrange(len(chunks))
            chunks[i] = spoiled(rng, chunks[i])
        elif how == 8:
            share = True
        else:
            spoil = rng.random() < 0.6
    out = bytearray(b"II*\0" if order == "<" else b"MM\0*") + bytes(4)
    where = []
    for chunk in chunks:
        where.append(len(out))
        out += chunk
    if share and where:
        where = [rng.choice(where) if rng.random() < 0.7 else w for w in where]
    lengths = [len(c) for c in chunks]
    if share and lengths and rng.random() < 0.5:
        i = rng.randrange(len(lengths))
        lengths[i] = number(rng, lengths[i], 32)
    table = bytearray(struct.pack(order + "H", len(entries) & 0xFFFF))
    blobs = bytearray()
    start = len(out) + 2 + 12 * len(entries) + 4
    for tag, kind, count, value in entries:
        if value is None:
            value = b"".join(struct.pack(order + "I", v) for v in (where if tag == places[0] else lengths))
        table += struct.pack(order + "HHI", tag, kind, count)
        if len(value) <= 4:
            table += value.ljust(4, b"\0")
        else:
            table += struct.pack(order + "I", start + len(blobs))
            blobs += value
    out[4:8] = struct.pack(order + "I", len(out))
    out += table + bytes(4) + blobs
    return spoiled(rng, bytes(out)) if spoil else bytes(out)


# WebP


def riff_parts(data):
    parts, at = [], 0
    while at + 8 <= len(data):
        length = struct.unpack_from("<I", data, at + 4)[0]
        parts.append((data[at : at + 4], data[at + 8 : at + 8 + length]))
        at += 8 + length + length % 2
    return parts


def webp(rng, seed, others):
    parts = riff_parts(seed[12:])
    spoil = None
    for _ in range(rng.choice((0, 1, 1, 1, 2, 3))):
        how = rng.randrange(7)
        if not parts:
            break
        at = rng.randrange(len(parts))
        kind, body = parts[at]
        if how == 0:
            rearranged(rng, parts, others)
        elif how == 1:
            parts[at] = (kind, spoiled(rng, body))
        elif how == 2:  # the beginnings, where sizes and flags are
            data = bytearray(body)
            first = min(len(data), {b"VP8X": 10, b"VP8L": 8, b"VP8 ": 16, b"ANMF": 32, b"ALPH": 2, b"ANIM": 6}.get(kind, 8))
            if first:
                change(rng, data, rng.randrange(first), rng.choice((1, 1, 2, 3)), "little")
            parts[at] = (kind, bytes(data))
        elif how == 3:
            parts[at] = (rng.choice((b"VP8 ", b"VP8L", b"VP8X", b"ALPH", b"ANIM", b"ANMF", b"EXIF", b"XMP ", b"ICCP", b"XXXX")), body)
        elif how == 4 and kind == b"ANMF":
            inner = riff_parts(body[16:])
            rearranged(rng, inner, others)
            if inner and rng.random() < 0.5:
                i = rng.randrange(len(inner))
                inner[i] = (inner[i][0], noise(rng, inner[i][1]))
            parts[at] = (kind, body[:16] + riff(inner))
        elif how == 5:
            if parts[0][0] != b"VP8X":
                parts.insert(0, (b"VP8X", bytes([rng.randrange(64), 0, 0, 0]) + rng.randrange(64).to_bytes(3, "little") + rng.randrange(64).to_bytes(3, "little")))
            elif rng.random() < 0.5:
                del parts[0]
            else:
                alpha = bytes([rng.randrange(64)]) + rng.randbytes(rng.randint(0, 60))
                parts.insert(1, (b"ALPH", alpha))
        else:
            spoil = rng.choice(("riff", "length", "any"))
    body = riff(parts, rng if spoil == "length" else None)
    size = number(rng, len(body) + 4, 32) if spoil == "riff" else len(body) + 4
    whole = b"RIFF" + struct.pack("<I", size & 0xFFFFFFFF) + b"WEBP" + body
    return spoiled(rng, whole) if spoil == "any" else whole


def riff(parts, rng=None):
    out = bytearray()
    broken = rng.randrange(len(parts) + 1) if rng else -1
    for i, (kind, body) in enumerate(parts):
        length = number(rng, len(body), 32) if i == broken else len(body)
        out += kind + struct.pack("<I", length) + body + bytes(len(body) % 2)
    return bytes(out)


# JPEG


def jpeg_parts(data):
    """Segments; a scan's bytes belong to its header."""
    parts, at = [], 2
    while at + 4 <= len(data) and data[at] == 0xFF:
        marker = data[at + 1]
        if marker == 0xD9:
            break
        end = at + 2 + struct.unpack_from(">H", data, at + 2)[0]
        body = data[at + 4 : end]
        scan = b""
        if marker == 0xDA:
            begin = end
            while end + 1 < len(data) and not (data[end] == 0xFF and data[end + 1] != 0 and not 0xD0 <= data[end + 1] <= 0xD7):
                end += 1
            scan = data[begin:end]
        parts.append((marker, body, scan))
        at = end
    return parts


def jpeg(rng, seed, others):
    parts = jpeg_parts(seed)
    spoil = None
    for _ in range(rng.choice((0, 1, 1, 1, 2, 3))):
        how = rng.randrange(8)
        if not parts:
            break
        at = rng.randrange(len(parts))
        marker, body, scan = parts[at]
        if how == 0:
            rearranged(rng, parts, others)
        elif how == 1:
            parts[at] = (marker, spoiled(rng, body), scan)
        elif how in (2, 3):
            frames = [i for i, p in enumerate(parts) if p[0] in (0xC0, 0xC1, 0xC2, 0xC9, 0xCA, 0xDA, 0xDD)]
            if frames:
                i = rng.choice(frames)
                data = bytearray(parts[i][1])
                if data:
                    change(rng, data, rng.randrange(len(data)), 1, "big")
                    if parts[i][0] in range(0xC0, 0xCB) and rng.random() < 0.2:
                        change(rng, data, rng.choice((1, 3)), 2, "big")
                parts[i] = (parts[i][0], bytes(data), parts[i][2])
        elif how == 4:
            parts[at] = (rng.choice((0xC0, 0xC1, 0xC2, 0xC4, 0xC9, 0xCA, 0xCC, 0xDB, 0xDD, 0xDC, 0xE0, 0xEE, 0xFE, 0x01, 0xC8)), body, scan)
        elif how in (5, 6):
            scans = [i for i, p in enumerate(parts) if p[0] == 0xDA]
            if scans:
                i = rng.choice(scans)
                data = parts[i][2]
                if rng.random() < 0.3 and data:
                    place = rng.randrange(len(data) + 1)
                    data = data[:place] + bytes([0xFF, rng.choice((0, 0xD0, 0xD3, 0xD7, 0xD9, 0xFF, 0xDC))]) + data[place:]
                else:
                    data = spoiled(rng, data)
                parts[i] = (parts[i][0], parts[i][1], data)
        else:
            spoil = rng.choice(("length", "any", "end"))
    out = bytearray(b"\xff\xd8")
    broken = rng.randrange(len(parts) + 1)
    for i, (marker, body, scan) in enumerate(parts):
        length = len(body) + 2
        if spoil == "length" and i == broken:
            length = number(rng, length, 16)
        out += bytes([0xFF, marker]) + struct.pack(">H", length & 0xFFFF) + body + scan
    if spoil != "end":
        out += b"\xff\xd9"
    return spoiled(rng, bytes(out)) if spoil == "any" else bytes(out)


# JPEG 2000


JP2_LONE = (0xFF4F, 0xFF93, 0xFFD9)  # markers without a segment: SOC, SOD (the packets follow) and EOC
JP2_KINDS = (0xFF4F, 0xFF50, 0xFF51, 0xFF52, 0xFF53, 0xFF55, 0xFF57, 0xFF58, 0xFF5C, 0xFF5D, 0xFF5E, 0xFF5F, 0xFF60, 0xFF61, 0xFF63, 0xFF64,
             0xFF74, 0xFF90, 0xFF91, 0xFF92, 0xFF93, 0xFFD9, 0xFF30, 0xFF4E)
JP2_BOXES = (b"jP  ", b"ftyp", b"jp2h", b"ihdr", b"bpcc", b"colr", b"pclr", b"cmap", b"cdef", b"res ", b"jp2c", b"xml ", b"uuid", b"free")


def jp2_boxes(data):
    """Boxes and their contents, the header's in a list of its own; the codestream's goes to the end."""
    boxes, at = [], 0
    while at + 8 <= len(data):
        length, kind = struct.unpack_from(">I4s", data, at)
        head = 8
        if length == 1 and at + 16 <= len(data):
            length, head = struct.unpack_from(">Q", data, at + 8)[0], 16
        if length < head:
            length = len(data) - at
        body = data[at + head : at + length]
        boxes.append([kind, jp2_boxes(body) if kind == b"jp2h" else body])
        at += length
    return boxes


def jp2_parts(data):
    """A codestream's markers, their segments, and packets behind SOD."""
    start = max(0, data.find(b"\xff\x4f\xff\x51"))
    parts, at, end = [], start, start
    while at + 2 <= len(data):
        marker = struct.unpack_from(">H", data, at)[0]
        if marker in JP2_LONE:
            stop = max(at + 2, end) if marker == 0xFF93 else at + 2
            parts.append([marker, data[at + 2 : stop]])
            at = stop
            if marker == 0xFFD9:
                break
            continue
        length = struct.unpack_from(">H", data, at + 2)[0] if at + 4 <= len(data) else 2
        body = data[at + 4 : at + 2 + length]
        if marker == 0xFF90 and len(body) == 8:
            part = struct.unpack_from(">I", body, 2)[0]
            end = at + part if part else len(data) - 2
        parts.append([marker, body])
        at += 2 + max(2, length)
    return parts


def jp2_codestream(parts, rng=None):
    """Lengths of tile-parts are as they have to be, but those that are -1 in a part's third place; rng spoils one length."""
    broken = rng.randrange(len(parts) + 1) if rng else -1
    out, sot = bytearray(), None
    for i, (marker, body) in enumerate(parts):
        if marker == 0xFF90 and len(body) == 8:
            sot = len(out)
        out += struct.pack(">H", marker)
        if marker not in JP2_LONE:
            length = len(body) + 2
            out += struct.pack(">H", (number(rng, length, 16) if i == broken else length) & 0xFFFF)
        out += body
        if marker == 0xFF93 and sot is not None:
            length = len(out) - sot
            if struct.unpack_from(">I", out, sot + 6)[0] != 0:  # 0 is "to the end"
                struct.pack_into(">I", out, sot + 6, number(rng, length, 32) if i == broken else length)
            sot = None
    return bytes(out)


def jp2_file(boxes, rng=None):
    broken = rng.randrange(len(boxes) + 1) if rng else -1
    out = bytearray()
    for i, (kind, body) in enumerate(boxes):
        body = jp2_file(body, rng if rng and rng.random() < 0.5 else None) if isinstance(body, list) else body
        length = 8 + len(body)
        if i == broken:
            length = number(rng, length, 32)
        if rng and rng.random() < 0.1:
            out += struct.pack(">I4sQ", 1, kind, length + 8) + body
        else:
            out += struct.pack(">I4s", length, kind) + body
    return bytes(out)


def jp2_image(rng):
    mode = rng.choice(("L", "L", "LA", "RGB", "RGB", "RGBA", "I;16"))
    width, height = rng.choice(((rng.randint(1, 40), rng.randint(1, 40)), (rng.randint(1, 90), rng.randint(1, 90)), (1, rng.randint(1, 99)), (rng.randint(1, 99), 1)))
    samples = {"L": 1, "I;16": 1, "LA": 2, "RGB": 3, "RGBA": 4}[mode]
    y, x = np.mgrid[0:height, 0:width]
    waves = [(np.sin(x / rng.uniform(1, 20)) + np.cos(y / rng.uniform(1, 20)) + 2) / 4 for _ in range(samples)]
    values = np.stack(waves, 2) * (65535 if mode == "I;16" else 255)
    if rng.random() < 0.3:
        values[:] = np.frombuffer(rng.randbytes(values.size), np.uint8).reshape(values.shape)
    return mode, values


def jp2_by_pillow(rng):
    mode, values = jp2_image(rng)
    image = Image.fromarray(values[:, :, 0].astype(np.uint16) if mode == "I;16" else np.squeeze(values.astype(np.uint8), 2) if mode == "L" else values.astype(np.uint8))
    options = {"irreversible": rng.random() < 0.5, "no_jp2": rng.random() < 0.5, "num_resolutions": rng.randint(1, 1 + min(5, min(image.size).bit_length() - 1)),
               "progression": rng.choice(jp2_corpus.PROGRESSIONS), "mct": rng.randrange(2), "plt": rng.random() < 0.2, "signed": rng.random() < 0.1}
    if rng.random() < 0.4:
        options["tile_size"] = (rng.randint(5, 60), rng.randint(5, 60))
    if rng.random() < 0.3:
        options["codeblock_size"] = rng.choice(((4, 4), (8, 16), (32, 32), (64, 4), (4, 256)))
    if rng.random() < 0.4:
        options["precinct_size"] = rng.choice(((128, 128), (64, 64), (32, 16), (16, 16)))
    if rng.random() < 0.5:
        options["quality_mode"] = rng.choice(("rates", "dB"))
        options["quality_layers"] = rng.choice(([40, 20, 5], [10], [60, 30, 15, 5, 1])) if options["quality_mode"] == "rates" else [25, 35, 45]
    out = io.BytesIO()
    try:
        image.save(out, "JPEG2000", **options)
    except OSError:  # options that do not go together
        return None
    return out.getvalue()


def jp2_by_openjpeg(rng):
    _, values = jp2_image(rng)
    samples, bits = values.shape[2], rng.choice((8, 8, 8, rng.randint(1, 16)))
    options = ["-n", str(rng.randrange(1, 8)), "-p", rng.choice(jp2_corpus.PROGRESSIONS), "-mct", str(int(samples >= 3 and rng.random() < 0.7))]
    options += ["-I"] if rng.random() < 0.5 else []
    options += ["-M", str(rng.randrange(64))] if rng.random() < 0.5 else []
    options += ["-b", rng.choice(("4,4", "8,16", "32,32", "16,64", "64,4"))] if rng.random() < 0.5 else []
    options += ["-c", rng.choice(("[128,128]", "[64,64],[32,32]", "[16,16]", "[32,64],[16,32]"))] if rng.random() < 0.4 else []
    options += ["-t", f"{rng.randrange(7, 60)},{rng.randrange(7, 60)}"] if rng.random() < 0.4 else []
    options += ["-d", f"{rng.randrange(9)},{rng.randrange(9)}"] if rng.random() < 0.3 else []
    options += rng.choice(([], ["-r", "40,20,5"], ["-r", "10"], ["-q", "25,35,45"]))
    options += [o for o in ("-SOP", "-EPH", "-PLT", "-TLM") if rng.random() < 0.2]
    options += ["-TP", rng.choice("RLC")] if rng.random() < 0.2 else []
    options += ["-ROI", f"c={rng.randrange(samples)},U={rng.randrange(1, 9)}"] if rng.random() < 0.15 else []
    signed = rng.random() < 0.15
    values = (values.astype(np.int64) * ((1 << bits) - 1) // max(1, int(values.max()))) - ((1 << bits - 1) if signed else 0)
    sampling = None
    if samples == 3 and rng.random() < 0.2:
        step = rng.choice(((2, 2), (2, 1), (1, 2), (4, 1)))
        height, width = (n // (4 * s) * (4 * s) for n, s in zip(values.shape, step[::-1]))
        if height and width:
            values = values[:height, :width]
            values, sampling = [values[:, :, 0], values[:: step[1], :: step[0], 1], values[:: step[1], :: step[0], 2]], [(1, 1), step, step]
            options += ["-mct", "0"]
    return jp2_corpus.encoded(values, *options, bits=bits, signed=signed, sampling=sampling, required=False)


def jp2_segment(rng, components):
    """A marker segment that may be right."""
    c = rng.choice((0, 0, 1, 2, 3, components))
    kind = rng.randrange(7)
    if kind == 0:
        return [0xFF5E, bytes([c, 0, rng.choice((0, 1, 3, 8, 20, 31, 37, 255))])]
    if kind == 1:
        levels = rng.randrange(7)
        precincts = rng.random() < 0.5
        body = bytes([c, precincts, levels, rng.randrange(9), rng.randrange(9), rng.choice((0, 0, rng.randrange(64))), rng.randrange(2)])
        return [0xFF53, body + (bytes(rng.choice((0x11, 0x22, 0x44, 0x77, 0xFF, 0, 0x1F, 0x10)) for _ in range(levels + 1)) if precincts else b"")]
    if kind in (2, 3):
        style = rng.randrange(3)
        body = bytes([style | rng.randrange(8) << 5])
        body += rng.randbytes((1, 2, 2)[style] * (1 if style == 1 else rng.choice((1, 4, 7, 10, 13, 16, 19, 97, 99))))
        return [0xFF5C, body] if kind == 2 else [0xFF5D, bytes([c]) + body]
    if kind == 4:
        changes = b"".join(struct.pack(">BBHBBB", rng.randrange(3), rng.randrange(3), rng.choice((1, 1, 2, 5, 65535)), rng.choice((1, 2, 4, 33)),
                                       rng.choice((1, 2, 3, 4, 0)), rng.randrange(6)) for _ in range(rng.choice((1, 2, 3, 31))))
        return [0xFF5F, changes]
    if kind == 5:
        return [0xFF64, b"\0\1" + rng.randbytes(rng.randrange(20))]
    return [rng.choice((0xFF55, 0xFF57, 0xFF58, 0xFF60, 0xFF61, 0xFF63)), rng.randbytes(rng.randrange(12))]


def jp2_fields(rng, marker, body):
    """Changes what a segment says."""
    data = bytearray(body)
    if marker == 0xFF51 and len(data) >= 39:
        at = rng.choice((2, 6, 10, 14, 18, 22, 26, 30))
        how = rng.randrange(4)
        if how == 0:
            change(rng, data, at, 4, "big")
        elif how == 1:  # tiles and edges that are near
            old = struct.unpack_from(">I", data, at)[0]
            struct.pack_into(">I", data, at, max(0, old + rng.choice((-9, -3, -2, -1, 1, 2, 3, 9))) & 0xFFFFFFFF)
        elif how == 2:  # all of it elsewhere
            by = rng.choice((1, 2, 5, 31, 255, 65535, 1 << 20, (1 << 31) - 200, (1 << 31) - 1))
            for field in (2, 6, 10, 14) + ((26, 30) if rng.random() < 0.7 else ()):
                struct.pack_into(">I", data, field, struct.unpack_from(">I", data, field)[0] + by & 0xFFFFFFFF)
        else:
            data[rng.randrange(34, len(data))] = rng.choice((0, 1, 2, 3, 4, 7, 8, 11, 15, 30, 31, 37, 127, 0x87, 0x8B, 255))
        return bytes(data)
    if marker == 0xFF52 and len(data) >= 10 and rng.random() < 0.8:
        at = rng.randrange(len(data))
        data[at] = rng.choice({0: (0, 1, 2, 4, 7), 1: range(6), 2: (0, 1, 255), 3: (0, 1, 2, 3, 5, 255), 4: (0, 1, 2), 5: range(34), 6: range(9), 7: range(9),
                               8: range(64), 9: (0, 1, 2)}.get(at, (0, 0x10, 0x01, 0x11, 0x22, 0x33, 0x44, 0x5F, 0xF5, 0xFF)))
        if at in (0, 5) and data[0] & 1 and rng.random() < 0.7:
            data = data[:10] + bytes(rng.choice((0x11, 0x22, 0x43, 0x77, 0xFF, 0)) for _ in range(data[5] + 1))
        return bytes(data)
    if data:
        change(rng, data, rng.randrange(len(data)), rng.choice((1, 1, 2)), "big")
    return bytes(data)


def jp2_changed(rng, parts, others):
    how = rng.randrange(10)
    at = rng.randrange(len(parts))
    marker, body = parts[at]
    packets = [i for i, p in enumerate(parts) if p[0] == 0xFF93]
    if how == 0:
        rearranged(rng, parts, others)
    elif how in (1, 2):
        heads = [i for i, p in enumerate(parts) if p[0] not in JP2_LONE]
        if heads:
            i = rng.choice(heads)
            parts[i] = [parts[i][0], jp2_fields(rng, *parts[i])]
    elif how in (3, 4) and packets:
        i = rng.choice(packets)
        data = parts[i][1]
        cut = rng.randrange(len(data) + 1)
        ways = (data[:cut], spoiled(rng, data), noise(rng, data, 1), data + rng.randbytes(rng.randint(1, 9)), data[:cut] + bytes(rng.randint(1, 9)),
                data[:cut] + rng.choice((b"\xff\x91\0\4\0\0", b"\xff\x92", b"\xff\xd9", b"\xff\x90", b"\x80", b"\xff")) + data[cut:], b"")
        parts[i] = [0xFF93, rng.choice(ways)]
    elif how == 5:
        first = next((i for i, p in enumerate(parts) if p[0] == 0xFF90), len(parts))
        place = rng.randint(min(2, first), first) if rng.random() < 0.6 or first == len(parts) else min(len(parts), first + 1)
        parts.insert(place, jp2_segment(rng, 3))
    elif how == 6:
        parts[at] = [rng.choice(JP2_KINDS), body]
    elif how == 7:
        parts[at] = [marker, spoiled(rng, body)]
    elif how == 8 and packets:  # a tile-part in two
        i = rng.choice(packets)
        heads = [j for j in range(i) if parts[j][0] == 0xFF90]
        if heads and len(parts[heads[-1]][1]) == 8:
            sot, data = parts[heads[-1]][1], parts[i][1]
            cut = rng.randrange(len(data) + 1)
            inAll = rng.choice((0, 0, 1, 2, 2, 3))
            parts[i] = [0xFF93, data[:cut]]
            parts[heads[-1]] = [0xFF90, sot[:7] + bytes([inAll])]
            parts[i + 1 : i + 1] = [[0xFF90, sot[:6] + bytes([rng.choice((1, 1, 1, sot[6] + 1 & 255, 2)), inAll])], [0xFF93, data[cut:]]]
    else:
        heads = [i for i, p in enumerate(parts) if p[0] == 0xFF90 and len(p[1]) == 8]
        if heads:
            i = rng.choice(heads)
            data = bytearray(parts[i][1])
            change(rng, data, *rng.choice(((0, 2), (2, 4), (6, 1), (7, 1))), "big")
            parts[i] = [0xFF90, bytes(data)]


def jp2_box(rng):
    kind = rng.randrange(6)
    if kind == 0:
        return [b"colr", struct.pack(">BBBI", rng.choice((1, 1, 1, 2, 3)), 0, 0, rng.choice((0, 12, 14, 15, 16, 17, 18, 24, 99)))]
    if kind == 1:
        count, channels = rng.choice((0, 1, 3, 256, 257, 100)), rng.choice((3, 3, 4, 1, 0))
        entries = rng.randbytes(count * channels)
        return [b"pclr", struct.pack(">HB", count, channels) + bytes([rng.choice((7, 7, 7, 8, 3, 0x87))]) * channels + entries]
    if kind == 2:
        return [b"cmap", b"".join(struct.pack(">HBB", 0, 1, i) for i in range(rng.randrange(5)))]
    if kind == 3:
        count = rng.randrange(5)
        return [b"cdef", struct.pack(">H", count) + b"".join(struct.pack(">HHH", i, rng.choice((0, 0, 1, 65535)), rng.randrange(4)) for i in range(count))]
    if kind == 4:
        return [b"bpcc", bytes(rng.choice((7, 7, 15, 255)) for _ in range(rng.randrange(5)))]
    return [rng.choice((b"uuid", b"free", b"res ", b"xml ")), rng.randbytes(rng.randrange(24))]


def jp2_boxed(rng, boxes):
    """Changes the boxes in place."""
    header = next((b[1] for b in boxes if isinstance(b[1], list)), None)
    among = header if header is not None and rng.random() < 0.7 else boxes
    how = rng.randrange(6)
    at = rng.randrange(len(among)) if among else 0
    if how == 0:
        rearranged(rng, among, [])
    elif how == 1:
        among.insert(rng.randint(0, len(among)), jp2_box(rng))
    elif how == 2 and among and isinstance(among[at][1], bytes) and among[at][0] != b"jp2c":
        data = bytearray(among[at][1])
        if data:
            change(rng, data, rng.randrange(len(data)), rng.choice((1, 1, 2, 4)), "big")
        among[at] = [among[at][0], bytes(data)]
    elif how == 3 and among and isinstance(among[at][1], bytes):
        among[at] = [among[at][0], spoiled(rng, among[at][1])]
    elif how == 4 and among:
        among[at] = [rng.choice(JP2_BOXES), among[at][1] if isinstance(among[at][1], bytes) else jp2_file(among[at][1])]
    elif among:  # a box that says more or less than the codestream
        for i, (kind, body) in enumerate(among):
            if kind == b"ihdr" and isinstance(body, bytes):
                data = bytearray(body)
                change(rng, data, *rng.choice(((0, 4), (4, 4), (8, 2), (10, 1), (11, 1))), "big")
                among[i] = [kind, bytes(data)]


def jp2(rng, seed, others):
    how = rng.random()
    data = jp2_by_openjpeg(rng) if how < 0.06 else jp2_by_pillow(rng) if how < 0.3 else None
    data = data or seed
    whole = rng.random() < 0.05
    parts = [list(p) for p in jp2_parts(data)]
    boxes = jp2_boxes(data) if data[:2] != b"\xff\x4f" else None
    if boxes is None and rng.random() < 0.3:
        size = data[8:24] if len(data) > 44 else bytes(16)
        x1, y1, x0, y0 = struct.unpack(">4I", size)
        ihdr = struct.pack(">IIHBBBB", y1 - y0 & 0xFFFFFFFF, x1 - x0 & 0xFFFFFFFF, data[41], data[42], 7, 0, 0)
        colr = struct.pack(">BBBI", 1, 0, 0, 17 if data[41] < 3 else 16)
        boxes = [[b"jP  ", b"\r\n\x87\n"], [b"ftyp", b"jp2 \0\0\0\0jp2 "], [b"jp2h", [[b"ihdr", ihdr], [b"colr", colr]]], [b"jp2c", data]]
    spoil = None
    for _ in range(0 if whole else rng.choice((1, 1, 1, 2, 3))):
        if boxes and rng.random() < 0.35:
            jp2_boxed(rng, boxes)
        elif parts and rng.random() < 0.92:
            jp2_changed(rng, parts, others)
        else:
            spoil = rng.choice(("length", "box", "any"))
    stream = jp2_codestream(parts, rng if spoil == "length" else None)
    if boxes:
        boxes = [[k, stream if k == b"jp2c" else b] for k, b in boxes]
        stream = jp2_file(boxes, rng if spoil == "box" else None)
    return spoiled(rng, stream) if spoil == "any" else stream


def jp2_departure(data):
    parts = jp2_parts(data)
    siz = next((p[1] for p in parts if p[0] == 0xFF51 and len(p[1]) >= 39), None)
    if siz is None:
        return ""
    components = [siz[i : i + 3] for i in range(36, len(siz) - 2, 3)]
    boxes = [] if data[:2] == b"\xff\x4f" else jp2_boxes(data)
    headers = [b[1] for b in boxes if isinstance(b[1], list)]
    said = [k[1][9] for h in headers for k in h if k[0] == b"ihdr" and len(k[1]) > 9] + [len(components)]
    shallow = any((k[1][10] & 127) <= 7 for h in headers for k in h if k[0] == b"ihdr" and len(k[1]) > 10)
    if (max(said) > 1 or shallow) and any((c[0] & 127) > 7 for c in components):
        return "colours of more than 8 bits, of which those that round up to 256 are black"
    if any(k[0] == b"pclr" for h in headers for k in h):
        return "a palette, of few bits or with a colour twice"
    if any(p[0] == 0xFF5F for p in parts):
        return "changes of the progression, most of which leave out resolutions, of which Pillow shows other memory"
    tile = struct.unpack_from(">8I", siz, 2)
    if any(n % c[i] for c in components for i, ns in ((1, (tile[0], tile[2], tile[4], tile[6])), (2, (tile[1], tile[3], tile[5], tile[7]))) for n in ns if c[i]):
        return "subsampled components that do not divide a tile's sides"
    return ""


PARTS = {"png": png_parts, "gif": gif_parts, "webp": lambda d: riff_parts(d[12:]), "jpeg": jpeg_parts, "jp2": jp2_parts}
MAKERS = {"png": png, "gif": gif, "bmp": bmp, "tiff": tiff, "webp": webp, "jpeg": jpeg, "jp2": jp2}


def rgb_of(image):
    """As formats_corpus has it, and gray PNG of 16 bits as its high byte, too."""
    if image.format == "PNG" and image.mode.startswith("I"):
        upright = ImageOps.exif_transpose(image)
        return Image.fromarray((np.asarray(upright).astype(np.uint32) >> 8).astype(np.uint8)).convert("RGB")
    return formats_corpus.rgb_of(image)


class Engine:
    """A Java that answers batches."""

    def __init__(self, classpath):
        java = os.path.join(os.environ.get("JAVA_HOME", ""), "bin/java") if "JAVA_HOME" in os.environ else "java"
        self.java = subprocess.Popen([java, "-Xmx1g", "-XX:+UseSerialGC", "-cp", classpath, "org.clipjava.image.PictureVerdicts"],
                                     stdin=subprocess.PIPE, stdout=subprocess.PIPE)

    def ask(self, files):
        self.java.stdin.write(struct.pack(">I", len(files)) + b"".join(struct.pack(">I", len(f)) + f for f in files))
        self.java.stdin.flush()

    def text(self):
        return self.java.stdout.read(struct.unpack(">H", self.java.stdout.read(2))[0]).decode("utf-8", "replace")

    def answers(self, count):
        for _ in range(count):
            verdict = self.text()
            width, height, allocated, micros = struct.unpack(">qqqq", self.java.stdout.read(32))
            yield verdict, width, height, allocated, micros / 1e6, self.text()


def pillow(data, formats):
    """Width, height and SHA-256; None if it is too large to try; or why not."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            with Image.open(io.BytesIO(data), formats=formats) as image:
                if image.width * image.height > MOST_PIXELS:
                    return None
                rgb = rgb_of(image)
                return rgb.width, rgb.height, hashlib.sha256(rgb.tobytes()).hexdigest()
    except MemoryError:
        return None
    except Exception as e:  # noqa: BLE001 - Pillow raises many kinds
        return f"{type(e).__name__}: {e}"


def files_of(form, seed, numbers, seeds, others, formats):
    """Of each number the file, and what Pillow makes of it. In a process of its own, which may die of a file: then Pillow was not asked."""
    done = []
    while len(done) < len(numbers):
        reader, writer = os.pipe()
        child = os.fork()
        if child == 0:
            with open(writer, "wb") as out:
                for i in numbers[len(done):]:
                    rng = random.Random(f"{form} {seed} {i}")
                    data = MAKERS[form](rng, rng.choice(seeds), others)
                    pickle.dump(data, out)
                    out.flush()
                    pickle.dump(pillow(data, formats), out)
                    out.flush()
            os._exit(0)
        os.close(writer)
        data = None
        with open(reader, "rb") as read:
            try:
                while True:
                    data = pickle.load(read)
                    done.append((data, pickle.load(read)))
                    data = None
            except (EOFError, pickle.UnpicklingError):
                pass
        if os.waitpid(child, 0)[1] != 0 and len(done) < len(numbers):
            print(f"{form} {numbers[len(done)]}: Pillow's process died", file=sys.stderr)
            done.append((data or b"", None))
    return done


def judged(answer, theirs, size, own):
    verdict, width, height, allocated, seconds, what = answer
    if verdict == "fault":
        return "fault"
    if seconds > MAX_SECONDS:
        return "slow"
    if allocated > MAX_BYTES + size + own * width * height:
        return "memory"
    if theirs is None:
        return "not compared"
    if verdict == "ok":
        if isinstance(theirs, str):
            return "more"
        return "decoded" if (width, height, what) == theirs else "pixels"
    return "refused" if isinstance(theirs, str) else "less"


def gray_ramp(data, colors):
    """Whether a palette of so many colours of BMP says nothing, or black and white."""
    at = struct.unpack_from("<I", data, 14)[0] + 14
    size = 3 if at == 26 else 4
    entries = [data[at + size * i : at + size * i + 3] for i in range(colors)]
    return entries == [bytes([i] * 3) for i in range(colors)] or entries == [bytes(3), b"\xff" * 3]


def departure(form, data):
    """Where other pixels than Pillow's are right, or as good, its name; else nothing. docs/pictures.md has them all."""
    if form == "bmp":
        data = data if data[:2] == b"BM" else bytes(14) + data
        bits, compression = struct.unpack_from("<H", data, 28)[0], struct.unpack_from("<I", data, 30)[0]
        if data[14] != 12 and compression == 2:
            return "run lengths of 4 bits"
        used = struct.unpack_from("<I", data, 46)[0] if data[14] != 12 else 0
        if bits <= 8 and len(data) > 70 and gray_ramp(data, 1 if used == 1 else 2):
            return "a palette of black and white, or of grays"
    if form == "jp2":
        return jp2_departure(data)
    if form == "tiff":
        sizes = TIFF_SIZES | {16: 8}  # of BigTIFF; Pillow takes it elsewhere, too
        try:
            order, entries, _ = tiff_parts(data, sizes)
        except (struct.error, IndexError, KeyError):
            return "tags that can't be read"
        known = [e for e in entries if e[1] in sizes and e[2] > 0]
        tags = {e[0]: e for e in known}
        value = {t: int.from_bytes(e[3][: sizes[e[1]]], "little" if order == "<" else "big") for t, e in tags.items()}
        if len({e[0] for e in entries}) < len(entries):  # libtiff takes the first, be it empty, and Pillow the last
            return "a tag twice"
        if any(len(e[3]) < sizes[e[1]] * e[2] for e in known):
            return "a tag whose values the file has not"
        if value.get(262) == 6 and not tags.keys() & {279, 325}:
            return "YCbCr whose strips have no length, cut off"
        if value.get(259) in (2, 3, 4):
            return "a damaged fax"
        if any(tags.get(t, [0, 0, 1])[2] != 1 for t in (256, 257, 259, 262, 266, 274, 277, 278, 284, 317, 322, 323)):
            return "several values where there is one"
        if tags.get(317, [0, 3])[1] not in (3, 4):
            return "a predictor of a type that libtiff does not take"
        plain = value.get(259, 1) == 1
        if plain and value.get(284) == 2 and 324 in tags:
            return "planes in tiles, plain"
        if plain and value.get(322, 0) * value.get(258, 1) % 8 != 0:
            return "tiles whose rows end within a byte, plain"
        if plain and value.get(284) == 2 and (value.get(258, 1) != 8 or value.get(266) == 2 or value.get(262, 0) == 0):
            return "planes of other than 8 bits, of reversed bits or inverted, plain"
        if value.get(284) == 2 and value.get(262) == 8:
            return "planes of CIE L*a*b*, whose signs Pillow does not see"
        if not plain and order == ">" and value.get(258) == 16 and value.get(339) == 2:
            return "gray with a sign, compressed, the highest byte first, whose bytes Pillow swaps"
        if not plain and value.get(284) == 2 and value.get(262) == 2 and value.get(277) == 4 and 338 not in tags:
            return "a fourth plane that no tag explains, which Pillow divides by"
        width, height = value.get(256, 1), value.get(257, 1)
        down = -(-height // max(1, value.get(323 if 324 in tags else 278, height)))
        across = -(-width // max(1, value.get(322, width))) if 324 in tags else 1
        parts = across * down * (value.get(277, 1) if value.get(284) == 2 else 1)
        if plain and tags.get(324, tags.get(273, [0, 0, 0]))[2] > parts:
            return "more strips or tiles than the picture needs, plain"
    return ""


def kind_of(finding, answer, theirs):
    text = theirs if finding == "more" else answer[5]
    if finding.startswith("pixels"):
        return finding
    return finding + ": " + re.sub(r"0x[0-9a-f]+|-?\d+", "N", str(text))[:100]


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("format", choices=MAKERS)
    parser.add_argument("count", type=int)
    parser.add_argument("folder", type=pathlib.Path)
    parser.add_argument("--classpath", required=True)
    parser.add_argument("--seed", default="1")
    parser.add_argument("--first", type=int, default=0)
    args = parser.parse_args()
    args.folder.mkdir(parents=True, exist_ok=True)
    seeds = [f.read_bytes() for folder in ("decoding", "formats", "webp", "jpeg") for f in sorted((DATA / folder).iterdir())
             if f.suffix in ENDINGS[args.format] and f.stat().st_size <= LARGEST_SEED]
    others = [p for s in seeds for p in PARTS[args.format](s)] if args.format in PARTS else []
    formats = FORMATS[args.format].split()
    own = OWN_BYTES.get(args.format, 3)
    Image.MAX_IMAGE_PIXELS = None
    engine = Engine(args.classpath)
    outcomes, kinds, slowest, most = collections.Counter(), collections.Counter(), 0.0, 0
    begun = time.time()
    for first in range(args.first, args.first + args.count, BATCH):
        numbers = range(first, min(first + BATCH, args.first + args.count))
        made = files_of(args.format, args.seed, numbers, seeds, others, formats)
        files, verdicts = [f for f, _ in made], [v for _, v in made]
        engine.ask(files)
        for i, data, theirs, answer in zip(numbers, files, verdicts, engine.answers(len(files))):
            finding = judged(answer, theirs, len(data), own)
            if finding == "pixels" and departure(args.format, data):
                finding = "pixels, on purpose: " + departure(args.format, data)
            outcomes[finding] += 1
            slowest = max(slowest, answer[4])
            most = max(most, answer[3] - len(data) - own * answer[1] * answer[2])
            if finding in ("decoded", "refused", "not compared") or finding.startswith("pixels, "):
                continue
            kind = kind_of(finding, answer, theirs)
            kinds[kind] += 1
            if kinds[kind] <= KEPT or finding == "pixels" and kinds[kind] <= 200:
                (args.folder / f"{finding}-{i}.{args.format}").write_bytes(data)
                with open(args.folder / "findings.txt", "a") as out:
                    print(f"{i}\t{finding}\t{answer}\t{theirs}", file=out)
        if first // BATCH % 200 == 0 or numbers[-1] == args.first + args.count - 1:
            lines = [f"{args.format}: {numbers[-1] + 1 - args.first} files from seed {args.seed}, {time.time() - begun:.0f} s; slowest {slowest:.3f} s;"
                     f" {most / (1 << 20):.1f} MB beyond file and pixels at most"]
            lines += [f"{n:9} {k}" for k, n in outcomes.most_common()] + [""] + [f"{n:9} {k}" for k, n in kinds.most_common()]
            (args.folder / "summary.txt").write_text("\n".join(lines) + "\n")
    print((args.folder / "summary.txt").read_text())
    engine.java.stdin.write(struct.pack(">I", 0))
    engine.java.stdin.flush()
    sys.exit(any(outcomes[k] for k in ("fault", "slow", "memory")))


if __name__ == "__main__":
    main()
