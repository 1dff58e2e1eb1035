"""Makes golden/open-clip-timm.safetensors: MobileCLIP's transformers and PE-Core as OpenCLIP runs them, by its own code and timm's.

Run in src-test-data with open_clip, timm and PyTorch:

    python3 tools/make_open_clip_timm_goldens.py

The image towers are timm's, made small; the text tower is OpenCLIP's TextTransformer, without a mask for KIND mobile-l. A tensor's own name
is the seed of its values u: weights of norms are 1 + 0.2 u, variances 1 + 0.5 u, other vectors 0.05 u, all else 0.2 u.

image_embeds.KIND [2, 40] of pixel_values = uniform("open_clip.timm.KIND.pixel_values"), input_ids [3, 16] (start, tokens, end, zeros),
text_embeds.KIND [3, 40]: not scaled to length 1.
"""

import open_clip
import timm
import torch
from make_dense_goldens import uniform
from safetensors.torch import save_file
from timm.models.vision_transformer_hybrid import ConvStem, _create_vision_transformer_hybrid

EMBED, TEXT, CONTEXT, VOCABULARY, START, END = 40, 48, 16, 524, 522, 523


def fill(module, prefix):
    with torch.no_grad():
        for name, tensor in module.state_dict().items():
            if not tensor.dtype.is_floating_point:
                continue
            u = torch.from_numpy(uniform(prefix + name, tensor.numel())).reshape(tensor.shape)
            vector = tensor.dim() == 1
            norm = vector and name.endswith("weight")
            variance = name.endswith("running_var")
            scale = 0.5 if variance else 0.2 if norm or not vector else 0.05
            tensor.copy_(u * torch.tensor(scale) + (1.0 if norm or variance else 0.0))
    return module.eval()


def mobile_b():
    stem = ConvStem(channels=(24, 40, 128), stride=(4, 2, 2), kernel_size=(4, 2, 2), padding=0, act_layer=torch.nn.GELU)
    return _create_vision_transformer_hybrid(
        "vit_base_mci_224", backbone=stem, embed_args=dict(proj=False), embed_dim=128, depth=2, num_heads=2,
        no_embed_class=True, num_classes=EMBED, global_pool="token", img_size=48)


def mobile_l():
    return timm.create_model(
        "vit_large_patch14_clip_224", num_classes=EMBED, global_pool="token", img_size=42, embed_dim=128, depth=2, num_heads=2)


def pe(name, **args):
    return timm.create_model(name, num_classes=EMBED, global_pool="map", depth=2, num_heads=2, **args)


def text_tower(unmasked):
    cfg = open_clip.CLIPTextCfg(
        context_length=CONTEXT, vocab_size=VOCABULARY, width=TEXT, heads=2, layers=2, no_causal_mask=unmasked)
    return open_clip.model._build_text_tower(EMBED, cfg)


ids = torch.zeros(3, CONTEXT, dtype=torch.int64)
for k, length in enumerate((4, 16, 9)):
    ids[k, 0], ids[k, length - 1] = START, END
    for i, x in enumerate(uniform(f"open_clip.timm.text.{k}", length - 2)):
        ids[k, i + 1] = int((float(x) + 1) / 2 * START)
out = {"input_ids": ids.to(torch.int32)}
towers = {
    "mobile-b": (48, mobile_b()),
    "mobile-l": (42, mobile_l()),
    "pe-b": (64, pe("vit_pe_core_base_patch16_224", img_size=64, embed_dim=128, ref_feat_shape=(4, 4))),
    "pe-g": (42, pe("vit_pe_core_gigantic_patch14_448", img_size=42, embed_dim=192, ref_feat_shape=(3, 3))),
}
for kind, (size, trunk) in towers.items():
    pixels = torch.from_numpy(uniform(f"open_clip.timm.{kind}.pixel_values", 2 * 3 * size * size)).reshape(2, 3, size, size)
    with torch.no_grad():
        out["image_embeds." + kind] = fill(trunk, "visual.trunk.")(pixels)
        out["text_embeds." + kind] = fill(text_tower(kind == "mobile-l"), "text.")(ids)
    print(kind, {k: v.abs().max().item() for k, v in out.items() if k.endswith(kind)},
          "two pictures", (out["image_embeds." + kind][0] - out["image_embeds." + kind][1]).abs().max().item())
    print({k: tuple(v.shape) for k, v in trunk.state_dict().items() if "blocks.1" not in k and kind.startswith("pe")})
save_file({k: v.contiguous() for k, v in out.items()}, "golden/open-clip-timm.safetensors")
