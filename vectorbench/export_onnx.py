"""Exports a checkpoint in Hugging Face's layout (config.json, model.safetensors) to the two graphs that
"vectorbench compare --onnx DIR" runs in ONNX Runtime: the very same weights, computed as the paper has it.
It knows CLIP and SigLIP (model_type clip or siglip; SigLIP 2 of pictures of one size is the latter).

    apt-get install python3-torch python3-onnx python3-numpy libopenblas0-pthread    (Debian 12)
    python3 vectorbench/export_onnx.py DIR        writes DIR/vision.onnx (pixel_values -> image_embeds)
                                                         DIR/text.onnx   (input_ids -> text_embeds)

Any torch from 1.13 to 2.13 does, without onnxscript; from 2.5 on, GELU through tanh is one operator (opset 20), and ONNX
Runtime faster. Batch is dynamic. CLIP's text graph takes rows of any one length that are filled up with the end token,
SigLIP's those of its context alone, which are filled up with its padding.
"""
import inspect, json, math, os, struct, sys
import numpy as np, torch
from torch import nn
from torch.nn import functional as F


def quick_gelu(x):
    return x * torch.sigmoid(1.702 * x)


def gelu_tanh(x):
    return F.gelu(x, approximate="tanh")


ACTIVATIONS = {"quick_gelu": quick_gelu, "gelu": F.gelu, "gelu_pytorch_tanh": gelu_tanh}

# what a config.json of SigLIP leaves out
SIGLIP = dict(hidden_size=768, intermediate_size=3072, num_hidden_layers=12, num_attention_heads=12, image_size=224,
              patch_size=16, max_position_embeddings=64, hidden_act="gelu_pytorch_tanh", layer_norm_eps=1e-6)


def read_safetensors(path):
    with open(path, "rb") as f:
        header = json.loads(f.read(struct.unpack("<Q", f.read(8))[0]))
        data = f.read()
    kinds = {"F32": np.float32, "F16": np.float16, "I32": np.int32, "I64": np.int64}
    return {k: torch.from_numpy(np.frombuffer(data[v["data_offsets"][0]:v["data_offsets"][1]], kinds[v["dtype"]])
                                .reshape(v["shape"]).astype(np.float32))
            for k, v in header.items() if k != "__metadata__" and v["dtype"].startswith("F")}


