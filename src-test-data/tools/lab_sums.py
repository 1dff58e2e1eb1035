#!/usr/bin/env python3
"""Prints the SHA-256 of what Pillow converts CIE L*a*b* to, of every fifth level and of all, which CieLabTest holds the engine to.

    lab_sums.py

Colours are in order, L changing last and b first; a and b are 128 more than they are. Needs Pillow 12.3 with LittleCMS 2.19, and NumPy.
"""

import hashlib

import numpy as np
from PIL import Image

for step in (5, 1):
    levels = np.arange(0, 256, step, dtype=np.uint8)
    a, b = np.meshgrid(levels, levels, indexing="ij")
    digest = hashlib.sha256()
    for level in levels:
        bands = [np.full_like(a, level), a, b]
        digest.update(Image.merge("LAB", [Image.fromarray(band) for band in bands]).convert("RGB").tobytes())
    print(step, digest.hexdigest())
