"""Makes golden/metaclip2-tiny.safetensors and tokenizers/metaclip2.json.gz: MetaCLIP 2 as Hugging Face's transformers run it.

Run in src-test-data with transformers and PyTorch:

    python3 tools/make_metaclip2_goldens.py

The weights are the recipe of SyntheticCheckpoint (a tensor's name is the seed of its values), of projection 40, vision tower
(72, 200, 3, 3, 64, 8) and text tower (48, 136, 2, 2, 16, 1002), through quick_gelu. The tokenizers are xlmr.tokenizer.json and
t5.tokenizer.json, opened by AutoTokenizer as the classes that MetaCLIP 2's repositories name. The texts are those of tokens.json.

metaclip2.json: each text with its ids by either class, cut to 16. Tensors: image_embeds [2, 40] of pixel_values =
uniform("metaclip2.pixel_values"), text_embeds [149, 40] of the texts' ids by xlmr, filled up with 1: not scaled to length 1.
"""

import gzip
import json
import tempfile
from pathlib import Path

import torch
from make_dense_goldens import uniform
from safetensors.torch import save_file
from transformers import AutoTokenizer, MetaClip2Config, MetaClip2Model

PROJECTION, CONTEXT, VOCABULARY, END, PADDING = 40, 16, 1002, 2, 1
VISION = dict(hidden_size=72, intermediate_size=200, num_hidden_layers=3, num_attention_heads=3, image_size=64, patch_size=8)
TEXT = dict(hidden_size=48, intermediate_size=136, num_hidden_layers=2, num_attention_heads=2, max_position_embeddings=CONTEXT,
            vocab_size=VOCABULARY, eos_token_id=END, bos_token_id=0, pad_token_id=PADDING)


def read(name):
    return json.loads(gzip.decompress(Path("tokenizers", name + ".gz").read_bytes()))


def tokenizer(name, kind):
    file, t5 = read(name + ".tokenizer.json"), read("t5.tokenizer.json")
    file["normalizer"]["normalizers"][0] = t5["normalizer"]["normalizers"][0]
    with tempfile.TemporaryDirectory() as folder:
        Path(folder, "tokenizer.json").write_text(json.dumps(file))
        Path(folder, "tokenizer_config.json").write_text(json.dumps({"tokenizer_class": kind}))
        Path(folder, "config.json").write_text(json.dumps({"model_type": "metaclip_2"}))
        opened = AutoTokenizer.from_pretrained(folder)
    assert type(opened).__name__ == kind, type(opened)
    return opened


def rounded(deviation):
    return round(deviation * 3**0.5 * 1e6) / 1e6


def recipe(name, shape):
    """Centre and amplitude, as SyntheticCheckpoint has them."""
    part = VISION if name.startswith("vis") else TEXT
    width = part["hidden_size"]
    deep = (2 * part["num_hidden_layers"]) ** -0.5
    if name == "logit_scale":
        return 4.6052, 0
    if "norm" in name or "layrnorm" in name:
        return (1, 0.2) if name.endswith("weight") else (0, 0.1)
    if name.endswith("bias"):
        return 0, 0.05
    if "q_proj" in name or "k_proj" in name:
        return 0, rounded(width**-0.5 * 2)
    if "out_proj" in name or "fc2" in name:
        return 0, rounded(width**-0.5 * deep)
    if "fc1" in name:
        return 0, rounded((2 * width) ** -0.5)
    if "patch_embedding" in name or "token_embedding" in name:
        return 0, rounded(0.02)
    if name == "text_model.embeddings.position_embedding.weight":
        return 0, rounded(0.01)
    return 0, rounded(width**-0.5)


model = MetaClip2Model(MetaClip2Config(text_config=TEXT, vision_config=VISION, projection_dim=PROJECTION)).eval()
with torch.no_grad():
    for name, tensor in model.named_parameters():
        centre, amplitude = (torch.tensor(x, dtype=torch.float32) for x in recipe(name, tensor.shape))
        tensor.copy_(centre + amplitude * torch.from_numpy(uniform(name, tensor.numel())).reshape(tensor.shape))

texts = [each["text"] for each in read("tokens.json")["texts"]]
ids = {}
for file, kind in (("xlmr", "XLMRobertaTokenizer"), ("t5", "T5Tokenizer")):
    opened = tokenizer(file, kind)
    ids[file] = [opened(text, truncation=True, max_length=CONTEXT)["input_ids"] for text in texts]
lines = [{"text": text, "xlmr": xlmr, "t5": t5} for text, xlmr, t5 in zip(texts, ids["xlmr"], ids["t5"])]
content = json.dumps({"texts": lines}, ensure_ascii=False).encode()
Path("tokenizers/metaclip2.json.gz").write_bytes(gzip.compress(content, 9, mtime=0))

pixels = torch.from_numpy(uniform("metaclip2.pixel_values", 2 * 3 * 64 * 64)).reshape(2, 3, 64, 64)
filled = torch.tensor([each + [PADDING] * (CONTEXT - len(each)) for each in ids["xlmr"]])
with torch.no_grad():
    images = model.get_image_features(pixels).pooler_output
    words = model.get_text_features(filled).pooler_output
save_file({"image_embeds": images.contiguous(), "text_embeds": words.contiguous()}, "golden/metaclip2-tiny.safetensors")
print(images.std().item(), words.std().item(), (words[0] - words[1]).abs().max().item())
