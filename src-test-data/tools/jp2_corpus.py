"""The JPEG 2000 files of formats_corpus.py: by Pillow, by opj_compress (Debian's libopenjp2-tools), and by boxes of our own.

Files of one kind begin with "jp2_". Those with "jp2_any_" have options by chance. "own_jp2_" is what Pillow gets wrong: white of more than
8 bits becomes black in it, colours that stand twice in a palette shift the others, indices of fewer than 8 bits are multiplied, and
subsampled components that do not divide a tile's size begin in the wrong places.
"""

import io
import pathlib
import random
import struct
import subprocess
import sys
import tempfile

import numpy as np
from PIL import Image

SIGNATURE = bytes.fromhex("0000000c6a5020200d0a870a")
STYLES = {"bypass": 1, "reset": 2, "termall": 4, "causal": 8, "predictable": 16, "segsym": 32, "all": 63}
PROGRESSIONS = ("LRCP", "RLCP", "RPCL", "PCRL", "CPRL")


def box(kind, content=b"", long=False):
    if long:
        return struct.pack(">I4sQ", 1, kind, 16 + len(content)) + content
    return struct.pack(">I4s", 8 + len(content), kind) + content


FTYP = box(b"ftyp", b"jp2 \0\0\0\0jp2 ")


def colr(space):
    return box(b"colr", struct.pack(">BBBI", 1, 0, 0, space))


def ihdr(codestream, bpc=None):
    x1, y1, x0, y0 = struct.unpack(">4I", codestream[8:24])
    count = struct.unpack(">H", codestream[40:42])[0]
    bits = codestream[42] if bpc is None else bpc
    return box(b"ihdr", struct.pack(">IIHBBBB", y1 - y0, x1 - x0, count, bits, 7, 0, 0))


def jp2(codestream, *boxes, before=b"", after=b"", bpc=None):
    header = box(b"jp2h", ihdr(codestream, bpc) + b"".join(boxes))
    return SIGNATURE + FTYP + before + header + box(b"jp2c", codestream) + after


def encoded(values, *options, bits=8, signed=False, sampling=None, required=True):
    """A codestream by opj_compress. Values are [height, width, components], or a list of components; each sampled every so many columns
    and rows."""
    planes = values if isinstance(values, list) else [values[:, :, c] for c in range(values.shape[2])]
    sampling = sampling or [(1, 1)] * len(planes)
    height, width = planes[0].shape
    raw = b"".join(np.asarray(p).astype(("i1" if signed else "u1") if bits <= 8 else (">i2" if signed else ">u2")).tobytes()
                   for p in planes)
    steps = ":".join(f"{dx}x{dy}" for dx, dy in sampling)
    with tempfile.TemporaryDirectory() as folder:
        source = pathlib.Path(folder) / "in.raw"
        target = pathlib.Path(folder) / "out.j2k"
        source.write_bytes(raw)
        width, height = width * sampling[0][0], height * sampling[0][1]
        done = subprocess.run(["opj_compress", "-i", source, "-o", target, "-F",
                               f"{width},{height},{len(planes)},{bits},{'s' if signed else 'u'}@{steps}", *options], capture_output=True)
        if done.returncode == 0 and target.exists():
            return target.read_bytes()
        if required:
            sys.exit(f"{options}: {done.stdout.decode()} {done.stderr.decode()}")
        return None


def packed_headers(codestream, main):
    """Moves packets' headers, which have SOP before and EPH behind them, to PPT of the tile-parts or to PPM of the main header."""
    first = codestream.index(b"\xff\x90")
    head, parts, at, packed = codestream[:first], [], first, b""
    while codestream[at : at + 2] == b"\xff\x90":
        length = struct.unpack(">I", codestream[at + 6 : at + 10])[0]
        part = codestream[at : at + length]
        sod = part.index(b"\xff\x93") + 2
        headers, bodies = b"", b""
        for packet in part[sod:].split(b"\xff\x91\x00\x04")[1:]:
            eph = packet.index(b"\xff\x92") + 2
            headers += packet[2:eph]
            bodies += b"\xff\x91\x00\x04" + packet[:2] + packet[eph:]
        segment = b"" if main else b"\xff\x61" + struct.pack(">HB", 3 + len(headers), 0) + headers
        packed += struct.pack(">I", len(headers)) + headers
        rest = part[12 : sod - 2] + segment + b"\xff\x93" + bodies
        parts.append(part[:6] + struct.pack(">I", 12 + len(rest)) + part[10:12] + rest)
        at += length
    if main:
        half = len(packed) // 2
        for i, piece in enumerate((packed[:half], packed[half:])):
            head += b"\xff\x60" + struct.pack(">HB", 3 + len(piece), i) + piece
    return head + b"".join(parts) + codestream[at:]


