"""Makes numpy/siglip*.npz, SigLIP as big_vision publishes it, and golden/siglip-big-vision.safetensors, what it has to give.

Run in src-test-data with transformers, PyTorch, NumPy and ml_dtypes:

    python3 tools/make_big_vision_goldens.py

naflex.npz is that of SigLIP 2 for pictures of any shape, in float32, scanned too: its embedding of patches is a linear layer, whose inputs are
row, column and channel of a pixel, and its positions are [side, side, width], as big_vision's naflex_vit.py has them.

siglip.npz is laid out as SigLIP's files are: float32, an array for each weight of each layer, and a number of training steps beside
them. siglip2.npz is laid out as those of SigLIP 2: bfloat16 and layers as the first index of one array. Both have 1,000 or 1,500 tokens, as
the tokenizers for tests do. The weights are those of Hugging Face's SiglipModel, by their names there: norms' weights are 1 + 0.2 u, other
vectors 0.05 u, all else 0.2 u. The embeddings are SiglipModel's of the same weights.

image_embeds.naflex [6, 24] of the pictures of make_naflex_goldens.py, of GRIDS patches of 4 pixels; all others: image_embeds.KIND [2, 24] of
pixel_values = uniform("big_vision.KIND.pixel_values"), input_ids.KIND [3, 12], text_embeds.KIND [3, 24].
"""

import pathlib

import ml_dtypes
import numpy as np
import torch
from make_dense_goldens import uniform
from safetensors.torch import save_file
from transformers import Siglip2Config, Siglip2Model, SiglipConfig, SiglipModel

WIDTH, HEADS, MLP, LAYERS, IMAGE, PATCH, CONTEXT = 24, 2, 40, 2, 14, 4, 12
TEXT, TEXT_MLP = 16, 28
SIDE = 6  # positions along a side, of naflex
GRIDS = [(1, 1), (6, 6), (1, 40), (5, 12), (11, 2), (3, 7)]


def model(kind, vocabulary, dtype):
    common = {"num_hidden_layers": LAYERS, "num_attention_heads": HEADS}
    naflex = kind == "naflex"
    sizes = {"num_patches": SIDE * SIDE} if naflex else {"image_size": IMAGE}
    config = (Siglip2Config if naflex else SiglipConfig)(
        text_config={"hidden_size": TEXT, "intermediate_size": TEXT_MLP, "vocab_size": vocabulary,
                     "max_position_embeddings": CONTEXT, "projection_size": WIDTH, **common},
        vision_config={"hidden_size": WIDTH, "intermediate_size": MLP, "patch_size": PATCH, **sizes, **common})
    siglip = (Siglip2Model if naflex else SiglipModel)(config).eval()
    with torch.no_grad():
        for name, tensor in siglip.named_parameters():
            u = torch.from_numpy(uniform(f"big_vision.{kind}.{name}", tensor.numel())).reshape(tensor.shape)
            norm = "norm" in name and name.endswith("weight")
            values = {"logit_scale": 4.7 + 0 * u, "logit_bias": -12.9 + 0 * u}.get(
                name, 1 + 0.2 * u if norm else 0.05 * u if tensor.dim() == 1 else 0.2 * u)
            tensor.copy_(torch.from_numpy(values.numpy().astype(dtype).astype(np.float32)))
    return siglip


