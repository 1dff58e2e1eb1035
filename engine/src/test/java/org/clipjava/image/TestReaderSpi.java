package org.clipjava.image;

import java.util.Locale;
import javax.imageio.spi.ImageReaderSpi;
import javax.imageio.stream.ImageInputStream;

/** A reader as somebody may have installed it, of these formats; it writes nothing and knows no metadata. */
abstract class TestReaderSpi extends ImageReaderSpi {
    TestReaderSpi(String... formats) {
        super(
                "test",
                "1",
                formats,
                new String[0],
                new String[0],
                "none",
                new Class<?>[] {ImageInputStream.class},
                new String[0],
                false,
                null,
                null,
                null,
                null,
                false,
                null,
                null,
                null,
                null);
    }

    @Override
    public String getDescription(Locale locale) {
        return "a reader of the tests";
    }
}
