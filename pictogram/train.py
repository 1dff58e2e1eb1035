"""Trains the pictogram model; interrupt it whenever you like, the same command goes on from the last checkpoint.

    train.py DIR [--steps N] [--batch N] [--seed N]    DIR as prepare.py left it; writes DIR/run/checkpoint.pt, tokenizer files, log.csv
"""
import argparse
import csv
import json
import math
import os
import random
import time
from collections import Counter
from dataclasses import asdict
from pathlib import Path

import numpy as np
import torch
import torch.nn.functional as F
from torch import Tensor

import bpe
import captions
from augment import augment
from model import Clip, Config
from names import Concept
from optimiser import optimisers

CAPTION = 16  # tokens of a training caption; the model's context is longer
EMA = 0.998
FULL = 0.92  # from here on all patches are looked at
DECAY = 0.55  # from here on the rate falls linearly to zero
WARM_UP = 60
RESTYLED = 0.8  # share of the pictures whose style is changed, reached after RAMP of the run
RAMP = 0.35
PROXY_SCALE = 20.0


class Pictures:
    """Draws concepts evenly and two pictures of each, so that a batch holds one thing in two styles."""

    def __init__(self, directory: Path):
        index = json.loads((directory / "pictures.json").read_text(encoding="utf-8"))
        self.pixels = np.load(directory / "pictures.npy", mmap_mode="r")
        self.concepts = [Concept(**c) for c in index["concepts"]]
        self.emojis = sum(c.hexcode != "" for c in self.concepts)
        uses = {s["style"]: s["use"] for s in json.loads((Path(__file__).parent / "sources.json").read_text(encoding="utf-8"))}
        self.monochrome = torch.from_numpy(np.array([self.pixels[i][..., :3].max() < 40 for i in range(len(self.pixels))]))
        drawn: list[list[int]] = [[] for _ in self.concepts]
        for i, c in enumerate(index["concept"]):
            drawn[c].append(i)
        # an icon says less of an emoji than an emoji does, and there are many of them
        worth = {"emoji": 1.0, "flags": 0.5, "icons": 0.2}
        self.drawn = [
            (np.array(p), np.cumsum([worth[uses[index["style"][i]]] * (0.5 if "font" in index["style"][i] else 1) for i in p]))
            for p in drawn
        ]
        has = np.array([len(p) > 0 for p in drawn], float)
        emoji = np.arange(len(drawn)) < self.emojis
        self.weights = np.where(emoji, 0.92 * has / has[emoji].sum(), 0.08 * has / max(1, has[~emoji].sum()))

    def batch(self, size: int, rng: np.random.Generator) -> tuple[Tensor, Tensor, Tensor]:
        """Pixels uint8 [B, s, s, 4], monochrome [B], concepts [B]."""
        concepts = rng.choice(len(self.drawn), size // 2, replace=False, p=self.weights).repeat(2)
        chosen = np.empty(size, int)
        for i, c in enumerate(concepts):
            pictures, worth = self.drawn[c]
            for _ in range(4):
                chosen[i] = pictures[np.searchsorted(worth, rng.random() * worth[-1])]
                if i % 2 == 0 or chosen[i] != chosen[i - 1]:
                    break
        return torch.from_numpy(self.pixels[chosen]), self.monochrome[chosen], torch.from_numpy(concepts)


def tokens(tokenizer: bpe.Tokenizer, texts: list[str]) -> tuple[Tensor, Tensor]:
    """Captions padded to the longest with the end token, and where each ends."""
    encoded = [tokenizer.encode(t, CAPTION) for t in texts]
    longest = max(map(len, encoded))
    end = tokenizer.vocabulary[bpe.END]
    return torch.tensor([e + [end] * (longest - len(e)) for e in encoded]), torch.tensor([len(e) - 1 for e in encoded])


def contrastive(images: Tensor, texts: Tensor, concepts: Tensor, scale: Tensor) -> tuple[Tensor, Tensor]:
    """CLIP's loss with every row of the same concept a positive, and the same between pictures of one concept."""
    same = (concepts[:, None] == concepts[None, :]).float()
    target = same / same.sum(1, keepdim=True)
    logits = scale * images @ texts.t()
    words = -(target * (logits.log_softmax(1) + logits.t().log_softmax(1))).sum(1).mean() / 2
    others = same - torch.eye(len(same))
    near = (images @ images.t() * 10).masked_fill(torch.eye(len(same), dtype=torch.bool), -1e4)
    pairs = -(others / others.sum(1, keepdim=True).clamp(1) * near.log_softmax(1)).sum(1).mean()
    return words, pairs


def proxies(concepts: list[Concept], width: int) -> Tensor:
    """A point for each concept where its words' random directions meet, rare words counting more: concepts near in words are near."""
    generator, directions = torch.Generator().manual_seed(0), {}
    documents = [bpe.words(c.label) * 3 + [w for t in c.tags for w in bpe.words(t)] for c in concepts]
    frequency = Counter(w for d in documents for w in set(d))
    points = torch.zeros(len(concepts), width)
    for point, document in zip(points, documents):
        for word, count in Counter(document).items():
            if word not in directions:
                directions[word] = torch.randn(width, generator=generator)
            point += directions[word] * count**0.5 * math.log(len(documents) / frequency[word])
    return F.normalize(points, dim=-1)


def rate(step: int, steps: int) -> float:
    return min(1.0, (step + 1) / WARM_UP, (1 - step / steps) / (1 - DECAY))


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("directory", type=Path)
    parser.add_argument("--steps", type=int, default=2300)
    parser.add_argument("--batch", type=int, default=256)
    parser.add_argument("--seed", type=int, default=20261124)
    arguments = parser.parse_args()
    run = arguments.directory / "run"
    run.mkdir(exist_ok=True)
    pictures = Pictures(arguments.directory)
    config = Config()
    if not (run / "merges.txt").exists():
        texts = captions.corpus(pictures.concepts, pictures.emojis)
        bpe.Tokenizer(bpe.learn(texts, config.vocabulary)).save(run)
    tokenizer = bpe.Tokenizer.load(run)

    torch.manual_seed(arguments.seed)
    model = Clip(config)
    average = {n: p.detach().clone() for n, p in model.named_parameters()}
    # Learnt with the model and left behind: every picture and caption is held against all concepts, not those of its batch alone.
    points = torch.nn.Parameter(proxies(pictures.concepts, config.projection))
    muon, adam = optimisers(model)
    adam.add_param_group(dict(params=[points], lr=1e-3, weight_decay=0.0))
    rates = [[g["lr"] for g in o.param_groups] for o in (muon, adam)]
    start, spent, checkpoint = 0, 0.0, run / "checkpoint.pt"
    if checkpoint.exists():
        saved = torch.load(checkpoint)
        model.load_state_dict(saved["model"])
        average, start, spent = saved["average"], saved["step"], saved["seconds"]
        points.data = saved["points"]
        muon.load_state_dict(saved["muon"])
        adam.load_state_dict(saved["adam"])
        print(f"going on from step {start}", flush=True)

    begun, totals = time.monotonic() - spent, np.zeros(3)
    for step in range(start, arguments.steps):
        # every step seeds itself: a run that was interrupted sees what one that was not would have
        torch.manual_seed(arguments.seed + step)
        rng, words = np.random.default_rng((arguments.seed, step)), random.Random(arguments.seed + step)
        pixels, monochrome, concepts = pictures.batch(arguments.batch, rng)
        images = augment(pixels, monochrome, config.image, RESTYLED * min(1, step / (RAMP * arguments.steps)))
        ids, ends = tokens(tokenizer, [captions.caption(pictures.concepts[c], words) for c in concepts])
        keep = None
        if step < FULL * arguments.steps:
            keep = torch.rand(arguments.batch, config.patches).argsort(1)[:, : config.patches // 2]
        scale = model.logit_scale.clamp(max=4.6052).exp()
        pictured, said = model.embed_images(images, keep, fast=True), model.embed_texts(ids, ends, fast=True)
        words_loss, pairs_loss = contrastive(pictured, said, concepts, scale)
        near = PROXY_SCALE * torch.cat([pictured, said]) @ F.normalize(points, dim=-1).t()
        proxy_loss = F.cross_entropy(near, concepts.repeat(2))
        (words_loss + 0.2 * pairs_loss + proxy_loss).backward()
        for optimiser, base in zip((muon, adam), rates):
            for group, lr in zip(optimiser.param_groups, base):
                group["lr"] = lr * rate(step, arguments.steps)
            optimiser.step()
            optimiser.zero_grad(set_to_none=True)
        decay = min(EMA, (step + 1) / (step + 10))
        with torch.no_grad():
            torch._foreach_mul_(list(average.values()), decay)
            torch._foreach_add_(list(average.values()), [p.data for p in model.parameters()], alpha=1 - decay)
        totals += (float(words_loss), float(pairs_loss), float(proxy_loss))
        done = step + 1
        if done % 20 == 0:
            seconds = time.monotonic() - begun
            with (run / "log.csv").open("a", newline="") as log:
                csv.writer(log).writerow([done, f"{seconds:.0f}", *np.round(totals / 20, 4), f"{float(scale):.2f}"])
            print(f"step {done}  {seconds:.0f} s  loss {totals[0] / 20:.3f}  pairs {totals[1] / 20:.3f}  proxy {totals[2] / 20:.3f}  scale {float(scale):.1f}", flush=True)
            totals[:] = 0
        if done % 100 == 0 or done == arguments.steps:
            saved = dict(model=model.state_dict(), average=average, step=done, seconds=time.monotonic() - begun)
            saved |= dict(points=points.data, muon=muon.state_dict(), adam=adam.state_dict(), config=asdict(config), steps=arguments.steps)
            torch.save(saved, run / "checkpoint.part")
            os.replace(run / "checkpoint.part", checkpoint)


if __name__ == "__main__":
    torch.set_num_threads(1)
    main()
