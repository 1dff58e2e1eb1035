"""Computes every number of a report of `clip eval` again, with NumPy, from what `clip embed` writes.

    recompute.py --clip "../../clip" [--model MODEL] [--clip-arguments ...] report.json

report.json is what `clip eval DIR --compare ... --json report.json` wrote of class folders without a labels map. Nothing of the Java code that
counts is used: pictures are listed, embedded and classified anew. Exits 1 and names the number if one differs.
"""
import argparse
import json
import re
import math
import shlex
import subprocess
import sys
import tempfile
from pathlib import Path

import numpy as np

EXTENSIONS = {
    "." + e
    for e in (
        "jpg jpeg jpe jfif pjpeg pjp mpo png apng gif bmp dib tif tiff webp heic heif hif avif jp2 j2k jpx jxl ico svg tga psd "
        "pnm ppm pgm pbm pam qoi dng cr2 cr3 nef arw orf rw2 raf"
    ).split()
}
Z = 1.959963984540054


def embed(clip, model, kind, items):
    """Unit vectors, [items, E]; NaN where a picture can't be read."""
    with tempfile.TemporaryDirectory() as folder:
        out = Path(folder) / "out.npy"
        command = [*clip, "embed", kind, *model, "--format", "npy", "-o", str(out)]
        text = "\n".join(items) + "\n"
        command += ["--files-from", "-"] if kind == "image" else ["-"]
        code = subprocess.run(command, input=text.encode(), stderr=subprocess.DEVNULL).returncode
        if code not in (0, 5):
            sys.exit(f"{shlex.join(command)}: exit code {code}")
        return np.load(out)


def unit(x):
    x = x.astype(np.float64)
    return (x / np.linalg.norm(x, axis=-1, keepdims=True)).astype(np.float32)


def wilson(hits, n):
    p = hits / n
    centre = (p + Z * Z / (2 * n)) / (1 + Z * Z / n)
    half = Z / (1 + Z * Z / n) * math.sqrt(p * (1 - p) / n + Z * Z / (4 * n * n))
    return [0.0 if hits == 0 else centre - half, 1.0 if hits == n else centre + half]


