"""Makes the style unimportant: a whole batch of drawn pictures is moved, recoloured, outlined and put on backgrounds at once."""
import math

import torch
import torch.nn.functional as F
from torch import Tensor

MEAN = torch.tensor([0.48145466, 0.4578275, 0.40821073]).view(1, 3, 1, 1)
STD = torch.tensor([0.26862954, 0.26130258, 0.27577711]).view(1, 3, 1, 1)
_LUMA = torch.tensor([0.299, 0.587, 0.114])


def normalise(rgb: Tensor) -> Tensor:
    return (rgb - MEAN) / STD


def _between(low: float, high: float, *shape: int) -> Tensor:
    return torch.rand(*shape) * (high - low) + low


def _chosen(b: int, share: float) -> Tensor:
    return torch.nonzero(torch.rand(b) < share)[:, 0]


def _moved(rgba: Tensor, size: int) -> Tensor:
    """Random rotation, scale, aspect, shear and shift; what comes in from outside is transparent."""
    b = rgba.shape[0]
    angle = torch.randn(b) * 0.16
    scale, aspect = torch.exp(_between(math.log(0.65), math.log(1.18), b)), torch.exp(torch.randn(b) * 0.08)
    cos, sin = torch.cos(angle), torch.sin(angle)
    theta = torch.zeros(b, 2, 3)
    theta[:, 0, 0], theta[:, 0, 1] = cos / (scale * aspect), sin / scale + torch.randn(b) * 0.06
    theta[:, 1, 0], theta[:, 1, 1] = -sin / scale, cos * aspect / scale
    theta[:, :, 2] = _between(-1, 1, b, 2) * (1.1 - scale).clamp(0.06)[:, None]
    still = _chosen(b, 0.15)
    theta[still] = torch.eye(2, 3)
    return F.grid_sample(rgba, F.affine_grid(theta, [b, 4, size, size], align_corners=False), align_corners=False)


def _recoloured(rgb: Tensor) -> Tensor:
    """Hue, saturation, contrast and brightness as one 3 by 3 matrix and an offset for each picture."""
    b = rgb.shape[0]
    angle = torch.where(torch.rand(b) < 0.2, _between(-math.pi, math.pi, b), torch.randn(b) * 0.15)
    saturation = torch.where(torch.rand(b) < 0.12, torch.zeros(b), _between(0.5, 1.5, b))
    contrast, brightness = _between(0.7, 1.3, b), torch.randn(b) * 0.1
    identity = torch.eye(3)
    grey = _LUMA.expand(3, 3)
    cross = torch.tensor([[0.0, -1, 1], [1, 0, -1], [-1, 1, 0]]) / math.sqrt(3)
    third = torch.full((3, 3), 1 / 3)
    hue = torch.cos(angle).view(b, 1, 1) * (identity - third) + third + torch.sin(angle).view(b, 1, 1) * cross
    matrix = (saturation.view(b, 1, 1) * (identity - grey) + grey) @ hue * contrast.view(b, 1, 1)
    offset = (0.5 - 0.5 * contrast + brightness).view(b, 1, 1)
    plain = _chosen(b, 0.3)
    matrix[plain], offset[plain] = identity, 0
    return (torch.bmm(matrix, rgb.flatten(2)) + offset).view_as(rgb).clamp_(0, 1)


def _backgrounds(b: int, size: int) -> Tensor:
    """White for half of the pictures, else a colour, some of them a slope between two."""
    colour = torch.rand(b, 3, 1, 1)
    pale = torch.rand(b, 1, 1, 1) < 0.5
    colour = torch.where(pale, 0.75 + colour * 0.25, colour)
    colour[torch.rand(b) < 0.5] = 1.0
    other = torch.where(torch.rand(b, 1, 1, 1) < 0.15, torch.rand(b, 3, 1, 1), colour)
    slope = torch.linspace(0, 1, size).view(1, 1, size, 1)
    slope = torch.where(torch.rand(b, 1, 1, 1) < 0.5, slope, slope.transpose(2, 3))
    return colour + (other - colour) * slope


