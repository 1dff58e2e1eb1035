"""Makes golden/vit-l-14.safetensors and golden/vit-h-14.safetensors.

Run in src-test-data with PyTorch 1.13 and NumPy; ViT-H/14 needs 5 GB of memory:

    python3 tools/make_large_goldens.py vit-l-14
    python3 tools/make_large_goldens.py vit-h-14

The weights are the recipe of SyntheticCheckpoint: the name of a tensor is the seed of its values, so nothing but the
results needs to be stored. The model is PyTorch's own layers (Conv2d, MultiheadAttention, LayerNorm, GELU), put together
as the paper and the original code have them; on vit-b-32 it gives what the original code gave:

    python3 tools/make_large_goldens.py vit-b-32        compares with golden/vit-b-32.safetensors, writes nothing

Inputs: pixel_values = 2 * uniform("golden.pixel_values", B*3*S*S), B = 2, and the first two texts of vit-b-32's golden.
"""

import json
import struct
import sys

import numpy as np
import torch
from torch import nn

# projection, activation, (width, MLP, layers, heads, image, patch), (width, MLP, layers, heads)
CONFIGS = {
    "vit-b-32": (512, "quick_gelu", (768, 3072, 12, 12, 224, 32), (512, 2048, 12, 8)),
    "vit-l-14": (768, "quick_gelu", (1024, 4096, 24, 16, 224, 14), (768, 3072, 12, 12)),
    "vit-h-14": (1024, "gelu", (1280, 5120, 32, 16, 224, 14), (1024, 4096, 24, 16)),
}
CHUNK = 1 << 22


def fnv1a(name):
    h = 0xCBF29CE484222325
    for b in name.encode():
        h = ((h ^ b) * 0x100000001B3) & 0xFFFFFFFFFFFFFFFF
    return h