def arrays(siglip):
    w = {name: tensor.detach().numpy() for name, tensor in siglip.named_parameters()}
    out = {}

    def norm(own, name):
        out[own + "/scale"], out[own + "/bias"] = w[name + ".weight"], w[name + ".bias"]

    def dense(own, name):
        out[own + "/kernel"], out[own + "/bias"] = w[name + ".weight"].T, w[name + ".bias"]

    def attention(own, q, k, v, o, width):
        for part, (weight, bias) in {"query": q, "key": k, "value": v}.items():
            out[f"{own}/{part}/kernel"] = weight.T.reshape(width, HEADS, width // HEADS)
            out[f"{own}/{part}/bias"] = bias.reshape(HEADS, width // HEADS)
        out[own + "/out/kernel"] = o[0].T.reshape(HEADS, width // HEADS, width)
        out[own + "/out/bias"] = o[1]

    def layers(own, name, width):
        for i in range(LAYERS):
            block, layer = f"{own}/encoderblock_{i}", f"{name}.encoder.layers.{i}"
            norm(block + "/LayerNorm_0", layer + ".layer_norm1")
            pair = lambda part: (w[f"{layer}.self_attn.{part}.weight"], w[f"{layer}.self_attn.{part}.bias"])
            attention(block + "/MultiHeadDotProductAttention_0",
                      pair("q_proj"), pair("k_proj"), pair("v_proj"), pair("out_proj"), width)
            norm(block + "/LayerNorm_1", layer + ".layer_norm2")
            dense(block + "/MlpBlock_0/Dense_0", layer + ".mlp.fc1")
            dense(block + "/MlpBlock_0/Dense_1", layer + ".mlp.fc2")

    patches, positions = (w[f"vision_model.embeddings.{part}_embedding.weight"] for part in ("patch", "position"))
    naflex = patches.ndim == 2
    out["img/embedding/kernel"] = patches.T if naflex else patches.transpose(2, 3, 1, 0)
    out["img/embedding/bias"] = w["vision_model.embeddings.patch_embedding.bias"]
    out["img/pos_embedding"] = positions.reshape(SIDE, SIDE, WIDTH) if naflex else positions[None]
    layers("img/Transformer", "vision_model", WIDTH)
    norm("img/Transformer/encoder_norm", "vision_model.post_layernorm")
    head = "vision_model.head."
    out["img/MAPHead_0/probe"] = w[head + "probe"]
    weights, biases = (np.split(w[head + "attention.in_proj_" + part], 3) for part in ("weight", "bias"))
    attention("img/MAPHead_0/MultiHeadDotProductAttention_0", *zip(weights, biases),
              (w[head + "attention.out_proj.weight"], w[head + "attention.out_proj.bias"]), WIDTH)
    norm("img/MAPHead_0/LayerNorm_0", head + "layernorm")
    dense("img/MAPHead_0/MlpBlock_0/Dense_0", head + "mlp.fc1")
    dense("img/MAPHead_0/MlpBlock_0/Dense_1", head + "mlp.fc2")
    out["txt/Embed_0/embedding"] = w["text_model.embeddings.token_embedding.weight"]
    out["txt/pos_embedding"] = w["text_model.embeddings.position_embedding.weight"][None]
    layers("txt/Encoder_0", "text_model", TEXT)
    norm("txt/Encoder_0/encoder_norm", "text_model.final_layer_norm")
    dense("txt/head", "text_model.head")
    out["t"], out["b"] = w["logit_scale"], w["logit_bias"]
    return {"params/" + name: np.ascontiguousarray(array) for name, array in out.items()}


def scanned(tensors):
    out = {name: array for name, array in tensors.items() if "encoderblock_" not in name}
    for name in tensors:
        if "encoderblock_0" in name:
            out[name.replace("encoderblock_0", "encoderblock")] = np.stack(
                [tensors[name.replace("encoderblock_0", f"encoderblock_{i}")] for i in range(LAYERS)])
    return out


def of_any_shape(siglip):
    """A picture at a time, which needs neither padding nor a mask."""
    embeddings = []
    for rows, columns in GRIDS:
        pixels = uniform(f"golden.naflex.pixel_values {rows}x{columns}", 3 * rows * columns * PATCH * PATCH)
        patches = pixels.reshape(3, rows, PATCH, columns, PATCH).transpose(1, 3, 2, 4, 0).reshape(1, rows * columns, -1)
        embeddings.append(siglip.vision_model(
            torch.from_numpy(patches.copy()), pixel_attention_mask=torch.ones(1, rows * columns, dtype=torch.int32),
            spatial_shapes=torch.tensor([(rows, columns)])).pooler_output)
    return torch.cat(embeddings)


goldens = {}
pathlib.Path("numpy").mkdir(exist_ok=True)
for kind, vocabulary, dtype in (("siglip", 1000, np.float32), ("siglip2", 1500, ml_dtypes.bfloat16), ("naflex", 1500, np.float32)):
    siglip = model(kind, vocabulary, dtype)
    tensors = arrays(siglip)
    if kind == "siglip":
        tensors["opt/step"] = np.array(7, np.int64)
    else:
        tensors = scanned(tensors)
    np.savez(f"numpy/{kind}.npz", **{n: a if a.dtype == np.int64 else a.astype(dtype) for n, a in tensors.items()})
    pixels = torch.from_numpy(uniform(f"big_vision.{kind}.pixel_values", 2 * 3 * IMAGE * IMAGE)).reshape(2, 3, IMAGE, IMAGE)
    ids = torch.stack([
        torch.tensor([3 + int((float(x) + 1) / 2 * (vocabulary - 3)) for x in uniform(f"big_vision.{kind}.text.{k}", CONTEXT)])
        for k in range(3)])
    with torch.no_grad():
        goldens[f"image_embeds.{kind}"] = of_any_shape(siglip) if kind == "naflex" else siglip.get_image_features(pixels).pooler_output
        goldens[f"text_embeds.{kind}"] = siglip.get_text_features(ids).pooler_output
    goldens[f"input_ids.{kind}"] = ids.to(torch.int32)
    print(kind, {k: v.abs().max().item() for k, v in goldens.items() if k.endswith("." + kind)})
save_file({k: v.contiguous() for k, v in goldens.items()}, "golden/siglip-big-vision.safetensors")