def joined(planes, sampling):
    """A codestream of components that are sampled otherwise, each encoded alone: opj_compress expects them to divide the picture."""
    streams = [encoded([p], "-n", "3", "-p", "CPRL") for p in planes]
    data = b"".join(s[s.index(b"\xff\x93") + 2 : -2] for s in streams)
    first = streams[0]
    sot = first.index(b"\xff\x90")
    components = b"".join(bytes([7, dx, dy]) for dx, dy in sampling)
    siz = first[:4] + struct.pack(">H", 38 + len(components)) + first[6:40] + struct.pack(">H", len(planes)) + components
    header = siz + first[45:sot]
    return header + first[sot : sot + 6] + struct.pack(">I", 14 + len(data)) + first[sot + 10 : sot + 12] + b"\xff\x93" + data + b"\xff\xd9"


def smooth(width, height, samples, top):
    y, x = np.mgrid[0:height, 0:width]
    parts = [(np.sin(x / (3 + s)) + np.cos(y / (4 + s)) + 2) / 4 * top for s in range(samples)]
    return np.stack(parts, 2).astype(np.int32)


def of_coffee(coffee, width, height, mode="RGB"):
    values = np.asarray(coffee.resize((width, height), Image.BILINEAR).convert(mode))
    return values.reshape(height, width, -1)


def rounded(values, bits):
    """What Pillow means: rounded to 8 bits, but not beyond 255."""
    small = np.minimum((values.astype(np.int64) + (1 << (bits - 9))) >> (bits - 8), 255).astype(np.uint8)
    return Image.fromarray(small)


def by_pillow(c, coffee):
    for mode in ("L", "LA", "RGB", "RGBA", "I;16"):
        for width, height in ((1, 1), (2, 3), (7, 5), (33, 21), (70, 69)):
            if mode == "I;16":
                image = Image.fromarray((smooth(width, height, 1, 65535)[:, :, 0]).astype(np.uint16))
            else:
                image = coffee.resize((width, height), Image.BILINEAR).convert(mode)
                if mode[-1] == "A":
                    image.putalpha(Image.fromarray(smooth(width, height, 1, 255)[:, :, 0].astype(np.uint8)))
            levels = {} if min(width, height) > 32 else {"num_resolutions": max(1, min(width, height).bit_length() - 1)}
            for irreversible in (False, True):
                for bare in (False, True):
                    out = io.BytesIO()
                    image.save(out, "JPEG2000", irreversible=irreversible, no_jp2=bare, **levels)
                    kind = mode.replace(";", "").lower() + ("_97" if irreversible else "_53")
                    c.add(f"jp2_pillow_{kind}_{width}x{height}.{'j2k' if bare else 'jp2'}", out.getvalue())


