"""Makes torch/: checkpoints of a tiny model as PyTorch itself writes them.

Run in src-test-data with PyTorch 1.13 and NumPy:

    python3 tools/make_torch_fixtures.py                 writes torch/
    python3 tools/make_torch_fixtures.py vit-b-32 DIR    writes a full-size checkpoint in each layout to DIR

The weights are the recipe of SyntheticCheckpoint: the name of a tensor is the seed of its values. The TorchScript archives
are traced from a model of PyTorch's own layers under OpenAI's names, as OpenAI's were.

TorchWrittenTest converts what this writes, and compares the model files with that of a safetensors checkpoint; with
-Dclip.torch=DIR those of DIR too.
"""

import collections
import json
import os
import sys
import threading

import numpy as np
import torch
from torch import nn

from make_large_goldens import uniform

# projection, (width, MLP, layers, heads, image, patch), (width, MLP, layers, heads, context, vocabulary)
CONFIGS = {
    "small": (5, (12, 20, 2, 3, 8, 4), (8, 14, 2, 2, 5, 524)),
    "vit-b-32": (512, (768, 3072, 12, 12, 224, 32), (512, 2048, 12, 8, 77, 49408)),
}


def spec(config):
    """Name, shape, centre and amplitude of each tensor, under Hugging Face's names."""
    projection, (d, mlp, layers, _, size, patch), text = config
    out = collections.OrderedDict()

    def add(name, shape, std=None, centre=0.0, amplitude=None):
        out[name] = (shape, centre, amplitude if amplitude is not None else round(std * 3**0.5, 6))

    def norm(name, d):
        add(name + ".weight", (d,), centre=1.0, amplitude=0.2)
        add(name + ".bias", (d,), amplitude=0.1)

    def linear(name, o, i, std):
        add(name + ".weight", (o, i), std)
        add(name + ".bias", (o,), amplitude=0.05)

    def encoder(tower, d, mlp, layers):
        attn, proj, fc = d**-0.5, d**-0.5 * (2 * layers) ** -0.5, (2 * d) ** -0.5
        for i in range(layers):
            p = f"{tower}.encoder.layers.{i}"
            norm(p + ".layer_norm1", d)
            for x in "qkv":
                linear(f"{p}.self_attn.{x}_proj", d, d, attn * (2.0 if x != "v" else 1.0))
            linear(p + ".self_attn.out_proj", d, d, proj)
            norm(p + ".layer_norm2", d)
            linear(p + ".mlp.fc1", mlp, d, fc)
            linear(p + ".mlp.fc2", d, mlp, proj)

    add("vision_model.embeddings.class_embedding", (d,), d**-0.5)
    add("vision_model.embeddings.patch_embedding.weight", (d, 3, patch, patch), 0.02)
    add("vision_model.embeddings.position_embedding.weight", ((size // patch) ** 2 + 1, d), d**-0.5)
    norm("vision_model.pre_layrnorm", d)
    encoder("vision_model", d, mlp, layers)
    norm("vision_model.post_layernorm", d)
    add("visual_projection.weight", (projection, d), d**-0.5)
    d, mlp, layers, _, context, vocabulary = text
    add("text_model.embeddings.token_embedding.weight", (vocabulary, d), 0.02)
    add("text_model.embeddings.position_embedding.weight", (context, d), 0.01)
    encoder("text_model", d, mlp, layers)
    norm("text_model.final_layer_norm", d)
    add("text_projection.weight", (projection, d), d**-0.5)
    add("logit_scale", (), centre=4.6052, amplitude=0.0)
    return out


def hugging_face(config):
    state = collections.OrderedDict()
    for name, (shape, centre, amplitude) in spec(config).items():
        w = np.float32(centre) + np.float32(amplitude) * uniform(name, int(np.prod(shape, dtype=np.int64)))
        state[name] = torch.from_numpy(w.astype(np.float32).reshape(shape))
    return state


class QuickGELU(nn.Module):
    def forward(self, x):
        return x * torch.sigmoid(1.702 * x)


class Block(nn.Module):
    def __init__(self, d, mlp, heads):
        super().__init__()
        self.attn = nn.MultiheadAttention(d, heads)
        self.ln_1 = nn.LayerNorm(d)
        parts = [("c_fc", nn.Linear(d, mlp)), ("gelu", QuickGELU()), ("c_proj", nn.Linear(mlp, d))]
        self.mlp = nn.Sequential(collections.OrderedDict(parts))
        self.ln_2 = nn.LayerNorm(d)

    def forward(self, x):
        h = self.ln_1(x)
        x = x + self.attn(h, h, h, need_weights=False)[0]
        return x + self.mlp(self.ln_2(x))


class Transformer(nn.Module):
    def __init__(self, d, mlp, layers, heads):
        super().__init__()
        self.resblocks = nn.Sequential(*[Block(d, mlp, heads) for _ in range(layers)])

    def forward(self, x):
        return self.resblocks(x)


class Visual(nn.Module):
    def __init__(self, projection, d, mlp, layers, heads, size, patch):
        super().__init__()
        self.conv1 = nn.Conv2d(3, d, patch, patch, bias=False)
        self.class_embedding = nn.Parameter(torch.empty(d))
        self.positional_embedding = nn.Parameter(torch.empty((size // patch) ** 2 + 1, d))
        self.ln_pre = nn.LayerNorm(d)
        self.transformer = Transformer(d, mlp, layers, heads)
        self.ln_post = nn.LayerNorm(d)
        self.proj = nn.Parameter(torch.empty(d, projection))

    def forward(self, x):
        x = self.conv1(x).flatten(2).transpose(1, 2)
        x = torch.cat([self.class_embedding.expand(1, 1, -1), x], 1) + self.positional_embedding
        return self.ln_post(self.transformer(self.ln_pre(x).transpose(0, 1))[0]) @ self.proj


class Clip(nn.Module):
    """OpenAI's names; without the causal mask, which is no weight and which a trace does not need."""

    def __init__(self, config):
        super().__init__()
        projection, vision, (d, mlp, layers, heads, context, vocabulary) = config
        self.visual = Visual(projection, *vision)
        self.transformer = Transformer(d, mlp, layers, heads)
        self.token_embedding = nn.Embedding(vocabulary, d)
        self.positional_embedding = nn.Parameter(torch.empty(context, d))
        self.ln_final = nn.LayerNorm(d)
        self.text_projection = nn.Parameter(torch.empty(d, projection))
        self.logit_scale = nn.Parameter(torch.empty([]))
        self.register_buffer("input_resolution", torch.tensor(vision[4]))
        self.register_buffer("context_length", torch.tensor(context))
        self.register_buffer("vocab_size", torch.tensor(vocabulary))

    def forward(self, image, text):
        x = self.token_embedding(text) + self.positional_embedding
        x = self.ln_final(self.transformer(x.transpose(0, 1)))[-1] @ self.text_projection
        return self.logit_scale.exp() * self.visual(image) @ x.T


RENAMED = [
    ("embeddings.patch_embedding", "conv1"),
    ("embeddings.token_embedding", "token_embedding"),
    ("embeddings.position_embedding.weight", "positional_embedding"),
    ("embeddings.class_embedding", "class_embedding"),
    ("pre_layrnorm", "ln_pre"),
    ("post_layernorm", "ln_post"),
    ("final_layer_norm", "ln_final"),
    ("encoder.layers", "transformer.resblocks"),
    ("layer_norm", "ln_"),
    ("self_attn.out_proj", "attn.out_proj"),
    ("mlp.fc1", "mlp.c_fc"),
    ("mlp.fc2", "mlp.c_proj"),
]


def open_ai(state):
    out = collections.OrderedDict()
    for name, w in state.items():
        own = name
        if name in ("visual_projection.weight", "text_projection.weight"):
            out["visual.proj" if name[0] == "v" else "text_projection"] = w.t().contiguous()
            continue
        for old, new in RENAMED:
            own = own.replace(old, new)
        own = own.replace("vision_model.", "visual.").replace("text_model.", "")
        if ".k_proj." in own or ".v_proj." in own:
            continue
        if ".q_proj." in own:
            own = own.replace("self_attn.q_proj.", "attn.in_proj_")
            w = torch.cat([state[name.replace("q_proj", x + "_proj")] for x in "qkv"])
        out[own] = w
    return out


def write(config, directory, largest):
    os.makedirs(directory, exist_ok=True)
    path = lambda name: os.path.join(directory, name)
    state = hugging_face(config)
    own = open_ai(state)
    torch.save(state, path("hugging_face.bin"))
    torch.save(state, path("legacy.bin"), _use_new_zipfile_serialization=False)
    model = Clip(config)
    model.load_state_dict(own, strict=False)
    # Views: all in one storage, a transposed one, and one in another order of dimensions.
    views = collections.OrderedDict(model.state_dict())
    views["visual.proj"] = state["visual_projection.weight"].t()
    views["visual.conv1.weight"] = views["visual.conv1.weight"].to(memory_format=torch.channels_last)
    first = [n for n in views if n.endswith("bias")]
    flat = torch.cat([views[n].reshape(-1) for n in first])
    at = 0
    for n in first:
        views[n] = flat[at : at + views[n].numel()]
        at += views[n].numel()
    checkpoint = {"epoch": 32, "name": "run", "state_dict": {"module." + n: w for n, w in views.items()}}
    parameter = nn.Parameter(torch.zeros(2))
    optimizer = torch.optim.AdamW([parameter])
    parameter.sum().backward()
    optimizer.step()
    checkpoint["optimizer"] = optimizer.state_dict()
    checkpoint["scaler"] = {"scale": 65536.0, "growth_interval": 2000}
    torch.save(checkpoint, path("training.pt"))
    torch.save(model.state_dict(), path("protocol4.pt"), pickle_protocol=4)
    size, context = config[1][4], config[2][4]
    inputs = torch.zeros(1, 3, size, size), torch.zeros(1, context, dtype=torch.long)
    torch.jit.trace(model.eval(), inputs, check_trace=False).save(path("traced.pt"))
    if not largest:
        half = Clip(config)
        half.load_state_dict(own, strict=False)
        torch.save(half.half().state_dict(), path("half.pt"))


def main():
    if len(sys.argv) == 1:
        write(CONFIGS["small"], "torch", False)
    else:
        write(CONFIGS[sys.argv[1]], sys.argv[2], True)


if __name__ == "__main__":
    # TorchScript archives hold the paths of all source on the stack: a thread of its own, and a path that is nobody's.
    namespace = {"__name__": "traced"}
    with open(__file__) as source:
        exec(compile(source.read(), "/make_torch_fixtures.py", "exec"), namespace)
    thread = threading.Thread(target=namespace["main"])
    thread.start()
    thread.join()
