package org.clipjava.text;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.DynamicContainer.dynamicContainer;
import static org.junit.jupiter.api.DynamicTest.dynamicTest;

import com.google.gson.Gson;
import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.clipjava.testdata.TestData;
import org.junit.jupiter.api.DynamicContainer;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;

/** The reference's ids, which the goldens hold without truncation. */
class TokenGoldenTest {
    private final BpeTokenizer withoutLimit = ClipVocabulary.withoutLimit();
    private final BpeTokenizer tokenizer = ClipVocabulary.tokenizer();

    @TestFactory
    Stream<DynamicContainer> givesTheReferencesIds() {
        return TestData.all().stream()
                .flatMap(data -> Stream.of("golden/tokens.json", "golden/tokens_more.json")
                        .filter(data::has)
                        .map(file -> dynamicContainer(data + " " + file, tests(data, file))));
    }

    private Stream<DynamicTest> tests(TestData data, String file) {
        List<JsonElement> cases =
                new Gson().fromJson(data.text(file), JsonArray.class).asList();
        assertTrue(cases.size() >= 66, "cases: " + cases.size());
        return IntStream.range(0, cases.size()).mapToObj(i -> {
            String text = cases.get(i).getAsJsonObject().get("text").getAsString();
            int[] ids = new Gson().fromJson(cases.get(i).getAsJsonObject().get("ids"), int[].class);
            return dynamicTest(i + " " + printable(text), () -> encodes(text, ids));
        });
    }

    private void encodes(String text, int[] ids) {
        TokenSequence all = withoutLimit.encode(text);
        assertArrayEquals(ids, all.ids(), () -> withoutLimit.tokens(all).toString());

        TokenSequence cut = tokenizer.encode(text);
        int[] expected = ids;
        if (ids.length > ClipVocabulary.CONTEXT) {
            expected = Arrays.copyOf(ids, ClipVocabulary.CONTEXT);
            expected[ClipVocabulary.CONTEXT - 1] = ClipVocabulary.END;
        }
        assertArrayEquals(expected, cut.ids());
        assertEquals(ids.length > ClipVocabulary.CONTEXT, cut.truncated());
    }

    private static String printable(String text) {
        StringBuilder printable = new StringBuilder();
        text.chars().limit(40).forEach(c -> {
            if (c >= ' ' && c < 0x7F) {
                printable.append((char) c);
            } else {
                printable.append(String.format("\\u%04x", c));
            }
        });
        return printable.toString();
    }
}
