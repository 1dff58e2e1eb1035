"""Embeds photos as people do in Python, to be held against `clip embed image`: Pillow, CLIP's transforms, ONNX Runtime.

    python3 embed_photos.py ONNX PHOTOS OUT [--processes N]

ONNX is vision.onnx of export_onnx.py, PHOTOS a folder, OUT a file of NumPy's for the vectors, one a photo in the order
of their names. Without --processes one loop decodes, resizes and runs each photo, with ONNX Runtime's own threads; with
it, N processes decode and resize, and batches of eight are run as they come. Prints photos per second, without the
start. Needs the packages numpy, pillow and onnxruntime.
"""
import argparse
import multiprocessing
import pathlib
import time

import numpy
import onnxruntime
from PIL import Image, ImageOps

SIDE = 224
BATCH = 8
MEAN = numpy.array([0.48145466, 0.4578275, 0.40821073], numpy.float32)
STD = numpy.array([0.26862954, 0.26130258, 0.27577711], numpy.float32)


def pixels(path):
    """[3, 224, 224], as CLIP's own transforms make them."""
    with Image.open(path) as photo:
        photo = ImageOps.exif_transpose(photo).convert("RGB")
    scale = SIDE / min(photo.size)
    size = [max(SIDE, int(side * scale)) for side in photo.size]
    photo = photo.resize(size, Image.BICUBIC)
    left, top = (size[0] - SIDE) // 2, (size[1] - SIDE) // 2
    crop = numpy.asarray(photo.crop((left, top, left + SIDE, top + SIDE)), numpy.float32)
    return ((crop / 255 - MEAN) / STD).transpose(2, 0, 1)


def batches(images, size):
    batch = []
    for image in images:
        batch.append(image)
        if len(batch) == size:
            yield batch
            batch = []
    if batch:
        yield batch


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("onnx")
    parser.add_argument("photos", type=pathlib.Path)
    parser.add_argument("out")
    parser.add_argument("--processes", type=int, default=0)
    arguments = parser.parse_args()
    paths = sorted(path for path in arguments.photos.iterdir() if path.suffix in (".jpg", ".jpeg", ".png", ".webp"))
    session = onnxruntime.InferenceSession(arguments.onnx, providers=["CPUExecutionProvider"])
    name = session.get_inputs()[0].name

    def embed(images, size):
        found = []
        for batch in batches(images, size):
            found.append(session.run(None, {name: numpy.stack(batch)})[0])
        return numpy.concatenate(found)

    if arguments.processes:
        with multiprocessing.Pool(arguments.processes) as pool:
            begin = time.perf_counter()
            vectors = embed(pool.imap(pixels, paths, chunksize=2), BATCH)
    else:
        begin = time.perf_counter()
        vectors = embed(map(pixels, paths), 1)
    seconds = time.perf_counter() - begin
    numpy.save(arguments.out, vectors / numpy.linalg.norm(vectors, axis=1, keepdims=True))
    print(f"{len(paths)} photos in {seconds:.1f} s: {len(paths) / seconds:.2f} a second")


if __name__ == "__main__":
    main()
