"""Makes decoding/, golden/decoding.json and golden/resample.json.

Run in src-test-data with Pillow 9.4, NumPy, ImageMagick's `convert` and libjpeg-turbo's `jpegtran`:

    python3 tools/make_image_fixtures.py

The pictures are crops of images/coffee.png and images/chelsea.png. What a decoder must give is what Pillow gives:
exif_transpose, then convert("RGB"). Three kinds follow a rule of their own, because Pillow 9.4 is no model there:
16-bit gray becomes its high byte (Pillow clips it at 255), a TIFF is turned by its orientation once (Pillow turns it
twice), and EXIF without a TIFF header is no EXIF (Pillow refuses the picture).

The resampler's input is noise from a hash, so that it need not be stored: byte i of the picture called NAME is
floor((u + 1) * 128), u = element i of the synthetic tensor NAME (FNV-1a of the name, splitmix64, see
SyntheticCheckpoint).
"""

import hashlib
import json
import math
import os
import random
import struct
import subprocess
import warnings
import zlib

import numpy as np
from PIL import Image, ImageOps

warnings.simplefilter("ignore")
DECODING = {}


def sha256(data):
    return hashlib.sha256(data).hexdigest()


def path(name):
    return os.path.join("decoding", name)


def picture(file, box):
    return Image.fromarray(np.asarray(Image.open(os.path.join("images", file)).convert("RGB").crop(box)))


def expect(name, image=None):
    """Notes what a file decodes to; without an image, what Pillow makes of it."""
    if image is None:
        image = ImageOps.exif_transpose(Image.open(path(name)))
    rgb = image.convert("RGB")
    with open(path(name), "rb") as f:
        file = sha256(f.read())
    DECODING[name] = {"width": rgb.width, "height": rgb.height, "rgb_sha256": sha256(rgb.tobytes()), "file_sha256": file}


def save(name, image, **options):
    image.save(path(name), **options)
    expect(name)


def magick(name, source, *arguments, prefix=""):
    subprocess.run(["convert", source, *arguments, "-strip", prefix + path(name)], check=True)
    expect(name)


def transform(name, source, *arguments):
    subprocess.run(["jpegtran", "-copy", "none", *arguments, "-outfile", path(name), path(source)], check=True)
    expect(name)


def write(name, data, image=None):
    with open(path(name), "wb") as f:
        f.write(data)
    expect(name, image)


def chunk(kind, data):
    body = kind + data
    return struct.pack(">I", len(data)) + body + struct.pack(">I", zlib.crc32(body))


def png(width, height, depth, color_type, rows, *before, after=(), interlace=0):
    header = struct.pack(">IIBBBBB", width, height, depth, color_type, 0, 0, interlace)
    chunks = [chunk(b"IHDR", header), *before, chunk(b"IDAT", zlib.compress(rows, 9)), *after, chunk(b"IEND", b"")]
    return b"\x89PNG\r\n\x1a\n" + b"".join(chunks)


