"""Draws log.csv as an SVG: the contrastive loss by step.

    loss_curve.py LOG.csv OUT.svg
"""
import csv
import sys
from pathlib import Path

WIDTH, HEIGHT, LEFT, BOTTOM = 640, 320, 48, 36


def main(log: Path, out: Path) -> None:
    with log.open(newline="") as rows:
        # a resumed run logs again the steps since its checkpoint; the later rows are those that counted
        by_step = {int(r[0]): float(r[2]) for r in csv.reader(rows)}
    points = sorted(by_step.items())
    last, top = points[-1][0], max(by_step.values())
    low = min(by_step.values()) * 0.95

    def x(step: int) -> float:
        return LEFT + (WIDTH - LEFT - 18) * step / last

    def y(loss: float) -> float:
        return 12 + (HEIGHT - BOTTOM - 12) * (top - loss) / (top - low)

    line = " ".join(f"{x(s):.1f},{y(v):.1f}" for s, v in points)
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {HEIGHT}" font-family="sans-serif" font-size="11">',
        f'<rect width="{WIDTH}" height="{HEIGHT}" fill="#fff"/>',
    ]
    for i in range(5):
        value = low + (top - low) * i / 4
        parts.append(f'<path d="M{LEFT} {y(value):.1f}H{WIDTH - 12}" stroke="#ddd"/><text x="{LEFT - 6}" y="{y(value) + 4:.1f}" text-anchor="end">{value:.2f}</text>')
        step = last * i // 4
        parts.append(f'<text x="{x(step):.1f}" y="{HEIGHT - BOTTOM + 18}" text-anchor="middle">{step}</text>')
    parts.append(f'<polyline points="{line}" fill="none" stroke="#1f5fbf" stroke-width="1.5"/>')
    parts.append(f'<text x="{WIDTH / 2}" y="{HEIGHT - 4}" text-anchor="middle">step (contrastive loss, mean of 20 steps)</text></svg>')
    out.write_text("\n".join(parts) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main(Path(sys.argv[1]), Path(sys.argv[2]))