class Encoder(nn.Module):
    def __init__(self, w, prefix, c):
        super().__init__()
        self.heads, self.act, self.d = c["num_attention_heads"], ACTIVATIONS[c["hidden_act"]], c["hidden_size"]
        self.layers, self.eps = c["num_hidden_layers"], c.get("layer_norm_eps", 1e-5)
        for i in range(self.layers):
            p = f"{prefix}.encoder.layers.{i}."
            put = lambda n, t: self.register_buffer(f"{n}{i}", t)
            put("qkv_w", torch.cat([w[p + f"self_attn.{x}_proj.weight"] for x in "qkv"]))
            put("qkv_b", torch.cat([w[p + f"self_attn.{x}_proj.bias"] for x in "qkv"]))
            for n, k in dict(o="self_attn.out_proj", n1="layer_norm1", n2="layer_norm2", f1="mlp.fc1", f2="mlp.fc2").items():
                put(n + "_w", w[p + k + ".weight"]); put(n + "_b", w[p + k + ".bias"])

    def forward(self, x, mask=None):
        b, n = x.shape[0], x.shape[1]
        d, h = self.d, self.heads
        for i in range(self.layers):
            g = lambda k: getattr(self, f"{k}{i}")
            y = F.layer_norm(x, (d,), g("n1_w"), g("n1_b"), self.eps)
            q, k, v = F.linear(y, g("qkv_w"), g("qkv_b")).reshape(b, n, 3, h, d // h).permute(2, 0, 3, 1, 4)
            a = (q * (d // h) ** -0.5) @ k.transpose(-1, -2)
            if mask is not None:
                a = a + mask
            y = (a.softmax(-1) @ v).transpose(1, 2).reshape(b, n, d)
            x = x + F.linear(y, g("o_w"), g("o_b"))
            y = F.linear(F.layer_norm(x, (d,), g("n2_w"), g("n2_b"), self.eps), g("f1_w"), g("f1_b"))
            x = x + F.linear(self.act(y), g("f2_w"), g("f2_b"))
        return x


class Tower(nn.Module):
    def __init__(self, w, name, c):
        super().__init__()
        self.w, self.name, self.d = w, name, c["hidden_size"]
        self.encoder = Encoder(w, name, c)

    def get(self, name):
        return self.w[f"{self.name}.{name}"]

    def norm(self, x, name):
        return F.layer_norm(x, (self.d,), self.get(name + ".weight"), self.get(name + ".bias"), self.encoder.eps)

    def linear(self, x, name):
        return F.linear(x, self.get(name + ".weight"), self.get(name + ".bias"))


class Vision(Tower):
    def __init__(self, w, c):
        super().__init__(w, "vision_model", c)
        self.patch = c["patch_size"]

    def patches(self, pixel_values, bias=None):
        weight = self.get("embeddings.patch_embedding.weight")
        return F.conv2d(pixel_values, weight, bias, stride=self.patch).flatten(2).transpose(1, 2)


class Text(Tower):
    def __init__(self, w, c):
        super().__init__(w, "text_model", c)
        self.context = c["max_position_embeddings"]

    def embed(self, input_ids, n):
        return self.get("embeddings.token_embedding.weight")[input_ids] + self.get("embeddings.position_embedding.weight")[:n]


class ClipVision(Vision):
    def forward(self, pixel_values):
        x = self.patches(pixel_values)
        cls = self.get("embeddings.class_embedding").expand(x.shape[0], 1, self.d)
        x = torch.cat([cls, x], 1) + self.get("embeddings.position_embedding.weight")
        x = self.encoder(self.norm(x, "pre_layrnorm"))[:, 0]
        return self.norm(x, "post_layernorm") @ self.w["visual_projection.weight"].t()


class ClipText(Text):
    any_length = True

    def __init__(self, w, c):
        super().__init__(w, c)
        self.register_buffer("mask", torch.full((self.context, self.context), -1e9).triu(1))

    def forward(self, input_ids):
        n = input_ids.shape[1]
        x = self.norm(self.encoder(self.embed(input_ids, n), self.mask[:n, :n]), "final_layer_norm")
        x = x[torch.arange(x.shape[0]), input_ids.argmax(-1)]      # first end-of-text token
        return x @ self.w["text_projection.weight"].t()


class SiglipVision(Vision):
    def forward(self, pixel_values):
        x = self.patches(pixel_values, self.get("embeddings.patch_embedding.bias"))
        x = self.encoder(x + self.get("embeddings.position_embedding.weight"))
        return self.pool(self.norm(x, "post_layernorm"))

    def pool(self, x):
        """A learned query, the same for every picture, attends to all patches; an MLP follows."""
        b, n, d, h = x.shape[0], x.shape[1], self.d, self.encoder.heads
        weight, bias = self.get("head.attention.in_proj_weight"), self.get("head.attention.in_proj_bias")
        q = F.linear(self.get("head.probe"), weight[:d], bias[:d]).reshape(1, 1, h, d // h).transpose(1, 2)
        k, v = F.linear(x, weight[d:], bias[d:]).reshape(b, n, 2, h, d // h).permute(2, 0, 3, 1, 4)
        a = (q * (d // h) ** -0.5) @ k.transpose(-1, -2)
        x = self.linear((a.softmax(-1) @ v).transpose(1, 2).reshape(b, d), "head.attention.out_proj")
        y = self.encoder.act(self.linear(self.norm(x, "head.layernorm"), "head.mlp.fc1"))
        return x + self.linear(y, "head.mlp.fc2")


class SiglipText(Text):
    any_length = False

    def forward(self, input_ids):
        x = self.norm(self.encoder(self.embed(input_ids, self.context)), "final_layer_norm")
        return self.linear(x[:, -1], "head")      # whatever token is the last


def towers(c, w):
    kind = c.get("model_type")
    if kind == "clip":
        return ClipVision(w, c["vision_config"]), ClipText(w, c["text_config"])
    if kind == "siglip":
        return SiglipVision(w, {**SIGLIP, **c["vision_config"]}), SiglipText(w, {**SIGLIP, **c["text_config"]})
    raise SystemExit(f"config.json: model_type: expected clip or siglip, found {kind}")


def export(tower, example, path, names, dynamic):
    torch_version = tuple(int(part) for part in torch.__version__.split(".")[:2])
    opset = 20 if tower.encoder.act is gelu_tanh and torch_version >= (2, 5) else 14
    # the newer exporter, which torch 2.9 takes unless told otherwise, needs onnxscript
    older = {"dynamo": False} if "dynamo" in inspect.signature(torch.onnx.export).parameters else {}
    with torch.no_grad():
        torch.onnx.export(tower.eval(), example, path, opset_version=opset, input_names=names[:1],
                          output_names=names[1:], dynamic_axes=dict(zip(names, dynamic)), **older)


if __name__ == "__main__":
    d = sys.argv[1]
    c = json.load(open(os.path.join(d, "config.json")))
    vision, text = towers(c, read_safetensors(os.path.join(d, "model.safetensors")))
    s = {**SIGLIP, **c["vision_config"]}["image_size"]
    export(vision, torch.zeros(1, 3, s, s), os.path.join(d, "vision.onnx"), ["pixel_values", "image_embeds"],
           [{0: "batch"}, {0: "batch"}])
    ids = torch.full((2, text.context), 2, dtype=torch.int64)
    export(text, ids, os.path.join(d, "text.onnx"), ["input_ids", "text_embeds"],
           [{0: "batch", **({1: "length"} if text.any_length else {})}, {0: "batch"}])
