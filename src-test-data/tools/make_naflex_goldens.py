"""Makes golden/naflex-tiny, naflex-b-16 and naflex-open-clip.safetensors and naflex-pixels.tsv: SigLIP 2 for pictures of any shape.

Run in src-test-data with transformers, timm, PyTorch and Pillow:

    python3 tools/make_naflex_goldens.py

The models are Hugging Face's Siglip2Model with the weights of SyntheticSiglip.NAFLEX_TINY and NAFLEX_B_16: a tensor's name is the seed of
its values. All pictures of a model go through it in one batch, padded to the most patches and masked, as its processor gives them.

Inputs: uniform("golden.naflex.pixel_values ROWSxCOLUMNS"), [3, ROWS * patch, COLUMNS * patch], cut into patches row by row, each row,
column, channel. Texts, input_ids: those of siglip-tiny.

image_embeds [pictures, width] and text_embeds [texts, width] are not normalised. vision.hidden.0 [tokens, width] has what the first layer
is given of all pictures, one behind the other, without padding.

PyTorch 2.13 (CPU) does not compute what interpolate says for an output of one column, unless its rows are one or as many as before: for
that the model is given what interpolate gives in two steps, rows first, which is right (`check_interpolate` compares both with the formula
in float64).

naflex-open-clip.safetensors: the same two by timm's naflexvit_so400m_patch16_siglip, made as small as SyntheticSiglip.NAFLEX_WIDE_HEADS and
given its weights, as OpenCLIP runs it: positions are interpolated bicubically.

naflex-pixels.tsv: for pictures of images/ and of noise (uniform by its name, 0 to 255, [height, width, 3]) the rows and columns of patches
that Siglip2ImageProcessorPil makes, at most so many of such a side, and the SHA-256 of its values as little-endian float32, patch by patch
as above; then for many sizes of pictures the rows and columns alone.
"""

import hashlib
import random

import numpy as np
import torch

library = torch.library.Library("torchvision", "DEF")  # which torchvision asks for where it has no compiled part
for name in ("nms", "qnms"):
    library.define(name + "(Tensor dets, Tensor scores, float iou_threshold) -> Tensor")
import timm
import torch.nn.functional as F
from make_dense_goldens import uniform
from PIL import Image, ImageOps
from safetensors.torch import load_file, save_file
from transformers import Siglip2Config, Siglip2ImageProcessorPil, Siglip2Model
from transformers.models.siglip2.image_processing_siglip2 import get_image_size_for_max_num_patches

VISION = {
    "tiny": dict(hidden_size=72, intermediate_size=200, num_hidden_layers=3, num_attention_heads=3, num_patches=64, patch_size=8),
    "b-16": dict(hidden_size=768, intermediate_size=3072, num_hidden_layers=12, num_attention_heads=12, num_patches=256, patch_size=16),
    "open-clip": dict(hidden_size=144, intermediate_size=538, num_hidden_layers=2, num_attention_heads=2, num_patches=64, patch_size=8),
}
TEXT = dict(hidden_size=48, intermediate_size=136, num_hidden_layers=2, num_attention_heads=2, max_position_embeddings=64, vocab_size=1003)
GRIDS = {
    "tiny": [(1, 1), (8, 8), (1, 40), (40, 1), (5, 12), (3, 7)],
    "b-16": [(16, 16), (1, 1), (2, 128), (21, 12)],
}


interpolate = F.interpolate


def in_two_steps(x, size, **how):
    return interpolate(interpolate(x, size=(size[0], x.shape[3]), **how), size=size, **how) if size[1] == 1 else interpolate(x, size=size, **how)


def triangle(x):
    return np.maximum(0, 1 - x)


def cubic(x, a=-0.5):
    return np.where(x < 1, ((a + 2) * x - (a + 3)) * x * x + 1, np.where(x < 2, ((a * x - 5 * a) * x + 8 * a) * x - 4 * a, 0))


def check_interpolate(mode, kernel):
    def axis(old, new):
        weights = np.zeros((new, old))
        for i in range(new):
            stretch, centre = max(old / new, 1), old / new * (i + 0.5)
            weights[i] = kernel(np.abs((np.arange(old) + 0.5 - centre) / stretch))
        return weights / weights.sum(1, keepdims=True)

    x = torch.from_numpy(uniform("check", 8 * 8 * 3)).reshape(1, 3, 8, 8)
    for size in [(r, c) for r in (1, 2, 7, 8, 9, 40) for c in (1, 2, 7, 8, 9, 40)]:
        formula = np.einsum("ij,kl,cjl->cik", axis(8, size[0]), axis(8, size[1]), x[0].double().numpy())
        how = dict(mode=mode, align_corners=False, antialias=True)
        one, two = (np.abs(f(x, size=size, **how)[0].numpy() - formula).max() for f in (interpolate, in_two_steps))
        assert two < 1e-6, (size, two)
        if one > 1e-6:
            print(mode, "interpolate is off by", one, "for", size)


