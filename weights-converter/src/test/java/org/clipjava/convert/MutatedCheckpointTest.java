package org.clipjava.convert;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Random;
import org.clipjava.config.WeightType;
import org.clipjava.safetensors.ModelFormatException;
import org.clipjava.testdata.SyntheticCheckpoint;
import org.clipjava.testdata.SyntheticFolder;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Damages the files of a checkpoint at random: what comes of it is a model or an error that says what is wrong. */
class MutatedCheckpointTest {
    private static final byte[] JSON = "{}[]\",:\\u0123456789eE.-nulltruefalse \n".getBytes(StandardCharsets.US_ASCII);

    @TempDir
    Path temporary;

    @Tag("thorough")
    @ParameterizedTest
    @CsvSource({
        "config.json, 200",
        "preprocessor_config.json, 200",
        "model.safetensors.index.json, 120",
        "model-00001-of-00002.safetensors, 120",
        "tokenizer.json, 120",
        "vocab.json, 120",
        "merges.txt, 120"
    })
    void onlyDocumentedExceptionsLeaveTheConverter(String file, int rounds) throws IOException {
        Path folder = SyntheticFolder.of(new SyntheticCheckpoint(
                        4,
                        new SyntheticCheckpoint.Vision(6, 10, 1, 2, 4, 2),
                        new SyntheticCheckpoint.Text(
                                4, 6, 1, 2, 5, TokenizerFiles.smallTokens().size())))
                .shards(2)
                .write(temporary.resolve("source"));
        if (file.equals("tokenizer.json")) {
            TokenizerFiles.writeTokenizerJson(
                    folder, TokenizerFiles.tokenizerJson(TokenizerFiles.smallTokens(), TokenizerFiles.smallMerges()));
        } else {
            TokenizerFiles.writeVocabAndMerges(folder, TokenizerFiles.smallTokens(), TokenizerFiles.smallMerges());
        }
        Path model = temporary.resolve("model.safetensors");
        byte[] valid = Files.readAllBytes(folder.resolve(file));
        int converted = 0;
        int refused = 0;
        for (int round = 0; round < rounds; round++) {
            long seed = 0xC11BL + round;
            Files.write(folder.resolve(file), mutated(valid, new Random(seed)));
            try {
                CheckpointConverter.convert(folder, model, WeightType.Q8, ConversionListener.SILENT);
                converted++;
            } catch (ModelFormatException e) {
                assertEquals(1, e.getMessage().lines().count(), () -> "seed " + seed + ": " + e.getMessage());
                refused++;
            } catch (NoSuchFileException e) {
                // A shard's name that is still a name, but nobody's.
                assertTrue(file.endsWith("index.json"), "seed " + seed + ": " + e.getMessage());
                refused++;
            } catch (RuntimeException | Error e) {
                throw new AssertionError("seed " + seed, e);
            }
        }
        assertTrue(refused > 0, "no damage was noticed in " + rounds + " rounds, of which converted: " + converted);
    }

    private static byte[] mutated(byte[] valid, Random random) {
        byte[] file = valid.clone();
        for (int i = 1 + random.nextInt(3); i > 0; i--) {
            // Many mutations near the start, where a safetensors file has its header.
            int at = random.nextInt(random.nextBoolean() ? file.length : Math.min(2000, file.length));
            int other = random.nextInt(file.length);
            switch (random.nextInt(4)) {
                case 0 -> file[at] = (byte) random.nextInt(256);
                case 1, 2 -> file[at] = JSON[random.nextInt(JSON.length)];
                default ->
                    System.arraycopy(
                            file, other, file, at, Math.min(random.nextInt(24), file.length - Math.max(at, other)));
            }
        }
        return random.nextInt(20) == 0 ? Arrays.copyOf(file, random.nextInt(file.length)) : file;
    }
}