def _outlined(rgb: Tensor, alpha: Tensor, background: Tensor) -> Tensor:
    """Dark lines where colours meet, over colours flattened to few levels, paled or taken away: a drawing's style."""
    b = rgb.shape[0]
    steps = torch.randint(2, 5, (b, 1, 1, 1)).float()
    flat = torch.where(torch.rand(b, 1, 1, 1) < 0.5, (rgb * steps).round() / steps, rgb)
    pale = torch.where(torch.rand(b, 1, 1, 1) < 0.4, torch.rand(b, 1, 1, 1), torch.zeros(b, 1, 1, 1))
    flat = flat + (1 - flat) * pale
    seen = rgb * alpha + (1 - alpha) * 0.5
    grey = torch.cat([(seen * _LUMA.view(1, 3, 1, 1)).sum(1, keepdim=True), seen[:, :1] - seen[:, 2:], alpha], 1)
    smooth = F.avg_pool2d(grey, 3, 1, 1, count_include_pad=False)
    dx = F.pad(smooth[..., 2:] - smooth[..., :-2], (1, 1)).abs()
    dy = F.pad(smooth[..., 2:, :] - smooth[..., :-2, :], (0, 0, 1, 1)).abs()
    edge = ((dx + dy).amax(1, keepdim=True) * _between(2, 5, b, 1, 1, 1) - 0.25).clamp_(0, 1)
    edge = torch.where(torch.rand(b, 1, 1, 1) < 0.5, F.max_pool2d(edge, 3, 1, 1), edge)
    ink = torch.rand(b, 3, 1, 1) * 0.25
    ink[torch.rand(b) < 0.5] = 0
    out = flat * alpha + background * (1 - alpha)
    return out + (ink - out) * edge


def augment(premultiplied: Tensor, monochrome: Tensor, size: int, share: float) -> Tensor:
    """uint8 RGBA [B, s, s, 4] to normalised pixels [B, 3, size, size].

    `monochrome` [B] marks pictures of one colour; `share` of the pictures get a new style, the others are moved alone: a model
    that sees nothing but restyled pictures from the start hardly begins to learn.
    """
    out = torch.empty(len(premultiplied), 3, size, size)
    restyle = torch.rand(len(premultiplied)) < share
    if restyle.any():
        out[restyle] = _restyled(premultiplied[restyle], monochrome[restyle], size)
    if not restyle.all():
        rgba = _moved(premultiplied[~restyle].permute(0, 3, 1, 2).float().div_(255), size)
        alpha = rgba[:, 3:].clamp(0, 1)
        out[~restyle] = normalise(rgba[:, :3] + (1 - alpha) * _backgrounds(len(rgba), size))
    return out


def _restyled(premultiplied: Tensor, monochrome: Tensor, size: int) -> Tensor:
    rgba = _moved(premultiplied.permute(0, 3, 1, 2).float().div_(255), size)
    b = rgba.shape[0]
    alpha = rgba[:, 3:].clamp(0, 1)
    rgb = (rgba[:, :3] / (alpha + 1e-4)).clamp_(0, 1)
    background = _backgrounds(b, size)

    one = torch.nonzero(monochrome)[:, 0]
    ink = torch.rand(len(one), 3, 1, 1)
    ink[torch.rand(len(one)) < 0.5] = 0.0
    far = (background[one].mean((1, 2, 3)) > 0.5).view(-1, 1, 1, 1)
    ink = torch.where(far, ink * 0.6, 1 - ink * 0.6)
    rgb[one] = ink.expand(-1, -1, size, size)

    many = torch.nonzero(~monochrome)[:, 0]
    rgb[many] = _recoloured(rgb[many])
    out = rgb * alpha + background * (1 - alpha)
    lined = many[_chosen(len(many), 0.35)]
    out[lined] = _outlined(rgb[lined], alpha[lined], background[lined])

    for share, change in (
        (0.04, lambda x: 1 - x),
        (0.08, lambda x: (x * 3).round() / 3),
        (0.10, lambda x: F.avg_pool2d(x, 3, 1, 1, count_include_pad=False)),
        (0.10, lambda x: (x + torch.randn_like(x) * 0.08).clamp(0, 1)),
    ):
        some = _chosen(b, share)
        if len(some):
            out[some] = change(out[some])
    return normalise(out)
