"""Compares SigLIP 2 NaFlex B/16 with its makers' own code, from pictures' files to embeddings, on synthetic weights: a check by hand.

    python3 tools/check_naflex.py make FOLDER        Hugging Face's checkpoint, pictures, and the embeddings that they have to give; or
    python3 tools/check_naflex.py open_clip FOLDER   OpenCLIP's
    ./clip convert FOLDER -o FOLDER/naflex.safetensors
    ./clip embed image --model FOLDER/naflex.safetensors --format jsonl FOLDER/*.png > FOLDER/image.jsonl
    ./clip embed text --model FOLDER/naflex.safetensors --format jsonl "A photo of a cat." > FOLDER/text.jsonl
    python3 tools/check_naflex.py compare FOLDER

Both towers have the published size, but for the vocabulary, which is that of tokenizers/gemma.tokenizer.json. The weights are random ones of
seed 0. Pictures are prepared by Siglip2ImageProcessorPil, and for comparison by Siglip2ImageProcessor, which resizes with torchvision. All
embeddings have length 1.

OpenCLIP's towers are timm's naflexvit_base_patch16_siglip, in open_clip's TimmModel, and open_clip's text tower, with the numbers of
ViT-B-16-SigLIP2-naflex. Pictures are prepared by the transform that open_clip 4.2.0.dev0 asks timm for where its aug_cfg says naflex, to
576 patches; and for comparison by the one of other models, which squashes them to 384 x 384. What a model of the same weights would give
with positions that are interpolated bilinearly is told, too.
"""

import gzip
import json
import logging
import sys
from pathlib import Path

import numpy as np
import torch

library = torch.library.Library("torchvision", "DEF")  # which torchvision asks for where it has no compiled part
for operator in ("nms", "qnms"):
    library.define(operator + "(Tensor dets, Tensor scores, float iou_threshold) -> Tensor")
from PIL import Image
from tokenizers import Tokenizer
from transformers import Siglip2Config, Siglip2ImageProcessor, Siglip2ImageProcessorPil, Siglip2Model

logging.disable(logging.WARNING)
SIZES = [(640, 480), (3000, 40), (7, 5), (60, 900), (1, 1), (224, 224)]


def fill(model):
    with torch.no_grad():
        for key, tensor in model.named_parameters():
            if key in ("logit_scale", "logit_bias"):
                tensor.fill_(4.7 if key == "logit_scale" else -13)
            elif tensor.dim() == 1 and ("norm" in key or "ln_" in key) and key.endswith("weight"):
                tensor.copy_(1 + 0.2 * torch.randn_like(tensor))
            elif tensor.dim() == 1:
                tensor.copy_(0.1 * torch.randn_like(tensor))
            elif key.endswith(("position_embedding.weight", "token_embedding.weight", "probe", "pos_embed", "latent", "positional_embedding")):
                tensor.copy_(0.3 * torch.randn_like(tensor))
            else:
                tensor.copy_(torch.randn_like(tensor) * (1.5 / tensor.shape[1] ** 0.5))
    return model.eval()


def tokens(folder, text):
    """Of 64, for which the tokenizer is put into the folder."""
    tokenizer = gzip.decompress(Path("tokenizers/gemma.tokenizer.json.gz").read_bytes()).decode()
    (folder / "tokenizer.json").write_text(tokenizer)
    ids = Tokenizer.from_str(tokenizer).encode(text, add_special_tokens=False).ids
    return torch.tensor([ids + [1] + [0] * (63 - len(ids))])


