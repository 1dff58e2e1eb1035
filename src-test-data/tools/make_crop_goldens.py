"""Makes golden/torchvision_crops.txt: SHA-256 of what torchvision resizes and crops out of odd sizes.

Run in src-test-data with torchvision and Pillow:

    python3 tools/make_crop_goldens.py

A line is width, height and filter of a picture, its crop's size, where in the resized picture the crop begins (left, top), and the
SHA-256 of its RGB bytes. Pixel x, y has red 7x + 13y, green x^2 + y, blue 5y^2 + 3x, modulo 256.
"""

import hashlib

import numpy as np
import torch

library = torch.library.Library("torchvision", "DEF")  # which torchvision asks for where it has no compiled part
library.define("nms(Tensor dets, Tensor scores, float iou_threshold) -> Tensor")
library.define("roi_align(Tensor input, Tensor rois, float spatial_scale, SymInt pooled_height, SymInt pooled_width,"
               " int sampling_ratio, bool aligned) -> Tensor")
from PIL import Image
from torchvision.transforms import CenterCrop, InterpolationMode, Resize

FILTERS = {"bicubic": InterpolationMode.BICUBIC, "bilinear": InterpolationMode.BILINEAR}
SIZES = [(33, 32), (34, 32), (35, 32), (36, 32), (37, 32), (39, 32), (32, 33), (32, 35), (32, 41), (97, 61), (61, 98), (301, 203)]

with open("golden/torchvision_crops.txt", "w") as out:
    for name, filter in FILTERS.items():
        for side in (32, 25):
            for width, height in SIZES:
                y, x = np.mgrid[0:height, 0:width]
                rgb = np.stack([7 * x + 13 * y, x * x + y, 5 * y * y + 3 * x], 2).astype(np.uint8)
                resized = Resize(side, filter)(Image.fromarray(rgb))
                columns = np.tile(np.arange(resized.width), (resized.height, 1)).astype(np.int32)
                rows = np.tile(np.arange(resized.height)[:, None], (1, resized.width)).astype(np.int32)
                left = np.asarray(CenterCrop(side)(Image.fromarray(columns, "I")))[0, 0]
                top = np.asarray(CenterCrop(side)(Image.fromarray(rows, "I")))[0, 0]
                crop = np.asarray(CenterCrop(side)(resized))
                digest = hashlib.sha256(crop.tobytes()).hexdigest()
                print(width, height, name, side, left, top, digest, file=out)
