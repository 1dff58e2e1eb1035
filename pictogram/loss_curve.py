"""Draws log.csv as an SVG: the contrastive loss by step.

    loss_curve.py LOG.csv OUT.svg
"""
import csv
import math
import sys
from pathlib import Path

WIDTH, HEIGHT, LEFT, RIGHT, TOP, BOTTOM = 640, 340, 48, 18, 44, 48
STYLE = """<style>
  text { font: 12px system-ui, "Helvetica Neue", Arial, sans-serif; fill: #333333; }
  .title { font-weight: 600; font-size: 14px; fill: #111111; }
  .grid { stroke: #e4e4e4; }
  .line { fill: none; stroke: #0b62c4; stroke-width: 1.5; }
  @media (prefers-color-scheme: dark) {
    text { fill: #c9d1d9; } .title { fill: #f0f6fc; } .grid { stroke: #2b323b; } .line { stroke: #6cb6ff; }
  }
</style>"""


def round_step(most: float, ticks: int) -> float:
    """The smallest of 1, 2 and 5 times a power of ten of which so many reach as far."""
    power = 10 ** math.floor(math.log10(most / ticks))
    return next(step * power for step in (1, 2, 5, 10) if step * power * ticks >= most)


def main(log: Path, out: Path) -> None:
    with log.open(newline="") as rows:
        # a resumed run logs again the steps since its checkpoint; the later rows are those that counted
        by_step = {int(r[0]): float(r[2]) for r in csv.reader(rows)}
    points = sorted(by_step.items())
    last, tick = points[-1][0], round_step(max(by_step.values()), 6)
    top = math.ceil(max(by_step.values()) / tick) * tick

    def x(step: float) -> float:
        return LEFT + (WIDTH - LEFT - RIGHT) * step / last

    def y(loss: float) -> float:
        return TOP + (HEIGHT - BOTTOM - TOP) * (top - loss) / top

    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {HEIGHT}">',
        f"<title>Loss over {last:,} steps</title>",
        STYLE,
        f'<text class="title" x="{LEFT}" y="22">Contrastive loss, mean of 20 steps</text>',
    ]
    for i in range(round(top / tick) + 1):
        value = i * tick
        parts.append(f'<path class="grid" d="M{LEFT} {y(value):.1f}H{WIDTH - RIGHT}"/>')
        parts.append(f'<text x="{LEFT - 8}" y="{y(value) + 4:.1f}" text-anchor="end">{value:g}</text>')
    steps = round_step(last, 5)
    for i in range(int(last / steps) + 1):
        value = i * steps
        parts.append(f'<text x="{x(value):.1f}" y="{HEIGHT - BOTTOM + 18}" text-anchor="middle">{value:,.0f}</text>')
    line = " ".join(f"{x(step):.1f},{y(loss):.1f}" for step, loss in points)
    parts.append(f'<polyline class="line" points="{line}"/>')
    parts.append(f'<text x="{(LEFT + WIDTH - RIGHT) / 2}" y="{HEIGHT - 8}" text-anchor="middle">step</text></svg>')
    out.write_text("\n".join(parts) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main(Path(sys.argv[1]), Path(sys.argv[2]))
