"""Exports a checkpoint in Hugging Face's layout (config.json, model.safetensors) to the two graphs that
"vectorbench compare --onnx DIR" runs in ONNX Runtime: the very same weights, computed as the paper has it.

    apt-get install python3-torch python3-onnx python3-numpy libopenblas0-pthread    (Debian 12)
    python3 vectorbench/export_onnx.py DIR        writes DIR/vision.onnx (pixel_values -> image_embeds)
                                                         DIR/text.onnx   (input_ids -> text_embeds)

Batch and, for text, length are dynamic. The text graph takes rows that are filled up with the end token.
"""
import json, math, os, struct, sys
import numpy as np, torch
from torch import nn
from torch.nn import functional as F


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
        self.heads, self.act, self.d = c["num_attention_heads"], c["hidden_act"], c["hidden_size"]
        self.layers = c["num_hidden_layers"]
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
            y = F.layer_norm(x, (d,), g("n1_w"), g("n1_b"), 1e-5)
            q, k, v = F.linear(y, g("qkv_w"), g("qkv_b")).reshape(b, n, 3, h, d // h).permute(2, 0, 3, 1, 4)
            a = (q * (d // h) ** -0.5) @ k.transpose(-1, -2)
            if mask is not None:
                a = a + mask
            y = (a.softmax(-1) @ v).transpose(1, 2).reshape(b, n, d)
            x = x + F.linear(y, g("o_w"), g("o_b"))
            y = F.linear(F.layer_norm(x, (d,), g("n2_w"), g("n2_b"), 1e-5), g("f1_w"), g("f1_b"))
            y = y * torch.sigmoid(1.702 * y) if self.act == "quick_gelu" else F.gelu(y)
            x = x + F.linear(y, g("f2_w"), g("f2_b"))
        return x


class Vision(nn.Module):
    def __init__(self, w, c):
        super().__init__()
        self.w, self.patch, self.d = w, c["patch_size"], c["hidden_size"]
        self.encoder = Encoder(w, "vision_model", c)

    def forward(self, pixel_values):
        w, p = self.w, "vision_model."
        x = F.conv2d(pixel_values, w[p + "embeddings.patch_embedding.weight"], stride=self.patch).flatten(2).transpose(1, 2)
        cls = w[p + "embeddings.class_embedding"].expand(x.shape[0], 1, self.d)
        x = torch.cat([cls, x], 1) + w[p + "embeddings.position_embedding.weight"]
        x = F.layer_norm(x, (self.d,), w[p + "pre_layrnorm.weight"], w[p + "pre_layrnorm.bias"], 1e-5)
        x = self.encoder(x)[:, 0]
        x = F.layer_norm(x, (self.d,), w[p + "post_layernorm.weight"], w[p + "post_layernorm.bias"], 1e-5)
        return x @ w["visual_projection.weight"].t()


class Text(nn.Module):
    def __init__(self, w, c):
        super().__init__()
        self.w, self.d = w, c["hidden_size"]
        self.encoder = Encoder(w, "text_model", c)
        n = c["max_position_embeddings"]
        self.register_buffer("mask", torch.full((n, n), -1e9).triu(1))

    def forward(self, input_ids):
        w, p = self.w, "text_model."
        n = input_ids.shape[1]
        x = w[p + "embeddings.token_embedding.weight"][input_ids] + w[p + "embeddings.position_embedding.weight"][:n]
        x = self.encoder(x, self.mask[:n, :n])
        x = F.layer_norm(x, (self.d,), w[p + "final_layer_norm.weight"], w[p + "final_layer_norm.bias"], 1e-5)
        x = x[torch.arange(x.shape[0]), input_ids.argmax(-1)]      # first end-of-text token
        return x @ w["text_projection.weight"].t()


if __name__ == "__main__":
    d = sys.argv[1]
    c = json.load(open(os.path.join(d, "config.json")))
    w = read_safetensors(os.path.join(d, "model.safetensors"))
    s = c["vision_config"]["image_size"]
    vision, text = Vision(w, c["vision_config"]).eval(), Text(w, c["text_config"]).eval()
    with torch.no_grad():
        torch.onnx.export(vision, torch.zeros(1, 3, s, s), os.path.join(d, "vision.onnx"), opset_version=14,
                          input_names=["pixel_values"], output_names=["image_embeds"],
                          dynamic_axes={"pixel_values": {0: "batch"}, "image_embeds": {0: "batch"}})
        ids = torch.full((2, 9), 49407, dtype=torch.int64); ids[:, 0] = 49406
        torch.onnx.export(text, ids, os.path.join(d, "text.onnx"), opset_version=14,
                          input_names=["input_ids"], output_names=["text_embeds"],
                          dynamic_axes={"input_ids": {0: "batch", 1: "length"}, "text_embeds": {0: "batch"}})