def deviation(name, width, layers):
    """As SyntheticSiglip has it: centre and amplitude."""
    of = lambda std: (0.0, round(std * 3**0.5, 6))
    last = name.split(".")[-1]
    if "norm" in name:
        return (1.0, 0.2) if last == "weight" else (0.0, 0.1)
    if name == "logit_scale":
        return 4.7647, 0.0
    if name == "logit_bias":
        return -12.93, 0.0
    if last in ("bias", "in_proj_bias"):
        return 0.0, 0.05
    if "patch_embedding" in name:
        return of(0.04)
    if "token_embedding" in name:
        return of(0.3)
    if "position_embedding" in name:
        return of(0.3 if name.startswith("vision") else 0.15)
    if last == "probe":
        return of(1.0)
    attention, output = width**-0.5, width**-0.5 * (2 * layers) ** -0.5
    if name.endswith(("in_proj_weight", "q_proj.weight", "k_proj.weight")):
        return of(2 * attention)
    if name.endswith("fc1.weight"):
        return of(2 * (2 * width) ** -0.5)
    inner = ".encoder." in name and name.endswith(("out_proj.weight", "fc2.weight"))
    return of(output if inner else attention)


def model(kind):
    width = VISION[kind]["hidden_size"]
    config = Siglip2Config(vision_config=VISION[kind], text_config=dict(TEXT, projection_size=width))
    config._attn_implementation = "eager"
    siglip = Siglip2Model(config).eval()
    with torch.no_grad():
        for name, tensor in siglip.named_parameters():
            tower = config.vision_config if name.startswith("vision") else config.text_config
            centre, amplitude = deviation(name, tower.hidden_size, tower.num_hidden_layers)
            values = np.float32(centre) + np.float32(amplitude) * uniform(name, tensor.numel())
            tensor.copy_(torch.from_numpy(values.astype(np.float32)).reshape(tensor.shape))
    print(kind, sum(p.numel() for p in siglip.parameters()), "parameters")
    return siglip


def patches(rows, columns, side):
    pixels = uniform(f"golden.naflex.pixel_values {rows}x{columns}", 3 * rows * columns * side * side)
    picture = pixels.reshape(3, rows, side, columns, side)
    return torch.from_numpy(picture.transpose(1, 3, 2, 4, 0).reshape(rows * columns, side * side * 3).copy())


def golden(kind):
    siglip, grids, side = model(kind), GRIDS[kind], VISION[kind]["patch_size"]
    most = max(rows * columns for rows, columns in grids)
    pixels = torch.zeros(len(grids), most, 3 * side * side)
    mask = torch.zeros(len(grids), most, dtype=torch.int32)
    for i, (rows, columns) in enumerate(grids):
        pixels[i, : rows * columns] = patches(rows, columns, side)
        mask[i, : rows * columns] = 1
    ids = load_file("golden/siglip-tiny.safetensors")["input_ids"].long()
    shapes = torch.tensor(grids)
    with torch.no_grad():
        vision = siglip.vision_model(pixels, pixel_attention_mask=mask, spatial_shapes=shapes, output_hidden_states=True)
        out = {
            "image_embeds": vision.pooler_output,
            "input_ids": ids.to(torch.int32),
            "text_embeds": siglip.text_model(ids).pooler_output,
        }
        if kind == "tiny":
            first = siglip.vision_model.embeddings(pixels, shapes)
            out["vision.hidden.0"] = torch.cat([first[i, : r * c] for i, (r, c) in enumerate(grids)])
        # each picture alone, without padding, is the same
        alone = torch.cat([
            siglip.vision_model(
                pixels[i : i + 1, : r * c], pixel_attention_mask=mask[i : i + 1, : r * c], spatial_shapes=shapes[i : i + 1]
            ).pooler_output
            for i, (r, c) in enumerate(grids)
        ])
    print("alone", (alone - out["image_embeds"]).abs().max().item(), "of", alone.abs().max().item())
    save_file({k: v.contiguous() for k, v in out.items()}, f"golden/naflex-{kind}.safetensors")


