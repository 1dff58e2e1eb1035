"""CLIP as Hugging Face's CLIPModel computes it: pre-LN, QuickGELU, class token, causal text tower, projections without bias.

With `fast`, matrix products run in bfloat16 (oneDNN, twice the speed of float32 where the CPU has avx512_bf16); the residual
stream, layer norms and all parameters stay float32. Evaluation and export use float32 throughout.
"""
import math
from dataclasses import dataclass

import torch
import torch.nn.functional as F
from torch import Tensor, nn


@dataclass(frozen=True)
class Tower:
    width: int
    layers: int
    heads: int

    @property
    def hidden(self) -> int:
        return 4 * self.width


@dataclass(frozen=True)
class Config:
    image: int = 72
    patch: int = 12
    context: int = 32
    vocabulary: int = 3072
    projection: int = 192
    vision: Tower = Tower(192, 8, 3)
    text: Tower = Tower(128, 4, 2)

    @property
    def patches(self) -> int:
        return (self.image // self.patch) ** 2


class _QuickGelu(torch.autograd.Function):
    """x · sigmoid(1.702 x); keeps x and the sigmoid, so that backward has no exponential."""

    @staticmethod
    def forward(ctx, x: Tensor) -> Tensor:
        s = (x * 1.702).sigmoid_()
        ctx.save_for_backward(x, s)
        return x * s

    @staticmethod
    def backward(ctx, gradient: Tensor) -> Tensor:
        x, s = ctx.saved_tensors
        slope = x * 1.702
        slope.mul_(1 - s).add_(1).mul_(s)
        return gradient * slope


class Linear(nn.Linear):
    def forward(self, x: Tensor) -> Tensor:
        if x.dtype == self.weight.dtype:
            return F.linear(x, self.weight, self.bias)
        return F.linear(x, self.weight.to(x.dtype), None if self.bias is None else self.bias.to(x.dtype))


class Block(nn.Module):
    def __init__(self, tower: Tower):
        super().__init__()
        self.heads = tower.heads
        self.layer_norm1 = nn.LayerNorm(tower.width)
        self.qkv = Linear(tower.width, 3 * tower.width)
        self.out = Linear(tower.width, tower.width)
        self.layer_norm2 = nn.LayerNorm(tower.width)
        self.fc1 = Linear(tower.width, tower.hidden)
        self.fc2 = Linear(tower.hidden, tower.width)

    def forward(self, x: Tensor, mask: Tensor | None, dtype: torch.dtype) -> Tensor:
        b, n, d = x.shape
        head = d // self.heads
        qkv = self.qkv(self.layer_norm1(x).to(dtype)).view(b, n, 3, self.heads, head).permute(2, 0, 3, 1, 4)
        q, k, v = qkv.reshape(3, b * self.heads, n, head).unbind(0)
        scores = torch.bmm(q * head**-0.5, k.transpose(1, 2))
        if mask is not None:
            scores = scores + mask[:n, :n].to(dtype)
        mixed = torch.bmm(scores.softmax(-1), v).view(b, self.heads, n, head).transpose(1, 2).reshape(b, n, d)
        x = x + self.out(mixed).to(x.dtype)
        hidden = _QuickGelu.apply(self.fc1(self.layer_norm2(x).to(dtype)))
        return x + self.fc2(hidden).to(x.dtype)


def _grid(side: int, width: int) -> Tensor:
    """Sines and cosines of the two coordinates: where learnt positions begin, [side * side, width]."""
    frequencies = torch.exp(torch.arange(width // 4) / (width // 4) * -math.log(10.0 * side))
    angles = 2 * torch.arange(side)[:, None] * frequencies
    line = torch.cat([angles.sin(), angles.cos()], 1)
    return torch.cat([line[:, None].expand(side, side, -1), line[None].expand(side, side, -1)], 2).reshape(side * side, width)


class Clip(nn.Module):
    def __init__(self, config: Config):
        super().__init__()
        self.config = config
        v, t = config.vision, config.text
        self.class_embedding = nn.Parameter(torch.randn(v.width) * 0.02)
        self.patch_embedding = Linear(3 * config.patch**2, v.width, bias=False)
        self.vision_position = nn.Parameter(torch.randn(config.patches + 1, v.width) * 0.02)
        self.pre_layrnorm = nn.LayerNorm(v.width)
        self.vision = nn.ModuleList(Block(v) for _ in range(v.layers))
        self.post_layernorm = nn.LayerNorm(v.width)
        self.visual_projection = nn.Linear(v.width, config.projection, bias=False)
        self.token_embedding = nn.Embedding(config.vocabulary, t.width)
        self.text_position = nn.Parameter(torch.randn(config.context, t.width) * 0.01)
        self.text = nn.ModuleList(Block(t) for _ in range(t.layers))
        self.final_layer_norm = nn.LayerNorm(t.width)
        self.text_projection = nn.Linear(t.width, config.projection, bias=False)
        self.logit_scale = nn.Parameter(torch.tensor(2.6592))
        self.register_buffer("causal", torch.full((config.context, config.context), -1e4).triu(1), persistent=False)
        self._initialise()

    def _initialise(self) -> None:
        # With CLIP's small embeddings the first hundreds of steps go into making them large enough to matter.
        nn.init.normal_(self.token_embedding.weight, std=0.3)
        nn.init.normal_(self.text_position, std=0.1)
        nn.init.normal_(self.class_embedding, std=0.5)
        self.vision_position.data[1:] = _grid(self.config.image // self.config.patch, self.config.vision.width)
        for tower, blocks in ((self.config.vision, self.vision), (self.config.text, self.text)):
            for block in blocks:
                for linear, std in (
                    (block.qkv, tower.width**-0.5),
                    (block.out, (2 * tower.layers * tower.width) ** -0.5),
                    (block.fc1, (2 * tower.width) ** -0.5),
                    (block.fc2, (2 * tower.layers * tower.width) ** -0.5),
                ):
                    nn.init.normal_(linear.weight, std=std)
                    nn.init.zeros_(linear.bias)
        nn.init.normal_(self.patch_embedding.weight, std=0.4 * (3 * self.config.patch**2) ** -0.5)
        nn.init.normal_(self.visual_projection.weight, std=self.config.vision.width**-0.5)
        nn.init.normal_(self.text_projection.weight, std=self.config.text.width**-0.5)

    def embed_images(self, pixels: Tensor, keep: Tensor | None = None, fast: bool = False) -> Tensor:
        """Normalised pixels [B, 3, S, S] to unit vectors [B, E]; `keep` [B, K] are the patches to look at, None for all."""
        dtype = torch.bfloat16 if fast else torch.float32
        p, w = self.config.patch, self.config.image // self.config.patch
        b = pixels.shape[0]
        patches = pixels.view(b, 3, w, p, w, p).permute(0, 2, 4, 1, 3, 5).reshape(b, w * w, 3 * p * p)
        position = self.vision_position[1:].expand(b, -1, -1)
        if keep is not None:
            patches = patches.gather(1, keep[..., None].expand(-1, -1, patches.shape[2]))
            position = self.vision_position[1:][keep]
        x = self.patch_embedding(patches.to(dtype)).float() + position
        first = (self.class_embedding + self.vision_position[0]).expand(b, 1, -1)
        x = self.pre_layrnorm(torch.cat([first, x], 1))
        for block in self.vision:
            x = block(x, None, dtype)
        return F.normalize(self.visual_projection(self.post_layernorm(x[:, 0])), dim=-1)

    def embed_texts(self, tokens: Tensor, ends: Tensor, fast: bool = False) -> Tensor:
        """Tokens [B, N] to unit vectors [B, E]; `ends` [B] is where each end token stands."""
        dtype = torch.bfloat16 if fast else torch.float32
        x = self.token_embedding(tokens) + self.text_position[: tokens.shape[1]]
        for block in self.text:
            x = block(x, self.causal, dtype)
        pooled = x[torch.arange(len(ends)), ends]
        return F.normalize(self.text_projection(self.final_layer_norm(pooled)), dim=-1)
