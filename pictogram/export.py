"""Writes a trained model as a Hugging Face folder, which `clip.jar convert` reads.

    export.py DIR OUT      from DIR/run/checkpoint.pt, its averaged weights
"""
import json
import shutil
import struct
import sys
from pathlib import Path

import numpy as np

from augment import MEAN, STD
from evaluate import load
from model import Clip, Tower

# What `clip.jar inspect` says of it.
DESCRIPTION = (
    "a model of pictograms (emoji and icons), for demonstration and tests; "
    "it has never seen a photograph: for those, pull a real one"
)


def tensors(model: Clip) -> dict[str, np.ndarray]:
    """CLIPModel's names; q, k and v, which training keeps in one matrix, are three there."""
    ours = {n: p.detach().float().contiguous() for n, p in model.named_parameters()}
    vision, text = model.config.vision, model.config.text
    patch = model.config.patch
    out = {
        "logit_scale": ours["logit_scale"],
        "visual_projection.weight": ours["visual_projection.weight"],
        "text_projection.weight": ours["text_projection.weight"],
        "vision_model.embeddings.class_embedding": ours["class_embedding"],
        "vision_model.embeddings.patch_embedding.weight": ours["patch_embedding.weight"].view(vision.width, 3, patch, patch),
        "vision_model.embeddings.position_embedding.weight": ours["vision_position"],
        "text_model.embeddings.token_embedding.weight": ours["token_embedding.weight"],
        "text_model.embeddings.position_embedding.weight": ours["text_position"],
    }
    norms = {
        "vision_model.pre_layrnorm": "pre_layrnorm",
        "vision_model.post_layernorm": "post_layernorm",
        "text_model.final_layer_norm": "final_layer_norm",
    }
    for theirs, name in norms.items():
        for kind in ("weight", "bias"):
            out[f"{theirs}.{kind}"] = ours[f"{name}.{kind}"]
    for tower, layers in (("vision", vision.layers), ("text", text.layers)):
        for i in range(layers):
            here, there = f"{tower}.{i}", f"{tower}_model.encoder.layers.{i}"
            for kind in ("weight", "bias"):
                for name, part in zip("qkv", ours[f"{here}.qkv.{kind}"].chunk(3)):
                    out[f"{there}.self_attn.{name}_proj.{kind}"] = part
                for theirs, name in (
                    ("self_attn.out_proj", "out"),
                    ("layer_norm1", "layer_norm1"),
                    ("layer_norm2", "layer_norm2"),
                    ("mlp.fc1", "fc1"),
                    ("mlp.fc2", "fc2"),
                ):
                    out[f"{there}.{theirs}.{kind}"] = ours[f"{here}.{name}.{kind}"]
    return {n: t.numpy().astype(np.float32) for n, t in out.items()}


def config(model: Clip) -> dict:
    c = model.config

    def tower(t: Tower, kind: str) -> dict:
        return {
            "model_type": f"clip_{kind}_model",
            "hidden_size": t.width,
            "intermediate_size": t.hidden,
            "num_hidden_layers": t.layers,
            "num_attention_heads": t.heads,
            "projection_dim": c.projection,
            "hidden_act": "quick_gelu",
            "layer_norm_eps": 1e-5,
        }

    return {
        "_name_or_path": "clip-java/pictogram",
        "description": DESCRIPTION,
        "architectures": ["CLIPModel"],
        "model_type": "clip",
        "torch_dtype": "float32",
        "projection_dim": c.projection,
        "logit_scale_init_value": 2.6592,
        "vision_config": tower(c.vision, "vision") | {"image_size": c.image, "patch_size": c.patch, "num_channels": 3},
        "text_config": tower(c.text, "text")
        | {
            "max_position_embeddings": c.context,
            "vocab_size": c.vocabulary,
            "bos_token_id": c.vocabulary - 2,
            "eos_token_id": c.vocabulary - 1,
        },
    }


def preprocessor(size: int) -> dict:
    return {
        "image_processor_type": "CLIPImageProcessor",
        "do_convert_rgb": True,
        "do_resize": True,
        "size": {"shortest_edge": size},
        "resample": 3,
        "do_center_crop": True,
        "crop_size": {"height": size, "width": size},
        "do_rescale": True,
        "rescale_factor": 1 / 255,
        "do_normalize": True,
        "image_mean": [round(float(x), 8) for x in MEAN.flatten()],
        "image_std": [round(float(x), 8) for x in STD.flatten()],
    }


def write_safetensors(path: Path, arrays: dict[str, np.ndarray]) -> None:
    header, offset = {"__metadata__": {"format": "pt"}}, 0
    for name, array in arrays.items():
        header[name] = {"dtype": "F32", "shape": list(array.shape), "data_offsets": [offset, offset + array.nbytes]}
        offset += array.nbytes
    text = json.dumps(header, separators=(",", ":")).encode()
    text += b" " * (-len(text) % 8)
    with path.open("wb") as out:
        out.write(struct.pack("<Q", len(text)) + text)
        for array in arrays.values():
            out.write(np.ascontiguousarray(array).tobytes())


def main(directory: Path, out: Path) -> None:
    model, _, step = load(directory)
    out.mkdir(parents=True, exist_ok=True)
    (out / "config.json").write_text(json.dumps(config(model), indent=1), encoding="utf-8")
    (out / "preprocessor_config.json").write_text(json.dumps(preprocessor(model.config.image), indent=1), encoding="utf-8")
    for name in ("vocab.json", "merges.txt"):
        shutil.copyfile(directory / "run" / name, out / name)
    arrays = tensors(model)
    write_safetensors(out / "model.safetensors", arrays)
    print(f"step {step}: {sum(a.size for a in arrays.values()):,} parameters in {out}")


if __name__ == "__main__":
    main(Path(sys.argv[1]), Path(sys.argv[2]))