def uniform(name, n):
    out = np.empty(n, np.float32)
    with np.errstate(over="ignore"):
        for start in range(0, n, CHUNK):
            end = min(n, start + CHUNK)
            z = np.uint64(fnv1a(name)) + np.arange(start + 1, end + 1, dtype=np.uint64) * np.uint64(0x9E3779B97F4A7C15)
            z = (z ^ (z >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
            z = (z ^ (z >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
            z = z ^ (z >> np.uint64(31))
            out[start:end] = (z >> np.uint64(40)).astype(np.float32) * np.float32(2.0**-23) - np.float32(1)
    return out


class QuickGELU(nn.Module):
    def forward(self, x):
        return x * torch.sigmoid(1.702 * x)


def block(width, mlp, heads, activation):
    return nn.ModuleDict(
        {
            "ln_1": nn.LayerNorm(width),
            "attn": nn.MultiheadAttention(width, heads, batch_first=True),
            "ln_2": nn.LayerNorm(width),
            "fc1": nn.Linear(width, mlp),
            "act": QuickGELU() if activation == "quick_gelu" else nn.GELU(),
            "fc2": nn.Linear(mlp, width),
        }
    )


def run(blocks, x, mask=None):
    for b in blocks:
        h = b["ln_1"](x)
        x = x + b["attn"](h, h, h, need_weights=False, attn_mask=mask)[0]
        x = x + b["fc2"](b["act"](b["fc1"](b["ln_2"](x))))
    return x


class Filler:
    """Writes the recipe's values into parameters, one tensor at a time."""

    def set(self, parameter, name, std=None, centre=0.0, amplitude=None):
        a = amplitude if amplitude is not None else round(std * 3**0.5, 6)
        w = uniform(name, parameter.numel())
        w *= np.float32(a)
        w += np.float32(centre)
        parameter.data.copy_(torch.from_numpy(w).reshape(parameter.shape))

    def norm(self, module, name):
        self.set(module.weight, name + ".weight", centre=1.0, amplitude=0.2)
        self.set(module.bias, name + ".bias", amplitude=0.1)

    def linear(self, weight, bias, name, std):
        self.set(weight, name + ".weight", std)
        self.set(bias, name + ".bias", amplitude=0.05)

    def blocks(self, blocks, name, d):
        layers = len(blocks)
        attn, proj, fc = d**-0.5, d**-0.5 * (2 * layers) ** -0.5, (2 * d) ** -0.5
        for i, b in enumerate(blocks):
            p = f"{name}.encoder.layers.{i}"
            self.norm(b["ln_1"], p + ".layer_norm1")
            for j, x in enumerate("qkv"):
                rows = slice(j * d, (j + 1) * d)
                weight, bias = b["attn"].in_proj_weight[rows], b["attn"].in_proj_bias[rows]
                self.linear(weight, bias, f"{p}.self_attn.{x}_proj", attn * (2.0 if x != "v" else 1.0))
            self.linear(b["attn"].out_proj.weight, b["attn"].out_proj.bias, p + ".self_attn.out_proj", proj)
            self.norm(b["ln_2"], p + ".layer_norm2")
            self.linear(b["fc1"].weight, b["fc1"].bias, p + ".mlp.fc1", fc)
            self.linear(b["fc2"].weight, b["fc2"].bias, p + ".mlp.fc2", proj)


def image_embeds(config, pixels):
    projection, activation, (d, mlp, layers, heads, size, patch), _ = config
    fill = Filler()
    conv = nn.Conv2d(3, d, patch, patch, bias=False)
    token, positions = nn.Parameter(torch.empty(d)), nn.Parameter(torch.empty((size // patch) ** 2 + 1, d))
    pre, post, out = nn.LayerNorm(d), nn.LayerNorm(d), nn.Linear(d, projection, bias=False)
    blocks = nn.ModuleList(block(d, mlp, heads, activation) for _ in range(layers))
    fill.set(token, "vision_model.embeddings.class_embedding", d**-0.5)
    fill.set(conv.weight, "vision_model.embeddings.patch_embedding.weight", 0.02)
    fill.set(positions, "vision_model.embeddings.position_embedding.weight", d**-0.5)
    fill.norm(pre, "vision_model.pre_layrnorm")
    fill.blocks(blocks, "vision_model", d)
    fill.norm(post, "vision_model.post_layernorm")
    fill.set(out.weight, "visual_projection.weight", d**-0.5)
    x = conv(pixels).flatten(2).transpose(1, 2)
    x = torch.cat([token.expand(len(x), 1, d), x], 1) + positions
    return out(post(run(blocks, pre(x))[:, 0]))


def text_embeds(config, ids):
    projection, activation, _, (d, mlp, layers, heads) = config
    fill = Filler()
    table, positions = nn.Parameter(torch.empty(49408, d)), nn.Parameter(torch.empty(77, d))
    final, out = nn.LayerNorm(d), nn.Linear(d, projection, bias=False)
    blocks = nn.ModuleList(block(d, mlp, heads, activation) for _ in range(layers))
    fill.set(table, "text_model.embeddings.token_embedding.weight", 0.02)
    fill.set(positions, "text_model.embeddings.position_embedding.weight", 0.01)
    fill.blocks(blocks, "text_model", d)
    fill.norm(final, "text_model.final_layer_norm")
    fill.set(out.weight, "text_projection.weight", d**-0.5)
    mask = torch.full((77, 77), float("-inf")).triu(1)
    x = run(blocks, table[ids] + positions, mask)
    ends = (ids == 49407).int().argmax(1)
    return out(final(x)[torch.arange(len(ids)), ends])


def read_safetensors(path):
    data = open(path, "rb").read()
    length = struct.unpack("<Q", data[:8])[0]
    types = {"F32": np.float32, "I32": np.int32, "I64": np.int64}
    out = {}
    for name, t in json.loads(data[8 : 8 + length]).items():
        if name != "__metadata__":
            a, b = (8 + length + o for o in t["data_offsets"])
            out[name] = np.frombuffer(data[a:b], types[t["dtype"]]).reshape(t["shape"])
    return out


def write_safetensors(path, tensors):
    names = {"float32": "F32", "int32": "I32"}
    header, offset = {}, 0
    for name, a in tensors.items():
        end = offset + a.nbytes
        header[name] = {"dtype": names[str(a.dtype)], "shape": list(a.shape), "data_offsets": [offset, end]}
        offset = end
    h = json.dumps(header, separators=(",", ":")).encode()
    h += b" " * (-len(h) % 8)
    with open(path, "wb") as f:
        f.write(struct.pack("<Q", len(h)) + h)
        for a in tensors.values():
            f.write(np.ascontiguousarray(a).tobytes())


if __name__ == "__main__":
    model = sys.argv[1]
    config = CONFIGS[model]
    known = read_safetensors("golden/vit-b-32.safetensors")
    count = len(known["input_ids"]) if model == "vit-b-32" else 2
    ids = torch.from_numpy(known["input_ids"][:count].astype(np.int64))
    size = config[2][4]
    pixels = torch.from_numpy(2 * uniform("golden.pixel_values", 2 * 3 * size * size)).reshape(2, 3, size, size)
    with torch.no_grad():
        images = image_embeds(config, pixels)
        texts = text_embeds(config, ids)
        unit = lambda x: x / x.norm(dim=1, keepdim=True)
        logits = torch.tensor(4.6052).exp() * unit(images) @ unit(texts).T
    if model == "vit-b-32":
        for name, x in ("image_embeds", images), ("text_embeds", texts):
            print(name, "differs from the original code's by at most", np.abs(x.numpy() - known[name]).max())
    else:
        write_safetensors(
            f"golden/{model}.safetensors",
            {
                "input_ids": ids.numpy().astype(np.int32),
                "image_embeds": images.numpy(),
                "text_embeds": texts.numpy(),
                "logits_per_image": logits.numpy(),
            },
        )
