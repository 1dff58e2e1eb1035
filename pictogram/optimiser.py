"""Muon for the matrices of the blocks, AdamW for everything else.

Muon (Jordan 2024) takes the momentum's nearest orthogonal matrix as the step. On a model this small it costs a tenth of a step
and reaches a loss in clearly fewer of them, which is what counts when compute is the limit. Matrices of one shape are
orthogonalised together as a batch.
"""
from collections import defaultdict

import torch
from torch import Tensor, nn


def orthogonalised(g: Tensor) -> Tensor:
    """Newton-Schulz, five steps, on a batch [M, R, C] with R <= C; in bfloat16, which the method tolerates."""
    x = (g / (g.norm(dim=(1, 2), keepdim=True) + 1e-7)).bfloat16()
    for _ in range(5):
        a = torch.bmm(x, x.transpose(1, 2))
        b = -4.7750 * a + 2.0315 * torch.bmm(a, a)
        x = 3.4445 * x + torch.bmm(b, x)
    return x.float()


class Muon(torch.optim.Optimizer):
    def __init__(self, parameters, lr: float, momentum: float = 0.95, decay: float = 0.05):
        super().__init__(parameters, dict(lr=lr, momentum=momentum, decay=decay))

    @torch.no_grad()
    def step(self) -> None:
        for group in self.param_groups:
            shapes: dict[tuple[int, int], list[tuple[Tensor, Tensor]]] = defaultdict(list)
            for p in group["params"]:
                momentum = self.state[p].setdefault("momentum", torch.zeros_like(p))
                momentum.lerp_(p.grad, 1 - group["momentum"])
                update = p.grad.lerp(momentum, group["momentum"])
                width = min(p.shape)
                # the fused q, k and v are three matrices
                parts = zip(p.data.split(width), update.split(width)) if p.shape[0] == 3 * width else [(p.data, update)]
                for matrix, change in parts:
                    shapes[(width, max(matrix.shape))].append((matrix, change))
            for pairs in shapes.values():
                wide = torch.stack([u.t() if u.shape[0] > u.shape[1] else u for _, u in pairs])
                for (matrix, update), step in zip(pairs, orthogonalised(wide)):
                    step = step.t() if update.shape[0] > update.shape[1] else step
                    scale = max(1.0, matrix.shape[0] / matrix.shape[1]) ** 0.5
                    matrix.mul_(1 - group["lr"] * group["decay"]).sub_(step, alpha=group["lr"] * scale)


def optimisers(model: nn.Module) -> list[torch.optim.Optimizer]:
    matrices = [p for n, p in model.named_parameters() if p.ndim == 2 and n.startswith(("vision.", "text."))]
    taken = {id(p) for p in matrices}
    rest = [p for p in model.parameters() if id(p) not in taken]
    decayed = [p for p in rest if p.ndim == 2]
    plain = [p for p in rest if p.ndim != 2]
    groups = [dict(params=decayed, weight_decay=0.05), dict(params=plain, weight_decay=0.0)]
    return [Muon(matrices, lr=0.02), torch.optim.AdamW(groups, lr=1.5e-3, betas=(0.9, 0.98), eps=1e-8, foreach=True)]
