"""Makes golden/patches-tiny.safetensors and golden/patches-vit-b-32.safetensors: embeddings of patches, by each method.

Run in src-test-data with PyTorch and NumPy:

    python3 tools/make_dense_goldens.py tiny
    python3 tools/make_dense_goldens.py vit-b-32

The weights are the recipe of SyntheticCheckpoint: a tensor's name is the seed of its values. Layers are written out as the
original code has them; `check` compares the pooled embeddings with golden/MODEL.safetensors, which the original code made.
The last layer follows the formulas of the papers, x its input, q, k and v of LN1(x) by head, s = 1 / sqrt(head size), O the
output projection; all are followed by the last LayerNorm, the projection and a division by the length:

    last_layer  y = x + O(softmax(q k' s) v); y + MLP(LN2 y)
    maskclip    y = x + O(v); y + MLP(LN2 y)                       arXiv 2112.01071, section 3.2
    clearclip   O(softmax(q q' s) v)                               arXiv 2407.12442, section 3.3
    naclip      O(softmax(k k' s + w) v)                           arXiv 2404.08181, section 3.3
                w = exp(-(dr^2 + dc^2) / (2 * 5^2)) between patches, 0 where the class token is concerned

Inputs: pixel_values = 2 * uniform("dense.pixel_values HEIGHTxWIDTH", 3*H*W). Positions of other sizes than the model's are
torch.nn.functional.interpolate(mode="bicubic", align_corners=False) of those of the patches.

A tensor is METHOD.HEIGHTxWIDTH, [rows, columns, E], of length 1 each; of vit-b-32 every STEPth cell only, [cells, E], row by
row. pooled.HEIGHTxWIDTH is the picture's embedding, not normalised; positions.HEIGHTxWIDTH the interpolated positions.
"""

import json
import struct
import sys

import numpy as np
import torch
import torch.nn.functional as F

# E, (width, MLP, layers, heads, image, patch), sizes of pictures, every how manieth cell
CONFIGS = {
    "tiny": (40, (72, 200, 3, 3, 64, 8), [(64, 64), (128, 88), (16, 200)], 1),
    "vit-b-32": (512, (768, 3072, 12, 12, 224, 32), [(224, 224), (448, 320)], 11),
}
SIGMA = 5


def fnv1a(name):
    h = 0xCBF29CE484222325
    for b in name.encode():
        h = ((h ^ b) * 0x100000001B3) & 0xFFFFFFFFFFFFFFFF
    return h


