"""Checks of the parts that a training run would not notice to be wrong: /usr/bin/python3 -m unittest, in this folder."""
import tempfile
import unittest
from pathlib import Path

import numpy as np
import torch

import bpe
import names
import render
from evaluate import scores
from model import Clip, Config, Tower
from optimiser import orthogonalised

TINY = Config(image=24, patch=8, context=12, vocabulary=600, projection=16, vision=Tower(32, 2, 2), text=Tower(16, 2, 2))


class Bpe(unittest.TestCase):
    def test_round_trips_through_its_files_and_ends_with_the_last_id(self):
        tokenizer = bpe.Tokenizer(bpe.learn(["a photo of a cat", "cat’s café", "catalogue"] * 5, 530))
        with tempfile.TemporaryDirectory() as directory:
            tokenizer.save(Path(directory))
            again = bpe.Tokenizer.load(Path(directory))
        self.assertEqual(tokenizer.vocabulary, again.vocabulary)
        ids = again.encode("A  photo of CAFÉ 10", 32)
        self.assertEqual(ids, tokenizer.encode("a photo of café 10", 32))
        self.assertEqual((ids[0], ids[-1]), (len(again.vocabulary) - 2, len(again.vocabulary) - 1))

    def test_bytes_come_in_the_order_of_clip(self):
        vocabulary = bpe.Tokenizer([]).vocabulary
        self.assertEqual([vocabulary[s] for s in ("!", "~", "a", "!</w>")], [0, 93, 64, 256])
        self.assertEqual(len(vocabulary), 514)

    def test_cuts_long_texts_but_keeps_the_end(self):
        tokenizer = bpe.Tokenizer([])
        ids = tokenizer.encode("x" * 100, 8)
        self.assertEqual((len(ids), ids[-1]), (8, tokenizer.vocabulary[bpe.END]))


class Names(unittest.TestCase):
    def test_folds_presentation_selectors_and_reads_flags(self):
        self.assertEqual(names.hexcode("2764-fe0f"), "2764")
        self.assertEqual(names.flag_hexcode("fr"), "1F1EB-1F1F7")
        self.assertEqual(names.slug("Côte d’Ivoire & St. Lucia"), "cote-divoire-and-st-lucia")


class Drawing(unittest.TestCase):
    def test_draws_premultiplied_and_lays_on_white(self):
        half = '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 2 1"><path d="M0 0h1v1H0z" fill="red" fill-opacity=".5"/></svg>'
        picture = render.premultiplied(half, 8)
        self.assertTrue(abs(int(picture[4, 1, 0]) - 128) <= 1 and picture[4, 1, 1] == 0)
        self.assertEqual(render.on_white(picture)[0, 0].tolist(), [255, 255, 255])


class Model(unittest.TestCase):
    def test_looking_at_all_patches_in_any_order_is_looking_at_all(self):
        torch.manual_seed(0)
        model, pixels = Clip(TINY), torch.randn(3, 3, 24, 24)
        keep = torch.rand(3, TINY.patches).argsort(1)
        with torch.no_grad():
            difference = (model.embed_images(pixels) - model.embed_images(pixels, keep)).abs().max()
        self.assertLess(float(difference), 1e-5)

    def test_padding_after_the_end_changes_nothing(self):
        torch.manual_seed(0)
        model = Clip(TINY)
        short = torch.tensor([[598, 5, 6, 599]])
        long = torch.tensor([[598, 5, 6, 599, 599, 599]])
        end = torch.tensor([3])
        with torch.no_grad():
            difference = (model.embed_texts(short, end) - model.embed_texts(long, end)).abs().max()
        self.assertLess(float(difference), 1e-5)

    def test_bfloat16_stays_near_float32(self):
        torch.manual_seed(0)
        model, pixels = Clip(TINY), torch.randn(4, 3, 24, 24)
        with torch.no_grad():
            cosine = (model.embed_images(pixels) * model.embed_images(pixels, fast=True)).sum(1).min()
        self.assertGreater(float(cosine), 0.998)

    def test_orthogonalised_steps_have_singular_values_near_one(self):
        torch.manual_seed(0)
        singular = torch.linalg.svdvals(orthogonalised(torch.randn(2, 24, 96)))
        self.assertTrue(0.6 < float(singular.min()) and float(singular.max()) < 1.3)


class Scores(unittest.TestCase):
    def test_perfect_embeddings_are_always_right_and_shifted_ones_never(self):
        texts = np.eye(30, dtype=np.float32)
        truth = np.arange(30)
        self.assertEqual(scores(texts, texts, truth), (100.0, 100.0, 100.0))
        self.assertEqual(scores(np.roll(texts, 1, 0), texts, truth)[1], 0.0)


if __name__ == "__main__":
    unittest.main()
