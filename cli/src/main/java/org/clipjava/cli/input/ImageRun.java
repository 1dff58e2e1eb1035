package org.clipjava.cli.input;

import java.io.IOException;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import org.clipjava.Clip;
import org.clipjava.ClipOptions;
import org.clipjava.Embedding;
import org.clipjava.ImagePipeline;
import org.clipjava.ImagePipeline.Prepared;
import org.clipjava.cli.output.CommandFailure;
import org.clipjava.cli.output.ProgressLine;
import org.clipjava.cli.output.Reason;
import org.clipjava.cli.output.Tally;
import org.clipjava.cli.output.Terminal;
import org.clipjava.image.PixelTensor;

/**
 * Encodes pictures while the next are being prepared. Those that are ready together are encoded together, which is faster;
 * none waits for another. A listener hears of them in the order of the inputs.
 */
public record ImageRun(Clip clip, ImagePipeline<ImageInput> images, int count, Terminal terminal) {
    /** Enough to keep a multiply busy, and few enough to be shown soon. */
    private static final int BATCH = 8;

    /** Begins to decode, so that the model can be opened meanwhile. */
    public static ImagePipeline<ImageInput> prepare(List<ImageInput> inputs, ClipOptions options) {
        return ImagePipeline.start(inputs.iterator(), ImageInput.decoder(), options.threads(), BATCH);
    }

    /** Hears of each picture, in input order. */
    public interface Listener {
        void encoded(ImageInput input, Embedding embedding) throws IOException;

        /** The reason is one line and does not repeat the input's name. */
        void failed(ImageInput input, String reason) throws IOException;
    }

    /** A picture that can't be read is the listener's to know, a line on stderr, and no end of the run. */
    public Tally run(Listener listener) throws IOException {
        images.preprocessWith(clip.preprocessor());
        Tally tally = Tally.NONE;
        try (ProgressLine progress = new ProgressLine(terminal)) {
            for (List<Prepared<ImageInput>> batch = next(); !batch.isEmpty(); batch = next()) {
                Iterator<Embedding> embeddings = encode(batch).iterator();
                progress.clear();
                for (Prepared<ImageInput> image : batch) {
                    tally = switch (image) {
                        case Prepared.Pixels<ImageInput> pixels -> {
                            listener.encoded(pixels.source(), embeddings.next());
                            yield tally.plusSucceeded();
                        }
                        case Prepared.Unreadable<ImageInput> failure -> {
                            String name = failure.source().name();
                            String reason = Reason.of(failure.cause(), name);
                            terminal.say(name + ": " + reason);
                            listener.failed(failure.source(), reason);
                            yield tally.plusFailed();
                        }
                    };
                }
                progress.pictures(tally.succeeded() + tally.failed(), count);
            }
        }
        return tally;
    }

    private List<Prepared<ImageInput>> next() {
        try {
            return images.next();
        } catch (InterruptedException e) {
            throw CommandFailure.interrupted(e);
        }
    }

    private List<Embedding> encode(List<Prepared<ImageInput>> batch) {
        List<PixelTensor> pixels = new ArrayList<>();
        for (Prepared<ImageInput> image : batch) {
            if (image instanceof Prepared.Pixels<ImageInput> picture) {
                pixels.add(picture.tensor());
            }
        }
        return pixels.isEmpty() ? List.of() : clip.encodePixels(pixels);
    }
}
