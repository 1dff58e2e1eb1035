package org.clipjava.text;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.DynamicTest.dynamicTest;

import com.google.gson.Gson;
import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.clipjava.config.TextCleaning;
import org.clipjava.config.TokenizerConfig;
import org.clipjava.testdata.CpuTime;
import org.clipjava.testdata.TestData;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

/** Texts as OpenAI's and OpenCLIP's own tokenizer reads them. */
class OriginalCleaningTest {
    private static final BpeTokenizer ORIGINAL = tokenizer(1000);

    private static BpeTokenizer tokenizer(int contextLength) {
        return new BpeTokenizer(
                ClipVocabulary.vocabulary(),
                new TokenizerConfig.ClipBpe(ClipVocabulary.START, ClipVocabulary.END, TextCleaning.ORIGINAL),
                contextLength);
    }

    @TestFactory
    Stream<DynamicTest> givesTheOriginalsIds() {
        List<JsonElement> cases = new Gson()
                .fromJson(TestData.committed().text("golden/original_tokens.json"), JsonArray.class)
                .asList();
        assertTrue(cases.size() > 1500, "cases: " + cases.size());
        return IntStream.range(0, cases.size())
                .mapToObj(i -> dynamicTest(Integer.toString(i), () -> {
                    JsonObject one = cases.get(i).getAsJsonObject();
                    String text = one.get("text").getAsString();
                    assertEquals(one.get("clean").getAsString(), OriginalCleaning.clean(text), text);
                    assertEquals(
                            Arrays.toString(new Gson().fromJson(one.get("ids"), int[].class)),
                            Arrays.toString(ORIGINAL.encode(text).ids()),
                            text);
                }));
    }

    @Test
    void readsATypographicApostropheAsAPlainOne() {
        assertEquals(ORIGINAL.encode("a dog's bowl"), ORIGINAL.encode("a dog\u2019s bowl"));
        BpeTokenizer none = ClipVocabulary.tokenizer();
        assertNotEquals(none.encode("a dog's bowl"), none.encode("a dog\u2019s bowl"));
    }

    @Test
    void repairsWhatWasDecodedWrongly() {
        assertEquals("fran\u00e7ais", OriginalCleaning.clean("Fran\u00c3\u00a7ais"));
        assertEquals(
                "\u00c3\u00a7".toLowerCase(Locale.ROOT),
                TextNormalizer.normalize("\u00c3\u00a7"),
                "the other cleaning");
    }

    @Test
    void aSigmaIsFinalBehindLettersThatHaveCases() {
        assertEquals(
                "\u03bf\u03b4\u03bf\u03c2 \u03c3 \u0e41\u03c3 a'\u03c2",
                OriginalCleaning.clean("\u039f\u0394\u039f\u03a3 \u03a3 \u0e41\u03a3 A'\u03a3"));
    }

    @Test
    void takesTimeThatGrowsWithTheText() {
        double before = CpuTime.seconds();
        for (String text : List.of(
                "&".repeat(1 << 18),
                "&amp;".repeat(50_000),
                "&#38;#38;".repeat(25_000),
                "\u001b[1;".repeat(50_000),
                "\u00c3\u00a7".repeat(1 << 14),
                "\u00c3\u00a7 \u4e2d".repeat(5_000),
                "\u00e2\u20ac".repeat(1 << 14))) {
            assertTrue(OriginalCleaning.clean(text).length() <= text.length());
        }
        double seconds = CpuTime.seconds() - before;
        assertTrue(seconds < 5, seconds + " s");
    }
}