def uniform(name, n):
    with np.errstate(over="ignore"):
        z = np.uint64(fnv1a(name)) + np.arange(1, n + 1, dtype=np.uint64) * np.uint64(0x9E3779B97F4A7C15)
        z = (z ^ (z >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
        z = (z ^ (z >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
        z = z ^ (z >> np.uint64(31))
    return (z >> np.uint64(40)).astype(np.float32) * np.float32(2.0**-23) - np.float32(1)


class Weights:
    def __init__(self, layers):
        self.layers = layers

    def values(self, name, shape, std=None, centre=0.0, amplitude=None):
        a = amplitude if amplitude is not None else round(std * 3**0.5, 6)
        w = np.float32(centre) + np.float32(a) * uniform(name, int(np.prod(shape)))
        return torch.from_numpy(w.astype(np.float32).reshape(shape))

    def norm(self, name, x):
        d = x.shape[-1]
        weight = self.values(name + ".weight", (d,), centre=1.0, amplitude=0.2)
        bias = self.values(name + ".bias", (d,), amplitude=0.1)
        return F.layer_norm(x, (d,), weight, bias, 1e-5)

    def linear(self, name, x, outputs, std):
        weight = self.values(name + ".weight", (outputs, x.shape[-1]), std)
        return F.linear(x, weight, self.values(name + ".bias", (outputs,), amplitude=0.05))


class Layer:
    def __init__(self, weights, i, width, mlp, heads):
        self.w, self.name = weights, f"vision_model.encoder.layers.{i}"
        self.width, self.mlp_width, self.heads = width, mlp, heads

    def qkv(self, x):
        h = self.w.norm(self.name + ".layer_norm1", x)
        std = self.width**-0.5
        parts = [
            self.w.linear(f"{self.name}.self_attn.{p}_proj", h, self.width, std * (2.0 if p != "v" else 1.0)) for p in "qkv"
        ]
        return [p.reshape(len(x), self.heads, -1).transpose(0, 1) for p in parts]

    def out(self, heads):
        joined = heads.transpose(0, 1).reshape(heads.shape[1], self.width)
        std = self.width**-0.5 * (2 * self.w.layers) ** -0.5
        return self.w.linear(self.name + ".self_attn.out_proj", joined, self.width, std)

    def with_mlp(self, y):
        h = self.w.norm(self.name + ".layer_norm2", y)
        h = self.w.linear(self.name + ".mlp.fc1", h, self.mlp_width, (2 * self.width) ** -0.5)
        h = h * torch.sigmoid(1.702 * h)
        std = self.width**-0.5 * (2 * self.w.layers) ** -0.5
        return y + self.w.linear(self.name + ".mlp.fc2", h, self.width, std)

    def mixed(self, a, b, v, bias=0.0):
        scores = a @ b.transpose(1, 2) * a.shape[-1] ** -0.5 + bias
        return self.out(scores.softmax(-1) @ v)

    def usual(self, x):
        q, k, v = self.qkv(x)
        return self.with_mlp(x + self.mixed(q, k, v))

    def methods(self, x, rows, columns):
        q, k, v = self.qkv(x)
        r, c = torch.meshgrid(torch.arange(rows), torch.arange(columns), indexing="ij")
        r, c = r.flatten().double(), c.flatten().double()
        w = torch.zeros(len(x), len(x), dtype=torch.float64)
        w[1:, 1:] = torch.exp(-((r[:, None] - r) ** 2 + (c[:, None] - c) ** 2) / (2 * SIGMA**2))
        return {
            "last_layer": self.usual(x),
            "maskclip": self.with_mlp(x + self.out(v)),
            "clearclip": self.mixed(q, q, v),
            "naclip": self.mixed(k, k, v, w.float()),
        }


def positions(table, side, rows, columns):
    grid = table[1:].reshape(1, side, side, -1).permute(0, 3, 1, 2)
    grid = F.interpolate(grid, size=(rows, columns), mode="bicubic", align_corners=False)
    return torch.cat([table[:1], grid.permute(0, 2, 3, 1).reshape(rows * columns, -1)])


def encode(config, pixels):
    projection, (d, mlp, layers, heads, size, patch), _, step = config
    w = Weights(layers)
    rows, columns, side = pixels.shape[1] // patch, pixels.shape[2] // patch, size // patch
    token = w.values("vision_model.embeddings.class_embedding", (d,), d**-0.5)
    conv = w.values("vision_model.embeddings.patch_embedding.weight", (d, 3, patch, patch), 0.02)
    table = w.values("vision_model.embeddings.position_embedding.weight", (side * side + 1, d), d**-0.5)
    own = (rows, columns) == (side, side)
    place = table if own else positions(table, side, rows, columns)
    x = F.conv2d(pixels[None], conv, stride=patch)[0].reshape(d, -1).T
    x = w.norm("vision_model.pre_layrnorm", torch.cat([token[None], x]) + place)
    for i in range(layers - 1):
        x = Layer(w, i, d, mlp, heads).usual(x)
    head = w.values("visual_projection.weight", (projection, d), d**-0.5)
    out, name = {}, f"{pixels.shape[1]}x{pixels.shape[2]}"
    for method, y in Layer(w, layers - 1, d, mlp, heads).methods(x, rows, columns).items():
        e = F.linear(w.norm("vision_model.post_layernorm", y), head)
        if method == "last_layer":
            out["pooled." + name] = e[0]
        cells = e[1:] / e[1:].norm(dim=-1, keepdim=True)
        out[f"{method}.{name}"] = cells.reshape(rows, columns, -1) if step == 1 else cells[::step]
    if not own and step == 1:
        out["positions." + name] = place
    return out


def check(model, config):
    """The pooled embeddings of the original code's inputs."""
    raw = open(f"golden/{model}.safetensors", "rb").read()
    n = struct.unpack("<Q", raw[:8])[0]
    info = json.loads(raw[8 : 8 + n])["image_embeds"]
    start, end = info["data_offsets"]
    golden = np.frombuffer(raw[8 + n + start : 8 + n + end], np.float32).reshape(info["shape"])
    size = config[1][4]
    pixels = torch.from_numpy(2 * uniform("golden.pixel_values", 2 * 3 * size * size).reshape(2, 3, size, size))
    for i in range(2):
        found = encode(config, pixels[i])[f"pooled.{size}x{size}"].numpy()
        worst = float(np.abs(found - golden[i]).max())
        print(f"{model}: picture {i}: largest difference from the original code {worst:.2g}")
        assert worst < 1e-5 * np.abs(golden).max() * 2


def main(model):
    config = CONFIGS[model]
    check(model, config)
    tensors = {}
    for height, width in config[2]:
        pixels = 2 * uniform(f"dense.pixel_values {height}x{width}", 3 * height * width)
        tensors |= encode(config, torch.from_numpy(pixels.reshape(3, height, width)))
    header, offset = {"__metadata__": {"made_with": "PyTorch " + torch.__version__}}, 0
    for name in sorted(tensors):
        size = 4 * tensors[name].numel()
        header[name] = {"dtype": "F32", "shape": list(tensors[name].shape), "data_offsets": [offset, offset + size]}
        offset += size
    text = json.dumps(header, separators=(",", ":")).encode()
    text += b" " * (-len(text) % 8)
    with open(f"golden/patches-{model}.safetensors", "wb") as file:
        file.write(struct.pack("<Q", len(text)) + text)
        for name in sorted(tensors):
            file.write(tensors[name].contiguous().numpy().astype("<f4").tobytes())


if __name__ == "__main__":
    with torch.no_grad():
        main(sys.argv[1])