def splitmix(seed, n):
    with np.errstate(over="ignore"):
        z = np.uint64(seed) + np.arange(1, n + 1, dtype=np.uint64) * np.uint64(0x9E3779B97F4A7C15)
        z = (z ^ (z >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
        z = (z ^ (z >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
        return z ^ (z >> np.uint64(31))


def bootstrap(seed, resamples, better, worse, n):
    """By looking up each picture that is drawn, those that only the second got right first."""
    outcome = np.zeros(n, np.int64)
    outcome[:better] = 1
    outcome[better : better + worse] = -1
    drawn = ((splitmix(seed, resamples * n) >> np.uint64(32)) * np.uint64(n)) >> np.uint64(32)
    means = outcome[drawn.astype(np.int64)].reshape(resamples, n).sum(1) / n
    return list(np.percentile(means, [2.5, 97.5]))


def mcnemar(b, c):
    n = b + c
    if n == 0:
        return 1.0
    if n < 25:
        return min(1.0, 2 * sum(math.comb(n, k) for k in range(min(b, c) + 1)) / 2**n)
    statistic = max(0, abs(b - c) - 1) ** 2 / n
    return math.erfc(math.sqrt(statistic / 2))  # the upper tail of chi-squared with one degree of freedom


class Check:
    def __init__(self):
        self.count = 0

    def equal(self, what, expected, found, tolerance=1e-12):
        if isinstance(found, list):
            if len(expected) != len(found):
                sys.exit(f"{what}: expected {len(expected)} values, found {len(found)}")
            for i, (e, f) in enumerate(zip(expected, found)):
                self.equal(f"{what}[{i}]", e, f, tolerance)
            return
        self.count += 1
        same = expected == found if isinstance(found, (str, bool)) else abs(expected - found) <= tolerance
        if not same:
            sys.exit(f"{what}: recomputed {expected!r}, the report has {found!r}")


def metrics(top, truth, k):
    n = len(truth)
    right = top[:, 0] == truth
    five = (top[:, :5] == truth[:, None]).any(1)
    result = {"acc1": right.mean(), "acc1_ci95": wilson(int(right.sum()), n)}
    if k >= 5:
        result |= {"acc5": five.mean(), "acc5_ci95": wilson(int(five.sum()), n)}
    recalls, low, high = [], 0.0, 0.0
    for label in range(k):
        of = truth == label
        if of.any():
            r, (lo, hi) = right[of].mean(), wilson(int(right[of].sum()), int(of.sum()))
            recalls.append(r)
            low, high = low + (r - lo) ** 2, high + (hi - r) ** 2
    mean = float(np.mean(recalls))
    result |= {
        "mean_per_class_recall": mean,
        "mean_per_class_recall_ci95": [mean - math.sqrt(low) / len(recalls), mean + math.sqrt(high) / len(recalls)],
    }
    return result


def spaced(label):
    """A folder's name as the prompt has it: with spaces for underscores, if there are none."""
    words = re.sub("_+", " ", label).strip()
    return label if not words or re.search(r"\s", label) else words


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("report", type=Path)
    parser.add_argument("--clip", default="clip")
    parser.add_argument("--model", action="append", default=[])
    arguments = parser.parse_args()
    clip = shlex.split(arguments.clip)
    model = ["--model", arguments.model[0]] if arguments.model else []
    report = json.loads(arguments.report.read_text(encoding="utf-8"))
    summary, check = report["summary"], Check()

    folder = Path(summary["images"])
    classes = sorted(p for p in folder.iterdir() if p.is_dir() and not p.name.startswith("."))
    files, truth, labels = [], [], []
    for path in classes:
        pictures = sorted(p for p in path.rglob("*") if p.suffix.lower() in EXTENSIONS and not p.name.startswith("."))
        if pictures:
            files += pictures
            truth += [len(labels)] * len(pictures)
            labels.append(path.name)
    images = embed(clip, model, "image", [str(f) for f in files])
    readable = ~np.isnan(images).any(1)
    check.equal("broken", [str(f) for f, ok in zip(files, readable) if not ok], [b["file"] for b in report["broken"]])
    images, truth = images[readable].astype(np.float64), np.array(truth)[readable]
    files = [f for f, ok in zip(files, readable) if ok]
    k, n = len(labels), len(truth)
    check.equal("labels", labels, report["confusion"]["labels"])
    check.equal("pictures", n, summary["pictures"])
    scale = json.loads(
        subprocess.run(
            [*clip, "explain", *model, "--labels", "a,b", "--json", str(files[0])], stdout=subprocess.PIPE, stderr=subprocess.DEVNULL
        ).stdout
    )["logit_scale"]

    sets = report["comparison"]["sets"] if "comparison" in report else [summary["templates"] | {"metrics": summary["metrics"]}]
    first = None
    for s in sets:
        prompts = [t.replace("{}", spaced(label)) for label in labels for t in s["templates"]]
        texts = embed(clip, model, "text", prompts).reshape(k, len(s["templates"]), -1)
        means = unit(texts.astype(np.float64).mean(1).astype(np.float32)).astype(np.float64)
        cosines = images @ means.T
        top = np.argsort(-cosines, axis=1, kind="stable")
        for key, value in metrics(top, truth, k).items():
            check.equal(f"{s['name']}: {key}", value, s["metrics"][key])
        right = top[:, 0] == truth
        if first is None:
            first = (right, top, cosines)
            continue
        b, c = int((first[0] & ~right).sum()), int((right & ~first[0]).sum())
        check.equal(f"{s['name']}: only_first_right", b, s["only_first_right"])
        check.equal(f"{s['name']}: only_this_right", c, s["only_this_right"])
        check.equal(f"{s['name']}: difference", (c - b) / n, s["difference"])
        check.equal(f"{s['name']}: mcnemar_p", mcnemar(b, c), s["mcnemar_p"], 1e-9)
        interval = bootstrap(report["comparison"]["seed"], report["comparison"]["resamples"], c, b, n)
        check.equal(f"{s['name']}: difference_ci95", interval, s["difference_ci95"])

    right, top, cosines = first
    for key, value in metrics(top, truth, k).items():
        check.equal(key, value, summary["metrics"][key])
    matrix = np.zeros((k, k), int)
    np.add.at(matrix, (truth, top[:, 0]), 1)
    check.equal("confusion", [[int(i), int(j), int(matrix[i, j])] for i, j in np.argwhere(matrix)], report["confusion"]["cells"])
    for i, row in enumerate(report["classes"]):
        of, predicted, hits = int(matrix[i].sum()), int(matrix[:, i].sum()), int(matrix[i, i])
        check.equal(f"classes[{i}]", [labels[i], of, predicted, hits], [row["label"], row["pictures"], row["predicted"], row["right"]])
        check.equal(f"classes[{i}].recall", [hits / of, *wilson(hits, of)], [row["recall"], *row["recall_ci95"]])
        if predicted:
            expected = [hits / predicted, *wilson(hits, predicted)]
            check.equal(f"classes[{i}].precision", expected, [row["precision"], *row["precision_ci95"]])

    logits = scale * (cosines - cosines.max(1, keepdims=True))
    confidence = (1 / np.exp(logits).sum(1)).astype(np.float32)
    wide = confidence.astype(np.float64)
    bins = np.clip(np.ceil(wide * 15).astype(int) - 1, 0, 14)
    error = 0.0
    for i, row in enumerate(report["calibration"]["bins"]):
        inside = bins == i
        check.equal(f"bins[{i}]", [int(inside.sum()), int(right[inside].sum())], [row["pictures"], row["right"]])
        if inside.any():
            check.equal(f"bins[{i}].confidence", wide[inside].mean(), row["confidence"], 1e-6)
            check.equal(f"bins[{i}].accuracy", right[inside].mean(), row["accuracy"])
            error += inside.sum() * abs(right[inside].mean() - wide[inside].mean())
    check.equal("expected_calibration_error", error / n, report["calibration"]["expected_calibration_error"], 1e-6)

    wrong = [i for i in np.argsort(-confidence, kind="stable") if not right[i]][: len(report["worst_mistakes"])]
    for i, row in zip(wrong, report["worst_mistakes"]):
        expected = [str(files[i]), labels[truth[i]], labels[top[i, 0]]]
        check.equal("worst_mistakes", expected, [row["file"], row["label"], row["predicted"]])
        check.equal("worst_mistakes.confidence", float(confidence[i]), row["confidence"], 1e-6)
    print(f"{check.count} values of {n} pictures, {k} labels and {len(sets)} sets of templates are equal")


if __name__ == "__main__":
    main()