def by_options(c, coffee):
    small = of_coffee(coffee, 17, 13)
    middle = of_coffee(coffee, 36, 27)
    for wavelet, options in (("53", ()), ("97", ("-I",))):
        for name, style in STYLES.items():
            c.add(f"jp2_style_{name}_{wavelet}.j2k", encoded(middle, "-M", str(style), "-n", "3", *options))
        for order in PROGRESSIONS:
            layers = ("-p", order, "-r", "30,10,2", "-n", "4", *options)
            c.add(f"jp2_order_{order.lower()}_{wavelet}.j2k", encoded(middle, *layers, "-c", "[32,32],[16,16]"))
            c.add(f"jp2_order_tiles_{order.lower()}_{wavelet}.j2k", encoded(middle, *layers, "-t", "25,31", "-TP", "R"))
        c.add(f"jp2_markers_{wavelet}.j2k", encoded(middle, "-SOP", "-EPH", "-PLT", "-TLM", "-t", "32,32", *options))
        c.add(f"jp2_offsets_{wavelet}.j2k", encoded(middle, "-d", "5,7", "-T", "3,2", "-t", "19,23", "-n", "3", *options))
        c.add(f"jp2_region_{wavelet}.j2k", encoded(middle, "-ROI", "c=0,U=5", "-n", "3", *options))
        c.add(f"jp2_poc_{wavelet}.j2k",
              encoded(middle, "-n", "3", "-r", "20,4", "-POC", "T1=0,0,1,3,3,RLCP/T1=0,0,2,3,3,CPRL", *options))
        for blocks in ("4,4", "64,64", "4,1024", "1024,4", "32,8"):
            c.add(f"jp2_blocks_{blocks.replace(',', '_')}_{wavelet}.j2k", encoded(middle, "-b", blocks, "-n", "2", *options))
        c.add(f"jp2_one_level_{wavelet}.j2k", encoded(small, "-n", "1", *options))
        c.add(f"jp2_many_levels_{wavelet}.j2k", encoded(small, "-n", "4", *options))
        c.add(f"jp2_guard_{wavelet}.j2k", encoded(small, "-n", "2", "-GuardBits", "4", *options))
        marked = encoded(middle, "-SOP", "-EPH", "-t", "33,29", "-n", "3", *options)
        c.add(f"jp2_ppt_{wavelet}.j2k", packed_headers(marked, False))
        c.add(f"jp2_ppm_{wavelet}.j2k", packed_headers(marked, True))
    for bits in range(1, 17):
        for signed in (False, True):
            for samples in (1, 3):
                low = -(1 << (bits - 1)) if signed else 0
                top = (1 << bits) - 1
                values = smooth(18, 12, samples, top - (2 if bits > 8 else 0)) + low
                stream = encoded(values, "-n", "3", "-mct", "0", bits=bits, signed=signed)
                kind = f"{'signed' if signed else 'bits'}_{bits}_{samples}"
                if bits > 8 and samples == 3:  # white would be black in Pillow
                    c.add(f"own_jp2_{kind}.j2k", stream, rounded(values - low, bits))
                else:
                    c.add(f"jp2_{kind}.j2k", stream)
                    c.add(f"jp2_{kind}.jp2", jp2(stream, colr(17 if samples == 1 else 16)))
    white = np.full((5, 7, 3), 65535)
    c.add("own_jp2_white_16.j2k", encoded(white, "-n", "2", "-mct", "0", bits=16), Image.new("RGB", (7, 5), "white"))


def by_sampling(c, coffee):
    ycc = np.asarray(coffee.resize((36, 24), Image.BILINEAR).convert("YCbCr"))
    for name, (dx, dy) in {"420": (2, 2), "422": (2, 1), "440": (1, 2), "411": (4, 1), "331": (3, 3)}.items():
        planes = [ycc[:, :, 0], ycc[::dy, ::dx, 1], ycc[::dy, ::dx, 2]]
        for wavelet, options in (("53", ()), ("97", ("-I",))):
            stream = encoded(planes, "-n", "3", "-mct", "0", *options, sampling=[(1, 1), (dx, dy), (dx, dy)])
            c.add(f"jp2_ycc_{name}_{wavelet}.j2k", stream)
            for space in (16, 18):
                c.add(f"jp2_ycc_{name}_{wavelet}_space{space}.jp2", jp2(stream, colr(space)))
    ycc = np.asarray(coffee.resize((17, 13), Image.BILINEAR).convert("YCbCr"))
    for name, (dx, dy) in {"420": (2, 2), "411": (4, 1)}.items():
        planes = [ycc[:, :, 0], ycc[::dy, ::dx, 1], ycc[::dy, ::dx, 2]]
        wide = [np.repeat(np.repeat(p, dy, 0), dx, 1)[:13, :17] for p in planes[1:]]
        shown = Image.merge("YCbCr", [Image.fromarray(np.ascontiguousarray(p)) for p in (planes[0], *wide)]).convert("RGB")
        c.add(f"own_jp2_odd_{name}.j2k", joined(planes, [(1, 1), (dx, dy), (dx, dy)]), shown)