def open_clip():
    """What timm gives with the weights of Hugging Face's names, for all pictures in one padded and masked batch."""
    w = {name: tensor.detach() for name, tensor in model("open-clip").named_parameters()}
    side, width, grids = 8, 144, GRIDS["tiny"]
    trunk = timm.create_model("naflexvit_so400m_patch16_siglip", num_classes=0, global_pool="map", patch_size=side, embed_dim=width,
                              depth=2, num_heads=2, pos_embed_grid_size=(8, 8)).eval()
    own = {"embeds.proj": "embeddings.patch_embedding", "norm": "post_layernorm", "attn_pool.proj": "head.attention.out_proj",
           "attn_pool.norm": "head.layernorm", "attn_pool.mlp.fc1": "head.mlp.fc1", "attn_pool.mlp.fc2": "head.mlp.fc2"}
    for i in range(2):
        own |= {f"blocks.{i}.{a}": f"encoder.layers.{i}.{b}" for a, b in
                (("norm1", "layer_norm1"), ("norm2", "layer_norm2"), ("attn.proj", "self_attn.out_proj"), ("mlp.fc1", "mlp.fc1"),
                 ("mlp.fc2", "mlp.fc2"))}
    state = {}
    for part in ("weight", "bias"):
        state |= {f"{a}.{part}": w[f"vision_model.{b}.{part}"] for a, b in own.items()}
        for i in range(2):
            layer = f"vision_model.encoder.layers.{i}.self_attn."
            state[f"blocks.{i}.attn.qkv.{part}"] = torch.cat([w[f"{layer}{x}_proj.{part}"] for x in "qkv"])
        pool = w[f"vision_model.head.attention.in_proj_{part}"]
        state[f"attn_pool.q.{part}"], state[f"attn_pool.kv.{part}"] = pool[:width], pool[width:]
    state["embeds.pos_embed"] = w["vision_model.embeddings.position_embedding.weight"].reshape(1, 8, 8, width)
    state["attn_pool.latent"] = w["vision_model.head.probe"]
    trunk.load_state_dict(state)
    most = max(rows * columns for rows, columns in grids)
    batch = {"patches": torch.zeros(len(grids), most, 3 * side * side), "patch_coord": torch.zeros(len(grids), most, 2, dtype=torch.long),
             "patch_valid": torch.zeros(len(grids), most, dtype=torch.bool)}
    for i, (rows, columns) in enumerate(grids):
        n = rows * columns
        batch["patches"][i, :n] = patches(rows, columns, side)
        batch["patch_coord"][i, :n] = torch.tensor([(y, x) for y in range(rows) for x in range(columns)])
        batch["patch_valid"][i, :n] = True
    with torch.no_grad():
        first, _ = trunk.embeds(batch["patches"], patch_coord=batch["patch_coord"], patch_valid=batch["patch_valid"])
        out = {"image_embeds": trunk(batch), "vision.hidden.0": torch.cat([first[i, : r * c] for i, (r, c) in enumerate(grids)])}
        trunk.embeds.pos_embed_interp_mode = "bilinear"
        other = trunk(batch)
    print("bilinear", (other - out["image_embeds"]).abs().amax(1).tolist(), "of", other.abs().amax(1).tolist(),
          "cosines", F.cosine_similarity(other, out["image_embeds"]).tolist())
    save_file({k: v.contiguous() for k, v in out.items()}, "golden/naflex-open-clip.safetensors")


def noise(name, width, height):
    return ((uniform(name, 3 * width * height).astype(np.float64) + 1) * 128).astype(np.uint8).reshape(height, width, 3)


def pixels():
    lines = []
    pictures = [(n, None) for n in ("coffee_1x1.png", "coffee_224x224.png", "coffee_small_150x100.png", "coffee_tall_9x400.png",
                                    "coffee_wide_600x30.png", "chelsea.png", "coffee_q75_420.jpg", "coffee_exif6.jpg")]
    pictures += [(f"naflex.{w}x{h}", (w, h)) for w, h in ((3000, 40), (40, 3000), (7, 5), (513, 511), (17, 1), (256, 256))]
    for name, size in pictures:
        picture = Image.fromarray(noise(name, *size)) if size else ImageOps.exif_transpose(Image.open("images/" + name)).convert("RGB")
        for side, most in ((16, 256), (8, 60)):
            processor = Siglip2ImageProcessorPil(patch_size=side, max_num_patches=most)
            found = processor(picture, return_tensors="np")
            rows, columns = (int(x) for x in found["spatial_shapes"][0])
            values = np.ascontiguousarray(found["pixel_values"][0][: rows * columns], dtype="<f4")
            digest = hashlib.sha256(values.tobytes()).hexdigest()
            lines.append(f"{name}\t{picture.height}\t{picture.width}\t{side}\t{most}\t{rows}\t{columns}\t{digest}")
    choose = random.Random(1)
    sizes = [(1, 1), (1, 10000), (10000, 1), (178956970, 1), (1, 178956970), (16, 16), (4000, 4000), (13377, 13377)]
    sizes += [(choose.randint(1, 6000), choose.randint(1, 6000)) for _ in range(150)]
    sizes += [(int(1.07**choose.randint(0, 140)) + 1, int(1.07**choose.randint(0, 140)) + 1) for _ in range(150)]
    for height, width in sizes:
        side, most = choose.choice([(16, 256)] * 6 + [(16, 1024), (14, 729), (8, 60), (32, 1)])
        rows, columns = (x // side for x in get_image_size_for_max_num_patches(height, width, side, most))
        lines.append(f"size\t{height}\t{width}\t{side}\t{most}\t{rows}\t{columns}\t-")
    with open("golden/naflex-pixels.tsv", "w") as f:
        f.write("picture\theight\twidth\tside\tmost\trows\tcolumns\tsha256\n" + "\n".join(lines) + "\n")


check_interpolate("bilinear", triangle)
check_interpolate("bicubic", cubic)
F.interpolate = in_two_steps
pixels()
golden("tiny")
golden("b-16")
open_clip()