def noise(name, n):
    seed = 0xCBF29CE484222325
    for b in name.encode():
        seed = ((seed ^ b) * 0x100000001B3) % 2**64
    with np.errstate(over="ignore"):
        z = np.uint64(seed) + (np.arange(n, dtype=np.uint64) + np.uint64(1)) * np.uint64(0x9E3779B97F4A7C15)
        z = (z ^ (z >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
        z = (z ^ (z >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
        z = z ^ (z >> np.uint64(31))
    return (z >> np.uint64(56)).astype(np.uint8)  # = floor((u + 1) * 128)


def exif(entries, order="<", cut=0):
    head = b"II*\0" if order == "<" else b"MM\0*"
    body = struct.pack(order + "IH", 8, len(entries))
    for tag, kind, count, value in entries:
        body += struct.pack(order + "HHI", tag, kind, count) + value
    data = b"Exif\0\0" + head + body + struct.pack(order + "I", 0)
    return data[: len(data) - cut]


def tiff(width, height, bits, photometric, samples, *more):
    """One strip, as Pillow does not write it; of 8 bits, or of 16."""
    entries = [(256, 4, [width]), (257, 4, [height]), (258, 3, bits), (259, 3, [1]), (262, 3, [photometric]), (273, 4, [0]),
               (277, 3, [len(bits)]), (278, 4, [height]), (279, 4, [len(samples)]), *more]
    entries = [(tag, kind, struct.pack("<%d%s" % (len(values), {3: "H", 4: "I"}[kind]), *values), len(values))
               for tag, kind, values in sorted(entries)]
    at = 8 + 2 + 12 * len(entries) + 4
    start = at + sum(len(value) for _, _, value, _ in entries if len(value) > 4)
    directory, values = b"", b""
    for tag, kind, value, count in entries:
        if tag == 273:
            value = struct.pack("<I", start)
        if len(value) > 4:
            value, values = struct.pack("<I", at + len(values)), values + value
        directory += struct.pack("<HHI", tag, kind, count) + value.ljust(4, b"\0")
    return b"II*\0" + struct.pack("<IH", 8, len(entries)) + directory + bytes(4) + values + samples


def jpegs(im):
    for quality, sampling, name in ((90, 0, "444"), (75, 1, "422"), (60, 2, "420")):
        save(f"rgb_{name}.jpg", im, quality=quality, subsampling=sampling)
        save(f"rgb_{name}_progressive.jpg", im, quality=quality, subsampling=sampling, progressive=True)
    save("gray.jpg", im.convert("L"), quality=80)
    save("gray_progressive.jpg", im.convert("L"), quality=80, progressive=True)
    save("cmyk.jpg", im.convert("CMYK"), quality=85)
    for sampling in ("1x2", "4x1", "1x4", "4x2", "2x4"):
        magick(f"rgb_sampling_{sampling}.jpg", path("base.png"), "-sampling-factor", f"{sampling},1x1,1x1", "-quality", "80")
    magick("rgb_sampling_mixed.jpg", path("base.png"), "-sampling-factor", "2x2,1x2,2x1", "-quality", "80")
    transform("restart_rows.jpg", "rgb_420.jpg", "-restart", "1")
    transform("restart_blocks.jpg", "rgb_422.jpg", "-restart", "2B")
    transform("restart_blocks_progressive.jpg", "rgb_420.jpg", "-restart", "1B", "-progressive")
    transform("rotated_422.jpg", "rgb_422.jpg", "-rotate", "90", "-trim")
    with open(path("scans.txt"), "w") as f:
        f.write("0;\n1;\n2;\n")
    transform("one_scan_a_component.jpg", "rgb_420.jpg", "-scans", path("scans.txt"))
    os.remove(path("scans.txt"))
    transform("arithmetic.jpg", "rgb_420.jpg", "-arithmetic")
    # Pillow 9.4 does not read it; the pixels are those that were coded, and Pillow 12.3 finds.
    DECODING["arithmetic.jpg"] = {**DECODING["rgb_420.jpg"], "file_sha256": sha256(open(path("arithmetic.jpg"), "rb").read())}
    magick("cmyk_magick.jpg", path("base.png"), "-colorspace", "CMYK", "-quality", "80")
    magick("ycck_420_progressive.jpg", path("base.png"), "-colorspace", "CMYK", "-interlace", "JPEG",
           "-sampling-factor", "2x2", "-quality", "80")
    # One file, three meanings: the colour space is a matter of markers and ids.
    data = open(path("rgb_444.jpg"), "rb").read()
    jfif = data[2 : 4 + struct.unpack(">H", data[4:6])[0]]
    bare = data[:2] + data[2 + len(jfif) :]
    adobe = lambda transform: b"\xff\xee\0\x0eAdobe\0\x64\0\0\0\0" + bytes([transform])
    write("no_jfif.jpg", bare)
    write("adobe_transform_0.jpg", bare[:2] + adobe(0) + bare[2:])
    write("adobe_transform_1.jpg", bare[:2] + adobe(1) + bare[2:])
    write("jfif_and_adobe_transform_0.jpg", data[:2] + jfif + adobe(0) + bare[2:])
    ids = lambda d, new: rename_components(d, new)
    write("ids_rgb.jpg", ids(bare, b"RGB"))
    write("ids_odd.jpg", ids(bare, b"\x05\x09\x22"))
    write("ids_rgb_with_jfif.jpg", ids(data, b"RGB"))
    four = open(path("cmyk.jpg"), "rb").read()
    at = four.index(b"\xff\xee")
    write("cmyk_without_adobe.jpg", four[:at] + four[at + 16 :])
    write("cmyk_as_ycck.jpg", four[:at] + adobe(2) + four[at + 16 :])
    write("trailing_garbage.jpg", data + b"\xff\xd8 and more" * 5)
    write("broken_icc.jpg", data[:2] + jfif + b"\xff\xe2\0\x20ICC_PROFILE\0\x01\x02" + b"x" * 16 + bare[2:])


def rename_components(data, ids):
    out = bytearray(data)
    frame = data.index(b"\xff\xc0")
    scan = data.index(b"\xff\xda")
    for i, new in enumerate(ids):
        out[frame + 10 + 3 * i] = new
        out[scan + 5 + 2 * i] = new
    return bytes(out)


def pngs(im):
    small = im.crop((0, 0, 21, 13))
    gray = np.asarray(small.convert("L"))
    for depth in (1, 2, 4, 8):
        for interlace in (0, 1):
            options = ["-interlace", "PNG"] if interlace else []
            magick(f"gray{depth}{'_interlaced' * interlace}.png", path("small.png"), "-colorspace", "Gray", *options,
                   "-define", "png:color-type=0", "-define", f"png:bit-depth={depth}", "-depth", str(depth))
    magick("rgb_interlaced.png", path("small.png"), "-interlace", "PNG")
    magick("rgb16.png", path("small.png"), "-resize", "200%", "-resize", "50%", prefix="PNG48:")
    magick("rgba16_interlaced.png", path("small.png"), "-alpha", "set", "-channel", "A", "-fx", "i/w", "-interlace",
           "PNG", prefix="PNG64:")
    alpha = Image.linear_gradient("L").resize(small.size)
    rgba = small.copy()
    rgba.putalpha(alpha)
    save("rgba.png", rgba)
    la = small.convert("LA")
    la.putalpha(alpha)
    save("gray_alpha.png", la)
    for bits in (1, 2, 4, 8):
        save(f"palette{bits}.png", small.quantize(2**bits), bits=bits)
    save("palette_transparent.png", small.quantize(16), transparency=bytes([0, 128, 255, 7]))
    save("rgb_transparent_colour.png", small, transparency=small.getpixel((3, 3)))
    save("bilevel.png", small.convert("1"))
    rows = b"".join(b"\0" + bytes(range(16 * y, 16 * y + 16)) for y in range(16))
    write("palette_index_beyond.png", png(16, 16, 8, 3, rows, chunk(b"PLTE", bytes(range(0, 90)))))
    # 16 bits of gray: the high byte.
    wide = gray.astype(np.uint16) * 257 - 3
    wide = np.where(gray == 0, np.uint16(0), wide)
    high = Image.fromarray((wide >> 8).astype(np.uint8))
    rows = b"".join(b"\0" + row.astype(">u2").tobytes() for row in wide)
    write("gray16.png", png(21, 13, 16, 0, rows), high)
    rows = b"".join(b"\0" + np.stack([row, row[::-1]], 1).astype(">u2").tobytes() for row in wide)
    write("gray_alpha16.png", png(21, 13, 16, 4, rows))
    # Widths and heights at which passes of the interlacing are empty.
    for width, height in ((1, 1), (2, 3), (3, 2), (4, 5), (5, 1), (1, 9), (9, 9)):
        magick(f"interlaced_{width}x{height}.png", path("small.png"), "-crop", f"{width}x{height}+2+1", "+repage",
               "-interlace", "PNG", prefix="PNG24:")
    # All five filters, chunks of data that split anywhere, chunks in between that mean nothing here.
    rgb = np.asarray(small).astype(int)
    rows = bytearray()
    for y in range(13):
        kind = y % 5
        row = rgb[y].reshape(-1)
        up = rgb[y - 1].reshape(-1) if y else np.zeros_like(row)
        left = np.concatenate([np.zeros(3, int), row[:-3]])
        up_left = np.concatenate([np.zeros(3, int), up[:-3]])
        p = left + up - up_left
        pa, pb, pc = abs(p - left), abs(p - up), abs(p - up_left)
        paeth = np.where((pa <= pb) & (pa <= pc), left, np.where(pb <= pc, up, up_left))
        predicted = (0 * row, left, up, (left + up) // 2, paeth)[kind]
        rows += bytes([kind]) + ((row - predicted) % 256).astype(np.uint8).tobytes()
    deflated = zlib.compress(bytes(rows), 9)
    parts = b"".join(chunk(b"IDAT", deflated[i : i + 97]) for i in range(0, len(deflated), 97))
    head = png(21, 13, 8, 2, b"", chunk(b"gAMA", struct.pack(">I", 100000)), chunk(b"prVt", b"?"))
    idat = head.index(b"IDAT") - 4
    write("filters.png", head[:idat] + chunk(b"IDAT", b"") + parts + chunk(b"IEND", b"") + b"trailing garbage")
    flat = b"".join(b"\0" + rgb[y].astype(np.uint8).tobytes() for y in range(13))
    turn = exif([(0x112, 3, 1, struct.pack("<HH", 6, 0))])
    write("exif6_after_pixels.png", png(21, 13, 8, 2, flat, after=[chunk(b"eXIf", turn[6:])]))
    profile = "\nexif\n%8d\n%s\n" % (len(turn), turn.hex())
    write("exif6_raw_profile.png", png(21, 13, 8, 2, flat, chunk(b"tEXt", b"Raw profile type exif\0" + profile.encode())))
    write("exif6_raw_profile_deflated.png", png(21, 13, 8, 2, flat,
          chunk(b"zTXt", b"Raw profile type exif\0\0" + zlib.compress(profile.encode()))))
    xmp = b'XML:com.adobe.xmp\0\0\0\0\0<x:xmpmeta><a tiff:Orientation="8"/></x:xmpmeta>'
    write("xmp8.png", png(21, 13, 8, 2, flat, chunk(b"iTXt", xmp)))
    write("xmp8_and_exif6.png", png(21, 13, 8, 2, flat, chunk(b"iTXt", xmp), chunk(b"eXIf", turn[6:])))


def orientations(im):
    tiny = im.crop((0, 0, 19, 10))
    for o in range(1, 9):
        block = exif([(0x10F, 2, 4, b"abc\0"), (0x112, 3, 1, struct.pack("<HH", o, 0))])
        save(f"exif{o}.jpg", tiny, quality=85, exif=block)
        save(f"exif{o}.png", tiny, exif=block)
        tiny.save(path(f"exif{o}.tif"), tiffinfo={0x112: o})
        with open(path(f"exif{o}.jpg"), "rb") as f:
            turned = Image.open(f)
            exif_image = Image.fromarray(np.asarray(tiny))
            method = {2: 0, 3: 3, 4: 1, 5: 5, 6: 4, 7: 6, 8: 2}.get(o)
            expect(f"exif{o}.tif", exif_image if method is None else exif_image.transpose(method))
            assert turned.size == tiny.size
    six = struct.pack("<HH", 6, 0)
    kinds = {
        "big_endian": exif([(0x112, 3, 1, struct.pack(">HH", 6, 0))], ">"),
        "long": exif([(0x112, 4, 1, struct.pack("<I", 6))]),
        "signed_short": exif([(0x112, 8, 1, six)]),
        "byte": exif([(0x112, 1, 1, b"\x06\0\0\0")]),
        "two_values": exif([(0x112, 3, 2, struct.pack("<HH", 6, 3))]),
        "no_value": exif([(0x112, 3, 0, six)]),
        "zero": exif([(0x112, 3, 1, b"\0\0\0\0")]),
        "nine": exif([(0x112, 3, 1, b"\x09\0\0\0")]),
        "twice": exif([(0x112, 3, 1, b"\x03\0\0\0"), (0x112, 3, 1, six)]),
        "unknown_type_before": exif([(0x10F, 99, 1 << 30, b"\xff" * 4), (0x112, 3, 1, six)]),
        "value_beyond_before": exif([(0x10F, 2, 1000, struct.pack("<I", 5000)), (0x112, 3, 1, six)]),
        "value_beyond_after": exif([(0x112, 3, 1, six), (0x11A, 5, 1, struct.pack("<I", 5000))]),
        "cut_after_entry": exif([(0x112, 3, 1, six)], cut=4),
        "cut_in_entry": exif([(0x112, 3, 1, six)], cut=6),
    }
    for kind, block in kinds.items():
        save(f"exif_{kind}.jpg", tiny, quality=85, exif=block)
    plain = Image.open(path("exif1.jpg")).convert("RGB")
    for kind, block in {"bad_header": b"Exif\0\0nonsense" * 3, "empty": b"Exif\0\0"}.items():
        tiny.save(path(f"exif_{kind}.jpg"), quality=85, exif=block)
        expect(f"exif_{kind}.jpg", plain)
    data = open(path("exif6.jpg"), "rb").read()
    at = data.index(b"\xff\xe1")
    size = 2 + struct.unpack(">H", data[at + 2 : at + 4])[0]
    other = exif([(0x112, 3, 1, b"\x03\0\0\0")])
    write("exif_first_of_two.jpg", data[: at + size] + b"\xff\xe1" + struct.pack(">H", 2 + len(other)) + other + data[at + size :])


def others(im):
    small = im.crop((0, 0, 21, 13))
    save("palette.gif", small.quantize(32))
    save("gray.gif", small.convert("L"))
    save("bilevel.gif", small.convert("1"))
    save("transparent.gif", small.quantize(32), transparency=3)
    magick("interlaced.gif", path("small.png"), "-colors", "40", "-interlace", "GIF")
    magick("offset.gif", path("small.png"), "-colors", "16", "-repage", "40x30+7+5")
    subprocess.run(["convert", "-size", "30x20", "xc:red", "(", path("small.png"), "-repage", "+4+3", ")", "-loop", "0",
                    path("animated.gif")], check=True)
    expect("animated.gif")
    # A table that fills up before the first clear code.
    magick("large.gif", path("base.png"), "-resize", "150x100!", "-colors", "64")
    save("rgb.bmp", small)
    save("gray.bmp", small.convert("L"))
    save("bilevel.bmp", small.convert("1"))
    save("palette8.bmp", small.quantize(200))
    magick("palette4.bmp", path("small.png"), "-colors", "16", prefix="BMP3:")
    magick("palette8_rle.bmp", path("small.png"), "-colors", "32", "-compress", "RLE", prefix="BMP3:")
    magick("rgb565.bmp", path("small.png"), "-define", "bmp:subtype=RGB565")
    magick("rgb555.bmp", path("small.png"), "-define", "bmp:subtype=RGB555")
    magick("rgba.bmp", path("small.png"), "-alpha", "set", "-channel", "A", "-fx", "i/w")
    for kind, image in {"rgb": small, "gray": small.convert("L"), "bilevel": small.convert("1"),
                        "palette": small.quantize(50), "rgba": small.convert("RGBA"),
                        "cmyk": small.convert("CMYK")}.items():
        for compression in (None, "tiff_lzw", "tiff_adobe_deflate", "packbits"):
            name = f"{kind}_{(compression or 'plain').replace('tiff_', '')}.tif"
            save(name, image, compression=compression)
    save("bilevel_group4.tif", small.convert("1"), compression="group4")
    magick("min_is_white.tif", path("small.png"), "-colorspace", "Gray", "-define", "quantum:polarity=min-is-white")
    magick("tiled.tif", path("base.png"), "-define", "tiff:tile-geometry=16x16")
    magick("planar_big_endian.tif", path("small.png"), "-endian", "MSB", "-interlace", "Plane")
    gray = np.asarray(small.convert("L"))
    Image.fromarray(gray.astype(np.uint16) * 257).save(path("gray16.tif"))
    expect("gray16.tif", small.convert("L"))
    rgba = np.dstack([np.asarray(small), noise("alpha", 21 * 13).reshape(13, 21)])
    rgba[3] = rgba[3] * [1, 1, 1, 0]  # colours where nothing shows
    alpha = {kind: (338, 3, [kind]) for kind in (0, 1, 2)}
    write("rgba_associated.tif", tiff(21, 13, [8] * 4, 2, rgba.tobytes(), alpha[1]))
    write("rgba_unspecified.tif", tiff(21, 13, [8] * 4, 2, rgba.tobytes(), alpha[0]))
    write("rgb16.tif", tiff(21, 13, [16] * 3, 2, (rgba[:, :, :3] * np.uint16(257)).tobytes()))
    gray_alpha = np.dstack([gray, rgba[:, :, 3]])
    write("gray_alpha.tif", tiff(21, 13, [8] * 2, 1, gray_alpha.tobytes(), alpha[2]), small.convert("L"))
    write("gray_associated.tif", tiff(21, 13, [8] * 2, 1, gray_alpha.tobytes(), alpha[1]), small.convert("L"))
    indexed = small.quantize(50)
    colours = np.zeros((256, 3), np.uint16)
    colours[:50] = np.reshape(indexed.getpalette()[:150], (50, 3)) * 257
    map_ = (320, 3, colours.T.reshape(-1).tolist())
    with_alpha = np.dstack([np.asarray(indexed), rgba[:, :, 3]])
    write("palette_alpha.tif", tiff(21, 13, [8] * 2, 3, with_alpha.tobytes(), map_, alpha[2]), indexed)
    save("rgb_jpeg.tif", small, compression="jpeg")
    save("gray_jpeg.tif", small.convert("L"), compression="jpeg")
    magick("gray4.tif", path("small.png"), "-colorspace", "Gray", "-depth", "4")
    magick("palette4.tif", path("small.png"), "-colors", "16", "-depth", "4")
    bgr = b"".join(row.tobytes().ljust(64, b"\0") for row in np.asarray(small)[::-1, :, ::-1])
    header = struct.pack("<IHHHH", 12, 21, 13, 1, 24)
    write("rgb_os2.bmp", b"BM" + struct.pack("<IHHI", 14 + len(header) + len(bgr), 0, 0, 14 + len(header)) + header + bgr)


FILTERS = {"bicubic": Image.Resampling.BICUBIC, "bilinear": Image.Resampling.BILINEAR}


def noise_image(name, width, height):
    return Image.fromarray(noise(name, width * height * 3).reshape(height, width, 3))


def centre_crop(image, height, width):
    """As transformers' image_transforms.center_crop."""
    source = np.asarray(image)
    h, w = source.shape[:2]
    top, left = (h - height) // 2, (w - width) // 2
    bottom, right = top + height, left + width
    if top >= 0 and bottom <= h and left >= 0 and right <= w:
        return source[top:bottom, left:right]
    new_h, new_w = max(height, h), max(width, w)
    padded = np.zeros((new_h, new_w, 3), np.uint8)
    top_pad, left_pad = math.ceil((new_h - h) / 2), math.ceil((new_w - w) / 2)
    padded[top_pad : top_pad + h, left_pad : left_pad + w] = source
    top, bottom, left, right = top + top_pad, bottom + top_pad, left + left_pad, right + left_pad
    return padded[max(0, top) : min(new_h, bottom), max(0, left) : min(new_w, right)]


def resampling():
    rng = random.Random(1)
    cases = {}
    sizes = [(1, 1, 7, 13), (13, 7, 1, 1), (207, 3, 13, 207), (64, 64, 64, 64), (50, 40, 50, 13), (50, 40, 13, 40),
             (1, 500, 7, 40), (500, 1, 40, 7), (300, 200, 24, 16), (23, 17, 207, 113)]
    sizes += [tuple(rng.choice([rng.randint(1, 20), rng.randint(1, 130)]) for _ in range(4)) for _ in range(50)]
    for i, (width, height, new_width, new_height) in enumerate(sizes):
        for kind, resample in FILTERS.items():
            name = f"resize.{i}.{kind}"
            out = noise_image(name, width, height).resize((new_width, new_height), resample)
            cases[name] = {"resample": kind, "width": width, "height": height, "new_width": new_width,
                           "new_height": new_height, "sha256": sha256(out.tobytes())}
    crops = [("shortest_edge:32", "32x32", w, h) for w, h in
             ((1, 1), (32, 32), (33, 32), (32, 33), (31, 77), (77, 31), (1, 2000), (2000, 1), (640, 427), (3, 1000), (997, 331))]
    crops += [("shortest_edge:33", "32x31", 50, 70), ("shortest_edge:30", "32x32", 50, 40), ("shortest_edge:30", "47x32", 41, 40),
              ("shortest_edge:21", "none", 50, 33), ("exact:24x36", "none", 100, 90), ("exact:24x36", "20x50", 9, 90),
              ("exact:16x16", "16x16", 1, 3000), ("none", "none", 11, 5), ("none", "32x32", 64, 40), ("none", "32x32", 20, 13),
              ("none", "33x32", 13, 20), ("none", "32x33", 64, 13), ("none", "7x64", 33, 50), ("none", "9x9", 10, 8)]
    for i, (resize, crop, width, height) in enumerate(crops):
        for kind, resample in FILTERS.items():
            name = f"crop.{i}.{kind}"
            image = noise_image(name, width, height)
            if resize.startswith("shortest_edge:"):
                size = int(resize.split(":")[1])
                short, long = min(width, height), max(width, height)
                new_long = int(size * long / short)
                image = image.resize((size, new_long) if width <= height else (new_long, size), resample)
            elif resize.startswith("exact:"):
                new_height, new_width = map(int, resize.split(":")[1].split("x"))
                image = image.resize((new_width, new_height), resample)
            pixels = np.asarray(image) if crop == "none" else centre_crop(image, *map(int, crop.split("x")))
            cases[name] = {"resize": resize, "crop": crop, "resample": kind, "width": width, "height": height,
                           "new_width": pixels.shape[1], "new_height": pixels.shape[0], "sha256": sha256(pixels.tobytes())}
    return cases


def dump(file, cases):
    lines = ",\n".join(f" {json.dumps(name)}: {json.dumps(case)}" for name, case in sorted(cases.items()))
    with open(os.path.join("golden", file), "w") as f:
        f.write("{\n" + lines + "\n}\n")


def main():
    os.makedirs("decoding", exist_ok=True)
    im = picture("coffee.png", (200, 100, 237, 129))
    save("base.png", im)
    save("small.png", im.crop((0, 0, 21, 13)))
    jpegs(im)
    pngs(im)
    orientations(picture("chelsea.png", (140, 90, 177, 119)))
    others(im)
    dump("decoding.json", DECODING)
    dump("resample.json", resampling())


main()