def by_boxes(c, coffee):
    rgb = encoded(of_coffee(coffee, 17, 13), "-n", "3")
    gray = encoded(of_coffee(coffee, 17, 13, "L"), "-n", "3")
    four = np.concatenate([of_coffee(coffee, 17, 13), smooth(17, 13, 1, 255)], 2)
    rgba = encoded(four, "-n", "3", "-mct", "0")
    la = encoded(four[:, :, 2:], "-n", "3", "-mct", "0")
    for name, stream in (("rgb", rgb), ("gray", gray), ("rgba", rgba), ("la", la)):
        for space in (0, 12, 14, 15, 16, 17, 18, 24, 99):
            c.add(f"jp2_space_{name}_{space}.jp2", jp2(stream, colr(space)))
        c.add(f"jp2_space_{name}_none.jp2", jp2(stream))
        c.add(f"jp2_space_{name}_icc.jp2", jp2(stream, box(b"colr", b"\2\0\0" + bytes(40))))
        c.add(f"jp2_space_{name}_bpcc.jp2", jp2(stream, box(b"bpcc", bytes([7]) * {"rgb": 3, "gray": 1, "rgba": 4, "la": 2}[name]), bpc=255))
    cdef = box(b"cdef", struct.pack(">H9H", 3, 0, 0, 3, 1, 0, 2, 2, 0, 1))
    res = box(b"res ", box(b"resc", struct.pack(">4HBB", 300, 1, 300, 1, 0, 0)))
    srgb = colr(16)
    files = {
        "cdef": jp2(rgb, srgb, cdef), "res": jp2(rgb, srgb, res), "uuid": jp2(rgb, srgb, before=box(b"uuid", bytes(20))),
        "long_box": jp2(rgb, srgb, before=box(b"free", bytes(3), long=True)), "two_colr": jp2(rgb, srgb, colr(18)),
        "trailing_box": jp2(rgb, srgb, after=box(b"xml ", b"<a/>")), "trailing_bytes": jp2(rgb, srgb, after=b"abc"),
        "trailing_garbage": jp2(rgb, srgb, after=b"garbage garbage"), "trailing_short_box": jp2(rgb, srgb, after=bytes(3) + b"\4uuid" + bytes(9)),
        "trailing_zeros": jp2(rgb, srgb, after=bytes(20)), "bad_cdef": jp2(rgb, srgb, box(b"cdef", b"\0\0")),
        "bad_bpcc": jp2(rgb, srgb, box(b"bpcc", b"\7")), "cmap_alone": jp2(rgb, srgb, box(b"cmap", bytes(12))),
        "no_ftyp": SIGNATURE + jp2(rgb, srgb)[12 + len(FTYP):], "no_header": SIGNATURE + FTYP + box(b"jp2c", rgb),
        "header_last": SIGNATURE + FTYP + box(b"jp2c", rgb) + box(b"jp2h", ihdr(rgb) + srgb),
        "other_size": jp2(rgb, srgb).replace(struct.pack(">II", 13, 17), struct.pack(">II", 13, 18), 1),
        "to_the_end": SIGNATURE + FTYP + box(b"jp2h", ihdr(rgb) + srgb) + b"\0\0\0\0jp2c" + rgb,
        "jpx": (SIGNATURE + box(b"ftyp", b"jpx \0\0\0\0jpx jp2 ") + jp2(rgb, srgb)[12 + len(FTYP):]),
        "bare_trailing": rgb + b"more",
        "no_end": rgb[:-2], "other_end": rgb[:-2] + b"\xff\xff",
    }
    for name, data in files.items():
        c.add(f"jp2_box_{name}.jp2", data)
    at = rgb.index(b"\xff\x52\x00\x0c")
    c.add("own_jp2_high_throughput.j2k", rgb[: at + 12] + b"\x40" + rgb[at + 13 :], "error")
    unknown = rgb[:at] + b"\xff\x30\x12\x34\x00\x01" + rgb[at:]
    c.add("jp2_unknown_marker.j2k", unknown)
    sot = rgb.index(b"\xff\x90")
    c.add("jp2_part_to_the_end.j2k", rgb[: sot + 6] + bytes(4) + rgb[sot + 10 :])
    c.add("jp2_parts_not_said.j2k", rgb[: sot + 11] + bytes(1) + rgb[sot + 12 :])
    c.add("jp2_parts_not_said_no_end.j2k", rgb[: sot + 11] + bytes(1) + rgb[sot + 12 : -2])
    tiles = encoded(of_coffee(coffee, 36, 24), "-n", "2", "-t", "18,24")
    second = tiles.index(b"\xff\x90", tiles.index(b"\xff\x90") + 2)
    c.add("jp2_tile_missing.j2k", tiles[:second] + b"\xff\xd9")
    palettes(c)