def pictures_in(folder):
    pictures = []
    for i, (width, height) in enumerate(SIZES):
        noise = np.random.default_rng(i).integers(0, 256, (max(1, height // 4), max(1, width // 4), 3)).astype(np.uint8)
        pictures.append(Image.fromarray(noise).resize((width, height), Image.BICUBIC))
        pictures[-1].save(folder / f"picture{i}.png")
    return pictures


def unit(x):
    return torch.nn.functional.normalize(x, dim=-1).numpy()


def make(folder):
    folder.mkdir(parents=True, exist_ok=True)
    torch.manual_seed(0)
    model = fill(Siglip2Model(Siglip2Config(text_config=dict(vocab_size=1500, projection_size=768), vision_config={})))
    model.save_pretrained(folder)
    processor = Siglip2ImageProcessorPil(patch_size=16, max_num_patches=256)
    processor.save_pretrained(folder)
    padded = tokens(folder, "a photo of a cat.")
    pictures = pictures_in(folder)
    with torch.no_grad():
        expected = {"text": unit(model.text_model(padded).pooler_output)}
        for name, prepare in (("image", processor), ("torchvision", Siglip2ImageProcessor(patch_size=16, max_num_patches=256))):
            expected[name] = unit(model.vision_model(**prepare(pictures, return_tensors="pt")).pooler_output)
    np.savez(folder / "expected.npz", **expected)


def open_clip(folder):
    import open_clip
    from open_clip.timm_model import TimmModel
    from open_clip.transform import PreprocessCfg, image_transform_v2
    from safetensors.torch import save_file
    from timm.data import create_transform

    folder.mkdir(parents=True, exist_ok=True)
    torch.manual_seed(0)
    text = dict(context_length=64, vocab_size=1500, width=768, heads=12, layers=12, no_causal_mask=True, proj_bias=True, pool_type="last",
                norm_kwargs={"eps": 1e-6}, act_kwargs={"approximate": "tanh"})
    tower = {"timm_model_name": "naflexvit_base_patch16_siglip", "timm_pool": "map", "timm_proj": "none"}
    half = dict(mean=[0.5] * 3, std=[0.5] * 3, interpolation="bicubic", resize_mode="squash")
    config = {"model_cfg": {"embed_dim": 768, "init_logit_bias": -10, "custom_text": True,
                            "vision_cfg": {"image_size": 384, "image_seq_len": 576, **tower},
                            "text_cfg": {**text, "tokenizer_kwargs": {"clean": "canonicalize"}}},
              "preprocess_cfg": half}
    (folder / "open_clip_config.json").write_text(json.dumps(config))
    model = torch.nn.Module()
    model.visual = TimmModel(tower["timm_model_name"], 768, pool="map", proj="none", image_size=384)
    model.text = open_clip.model._build_text_tower(768, open_clip.CLIPTextCfg(**text))
    model.logit_scale = torch.nn.Parameter(torch.zeros(()))
    model.logit_bias = torch.nn.Parameter(torch.zeros(()))
    fill(model)
    save_file({k: v.contiguous() for k, v in model.state_dict().items() if k != "text.attn_mask"}, folder / "open_clip_model.safetensors")
    prepare = create_transform(input_size=384, is_training=False, naflex=True, patchify=True, max_seq_len=576, patch_size=16,
                               interpolation="bicubic", mean=half["mean"], std=half["std"])
    squash = image_transform_v2(PreprocessCfg(size=384, **half), is_train=False)
    pictures = pictures_in(folder)
    batches = [{key: value[None] for key, value in prepare(picture).items()} for picture in pictures]
    of_all = lambda: unit(torch.cat([model.visual(batch) for batch in batches]))
    with torch.no_grad():
        expected = {"text": unit(model.text(tokens(folder, "a photo of a cat"))), "image": of_all(),
                    "squashed": unit(model.visual(torch.stack([squash(picture) for picture in pictures])))}
        model.visual.trunk.embeds.pos_embed_interp_mode = "bilinear"
        expected["bilinear"] = of_all()
    np.savez(folder / "expected.npz", **expected)


def compare(folder):
    expected = np.load(folder / "expected.npz")
    for kind in ("image", "text"):
        found = np.array([json.loads(line)["embedding"] for line in (folder / f"{kind}.jsonl").read_text().splitlines()])
        found = found / np.linalg.norm(found, axis=1, keepdims=True)
        for i, row in enumerate(found):
            print(kind, i, "largest difference", np.abs(row - expected[kind][i]).max(), "largest component", np.abs(row).max())
    for other in sorted(set(expected) - {"image", "text"}):
        for i, row in enumerate(expected[other]):
            print(other, "instead", i, "cosine", float(row @ expected["image"][i]))


{"make": make, "open_clip": open_clip, "compare": compare}[sys.argv[1]](Path(sys.argv[2]))
