package org.clipjava.cli.input;

import java.io.IOException;
import java.util.Iterator;
import java.util.List;
import org.clipjava.Clip;
import org.clipjava.ClipOptions;
import org.clipjava.Embedding;
import org.clipjava.ImageOutcome;
import org.clipjava.ImagePipeline;
import org.clipjava.ImagePipeline.Prepared;
import org.clipjava.cli.output.CommandFailure;
import org.clipjava.cli.output.ProgressLine;
import org.clipjava.cli.output.Tally;
import org.clipjava.cli.output.Terminal;

/**
 * Encodes pictures while the next are being prepared. Those that are ready together are encoded together, which is faster;
 * none waits for another. A listener hears of them in the order of the inputs.
 */
public record ImageRun(Clip clip, ImagePipeline<ImageInput> images, int count, Terminal terminal) {
    /** Enough to keep a multiply busy, and few enough to be shown soon. */
    private static final int BATCH = 8;

    /** Begins to decode, so that the model can be opened meanwhile. */
    public static ImagePipeline<ImageInput> prepare(List<ImageInput> inputs, ClipOptions options) {
        return prepare(inputs.iterator(), options);
    }

    /** The same of pictures that are found as they are asked for. */
    public static ImagePipeline<ImageInput> prepare(Iterator<ImageInput> inputs, ClipOptions options) {
        return ImagePipeline.start(inputs, options.imageDecoder(), options.threads(), BATCH);
    }

    /** Hears of each picture, in input order. */
    public interface Listener {
        void encoded(ImageInput input, Embedding embedding) throws IOException;

        /** The reason is one line and does not repeat the input's name. */
        void failed(ImageInput input, String reason) throws IOException;

        /** How many of the inputs are done besides those that it has heard of. */
        default int others() {
            return 0;
        }
    }

    /** A picture that can't be read is the listener's to know, a line on stderr, and no end of the run. */
    public Tally run(Listener listener) throws IOException {
        images.preprocessWith(clip.preprocessor());
        Tally tally = Tally.NONE;
        DarkPictures dark = new DarkPictures(clip.preprocessor().config());
        try (ProgressLine progress = new ProgressLine(terminal)) {
            progress.beginPictures(count);
            for (List<Prepared<ImageInput>> batch = next(); !batch.isEmpty(); batch = next()) {
                List<ImageOutcome<ImageInput>> outcomes = ImageOutcome.ofBatch(batch, clip::encodePixels);
                progress.clear();
                for (Prepared<ImageInput> image : batch) {
                    if (image instanceof Prepared.Pixels<ImageInput> read) {
                        dark.remark(read.source().name(), read.tensor()).ifPresent(terminal::say);
                    }
                }
                for (ImageOutcome<ImageInput> image : outcomes) {
                    tally = switch (image) {
                        case ImageOutcome.Encoded<ImageInput> encoded -> {
                            listener.encoded(encoded.source(), encoded.embedding());
                            yield tally.plusSucceeded();
                        }
                        case ImageOutcome.Unreadable<ImageInput> failure -> {
                            terminal.say(failure.source().name() + ": " + failure.reason());
                            listener.failed(failure.source(), failure.reason());
                            yield tally.plusFailed();
                        }
                    };
                }
                progress.pictures(tally.succeeded() + tally.failed() + listener.others(), listener.others(), count);
            }
        }
        dark.others().ifPresent(terminal::say);
        return tally;
    }

    private List<Prepared<ImageInput>> next() {
        try {
            return images.next();
        } catch (InterruptedException e) {
            throw CommandFailure.interrupted(e);
        }
    }
}
