"""Measures a trained model on the held-out styles, with PyTorch and through clip.jar, and compares the two.

    evaluate.py DIR                                PyTorch alone, from DIR/run/checkpoint.pt
    evaluate.py DIR --jar clip.jar --model FILE    also writes the pictures as PNG, embeds them and the labels with the jar
    evaluate.py DIR --styles                       also every trained style (seen in training: no measure of generalisation)

The labels are all of emojibase's; the text is `a photo of a {label}`. Among 20: the right label and 19 others at random, ten
draws for each picture, from a fixed seed.
"""
import argparse
import json
import subprocess
import tempfile
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import torch
from PIL import Image

import bpe
import captions
import render
from augment import MEAN, STD
from model import Clip, Config, Tower

DRAWS, AMONG, SEED = 10, 20, 5


@dataclass
class Style:
    name: str
    pictures: np.ndarray  # RGB uint8 [N, 96, 96, 3], on white
    concepts: np.ndarray


def styles(directory: Path, stem: str, most: int = 2000) -> list[Style]:
    """The pictures of emojis by style, in the order of the file."""
    index = json.loads((directory / f"{stem}.json").read_text(encoding="utf-8"))
    pixels = np.load(directory / f"{stem}.npy", mmap_mode="r")
    emojis = len(labels(directory))
    found = []
    for name in dict.fromkeys(index["style"]):
        rows = [i for i, s in enumerate(index["style"]) if s == name and index["concept"][i] < emojis][:most]
        if rows:
            found.append(Style(name, render.on_white(pixels[rows]), np.array([index["concept"][i] for i in rows])))
    return found


def labels(directory: Path) -> list[str]:
    concepts = json.loads((directory / "held-out.json").read_text(encoding="utf-8"))["concepts"]
    return [c["label"] for c in concepts if c["hexcode"]]


def scores(images: np.ndarray, texts: np.ndarray, truth: np.ndarray) -> tuple[float, float, float]:
    """Accuracy among 20, top-1 and top-5 among all, in percent."""
    similar = images @ texts.T
    right = similar[np.arange(len(truth)), truth]
    better = (similar > right[:, None]).sum(1)
    rng, hits = np.random.default_rng(SEED), 0
    for _ in range(DRAWS):
        # others: uniform over all labels but the right one
        drawn = rng.integers(0, len(texts) - 1, (len(truth), AMONG - 1))
        drawn += drawn >= truth[:, None]
        hits += (np.take_along_axis(similar, drawn, 1).max(1) < right).sum()
    return 100 * hits / (DRAWS * len(truth)), 100 * (better == 0).mean(), 100 * (better < 5).mean()


def load(directory: Path) -> tuple[Clip, bpe.Tokenizer, int]:
    """The averaged weights of the last checkpoint, in float32."""
    saved = torch.load(directory / "run" / "checkpoint.pt")
    settings = {k: Tower(**v) if isinstance(v, dict) else v for k, v in saved["config"].items()}
    model = Clip(Config(**settings)).eval()
    model.load_state_dict(saved["model"])
    model.load_state_dict(saved["average"], strict=False)
    return model, bpe.Tokenizer.load(directory / "run"), saved["step"]


def preprocessed(pictures: np.ndarray, size: int) -> torch.Tensor:
    """CLIP's preprocessing of square pictures."""
    resized = [np.asarray(Image.fromarray(p).resize((size, size), Image.Resampling.BICUBIC)) for p in pictures]
    return (torch.from_numpy(np.stack(resized)).permute(0, 3, 1, 2).float() / 255 - MEAN) / STD


@torch.no_grad()
def embed_images(model: Clip, pictures: np.ndarray) -> np.ndarray:
    pixels = preprocessed(pictures, model.config.image)
    return torch.cat([model.embed_images(p) for p in pixels.split(128)]).numpy()


@torch.no_grad()
def embed_texts(model: Clip, tokenizer: bpe.Tokenizer, texts: list[str]) -> np.ndarray:
    rows = []
    for text in texts:
        ids = tokenizer.encode(text, model.config.context)
        rows.append(model.embed_texts(torch.tensor([ids]), torch.tensor([len(ids) - 1])))
    return torch.cat(rows).numpy()


class Jar:
    """Embeddings by `clip.jar embed`, the pictures handed over as PNG files."""

    def __init__(self, jar: Path, model: Path):
        self.command = ["java", "-jar", str(jar), "embed"]
        self.model = str(model)

    def _embed(self, kind: str, inputs: list[str]) -> np.ndarray:
        with tempfile.TemporaryDirectory() as scratch:
            out = Path(scratch) / "embeddings.npy"
            command = [*self.command, kind, "--model", self.model, "--normalize", "--format", "npy", "-o", str(out)]
            parts = []
            for i in range(0, len(inputs), 1000):
                out.unlink(missing_ok=True)
                subprocess.run([*command, "--", *inputs[i : i + 1000]], check=True, stdout=subprocess.DEVNULL)
                parts.append(np.load(out))
        return np.concatenate(parts)

    def images(self, pictures: np.ndarray) -> np.ndarray:
        with tempfile.TemporaryDirectory() as scratch:
            files = [str(Path(scratch) / f"{i}.png") for i in range(len(pictures))]
            for file, picture in zip(files, pictures):
                Image.fromarray(picture).save(file)
            return self._embed("image", files)

    def texts(self, texts: list[str]) -> np.ndarray:
        return self._embed("text", texts)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("directory", type=Path)
    parser.add_argument("--jar", type=Path)
    parser.add_argument("--model", type=Path)
    parser.add_argument("--styles", action="store_true")
    arguments = parser.parse_args()
    model, tokenizer, step = load(arguments.directory)
    texts = [captions.CLASSIFY.format(label) for label in labels(arguments.directory)]
    by_torch = embed_texts(model, tokenizer, texts)
    jar = Jar(arguments.jar, arguments.model) if arguments.jar else None
    if jar:
        by_jar = jar.texts(texts)
        print(f"texts: smallest cosine between jar and PyTorch {(by_jar * by_torch).sum(1).min():.6f}")
    print(f"step {step}; {len(texts)} labels\n{'style':28} {'pictures':>8} {'of 20':>7} {'top-1':>7} {'top-5':>7}")
    shown = styles(arguments.directory, "held-out") + (styles(arguments.directory, "pictures") if arguments.styles else [])
    for style in shown:
        images = embed_images(model, style.pictures)
        row = scores(images, by_torch, style.concepts)
        print(f"{style.name:28} {len(style.pictures):8}" + "".join(f" {r:7.2f}" for r in row), flush=True)
        if jar:
            images_by_jar = jar.images(style.pictures)
            row = scores(images_by_jar, by_jar, style.concepts)
            cosine = (images_by_jar * images).sum(1).min()
            print(f"{'  through the jar':37}" + "".join(f" {r:7.2f}" for r in row) + f"  smallest cosine {cosine:.6f}", flush=True)


if __name__ == "__main__":
    torch.set_num_threads(1)
    main()
