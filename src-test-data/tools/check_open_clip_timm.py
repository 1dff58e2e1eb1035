"""Compares MobileCLIP's transformers and PE-Core at full size with OpenCLIP's own code, on synthetic weights: a check by hand.

    python3 tools/check_open_clip_timm.py make MobileCLIP2-B FOLDER     the checkpoint, a picture, and the embeddings that it has to give
    ./clip convert FOLDER -o FOLDER/model.safetensors
    ./clip embed image --model FOLDER/model.safetensors --format jsonl FOLDER/picture.png > FOLDER/image.jsonl
    ./clip embed text --model FOLDER/model.safetensors --format jsonl "a photo of a cat" > FOLDER/text.jsonl
    python3 tools/check_open_clip_timm.py compare MobileCLIP2-B FOLDER

The weights are PyTorch's random ones of seed 0, spread more than at the start of a training, and running means and variances of every
normalisation are random too. All embeddings have length 1.
"""

import json
import logging
import sys
from pathlib import Path

import numpy as np
import open_clip
import torch
from PIL import Image
from safetensors.torch import save_file

logging.disable(logging.WARNING)
MOBILE = dict(mean=[0.0, 0.0, 0.0], std=[1.0, 1.0, 1.0], interpolation="bilinear", resize_mode="shortest")
PREPROCESS = {
    "MobileCLIP2-B": MOBILE,
    "MobileCLIP2-L-14": dict(mean=list(open_clip.OPENAI_DATASET_MEAN), std=list(open_clip.OPENAI_DATASET_STD),
                             interpolation="bicubic", resize_mode="shortest"),
}
PE = dict(mean=[0.5] * 3, std=[0.5] * 3, interpolation="bilinear", resize_mode="squash")


def make(name, folder):
    folder.mkdir(parents=True, exist_ok=True)
    torch.manual_seed(0)
    config = open_clip.get_model_config(name)
    preprocess = PREPROCESS.get(name, PE)
    (folder / "open_clip_config.json").write_text(json.dumps({"model_cfg": config, "preprocess_cfg": preprocess}))
    model = open_clip.model.CustomTextCLIP(**{k: v for k, v in config.items() if k != "custom_text"}).eval()
    with torch.no_grad():
        for key, tensor in model.state_dict().items():
            if not tensor.dtype.is_floating_point or tensor.dim() == 0 or key == "text.attn_mask":
                continue
            if key.endswith("running_var"):
                tensor.copy_(torch.rand_like(tensor) + 0.5)
            elif tensor.dim() == 1 and key.endswith("weight"):
                tensor.copy_(1 + 0.2 * torch.randn_like(tensor))
            elif tensor.dim() == 1:
                tensor.copy_(0.1 * torch.randn_like(tensor))
            elif key.endswith(("pos_embed", "cls_token", "positional_embedding", "token_embedding.weight", "latent")):
                tensor.copy_(0.3 * torch.randn_like(tensor))
            else:
                fan = tensor[0].numel() if not key.endswith("text_projection") else tensor.shape[0]
                tensor.copy_(torch.randn_like(tensor) * (1.5 / fan**0.5))
    save_file({k: v.contiguous() for k, v in model.state_dict().items() if k != "text.attn_mask"},
              folder / "open_clip_model.safetensors")
    x = np.random.default_rng(0).integers(0, 256, (300, 400, 3)).astype(np.uint8)
    Image.fromarray(x).resize((640, 480), Image.BICUBIC).save(folder / "picture.png")
    size = config["vision_cfg"]["image_size"]
    transform = open_clip.transform.image_transform_v2(open_clip.transform.PreprocessCfg(size=size, **preprocess), is_train=False)
    pixels = transform(Image.open(folder / "picture.png").convert("RGB"))[None]
    ids = open_clip.SimpleTokenizer(context_length=config["text_cfg"]["context_length"])(["a photo of a cat"])
    with torch.no_grad():
        np.savez(folder / "expected.npz", image=model.encode_image(pixels, normalize=True)[0].numpy(),
                 text=model.encode_text(ids, normalize=True)[0].numpy())


def compare(name, folder):
    expected = np.load(folder / "expected.npz")
    for kind in ("image", "text"):
        found = np.array(json.loads((folder / f"{kind}.jsonl").read_text())["embedding"])
        found = found / np.linalg.norm(found)
        print(name, kind, "largest difference", np.abs(found - expected[kind]).max(), "largest component",
              np.abs(expected[kind]).max(), "cosine", float(found @ expected[kind]))


{"make": make, "compare": compare}[sys.argv[1]](sys.argv[2], Path(sys.argv[3]))
