"""Reads golden/patches-MODEL.safetensors once more: a second reading of the papers' formulas, to check make_dense_goldens.py.

Run in src-test-data with PyTorch and transformers:

    python3 tools/check_dense_goldens.py tiny
    python3 tools/check_dense_goldens.py vit-b-32

Nothing is shared with the other script but the recipe of the weights. The layers before the last are those of transformers'
CLIPVisionModelWithProjection, with its own interpolation of positions; the last layer is computed in float64 from its weights,
head by head and query by query, as the papers' formulas say it.
"""

import json
import math
import sys

import numpy as np
import torch
from make_dense_goldens import uniform
from transformers import CLIPVisionConfig, CLIPVisionModelWithProjection

SHAPES = {"tiny": (40, 72, 200, 3, 3, 64, 8, 1), "vit-b-32": (512, 768, 3072, 12, 12, 224, 32, 11)}


def weight(name, shape, d, layers):
    """The recipe of SyntheticCheckpoint: centre and amplitude by the tensor's name."""
    u = uniform(name, int(np.prod(shape))).reshape(shape)
    last = ".".join(name.split(".")[-2:])
    if "norm" in last or "layrnorm" in last:
        return np.float32(1) + np.float32(0.2) * u if last.endswith("weight") else np.float32(0.1) * u
    if last.endswith("bias"):
        return np.float32(0.05) * u
    narrow = d**-0.5 * (2 * layers) ** -0.5
    std = {"patch_embedding.weight": 0.02, "q_proj.weight": 2 * d**-0.5, "k_proj.weight": 2 * d**-0.5}
    std |= {"out_proj.weight": narrow, "fc2.weight": narrow, "fc1.weight": (2 * d) ** -0.5}
    return np.float32(round(std.get(last, d**-0.5) * 3**0.5, 6)) * u


def model(name):
    projection, d, mlp, layers, heads, size, patch, _ = SHAPES[name]
    made = CLIPVisionModelWithProjection(
        CLIPVisionConfig(
            hidden_size=d, intermediate_size=mlp, projection_dim=projection, num_hidden_layers=layers,
            num_attention_heads=heads, image_size=size, patch_size=patch, attn_implementation="eager",
        )
    )
    state = made.state_dict()
    for key, value in state.items():
        if "position_ids" not in key:
            # newer versions leave out this beginning
            full = key if key.startswith(("vision_model.", "visual_projection.")) else "vision_model." + key
            state[key] = torch.from_numpy(weight(full, tuple(value.shape), d, layers))
    made.load_state_dict(state)
    return made.eval()


def norm(x, layer):
    mean = x.mean(-1, keepdim=True)
    deviation = ((x - mean) ** 2).mean(-1, keepdim=True).add(1e-5).sqrt()
    return (x - mean) / deviation * layer.weight.double() + layer.bias.double()


def linear(x, layer):
    y = x @ layer.weight.double().T
    return y if layer.bias is None else y + layer.bias.double()


def last_layer(method, layer, x, rows, columns):
    heads = layer.self_attn.num_heads
    h = norm(x, layer.layer_norm1)
    q, k, v = (linear(h, p).chunk(heads, -1) for p in (layer.self_attn.q_proj, layer.self_attn.k_proj, layer.self_attn.v_proj))
    mixed = torch.empty_like(h)
    side = h.shape[1] // heads
    for head in range(heads):
        for i in range(len(x)):
            if method == "maskclip":
                seen = v[head][i]
            else:
                a, b = {"last_layer": (q, k), "clearclip": (q, q), "naclip": (k, k)}[method]
                scores = (b[head] * a[head][i]).sum(-1) / math.sqrt(side)
                if method == "naclip" and i > 0:
                    for j in range(1, len(x)):
                        down = (i - 1) // columns - (j - 1) // columns
                        across = (i - 1) % columns - (j - 1) % columns
                        scores[j] += math.exp(-(down * down + across * across) / (2 * 5 * 5))
                powers = (scores - scores.max()).exp()
                seen = (powers[:, None] * v[head]).sum(0) / powers.sum()
            mixed[i, head * side : (head + 1) * side] = seen
    y = linear(mixed, layer.self_attn.out_proj)
    if method in ("clearclip", "naclip"):
        return y
    y = x + y
    h = linear(norm(y, layer.layer_norm2), layer.mlp.fc1)
    return y + linear(h / (1 + (-1.702 * h).exp()), layer.mlp.fc2)


def main(name):
    raw = open(f"golden/patches-{name}.safetensors", "rb").read()
    n = int.from_bytes(raw[:8], "little")
    header = json.loads(raw[8 : 8 + n])
    clip = model(name)
    tower = getattr(clip, "vision_model", clip)
    patch, step = SHAPES[name][6], SHAPES[name][7]
    states, worst = {}, {}
    for key in sorted(header):
        method, _, size = key.partition(".")
        if method not in ("last_layer", "maskclip", "clearclip", "naclip", "pooled"):
            continue
        start, end = header[key]["data_offsets"]
        golden = np.frombuffer(raw[8 + n + start : 8 + n + end], np.float32).reshape(-1, SHAPES[name][0])
        height, width = map(int, size.split("x"))
        if size not in states:
            pixels = 2 * uniform(f"dense.pixel_values {size}", 3 * height * width).reshape(1, 3, height, width)
            states[size] = clip(torch.from_numpy(pixels), output_hidden_states=True, interpolate_pos_encoding=True)
        if method == "pooled":
            found = states[size].image_embeds.numpy()
        else:
            x = states[size].hidden_states[-2][0].double()
            y = last_layer(method, tower.encoder.layers[-1], x, height // patch, width // patch)
            e = linear(norm(y, tower.post_layernorm), clip.visual_projection)[1:]
            found = (e / e.norm(dim=-1, keepdim=True))[::step].numpy()
        difference = float(np.abs(found - golden).max())
        worst[method] = max(worst.get(method, 0), difference)
        assert difference < 2e-5 * np.abs(golden).max(), (key, difference)
    print(name, *(f"{method} {value:.1e}" for method, value in worst.items()))


if __name__ == "__main__":
    with torch.no_grad():
        main(sys.argv[1])
