#!/usr/bin/env python3
"""WebP files of every kind that Debian's tools write, and what Pillow makes of them.

    webp_corpus.py FOLDER            all of them, and damaged variants
    webp_corpus.py --small FOLDER    those that travel with the project (src-test-data/webp)

Needs Pillow with libwebp, and cwebp, gif2webp, img2webp and webpmux (Debian's package webp). Beside the files it writes

    manifest.tsv    file, "ok", width, height, Pillow's mode, SHA-256 of the RGBA bytes; or file, "error"
    damage.tsv      file, damage, and the same

where a damage is "cut N" (the first N bytes), "mend N" (the first N bytes, with RIFF's and the last chunk's length mended) or
"flip BYTE:BIT,..." (bits inverted). WebpCorpusTest of engine compares.
"""
import ctypes
import hashlib
import io
import random
import struct
import subprocess
import sys
import tempfile
from pathlib import Path

from PIL import Image, features

IMAGES = Path(__file__).resolve().parent.parent / "images"


def noise(width, height, mode="RGB", seed=0):
    rng = random.Random(seed * 1000003 + width * 1009 + height)
    channels = len(mode)
    return Image.frombytes(mode, (width, height), rng.randbytes(width * height * channels))


def gradient(width, height, alpha=False):
    pixels = bytearray()
    for y in range(height):
        for x in range(width):
            pixels += bytes(((x * 255) // max(1, width - 1), (y * 255) // max(1, height - 1), (x * 7 + y * 3) & 255))
            if alpha:
                pixels.append((255 * (x + y)) // max(1, width + height - 2))
    return Image.frombytes("RGBA" if alpha else "RGB", (width, height), bytes(pixels))


def colors(width, height, count, alpha=False, seed=0):
    """Blocks of few colours, as drawings have them."""
    rng = random.Random(seed * 7919 + count)
    palette = [tuple(rng.randrange(256) for _ in range(4 if alpha else 3)) for _ in range(count)]
    image = Image.new("RGBA" if alpha else "RGB", (width, height), palette[0])
    for _ in range(max(4, 2 * count)):
        x, y = rng.randrange(width), rng.randrange(height)
        image.paste(rng.choice(palette), (x, y, min(width, x + rng.randrange(1, 9)), min(height, y + rng.randrange(1, 9))))
    for i, color in enumerate(palette):
        image.putpixel((i % width, i // width % height), color)
    return image


def photo(name, width, height, alpha=False):
    image = Image.open(IMAGES / name).convert("RGB")
    side = min(image.width / width, image.height / height)
    box = (image.width // 7, image.height // 9)
    crop = image.crop((box[0], box[1], box[0] + min(image.width - box[0], max(width, int(side * width / 2))),
                       box[1] + min(image.height - box[1], max(height, int(side * height / 2)))))
    image = crop.resize((width, height), Image.Resampling.BICUBIC)
    if alpha:
        image.putalpha(gradient(width, height, True).getchannel("A"))
    return image


class Corpus:
    def __init__(self, folder, small):
        self.folder = Path(folder)
        self.folder.mkdir(parents=True, exist_ok=True)
        self.small = small
        self.names = []
        self.temporary = Path(tempfile.mkdtemp())

    def wants(self, small):
        return small or not self.small

    def add(self, name, data):
        assert name not in self.names, name
        self.names.append(name)
        (self.folder / name).write_bytes(data)

    def png(self, image):
        path = self.temporary / (hashlib.sha256(image.mode.encode() + repr(image.size).encode() + image.tobytes()).hexdigest() + ".png")
        if not path.exists():
            image.save(path)
        return str(path)

    def tool(self, *command):
        out = self.temporary / "out.webp"
        out.unlink(missing_ok=True)
        subprocess.run([*command, "-o", str(out)], check=True, capture_output=True)
        return out.read_bytes()

    def cwebp(self, name, image, *options, small=False):
        if self.wants(small):
            self.add(name + ".webp", self.tool("cwebp", "-quiet", *map(str, options), self.png(image)))

    def frame_file(self, image, *options):
        path = self.temporary / f"frame{len(list(self.temporary.iterdir()))}.webp"
        subprocess.run(["cwebp", "-quiet", *map(str, options), self.png(image), "-o", str(path)], check=True, capture_output=True)
        return str(path)

    def webpmux(self, name, *options, small=False):
        if self.wants(small):
            self.add(name + ".webp", self.tool("webpmux", *options))

    def gif2webp(self, name, frames, *options, small=False, **saving):
        if self.wants(small):
            path = self.temporary / "in.gif"
            frames[0].save(path, save_all=True, append_images=frames[1:], **saving)
            self.add(name + ".webp", self.tool("gif2webp", *options, str(path)))

    def img2webp(self, name, frames, *options, small=False):
        if self.wants(small):
            arguments = []
            for i, frame in enumerate(frames):
                arguments += ["-d", str(40 + i), *options, self.png(frame)]
            self.add(name + ".webp", self.tool("img2webp", "-loop", "2", *arguments))


def lossy(corpus):
    chelsea, coffee, rocket, camera = ((lambda w, h, n=n: photo(n, w, h)) for n in ("chelsea.png", "coffee.png", "rocket.jpg", "camera.png"))
    pictures = {"chelsea": chelsea, "coffee": coffee, "rocket": rocket, "camera": camera}
    for preset in ("default", "photo", "picture", "drawing", "icon", "text"):
        for source, size in (("chelsea", (97, 61)), ("coffee", (64, 48)), ("rocket", (33, 70))):
            corpus.cwebp(f"lossy-preset-{preset}-{source}", pictures[source](*size), "-preset", preset, small=source == "rocket" and preset in ("text", "photo"))
    for quality in list(range(0, 101, 5)) + [1, 2, 97, 98, 99]:
        corpus.cwebp(f"lossy-q{quality}", coffee(75, 52), "-q", quality, small=quality in (0, 50, 100))
        corpus.cwebp(f"lossy-noise-q{quality}", noise(41, 37, seed=quality), "-q", quality, small=quality in (0, 100))
    for method in range(7):
        for quality in (20, 75, 92):
            corpus.cwebp(f"lossy-m{method}-q{quality}", chelsea(85, 67), "-m", method, "-q", quality)
    for sns in (0, 25, 50, 80, 100):
        corpus.cwebp(f"lossy-sns{sns}", camera(90, 61), "-sns", sns, "-q", 40)
    for strength in (0, 10, 20, 35, 60, 80, 100):
        for kind in ("-strong", "-nostrong"):
            corpus.cwebp(f"lossy-f{strength}{kind}", coffee(71, 53), "-f", strength, kind, "-q", 30, small=strength == 60)
    for sharpness in range(8):
        for kind in ("-strong", "-nostrong"):
            corpus.cwebp(f"lossy-sharpness{sharpness}{kind}", chelsea(70, 43), "-sharpness", sharpness, kind, "-f", 70, "-q", 20, small=sharpness == 5 and kind == "-strong")
    for segments in (1, 2, 3, 4):
        for quality in (10, 60):
            corpus.cwebp(f"lossy-segments{segments}-q{quality}", rocket(99, 77), "-segments", segments, "-q", quality, small=segments == 3 and quality == 10)
    for limit in (0, 10, 50, 90, 100):
        corpus.cwebp(f"lossy-partition-limit{limit}", noise(80, 80, seed=3), "-partition_limit", limit, "-q", 80)
    for partitions in (1, 2, 4, 6):
        corpus.cwebp(f"lossy-pass{partitions}", chelsea(100, 70), "-pass", partitions, "-size", 1500, "-m", 6)
    corpus.cwebp("lossy-psnr", chelsea(100, 70), "-psnr", 35, "-pass", 3)
    corpus.cwebp("lossy-af", coffee(120, 81), "-af")
    corpus.cwebp("lossy-mt", coffee(600, 400), "-mt")
    corpus.cwebp("lossy-low-memory", coffee(150, 100), "-low_memory")
    corpus.cwebp("lossy-jpeg-like", chelsea(150, 100), "-jpeg_like")
    corpus.cwebp("lossy-sharp-yuv", coffee(150, 100), "-sharp_yuv")
    corpus.cwebp("lossy-pre", coffee(150, 100), "-pre", 4)
    for pre in (1, 2):
        corpus.cwebp(f"lossy-pre{pre}", coffee(90, 61), "-pre", pre)
    for size in ((451, 300), (640, 427), (512, 512), (333, 500)):
        for quality in (10, 50, 75, 90):
            corpus.cwebp(f"lossy-{size[0]}x{size[1]}-q{quality}", chelsea(*size), "-q", quality)
    for side in range(1, 71):
        other = 1 + (side * 37) % 70
        corpus.cwebp(f"lossy-size-{side}x{other}", chelsea(side, other), "-q", 30 + side, "-m", side % 7, small=side in (1, 2, 3, 15, 16, 17, 33, 34))
    for size in ((1, 1), (1, 70), (70, 1), (2, 2), (16, 16), (32, 31), (17, 1), (1, 17)):
        corpus.cwebp(f"lossy-edge-{size[0]}x{size[1]}", noise(*size, seed=5), "-q", 60, small=size in ((1, 1), (17, 1)))
    for name, image in (("gray", Image.new("RGB", (45, 31), (128, 128, 128))), ("black", Image.new("RGB", (20, 50))), ("red", Image.new("RGB", (50, 20), (255, 0, 0)))):
        corpus.cwebp(f"lossy-flat-{name}", image, "-q", 75, small=name == "red")
    if corpus.wants(False):
        for quality in (5, 45, 85):
            out = io.BytesIO()
            coffee(140, 333).save(out, "WEBP", quality=quality, method=4)
            corpus.add(f"lossy-pillow-q{quality}.webp", out.getvalue())


class Configuration(ctypes.Structure):
    """libwebp's WebPConfig, as far as it is set here; the rest is room."""

    _fields_ = [("lossless", ctypes.c_int), ("quality", ctypes.c_float), ("before", ctypes.c_int * 16),
                ("partitions", ctypes.c_int), ("room", ctypes.c_int * 64)]


class Picture(ctypes.Structure):
    """Its WebPPicture."""

    _fields_ = [("use_argb", ctypes.c_int), ("colorspace", ctypes.c_int), ("width", ctypes.c_int), ("height", ctypes.c_int),
                ("planes", ctypes.c_void_p * 3), ("strides", ctypes.c_int * 2), ("a", ctypes.c_void_p), ("a_stride", ctypes.c_int),
                ("pad1", ctypes.c_uint32 * 2), ("argb", ctypes.c_void_p), ("argb_stride", ctypes.c_int), ("pad2", ctypes.c_uint32 * 3),
                ("writer", ctypes.c_void_p), ("custom", ctypes.c_void_p), ("room", ctypes.c_uint64 * 64)]


def partitions(corpus):
    """Tokens in 1, 2, 4 and 8 partitions: cwebp has no option for that, its library has."""
    library = ctypes.CDLL("libwebp.so.7")
    version = 0x0200

    @ctypes.CFUNCTYPE(ctypes.c_int, ctypes.POINTER(ctypes.c_uint8), ctypes.c_size_t, ctypes.c_void_p)
    def write(data, size, _):
        written.append(ctypes.string_at(data, size))
        return 1

    for bits in range(4):
        for size in ((100, 170), (33, 20), (64, 300)):
            for quality in (15, 70, 95):
                if not corpus.wants(size == (33, 20) and quality == 70 and bits in (1, 3)):
                    continue
                image = photo("chelsea.png", *size)
                configuration, picture, written = Configuration(), Picture(), []
                assert library.WebPConfigInitInternal(ctypes.byref(configuration), 0, ctypes.c_float(quality), version)
                assert library.WebPPictureInitInternal(ctypes.byref(picture), version)
                configuration.partitions = bits
                picture.width, picture.height = image.size
                assert library.WebPPictureImportRGB(ctypes.byref(picture), image.tobytes(), 3 * image.width)
                picture.writer = ctypes.cast(write, ctypes.c_void_p)
                assert library.WebPEncode(ctypes.byref(configuration), ctypes.byref(picture))
                library.WebPPictureFree(ctypes.byref(picture))
                corpus.add(f"lossy-partitions{1 << bits}-{size[0]}x{size[1]}-q{quality}.webp", b"".join(written))


def alpha(corpus):
    def picture(width, height):
        return photo("chelsea.png", width, height, alpha=True)

    for quality in (0, 1, 20, 50, 80, 99, 100):
        for kind in ("none", "fast", "best"):
            corpus.cwebp(f"alpha-q{quality}-{kind}", picture(57, 43), "-alpha_q", quality, "-alpha_filter", kind, small=quality in (20, 100) and kind == "best")
    for method in (0, 1):
        for kind in ("none", "fast", "best"):
            corpus.cwebp(f"alpha-method{method}-{kind}", picture(39, 51), "-alpha_method", method, "-alpha_filter", kind, small=True)
    for name, image in (("noise", noise(37, 29, "RGBA", 4)), ("few", colors(45, 38, 9, True)), ("two", colors(45, 38, 2, True)), ("flat", Image.new("RGBA", (31, 33), (10, 200, 30, 77))),
                        ("transparent", Image.new("RGBA", (20, 20), (9, 8, 7, 0)))):
        for method in (0, 1):
            for quality in (30, 100):
                corpus.cwebp(f"alpha-{name}-method{method}-q{quality}", image, "-alpha_method", method, "-alpha_q", quality, small=method == 1 and quality == 100 and name != "noise")
        corpus.cwebp(f"alpha-{name}-exact", image, "-exact")
    corpus.cwebp("alpha-noalpha", picture(30, 30), "-noalpha")
    corpus.cwebp("alpha-cleanup", picture(50, 31), "-alpha_cleanup")
    corpus.cwebp("alpha-blend", picture(50, 31), "-blend_alpha", "0x80ff20")
    corpus.cwebp("alpha-large", picture(300, 200), "-alpha_filter", "best")
    for side in range(1, 71, 3):
        other = 1 + (side * 53) % 70
        corpus.cwebp(f"alpha-size-{side}x{other}", picture(side, other), "-alpha_filter", ("none", "fast", "best")[side % 3], "-alpha_method", side % 2, small=side in (1, 16))


def lossless(corpus):
    chelsea = lambda w, h: photo("chelsea.png", w, h)
    for level in range(10):
        corpus.cwebp(f"lossless-z{level}-photo", chelsea(61, 47), "-z", level)
        corpus.cwebp(f"lossless-z{level}-colors", colors(64, 50, 30 + level), "-z", level, small=level in (0, 5, 9))
        corpus.cwebp(f"lossless-z{level}-gradient", gradient(50, 41), "-z", level)
    for method in range(7):
        for quality in (0, 30, 75, 100):
            corpus.cwebp(f"lossless-m{method}-q{quality}", chelsea(53, 44), "-lossless", "-m", method, "-q", quality)
    for near in (0, 20, 40, 60, 80, 99):
        corpus.cwebp(f"lossless-near{near}", chelsea(70, 51), "-near_lossless", near, small=near == 40)
    for count in (1, 2, 3, 4, 5, 8, 15, 16, 17, 32, 100, 255, 256, 257):
        corpus.cwebp(f"lossless-colors{count}", colors(47, 46, count, seed=count), "-lossless", small=count in (1, 2, 4, 16, 17, 256))
        corpus.cwebp(f"lossless-colors{count}-wide", colors(70, 9, count, seed=count), "-lossless", "-z", 9)
        corpus.cwebp(f"lossless-colors{count}-alpha", colors(33, 32, count, True, seed=count), "-lossless", "-exact", small=count in (3, 100))
    for side in range(1, 71):
        other = 1 + (side * 41) % 70
        corpus.cwebp(f"lossless-size-{side}x{other}", chelsea(side, other), "-lossless", "-m", side % 7, "-q", (side * 29) % 101, small=side in (1, 2, 7, 31))
    for size in ((1, 1), (1, 70), (70, 1), (2, 3), (3, 1)):
        corpus.cwebp(f"lossless-edge-{size[0]}x{size[1]}", noise(*size, seed=9), "-lossless", small=size == (1, 1))
    corpus.cwebp("lossless-noise", noise(60, 60, seed=1), "-lossless")
    corpus.cwebp("lossless-noise-alpha", noise(40, 30, "RGBA", 2), "-lossless", "-exact", small=True)
    corpus.cwebp("lossless-noise-alpha-inexact", noise(40, 30, "RGBA", 2), "-lossless")
    corpus.cwebp("lossless-transparent", Image.new("RGBA", (25, 25), (9, 8, 7, 0)), "-lossless", "-exact")
    corpus.cwebp("lossless-flat-large", Image.new("RGB", (900, 700), (3, 200, 90)), "-lossless", small=True)
    corpus.cwebp("lossless-low-memory", chelsea(150, 100), "-lossless", "-low_memory")
    corpus.cwebp("lossless-mt", chelsea(200, 150), "-lossless", "-mt", "-m", 6)
    for hint in ("photo", "picture", "graph"):
        corpus.cwebp(f"lossless-hint-{hint}", chelsea(80, 60), "-lossless", "-hint", hint)
    corpus.cwebp("lossless-large", chelsea(451, 300), "-lossless")
    corpus.cwebp("lossless-large-colors", colors(500, 400, 700), "-lossless", "-z", 9)
    # More pixels than are kept of a picture, and one patch at both ends of what copies reach.
    patched = Image.new("RGB", (1100, 2000), (40, 80, 120))
    for y in (3, 950, 1890):
        patched.paste(noise(40, 6, seed=12), (30, y))
    corpus.cwebp("lossless-far-patch", patched, "-lossless", "-q", 100, small=True)
    if corpus.wants(False):
        # Repeats that reach far back, and a picture longer than what is kept of it.
        tile = noise(256, 256, seed=8)
        far = Image.new("RGB", (1024, 2304))
        for y in range(9):
            for x in range(4):
                far.paste(tile if (x + y) % 3 else chelsea(256, 256), (256 * x, 256 * y))
        corpus.cwebp("lossless-far", far, "-lossless", "-m", 3, "-q", 30)


def animations(corpus):
    frames = [photo("coffee.png", 60, 45).rotate(20 * i) for i in range(5)]
    few = [colors(50, 40, 12, seed=i) for i in range(6)]
    cut = []
    for i in range(5):
        image = Image.new("RGBA", (48, 36), (0, 0, 0, 0))
        image.paste(colors(20, 16, 6, seed=i), (4 * i, 3 * i))
        cut.append(image)
    for i, options in enumerate(([], ["-lossy"], ["-mixed"], ["-lossy", "-q", "20", "-f", "60"], ["-min_size"], ["-kmin", "0"], ["-kmin", "3", "-kmax", "4"], ["-loop_compatibility"], ["-metadata", "all"])):
        corpus.gif2webp(f"animation-gif{i}-few", few, *options, small=i == 0, duration=50, loop=0)
        corpus.gif2webp(f"animation-gif{i}-cut", cut, *options, small=i == 1, duration=50, loop=0, disposal=2)
        corpus.gif2webp(f"animation-gif{i}-keep", cut, *options, duration=50, loop=3, disposal=1)
    for i, options in enumerate((["-lossless"], ["-lossy"], ["-lossy", "-q", "30", "-m", "6"])):
        corpus.img2webp(f"animation-img{i}-photo", frames, *options)
        corpus.img2webp(f"animation-img{i}-cut", cut, *options, small=i == 1)
    n = 0
    for place in ((0, 0), (4, 2), (16, 20)):
        for dispose in (0, 1):
            for blend in ("+b", "-b"):
                for kind in (["-lossless", "-exact"], ["-q", "60"], ["-q", "40", "-alpha_method", "0"]):
                    first = corpus.frame_file(photo("chelsea.png", 30, 23, alpha=True), *kind)
                    second = corpus.frame_file(colors(40, 44, 11), *kind)
                    corpus.webpmux(f"animation-mux{n}", "-frame", first, f"+50+{place[0]}+{place[1]}+{dispose}{blend}", "-frame", second, f"+50+6+0+{dispose}{blend}",
                                   "-bgcolor", "255,10,200,30", small=n in (3, 4, 13, 23))
                    n += 1
    opaque = corpus.frame_file(photo("chelsea.png", 20, 20), "-q", "50")
    opaque_lossless = corpus.frame_file(colors(20, 20, 7), "-lossless")
    corpus.webpmux("animation-opaque", "-frame", opaque, "+50+8+4+0+b", "-frame", opaque_lossless, "+50+20+20+1-b", small=True)


def metadata(corpus):
    """Chunks that are no pictures, and containers that no tool writes."""
    exif = b"Exif\0\0MM\0*\0\0\0\x08\0\x01\x01\x12\0\x03\0\0\0\x01\0\x06\0\0\0\0\0\0"
    xmp = b'<x:xmpmeta xmlns:x="adobe:ns:meta/"><rdf:RDF tiff:Orientation="3"/></x:xmpmeta> '
    for i, (mode, saving) in enumerate((("RGB", {"quality": 40}), ("RGB", {"lossless": True}), ("RGBA", {"quality": 40}), ("RGBA", {"lossless": True}))):
        image = photo("rocket.jpg", 40, 31, alpha=mode == "RGBA")
        for extra in ({"exif": exif}, {"xmp": xmp}, {"icc_profile": bytes(range(101))}, {"exif": exif, "xmp": xmp, "icc_profile": bytes(60)}):
            out = io.BytesIO()
            image.save(out, "WEBP", **saving, **extra)
            if corpus.wants(i in (0, 3) and len(extra) == 3):
                corpus.add(f"metadata-{mode}-{'lossless' if 'lossless' in saving else 'lossy'}-{'-'.join(extra)}.webp", out.getvalue())

    def chunk(kind, body):
        return kind + struct.pack("<I", len(body)) + body + b"\0" * (len(body) & 1)

    def riff(*chunks, trailing=b""):
        body = b"WEBP" + b"".join(chunks)
        return b"RIFF" + struct.pack("<I", len(body)) + body + trailing

    def vp8x(flags, width, height):
        return chunk(b"VP8X", struct.pack("<I", flags) + struct.pack("<I", width - 1)[:3] + struct.pack("<I", height - 1)[:3])

    def body_of(image, *options):
        data = Path(corpus.frame_file(image, *options)).read_bytes()
        at = 12
        chunks = {}
        while at < len(data):
            size = struct.unpack_from("<I", data, at + 4)[0]
            chunks[data[at:at + 4]] = data[at + 8:at + 8 + size]
            at += 8 + size + (size & 1)
        return chunks

    yes = body_of(photo("chelsea.png", 21, 17, alpha=True), "-q", "50")
    plain = body_of(photo("chelsea.png", 21, 17), "-q", "50")
    bits = body_of(colors(21, 17, 20, True), "-lossless")
    vp8, alph, vp8l = chunk(b"VP8 ", yes[b"VP8 "]), chunk(b"ALPH", yes[b"ALPH"]), chunk(b"VP8L", bits[b"VP8L"])
    anim = chunk(b"ANIM", bytes(6))

    def anmf(x, y, *inner, width=21, height=17):
        place = b"".join(struct.pack("<I", v)[:3] for v in (x // 2, y // 2, width - 1, height - 1, 50))
        return chunk(b"ANMF", place + b"\0" + b"".join(inner))

    made = {
        "alpha-unflagged": riff(vp8x(0, 21, 17), alph, vp8),
        "alpha-flagged": riff(vp8x(16, 21, 17), alph, vp8),
        "alpha-behind": riff(vp8x(16, 21, 17), vp8, alph),
        "alpha-behind-unflagged": riff(vp8x(0, 21, 17), vp8, alph),
        "alpha-twice": riff(vp8x(16, 21, 17), alph, alph, vp8),
        "alpha-alone": riff(vp8x(16, 21, 17), alph),
        "alpha-before-lossless": riff(vp8x(16, 21, 17), alph, vp8l),
        "alpha-simple": riff(vp8, alph),
        "alpha-flag-without": riff(vp8x(16, 21, 17), vp8),
        "unknown-between": riff(vp8x(16, 21, 17), alph, chunk(b"abcd", b"xyz"), vp8),
        "unknown-before": riff(vp8x(16, 21, 17), chunk(b"abcd", b"xyz"), alph, vp8),
        "unknown-behind": riff(vp8x(16, 21, 17), alph, vp8, chunk(b"abcd", b"xyz")),
        "simple-unknown-behind": riff(vp8, chunk(b"abcd", b"xyz")),
        "simple-exif": riff(vp8l, chunk(b"EXIF", exif)),
        "simple-junk": riff(vp8, b"abc"),
        "behind-riff": riff(vp8, trailing=b"abcdefghijk"),
        "behind-riff-one": riff(vp8l, trailing=b"a"),
        "lossless-unflagged": riff(vp8x(0, 21, 17), vp8l),
        "lossless-flagged": riff(vp8x(16, 21, 17), vp8l),
        "exif-unflagged": riff(vp8x(0, 21, 17), vp8, chunk(b"EXIF", exif)),
        "exif-flagged": riff(vp8x(8, 21, 17), vp8, chunk(b"EXIF", exif)),
        "exif-twice": riff(vp8x(8, 21, 17), vp8, chunk(b"EXIF", exif), chunk(b"EXIF", exif.replace(b"\x06", b"\x03"))),
        "vp8x-other-size": riff(vp8x(0, 22, 17), vp8),
        "vp8x-twice": riff(vp8x(0, 21, 17), vp8x(0, 21, 17), vp8),
        "vp8x-alone": riff(vp8x(0, 21, 17)),
        "vp8x-reserved": riff(vp8x(1, 21, 17), vp8),
        "vp8x-reserved-high": riff(vp8x(0x80, 21, 17), vp8),
        "vp8x-reserved-bytes": riff(vp8x(0xabcd00, 21, 17), vp8),
        "vp8x-longer": riff(chunk(b"VP8X", vp8x(0, 21, 17)[8:18] + b"zz"), vp8),
        "two-pictures": riff(vp8x(0, 21, 17), vp8, vp8),
        "simple-two-pictures": riff(vp8, vp8l),
        "simple-two-lossless": riff(vp8l, vp8),
        "huge-canvas": riff(vp8x(2, 1 << 24, 200), anim, anmf(0, 0, vp8)),
        "animation": riff(vp8x(2, 40, 30), anim, anmf(4, 6, vp8), anmf(0, 0, vp8l)),
        "animation-alpha-unflagged": riff(vp8x(2, 40, 30), anim, anmf(4, 6, alph, vp8)),
        "animation-alpha-flagged": riff(vp8x(18, 40, 30), anim, anmf(4, 6, alph, vp8)),
        "animation-lossless-unflagged": riff(vp8x(2, 40, 30), anim, anmf(4, 6, vp8l)),
        "animation-lossless-flagged": riff(vp8x(18, 40, 30), anim, anmf(4, 6, vp8l)),
        "animation-outside": riff(vp8x(2, 40, 30), anim, anmf(20, 6, vp8)),
        "animation-second-outside": riff(vp8x(2, 40, 30), anim, anmf(0, 0, vp8), anmf(20, 14, vp8)),
        "animation-other-size": riff(vp8x(2, 40, 30), anim, anmf(2, 2, vp8, width=9, height=5)),
        "animation-no-anim": riff(vp8x(2, 40, 30), anmf(4, 6, vp8)),
        "animation-anim-late": riff(vp8x(2, 40, 30), anmf(4, 6, vp8), anim),
        "animation-anim-twice": riff(vp8x(2, 40, 30), anim, anim, anmf(4, 6, vp8)),
        "animation-anim-short": riff(vp8x(2, 40, 30), chunk(b"ANIM", bytes(4)), anmf(4, 6, vp8)),
        "animation-no-flag": riff(vp8x(0, 40, 30), anim, anmf(4, 6, vp8)),
        "animation-no-flag-still": riff(vp8x(0, 21, 17), anim, anmf(4, 6, vp8), vp8),
        "animation-no-frames": riff(vp8x(2, 40, 30), anim),
        "animation-still": riff(vp8x(2, 21, 17), vp8),
        "animation-empty-frame": riff(vp8x(2, 40, 30), anim, anmf(0, 0), anmf(4, 6, vp8)),
        "animation-empty-frame-last": riff(vp8x(2, 40, 30), anim, anmf(4, 6, vp8), anmf(0, 0)),
        "animation-unknown-in-frame": riff(vp8x(2, 40, 30), anim, anmf(4, 6, vp8, chunk(b"abcd", b"xy"))),
        "animation-unknown-first-in-frame": riff(vp8x(2, 40, 30), anim, anmf(4, 6, chunk(b"abcd", b"xy"), vp8)),
        "animation-frame-in-frame": riff(vp8x(2, 60, 50), anim, anmf(4, 6, anmf(0, 0, vp8))),
        "animation-frame-behind-in-frame": riff(vp8x(2, 60, 50), anim, anmf(4, 6, vp8, anmf(0, 0, vp8l))),
        "animation-alpha-alone": riff(vp8x(18, 40, 30), anim, anmf(4, 6, alph)),
        "animation-broken-second": riff(vp8x(2, 40, 30), anim, anmf(0, 0, vp8), anmf(0, 0, chunk(b"VP8 ", yes[b"VP8 "][:9]))),
        "animation-corrupt-second": riff(vp8x(2, 40, 30), anim, anmf(0, 0, vp8), anmf(0, 0, chunk(b"VP8 ", yes[b"VP8 "][:40]))),
        "vp8-empty": riff(chunk(b"VP8 ", b"")),
        "vp8l-empty": riff(chunk(b"VP8L", b"")),
        "vp8l-header-alone": riff(chunk(b"VP8L", bits[b"VP8L"][:5])),
        "other-chunk-first": riff(chunk(b"EXIF", exif), vp8),
        "riff-short": b"RIFF" + struct.pack("<I", 8) + b"WEBPVP8 " + bytes(40),
        "vp8-in-vp8l": riff(chunk(b"VP8L", plain[b"VP8 "])),
    }
    for name, data in made.items():
        if corpus.wants(False):
            corpus.add(f"made-{name}.webp", data)


def verdict(data):
    try:
        image = Image.open(io.BytesIO(data))
        image.load()
        rgba = image.convert("RGBA")
    except Exception:
        return ["error"]
    return ["ok", str(image.width), str(image.height), image.mode, hashlib.sha256(rgba.tobytes()).hexdigest()]


def damaged(data, damage):
    kind, argument = damage.split(" ")
    if kind == "flip":
        out = bytearray(data)
        for flip in argument.split(","):
            byte, bit = flip.split(":")
            out[int(byte)] ^= 1 << int(bit)
        return bytes(out)
    n = int(argument)
    if kind == "cut":
        return data[:n]
    return mended(data, n)


def mended(data, n):
    """The first n bytes, whose RIFF and whose last chunk say that they end there; an ANMF's inner chunk too."""
    out = bytearray(data[:n])
    if n & 1:
        out.append(0)
    struct.pack_into("<I", out, 4, len(out) - 8)
    at = 12
    while at + 8 <= len(out):
        size = struct.unpack_from("<I", out, at + 4)[0]
        if out[at:at + 4] == b"ANMF" and at + 24 <= len(out):
            if at + 8 + size > len(out):
                struct.pack_into("<I", out, at + 4, len(out) - at - 8)
            at += 24
            continue
        if at + 8 + size > n:
            struct.pack_into("<I", out, at + 4, max(0, n - at - 8))
        at += 8 + size + (size & 1)
    return bytes(out)


def damages(name, data):
    rng = random.Random("damage of " + name)
    n = len(data)
    for cut in sorted({*range(0, min(n, 40), 3), *(rng.randrange(n) for _ in range(4)), n - 1}):
        yield f"cut {cut}"
    for cut in sorted({rng.randrange(20, max(21, n)) for _ in range(14)} | {n - 1, n - 2, n - 3}):
        if 20 <= cut < n:
            yield f"mend {cut}"
    for _ in range(26):
        # More often at the beginning, where headers are.
        count = rng.choice((1, 1, 1, 2, 5))
        yield "flip " + ",".join(f"{rng.randrange(rng.choice((min(n, 64), n)))}:{rng.randrange(8)}" for _ in range(count))


def main():
    small = sys.argv[1] == "--small"
    corpus = Corpus(sys.argv[-1], small)
    for make in (lossy, partitions, alpha, lossless, animations, metadata):
        make(corpus)
    with open(corpus.folder / "manifest.tsv", "w") as out:
        for name in corpus.names:
            print(name, *verdict((corpus.folder / name).read_bytes()), sep="\t", file=out)
    count = 0
    with open(corpus.folder / "damage.tsv", "w") as out:
        for i, name in enumerate(corpus.names):
            data = (corpus.folder / name).read_bytes()
            if len(data) > 20000 or small and i % 3:
                continue
            for j, damage in enumerate(damages(name, data)):
                if small and j % 4:
                    continue
                print(name, damage, *verdict(damaged(data, damage)), sep="\t", file=out)
                count += 1
    total = sum((corpus.folder / name).stat().st_size for name in corpus.names)
    print(f"{len(corpus.names)} files, {total} bytes, {count} damaged variants; Pillow {Image.__version__}, libwebp {features.version('webp')}")


main()
