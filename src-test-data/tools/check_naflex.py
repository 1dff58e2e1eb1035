"""Compares SigLIP 2 NaFlex B/16 with Hugging Face's own code, from pictures' files to embeddings, on synthetic weights: a check by hand.

    python3 tools/check_naflex.py make FOLDER        the checkpoint, pictures, and the embeddings that they have to give
    ./clip convert FOLDER -o FOLDER/naflex.safetensors
    ./clip embed image --model FOLDER/naflex.safetensors --format jsonl FOLDER/*.png > FOLDER/image.jsonl
    ./clip embed text --model FOLDER/naflex.safetensors --format jsonl "A photo of a cat." > FOLDER/text.jsonl
    python3 tools/check_naflex.py compare FOLDER

Both towers have the published size, but for the vocabulary, which is that of tokenizers/gemma.tokenizer.json. The weights are random ones of
seed 0. Pictures are prepared by Siglip2ImageProcessorPil, and for comparison by Siglip2ImageProcessor, which resizes with torchvision. All
embeddings have length 1.
"""

import gzip
import json
import logging
import sys
from pathlib import Path

import numpy as np
import torch
from PIL import Image
from tokenizers import Tokenizer
from transformers import Siglip2Config, Siglip2ImageProcessor, Siglip2ImageProcessorPil, Siglip2Model

logging.disable(logging.WARNING)
SIZES = [(640, 480), (3000, 40), (7, 5), (60, 900), (1, 1), (224, 224)]


def make(folder):
    folder.mkdir(parents=True, exist_ok=True)
    torch.manual_seed(0)
    config = Siglip2Config(text_config=dict(vocab_size=1500, projection_size=768), vision_config={})
    model = Siglip2Model(config).eval()
    with torch.no_grad():
        for key, tensor in model.named_parameters():
            if key in ("logit_scale", "logit_bias"):
                tensor.fill_(4.7 if key == "logit_scale" else -13)
            elif tensor.dim() == 1 and "norm" in key and key.endswith("weight"):
                tensor.copy_(1 + 0.2 * torch.randn_like(tensor))
            elif tensor.dim() == 1:
                tensor.copy_(0.1 * torch.randn_like(tensor))
            elif key.endswith(("position_embedding.weight", "token_embedding.weight", "probe")):
                tensor.copy_(0.3 * torch.randn_like(tensor))
            else:
                tensor.copy_(torch.randn_like(tensor) * (1.5 / tensor.shape[1] ** 0.5))
    model.save_pretrained(folder)
    processor = Siglip2ImageProcessorPil(patch_size=16, max_num_patches=256)
    processor.save_pretrained(folder)
    text = gzip.decompress(Path("tokenizers/gemma.tokenizer.json.gz").read_bytes()).decode()
    (folder / "tokenizer.json").write_text(text)
    ids = Tokenizer.from_str(text).encode("a photo of a cat.", add_special_tokens=False).ids
    padded = torch.tensor([ids + [1] + [0] * (63 - len(ids))])
    pictures = []
    for i, (width, height) in enumerate(SIZES):
        noise = np.random.default_rng(i).integers(0, 256, (max(1, height // 4), max(1, width // 4), 3)).astype(np.uint8)
        pictures.append(Image.fromarray(noise).resize((width, height), Image.BICUBIC))
        pictures[-1].save(folder / f"picture{i}.png")
    unit = lambda x: torch.nn.functional.normalize(x, dim=-1).numpy()
    with torch.no_grad():
        expected = {"text": unit(model.text_model(padded).pooler_output)}
        for name, prepare in (("image", processor), ("torchvision", Siglip2ImageProcessor(patch_size=16, max_num_patches=256))):
            expected[name] = unit(model.vision_model(**prepare(pictures, return_tensors="pt")).pooler_output)
    np.savez(folder / "expected.npz", **expected)


def compare(folder):
    expected = np.load(folder / "expected.npz")
    for kind in ("image", "text"):
        found = np.array([json.loads(line)["embedding"] for line in (folder / f"{kind}.jsonl").read_text().splitlines()])
        found = found / np.linalg.norm(found, axis=1, keepdims=True)
        for i, row in enumerate(found):
            print(kind, i, "largest difference", np.abs(row - expected[kind][i]).max(), "largest component", np.abs(row).max())
    for i, row in enumerate(expected["torchvision"]):
        print("torchvision's resize against Pillow's", i, "cosine", float(row @ expected["image"][i]))


{"make": make, "compare": compare}[sys.argv[1]](Path(sys.argv[2]))
