"""Makes golden/siglip-open-clip.safetensors: SigLIP as OpenCLIP runs it, through erf and through tanh, by its own code.

Run in src-test-data with open_clip, timm and PyTorch:

    python3 tools/make_open_clip_siglip_goldens.py

The image tower is timm's vit_so400m_patch14_siglip_224 (erf) and vit_so400m_patch16_siglip_256 (tanh), made small; the text tower is
OpenCLIP's TextTransformer with the arguments of their text_cfg. A tensor's own name is the seed of its values u: norms' weights are
1 + 0.2 u, other vectors 0.05 u, kernels of four dimensions 0.07 u, all else 0.2 u.

input_ids [3, 64], image_embeds.KIND [2, 144] of pixel_values = uniform("open_clip.siglip.pixel_values"), text_embeds.KIND [3, 144]:
not scaled to length 1.
"""

import open_clip
import timm
import torch
from make_dense_goldens import uniform
from safetensors.torch import save_file

WIDTH, TEXT, LAYERS, MLP_RATIO, IMAGE, PATCH, VOCABULARY, CONTEXT = 144, 48, 2, 3.7362, 70, 8, 1000, 64


def fill(module, prefix):
    with torch.no_grad():
        for name, tensor in module.named_parameters():
            u = torch.from_numpy(uniform(prefix + name, tensor.numel())).reshape(tensor.shape)
            vector = tensor.dim() == 1
            scale = 0.2 if vector and name.endswith("weight") else 0.05 if vector else 0.07 if tensor.dim() == 4 else 0.2
            tensor.copy_(u * torch.tensor(scale) + (1.0 if vector and name.endswith("weight") else 0.0))
    return module.eval()


def text_tower(approximate):
    act = {"approximate": "tanh"} if approximate else None
    cfg = open_clip.CLIPTextCfg(
        context_length=CONTEXT, vocab_size=VOCABULARY, width=TEXT, heads=2, layers=LAYERS, mlp_ratio=MLP_RATIO,
        no_causal_mask=True, proj_bias=True, pool_type="last", norm_kwargs={"eps": 1e-6}, act_kwargs=act)
    return open_clip.model._build_text_tower(WIDTH, cfg)


pixels = torch.from_numpy(uniform("open_clip.siglip.pixel_values", 2 * 3 * IMAGE * IMAGE)).reshape(2, 3, IMAGE, IMAGE)
ids = torch.stack([
    torch.tensor([3 + int((float(x) + 1) / 2 * (VOCABULARY - 3)) for x in uniform(f"open_clip.siglip.text.{k}", CONTEXT)])
    for k in range(3)])
ids[0, 9:] = 1
out = {"input_ids": ids.to(torch.int32)}
for kind, name in (("erf", "vit_so400m_patch14_siglip_224"), ("tanh", "vit_so400m_patch16_siglip_256")):
    trunk = timm.create_model(
        name, num_classes=0, global_pool="map", img_size=IMAGE, patch_size=PATCH, embed_dim=WIDTH, depth=LAYERS, num_heads=2)
    with torch.no_grad():
        out["image_embeds." + kind] = fill(trunk, "visual.trunk.")(pixels)
        out["text_embeds." + kind] = fill(text_tower(kind == "tanh"), "text.")(ids)
    print(kind, {k: v.abs().max().item() for k, v in out.items() if k.endswith(kind)})
print("erf - tanh", (out["image_embeds.erf"] - out["image_embeds.tanh"]).abs().max().item(),
      (out["text_embeds.erf"] - out["text_embeds.tanh"]).abs().max().item())
save_file({k: v.contiguous() for k, v in out.items()}, "golden/siglip-open-clip.safetensors")
