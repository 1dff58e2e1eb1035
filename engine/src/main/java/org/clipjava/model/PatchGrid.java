package org.clipjava.model;

import java.util.List;
import java.util.stream.IntStream;
import org.clipjava.config.VisionConfig;
import org.clipjava.image.PixelTensor;
import org.clipjava.kernel.Span;

/**
 * The patches of a picture, as its tokens stand: row by row, behind the class token if there is one.
 *
 * @param first tokens before the patches
 */
record PatchGrid(int first, int rows, int columns) {
    /** Of a picture as large as this one; what is left over at the right and bottom is not seen, as in the reference. */
    static PatchGrid of(VisionConfig config, PixelTensor picture) {
        return new PatchGrid(
                config.classToken() ? 1 : 0,
                picture.height() / config.patchSize(),
                picture.width() / config.patchSize());
    }

    int patches() {
        return rows * columns;
    }

    /** N. */
    int tokens() {
        return first + patches();
    }

    /** Every token of a picture sees all of them. */
    List<Span> spans(int pictures) {
        return IntStream.range(0, pictures)
                .mapToObj(i -> Span.of(i * tokens(), tokens()))
                .toList();
    }
}
