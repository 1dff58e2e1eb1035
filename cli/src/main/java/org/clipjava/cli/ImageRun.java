package org.clipjava.cli;

import java.io.IOException;
import java.util.List;
import org.clipjava.Clip;
import org.clipjava.Embedding;
import org.clipjava.image.ImageDecoder;
import org.clipjava.image.RgbImage;

/**
 * Decodes and encodes pictures one after the other. The one place that decides how the two overlap: a listener hears of the
 * pictures in the order of the inputs whatever happens here.
 */
record ImageRun(Clip clip, ImageDecoder decoder, Terminal terminal) {

    /** Hears of each picture, in input order. */
    interface Listener {
        void encoded(ImageInput input, Embedding embedding) throws IOException;

        /** The reason is one line and does not repeat the input's name. */
        void failed(ImageInput input, String reason) throws IOException;
    }

    /** A picture that can't be read is the listener's to know, a line on stderr, and no end of the run. */
    ExitCode run(List<ImageInput> inputs, Listener listener) throws IOException {
        Tally tally = Tally.NONE;
        for (ImageInput input : inputs) {
            RgbImage image;
            try {
                image = input.decode(decoder);
            } catch (IOException e) {
                String reason = Reason.of(e, input.name());
                terminal.say(input.name() + ": " + reason);
                listener.failed(input, reason);
                tally = tally.plusFailed();
                continue;
            }
            listener.encoded(input, clip.encodeImage(image));
            tally = tally.plusSucceeded();
        }
        return tally.exitCode();
    }
}