def palettes(c):
    rng = random.Random(24)
    colors = [tuple(rng.randbytes(4)) for _ in range(256)]
    index = np.array([[rng.randrange(256) for _ in range(17)] for _ in range(13)])
    alpha = smooth(17, 13, 1, 255)
    stream = encoded(index[:, :, None], "-n", "1")
    with_alpha = encoded(np.concatenate([index[:, :, None], alpha], 2), "-n", "1", "-mct", "0")
    for channels in (3, 4):
        entries = b"".join(bytes(color[:channels]) for color in colors)
        pclr = box(b"pclr", struct.pack(">HB", 256, channels) + bytes([7]) * channels + entries)
        cmap = box(b"cmap", b"".join(struct.pack(">HBB", 0, 1, i) for i in range(channels)))
        for space in (12, 16, 17, 18, 99):
            c.add(f"jp2_palette_{channels}_{space}.jp2", jp2(stream, colr(space), pclr, cmap))
            c.add(f"jp2_palette_alpha_{channels}_{space}.jp2", jp2(with_alpha, colr(space), pclr, cmap))
        c.add(f"jp2_palette_{channels}_no_map.jp2", jp2(stream, colr(16), pclr))
        short = box(b"pclr", struct.pack(">HB", 100, channels) + bytes([7]) * channels + entries[: 100 * channels])
        c.add(f"jp2_palette_{channels}_short.jp2", jp2(stream, colr(16), short, cmap))
    deep = box(b"pclr", struct.pack(">HB", 4, 3) + bytes([15]) * 3 + rng.randbytes(24))
    c.add("jp2_palette_deep.jp2", jp2(stream, colr(17), deep))
    twice = [(0, 0, 0), (9, 9, 9), (9, 9, 9), (255, 0, 0), (0, 255, 0)]
    few = np.array([[(x + y) % 5 for x in range(16)] for y in range(13)])
    pclr = box(b"pclr", struct.pack(">HB", 5, 3) + bytes([7]) * 3 + b"".join(map(bytes, twice)))
    shown = Image.fromarray(np.array(twice, np.uint8)[few])
    c.add("own_jp2_palette_twice.jp2", jp2(encoded(few[:, :, None], "-n", "1"), colr(16), pclr), shown)
    for bits in (3, 4):
        c.add(f"own_jp2_palette_{bits}_bits.jp2", jp2(encoded(few[:, :, None], "-n", "1", bits=bits), colr(16), pclr), shown)


def by_chance(c, coffee, count=300):
    rng = random.Random(2000)
    made = 0
    while made < count:
        width, height = rng.randrange(1, 71), rng.randrange(1, 71)
        samples = rng.choice((1, 1, 3, 3, 4, 2))
        values = np.concatenate([of_coffee(coffee, width, height), smooth(width, height, 1, 255)], 2)[:, :, :samples]
        if rng.random() < 0.2:
            values = np.frombuffer(rng.randbytes(values.size), np.uint8).reshape(values.shape)
        options = ["-n", str(rng.randrange(1, 8)), "-p", rng.choice(PROGRESSIONS), "-mct", str(int(samples >= 3 and rng.random() < 0.7))]
        options += ["-I"] if rng.random() < 0.5 else []
        options += ["-M", str(rng.randrange(64))] if rng.random() < 0.5 else []
        options += ["-b", rng.choice(("4,4", "8,16", "32,32", "16,64", "64,4"))] if rng.random() < 0.5 else []
        options += ["-c", rng.choice(("[128,128]", "[64,64],[32,32]", "[16,16]", "[32,64],[16,32]"))] if rng.random() < 0.4 else []
        if rng.random() < 0.4:
            options += ["-t", f"{rng.randrange(7, 60)},{rng.randrange(7, 60)}"]
        if rng.random() < 0.3:
            options += ["-d", f"{rng.randrange(9)},{rng.randrange(9)}"]
        options += rng.choice(([], ["-r", "40,20,5"], ["-r", "10"], ["-q", "25,35,45"]))
        options += [o for o in ("-SOP", "-EPH", "-PLT", "-TLM") if rng.random() < 0.2]
        options += ["-TP", rng.choice("RLC")] if rng.random() < 0.2 else []
        options += ["-ROI", f"c={rng.randrange(samples)},U={rng.randrange(1, 9)}"] if rng.random() < 0.15 else []
        stream = encoded(values, *options, required=False)
        if stream is None:
            continue
        c.add(f"jp2_any_{made}_{width}x{height}.j2k", stream)
        made += 1


def jp2s(c, coffee):
    """All of them; coffee is the photo that most are made of."""
    by_pillow(c, coffee)
    by_options(c, coffee)
    by_sampling(c, coffee)
    by_boxes(c, coffee)
    by_chance(c, coffee)
