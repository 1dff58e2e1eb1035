"""Compares each of open_clip's configurations that clip-java reads with open_clip itself, on tiny models: a check by hand.

Run in src-test-data with open_clip, timm, transformers and PyTorch, after ./clip --version; it takes about ten minutes:

    python3 tools/check_open_clip_configs.py ../clip            all of docs/open-clip.md
    python3 tools/check_open_clip_configs.py ../clip NAME...    these alone

It writes what it finds into golden/open_clip_differences.txt, which OpenClipConfigurationsTest puts into that page.

A model is the configuration with two layers and two heads in each tower. What a head's width is, how much wider an MLP, activations,
pools, masks, norms, stems, projections and the context's length stay as they are; pictures are four patches wide and what is left over.
timm's towers are made by the functions that open_clip names, with a smaller width, depth and picture; the text towers of transformers
by their classes. Vocabularies of CLIP are whole, others those of tokenizers/. All weights are random, norms, biases, running means and
scales too. Pictures are prepared as a published model of the configuration says. The folder is what open_clip publishes.

Four pictures and twelve texts go through both programs, from files and strings to embeddings of length 1; the first picture has the
model's size, so that its pixels are not resized. A line is a name, the largest difference of a component of pictures, and of texts.
"""

import gzip
import json
import logging
import re
import subprocess
import sys
import tempfile
from pathlib import Path
from unittest import mock

import numpy as np
import open_clip
import safetensors.torch
import timm
import tokenizers
import torch
import transformers
from open_clip.push_to_hf_hub import save_config_for_hf
from open_clip.transform import PreprocessCfg, image_transform_v2
from PIL import Image
from timm.models.vision_transformer_hybrid import ConvStem, _create_vision_transformer_hybrid

logging.disable(logging.WARNING)
transformers.logging.set_verbosity_error()
RESULTS = Path("golden/open_clip_differences.txt")
HEADS, LAYERS, PATCHES = 2, 2, 4
TEXTS = [
    "a photo of a cat", "A Photo Of A CAT, at night.", "", "  two  spaces \n and a tab\t", "don't, we'll & they've: it's 1,234.5 km!",
    "Zu\u0308rich, cafe\u0301, na\u00efve, \ufb01ne", "&lt;b&gt; and &amp;amp;", "\u65e5\u672c\u8a9e\u306e\u5199\u771f \u2014 \u0444\u043e\u0442\u043e", "\U0001f600 \U0001f468\u200d\U0001f469\u200d\U0001f467",
    "schÃ¶n", "a" * 90, "one of very many words " * 40,
]
# of timm's image towers: the width of a head
HEAD_WIDTH = [("so400m", 72), ("giantopt", 96), ("gigantic", 96), ("", 64)]


def accepted():
    """The names in the first table of the page."""
    page = Path("../docs/open-clip.md").read_text().split(" are refused")[0]
    names = {line.split("\t")[0] for line in Path("golden/open_clip_configs.txt").read_text().splitlines()}
    return [name for name in sorted(names) if re.search(rf"[|,] {re.escape(name)} ?[|,(]", page)]


def read(name):
    return json.loads(gzip.decompress(Path("tokenizers", name + ".gz").read_bytes()))


def tokenizer(config, folder):
    """Puts a small tokenizer of the kind that the configuration names into the folder; its size, or none for CLIP's own."""
    text = config["text_cfg"]
    name = text.get("hf_tokenizer_name")
    if not name:
        return None
    t5 = read("t5.tokenizer.json")
    kind, more = "PreTrainedTokenizerFast", {}
    if "SigLIP2" in name:
        file = read("gemma.tokenizer.json")
        file["post_processor"] = t5["post_processor"]
        more = dict(pad_token="<pad>", eos_token="</s>", unk_token="<unk>")
    elif "SigLIP" in name:
        file = t5
        more = dict(pad_token="</s>", eos_token="</s>", unk_token="<unk>")
    elif "mt5" in name:
        file = t5
        more = dict(pad_token="<pad>", eos_token="</s>", unk_token="<unk>")
    elif name == "roberta-base":
        file, kind = read("roberta.tokenizer.json"), "RobertaTokenizer"
    else:
        file, kind = read("xlmr.tokenizer.json"), "XLMRobertaTokenizer"
        file["normalizer"]["normalizers"][0] = t5["normalizer"]["normalizers"][0]
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "tokenizer.json").write_text(json.dumps(file))
    (folder / "tokenizer_config.json").write_text(json.dumps({"tokenizer_class": kind, **more}))
    if kind == "XLMRobertaTokenizer":
        (folder / "config.json").write_text(json.dumps({"model_type": "xlm-roberta"}))
    elif kind == "RobertaTokenizer":
        (folder / "config.json").write_text(json.dumps({"model_type": "roberta"}))
    return tokenizers.Tokenizer.from_str(json.dumps(file)).get_vocab_size()


