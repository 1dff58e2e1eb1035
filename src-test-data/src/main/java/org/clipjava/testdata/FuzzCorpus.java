package org.clipjava.testdata;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import java.util.zip.ZipInputStream;

/** What the fuzzer has found to reach something new, each target's in an archive of {@code src-test-data/fuzz}. */
public final class FuzzCorpus {
    private FuzzCorpus() {}

    /**
     * The target's first inputs, written by hand, and behind them those that the fuzzer found.
     *
     * @param name of the target's archive
     */
    public static Stream<byte[]> with(String name, Stream<byte[]> first) {
        return Stream.concat(first, of(name).stream());
    }

    private static List<byte[]> of(String name) {
        List<byte[]> inputs = new ArrayList<>();
        try (ZipInputStream zip =
                new ZipInputStream(new ByteArrayInputStream(TestData.committed().bytes("fuzz/" + name + ".zip")))) {
            while (zip.getNextEntry() != null) {
                inputs.add(zip.readAllBytes());
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return inputs;
    }
}
