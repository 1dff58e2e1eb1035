package org.clipjava.text;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.DynamicTest.dynamicTest;

import com.google.gson.Gson;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.clipjava.config.AddedToken;
import org.clipjava.config.TextCleaning;
import org.clipjava.config.TokenizerConfig;
import org.clipjava.safetensors.ModelFormatException;
import org.clipjava.testdata.CpuTime;
import org.clipjava.testdata.TestData;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

/** Tokens that were added to CLIP's vocabulary, as the Rust library finds them. */
class AddedTokensTest {
    private final JsonObject golden =
            new Gson().fromJson(TestData.committed().text("golden/added_tokens.json"), JsonObject.class);

    private BpeTokenizer tokenizer() throws ModelFormatException {
        List<String> tokens = allOf(ClipVocabulary.vocabulary());
        List<AddedToken> added = new ArrayList<>();
        for (JsonElement element : golden.getAsJsonArray("added")) {
            JsonObject token = element.getAsJsonObject();
            int id = token.get("id").getAsInt();
            if (id >= ClipVocabulary.vocabulary().size()) {
                assertEquals(tokens.size(), id);
                tokens.add(token.get("content").getAsString());
            }
            added.add(new AddedToken(
                    id,
                    token.get("normalized").getAsBoolean(),
                    token.get("lstrip").getAsBoolean(),
                    token.get("rstrip").getAsBoolean(),
                    token.get("single_word").getAsBoolean()));
        }
        Vocabulary vocabulary = Vocabulary.of(tokens, merges(), ClipVocabulary.START, ClipVocabulary.END);
        return new BpeTokenizer(
                vocabulary,
                new TokenizerConfig.ClipBpe(ClipVocabulary.START, ClipVocabulary.END, TextCleaning.NONE, added),
                1000);
    }

    private static List<String> allOf(Vocabulary vocabulary) {
        List<String> tokens = new ArrayList<>();
        for (int id = 0; id < vocabulary.size(); id++) {
            tokens.add(vocabulary.token(id));
        }
        return tokens;
    }

    private static List<String> merges() {
        return new String(ClipVocabulary.vocabulary().encodedMerges(), StandardCharsets.UTF_8)
                .lines()
                .toList();
    }

    @TestFactory
    Stream<DynamicTest> givesTheReferencesIds() throws ModelFormatException {
        BpeTokenizer tokenizer = tokenizer();
        List<JsonElement> cases = golden.getAsJsonArray("cases").asList();
        assertEquals(325, cases.size());
        return IntStream.range(0, cases.size()).mapToObj(i -> {
            JsonObject one = cases.get(i).getAsJsonObject();
            String text = one.get("text").getAsString();
            return dynamicTest(
                    Integer.toString(i),
                    () -> assertEquals(
                            Arrays.toString(new Gson().fromJson(one.get("ids"), int[].class)),
                            Arrays.toString(tokenizer.encode(text).ids()),
                            text));
        });
    }

    @Test
    void takesAnAddedTokenForAWord() throws ModelFormatException {
        BpeTokenizer tokenizer = tokenizer();
        TokenSequence sequence = tokenizer.encode("a photo of <my-cat>, a cat");
        assertEquals("[49406, 320, 1125, 539, 49408, 267, 320, 2368, 49407]", sequence.toString());
        assertEquals("a photo of <my-cat> , a cat", tokenizer.decode(sequence));
    }

    @Test
    void costsNoMoreForWhatOnlyBeginsLikeAToken() throws ModelFormatException {
        BpeTokenizer tokenizer = tokenizer();
        String text = "<my-ca".repeat(200_000);
        double before = CpuTime.seconds();
        assertEquals(1000, tokenizer.encode(text).length());
        double seconds = CpuTime.seconds() - before;
        assertTrue(seconds < 5, seconds + " s");
    }

    @Test
    void refusesATokenThatIsNotThere() {
        TokenizerConfig.ClipBpe config =
                new TokenizerConfig.ClipBpe(49406, 49407, TextCleaning.NONE, List.of(AddedToken.asWritten(49408)));
        IllegalArgumentException e = assertThrows(
                IllegalArgumentException.class, () -> new BpeTokenizer(ClipVocabulary.vocabulary(), config, 77));
        assertEquals("token id: expected 0 to 49407, found 49408", e.getMessage());
    }
}
