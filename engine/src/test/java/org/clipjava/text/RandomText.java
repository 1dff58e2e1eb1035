package org.clipjava.text;

import java.util.List;
import java.util.SplittableRandom;

/** Texts with everything that a tokenizer may trip over, unpaired surrogates included. */
final class RandomText {
    private static final List<String> PIECES = List.of(
            "a",
            "photo",
            "of",
            "the",
            "cat",
            "International",
            "DON'T",
            "we'll",
            "'S",
            "''",
            "'",
            "12",
            "½",
            "日本",
            "한국어",
            "हिन्दी",
            "ΣΊΣΥΦΟΣ",
            "İ",
            "ẞ",
            "e\u0301",
            "o\u0302\u0323",
            "\u0344",
            "\u08d3\u0334",
            "😀",
            "👩‍👩‍👧",
            "✈️",
            "</w>",
            "<|",
            "|>",
            "!!!",
            "...",
            "_",
            "<|startoftext|>",
            "<|endoftext|>",
            "<|STARTOFTEXT|>",
            "\ud83d",
            "\ude00");
    private static final List<String> SPACES = List.of(" ", "  ", "\t\n", "\u00a0", "\u2003", "\u3000", "\u0085", "");

    private RandomText() {}

    static String of(SplittableRandom random) {
        StringBuilder text = new StringBuilder();
        for (int n = random.nextInt(30); n > 0; n--) {
            switch (random.nextInt(6)) {
                case 0 -> text.appendCodePoint(random.nextInt(Character.MAX_CODE_POINT + 1));
                case 1 -> text.append((char) random.nextInt(0x3000));
                case 2 -> text.append((char) (' ' + random.nextInt(95)));
                default -> text.append(PIECES.get(random.nextInt(PIECES.size())));
            }
            text.append(SPACES.get(random.nextInt(SPACES.size())));
        }
        return text.toString();
    }
}
