package org.clipjava.cli;

import java.io.IOException;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import org.clipjava.Clip;
import org.clipjava.Embedding;
import org.clipjava.cli.PreparedImages.Prepared;
import org.clipjava.image.PixelTensor;

/**
 * Encodes pictures while the next are being prepared. Those that are ready together are encoded together, which is faster;
 * none waits for another. A listener hears of them in the order of the inputs.
 */
record ImageRun(Clip clip, PreparedImages images, int count, Terminal terminal) {

    /** Hears of each picture, in input order. */
    interface Listener {
        void encoded(ImageInput input, Embedding embedding) throws IOException;

        /** The reason is one line and does not repeat the input's name. */
        void failed(ImageInput input, String reason) throws IOException;
    }

    /** A picture that can't be read is the listener's to know, a line on stderr, and no end of the run. */
    ExitCode run(Listener listener) throws IOException {
        images.preprocessWith(clip.preprocessor());
        Tally tally = Tally.NONE;
        try (ImageProgress progress = ImageProgress.start(terminal, count)) {
            for (List<Prepared> batch = next(); !batch.isEmpty(); batch = next()) {
                Iterator<Embedding> embeddings = encode(batch).iterator();
                progress.clear();
                for (Prepared image : batch) {
                    tally = switch (image) {
                        case Prepared.Pixels pixels -> {
                            listener.encoded(pixels.input(), embeddings.next());
                            yield tally.plusSucceeded();
                        }
                        case Prepared.Unreadable failure -> {
                            terminal.say(failure.input().name() + ": " + failure.reason());
                            listener.failed(failure.input(), failure.reason());
                            yield tally.plusFailed();
                        }
                    };
                }
                progress.done(tally.succeeded() + tally.failed());
            }
        }
        return tally.exitCode();
    }

    private List<Prepared> next() {
        try {
            return images.next();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new CommandFailure(ExitCode.INTERRUPTED, "interrupted", e);
        }
    }

    private List<Embedding> encode(List<Prepared> batch) {
        List<PixelTensor> pixels = new ArrayList<>();
        for (Prepared image : batch) {
            if (image instanceof Prepared.Pixels picture) {
                pixels.add(picture.tensor());
            }
        }
        return pixels.isEmpty() ? List.of() : clip.encodePixels(pixels);
    }
}
