#!/usr/bin/env python3
"""Compares what SearchTrial found with NumPy, which multiplies everything with everything.

    spark/check/search.py ROWS QUERIES COMPONENTS K FOUND.csv

A row may stand in for another where their cosines differ by less than 1e-6: floats are added up in another order.
"""

import csv
import sys

import numpy as np

ROWS, QUERIES, COMPONENTS, K = map(int, sys.argv[1:5])
BLOCK = 20_000


def vectors(first, last):
    with np.errstate(over="ignore"):
        number = np.arange(first * COMPONENTS, last * COMPONENTS, dtype=np.uint64) * np.uint64(0x9E3779B97F4A7C15)
        number ^= number >> np.uint64(32)
        number *= np.uint64(0xD6E8FEB86659FD93)
        number ^= number >> np.uint64(32)
    values = ((number & np.uint64(0xFFFFFF)).astype(np.float32) / np.float32(1 << 23) - np.float32(1)).reshape(-1, COMPONENTS)
    return values / np.linalg.norm(values.astype(np.float64), axis=1, keepdims=True).astype(np.float32)


queries = vectors(ROWS, ROWS + QUERIES)
best = np.full((QUERIES, 0), 0, np.float32)
where = np.full((QUERIES, 0), 0, np.int64)
for first in range(0, ROWS, BLOCK):
    last = min(ROWS, first + BLOCK)
    cosines = np.hstack([best, queries @ vectors(first, last).T])
    rows = np.hstack([where, np.broadcast_to(np.arange(first, last), (QUERIES, last - first))])
    order = np.argpartition(-cosines, min(K, cosines.shape[1]) - 1, axis=1)[:, :K]
    best, where = np.take_along_axis(cosines, order, 1), np.take_along_axis(rows, order, 1)

found = {}
for query, rank, row, cosine in csv.reader(open(sys.argv[5])):
    found.setdefault(int(query), []).append((int(rank), int(row), float(cosine)))
assert len(found) == QUERIES, f"expected {QUERIES} queries, found {len(found)}"
same = 0
for query, rows in found.items():
    assert [rank for rank, _, _ in rows] == list(range(1, K + 1)), f"query {query}: ranks {rows}"
    expected = dict(zip(where[query].tolist(), best[query].tolist()))
    least = min(expected.values())
    cosines = [cosine for _, _, cosine in rows]
    assert cosines == sorted(cosines, reverse=True), f"query {query}: not in order"
    for _, row, cosine in rows:
        true = float(queries[query].astype(np.float64) @ vectors(row, row + 1)[0].astype(np.float64))
        assert abs(true - cosine) < 1e-6, f"query {query}, row {row}: {cosine}, by NumPy {true}"
        assert row in expected or abs(true - least) < 1e-6, f"query {query}: row {row} is not among the {K} nearest"
    same += set(expected) == {row for _, row, _ in rows}
print(f"{QUERIES} queries over {ROWS} vectors: as NumPy's; {same} with the very same rows, the others with ties below 1e-6")