def shrunk(config, size):
    """The configuration of the tiny model, and what its timm or transformers would otherwise look up."""
    config = json.loads(json.dumps(config))
    vision, text = config["vision_cfg"], config["text_cfg"]
    timm_name = vision.get("timm_model_name")
    overrides = {}
    if timm_name:
        patch = int(re.search(r"patch(\d+)", timm_name).group(1)) if "patch" in timm_name else 16
        width = HEADS * next(width for part, width in HEAD_WIDTH if part in timm_name)
        side = PATCHES * patch + vision["image_size"] % patch
        overrides = dict(embed_dim=width, depth=LAYERS, num_heads=HEADS, img_size=side)
        if "pe_core" in timm_name:
            overrides["ref_feat_shape"] = (PATCHES, PATCHES)
        config["embed_dim"] = width if vision.get("timm_proj") == "none" else 40
    else:
        patch = vision["patch_size"]
        side = PATCHES * patch + vision["image_size"] % patch
        vision.update(width=HEADS * vision.get("head_width", 64), layers=LAYERS)
        config["embed_dim"] = 40
    vision["image_size"] = side
    if "hf_model_name" in text:
        return config, overrides
    text.update(width=HEADS * (text["width"] // text["heads"]), heads=HEADS, layers=LAYERS)
    if size:
        text["vocab_size"] = size
    return config, overrides


def fill(model):
    with torch.no_grad():
        for key, tensor in model.state_dict().items():
            if not tensor.dtype.is_floating_point or key.endswith("attn_mask"):
                continue
            if tensor.dim() == 0 or key in ("logit_scale", "logit_bias"):
                tensor.copy_(torch.full_like(tensor, -7.5 if key == "logit_bias" else 3.25))
            elif key.endswith("running_var"):
                tensor.copy_(torch.rand_like(tensor) + 0.5)
            elif tensor.dim() == 1 and key.endswith("weight"):
                tensor.copy_(1 + 0.2 * torch.randn_like(tensor))
            elif tensor.dim() == 1:
                tensor.copy_(0.1 * torch.randn_like(tensor))
            elif key.endswith(("pos_embed", "cls_token", "class_embedding", "positional_embedding", "embedding.weight", "latent", "embeddings.weight")):
                tensor.copy_(0.3 * torch.randn_like(tensor))
            else:
                matrix = key.endswith(("text_projection", "visual.proj"))
                fan = tensor.shape[0] if matrix else tensor[0].numel()
                tensor.copy_(torch.randn_like(tensor) * (1.5 / fan**0.5))
    return model.eval()


def timm_tower(overrides):
    create = timm.create_model

    def made(name, **given):
        if name != "vit_base_mci_224":
            return create(name, **given, **overrides)
        width = overrides["embed_dim"]
        stem = ConvStem(channels=(width // 4, width // 4, width), stride=(4, 2, 2), kernel_size=(4, 2, 2), padding=0,
                        act_layer=torch.nn.GELU)
        # as the function of that name
        return _create_vision_transformer_hybrid(
            name, backbone=stem, embed_args=dict(proj=False), no_embed_class=True, **given, **overrides)

    return made


def small_roberta(text, size):
    kind = transformers.XLMRobertaConfig if "xlm" in text["hf_model_name"] else transformers.RobertaConfig
    return kind(vocab_size=size, hidden_size=HEADS * 64, num_hidden_layers=LAYERS, num_attention_heads=HEADS,
                intermediate_size=HEADS * 64 * 4, max_position_embeddings=514, type_vocab_size=1, pad_token_id=1, bos_token_id=0,
                eos_token_id=2, layer_norm_eps=1e-5)


def preprocessing(name):
    """As the first of the published models says; what has none is prepared as CLIP."""
    tags = open_clip.pretrained.list_pretrained_tags_by_model(name)
    found = open_clip.pretrained.get_pretrained_cfg(name, tags[0]) if tags else {}
    keys = {"mean": "mean", "std": "std", "interpolation": "interpolation", "resize_mode": "resize_mode"}
    return {key: found[key] for key in keys if key in found}


def make(name, folder):
    """The model, how it prepares pictures, its tokenizer; and the folder that open_clip publishes of it."""
    torch.manual_seed(0)
    published = open_clip.get_model_config(name)
    size = tokenizer(published, folder / "tokenizer")
    config, overrides = shrunk(published, size)
    local = json.loads(json.dumps(config))
    if size:
        local["text_cfg"]["hf_tokenizer_name"] = str(folder / "tokenizer")
    (folder / "configs").mkdir(parents=True, exist_ok=True)
    (folder / "configs" / "tiny.json").write_text(json.dumps(local))
    open_clip.add_model_config(folder / "configs" / "tiny.json")
    text = config["text_cfg"]
    roberta = small_roberta(text, size) if "hf_model_name" in text else None
    with mock.patch.object(timm, "create_model", timm_tower(overrides)), \
            mock.patch("transformers.AutoConfig.from_pretrained", return_value=roberta):
        model = fill(open_clip.create_model(
            "tiny", pretrained_text=False, force_preprocess_cfg=preprocessing(name)))
    tokens = open_clip.get_tokenizer("tiny")
    saved = folder / "model"
    saved.mkdir()
    if size:
        tokens.save_pretrained(saved)
    safetensors.torch.save_file(
        {key: tensor.contiguous() for key, tensor in model.state_dict().items()}, saved / "open_clip_model.safetensors")
    save_config_for_hf(model, saved / "open_clip_config.json", config)
    transform = image_transform_v2(PreprocessCfg(**model.visual.preprocess_cfg), is_train=False)
    return config, model, transform, tokens, saved


def pictures(folder, side):
    random = np.random.default_rng(0)
    noise = [random.integers(0, 256, size + (3,)).astype(np.uint8) for size in ((side, side), (60, 80), (300, 200))]
    files = [folder / "same.png", folder / "smooth.png", folder / "noise.png"]
    Image.fromarray(noise[0]).save(files[0])
    Image.fromarray(noise[1]).resize((640, 480), Image.BICUBIC).save(files[1])
    Image.fromarray(noise[2]).save(files[2])
    return files + [sorted(Path("images").glob("*.jpg"))[0]]


def embedded(clip, kind, model, inputs, folder):
    out = folder / (kind + ".npy")
    subprocess.run([clip, "embed", kind, "--model", model, "--format", "npy", "-o", out, *inputs], check=True, capture_output=True)
    return np.load(out)


def differences(clip, name):
    with tempfile.TemporaryDirectory() as temporary:
        folder = Path(temporary)
        config, model, transform, tokens, saved = make(name, folder)
        files = pictures(folder, config["vision_cfg"]["image_size"])
        with torch.no_grad():
            pixels = torch.stack([transform(Image.open(file).convert("RGB")) for file in files])
            wanted = {"image": model.encode_image(pixels, normalize=True).numpy(),
                      "text": model.encode_text(tokens(TEXTS), normalize=True).numpy()}
        told = [] if "quick_gelu" in config or "timm_model_name" in config["vision_cfg"] else ["--activation", "gelu"]
        converted = folder / "model.safetensors"
        done = subprocess.run([clip, "convert", saved, "-o", converted, *told], capture_output=True, text=True)
        if done.returncode:
            raise RuntimeError(f"{name}: {done.stderr}")
        found = {"image": embedded(clip, "image", converted, files, folder), "text": embedded(clip, "text", converted, TEXTS, folder)}
        for kind, rows in wanted.items():
            worst = np.abs(found[kind] - rows).max(axis=1)
            apart = np.abs(rows - rows.mean(axis=0)).max()
            print(name, kind, "by row", " ".join(f"{x:.0e}" for x in worst), "apart", f"{apart:.2f}", flush=True)
        return [np.abs(found[kind] - wanted[kind]).max() for kind in ("image", "text")]


clip, names = Path(sys.argv[1]).resolve(), sys.argv[2:]
found = dict(line.split("\t", 1) for line in RESULTS.read_text().splitlines()) if RESULTS.exists() else {}
compared, failed = 0, []
for name in names or accepted():
    try:
        image, text = differences(clip, name)
        compared += 1
        found[name] = f"{image:.0e}\t{text:.0e}"
        print(name, found[name], flush=True)
        if max(image, text) > 2e-5:
            failed.append(name)
        RESULTS.write_text("".join(f"{name}\t{found[name]}\n" for name in sorted(found)))
    except (RuntimeError, subprocess.CalledProcessError) as error:
        failed.append(name)
        print(name, "failed:", getattr(error, "stderr", None) or error, flush=True)
print(compared, "compared; failed or beyond 2e-5:", failed or "none")
sys.exit(bool(failed))
