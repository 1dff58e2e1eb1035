package org.clipjava.image.codec;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Path;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

/** What a decoder makes of files that a program compressed. {@code -Dclip.NAME.corpus=FOLDER} adds a larger corpus. */
public abstract class StreamDecoderContract {
    private final StreamCorpus files;

    protected StreamDecoderContract(StreamCorpus files) {
        this.files = files;
    }

    @TestFactory
    protected final Stream<DynamicTest> decompressesWhatTheProgramCompressed() throws IOException {
        return files.tests();
    }

    @Test
    protected final void decompressesTheWholeCorpus() throws IOException {
        String folder = System.getProperty("clip." + files.name() + ".corpus", "");
        assumeTrue(!folder.isEmpty());
        files.check(Path.of(folder));
    }

    @Test
    protected final void theReadmeNamesEveryFileWithItsSum() throws IOException {
        files.checkReadme();
    }
}
