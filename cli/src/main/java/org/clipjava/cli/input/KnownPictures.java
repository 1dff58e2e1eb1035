package org.clipjava.cli.input;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayDeque;
import java.util.Iterator;
import java.util.List;
import java.util.NoSuchElementException;
import java.util.Optional;
import java.util.Queue;
import org.clipjava.Embedding;
import org.clipjava.cli.output.Tally;
import org.clipjava.eval.ContentHash;
import org.clipjava.eval.EmbeddingCache;
import org.clipjava.image.ImageDecoder;

/**
 * Pictures of which some were encoded before: what is in a cache is not decoded, and what is new goes there. This is the others, for a
 * pipeline, and what hears of them; the listener behind it hears of all pictures, in the order of the inputs. For one thread.
 */
public final class KnownPictures implements Iterator<ImageInput>, ImageRun.Listener {
    private final Iterator<ImageInput> inputs;
    private final EmbeddingCache cache;
    private final ImageDecoder decoder;
    private final ImageRun.Listener listener;

    /** Those that were asked for and not yet told of, with the content of those that are known. */
    private final Queue<Waiting> waiting = new ArrayDeque<>();

    private Optional<ImageInput.Hashed> next = Optional.empty();
    private int told;

    private record Waiting(ImageInput input, Optional<ContentHash> known) {}

    /** @param decoder of the pipeline that these go into */
    public KnownPictures(
            List<ImageInput> inputs, EmbeddingCache cache, ImageDecoder decoder, ImageRun.Listener listener) {
        this.inputs = inputs.iterator();
        this.cache = cache;
        this.decoder = decoder;
        this.listener = listener;
    }

    @Override
    public boolean hasNext() {
        while (next.isEmpty() && inputs.hasNext()) {
            ImageInput.Hashed input = new ImageInput.Hashed(inputs.next());
            Optional<ContentHash> known = cache.size() == 0 ? Optional.empty() : known(input);
            waiting.add(new Waiting(input.input(), known));
            next = known.isPresent() ? Optional.empty() : Optional.of(input);
        }
        return next.isPresent();
    }

    private Optional<ContentHash> known(ImageInput.Hashed input) {
        Optional<ContentHash> content = input.contentOfFile(decoder);
        try {
            return content.isPresent() && cache.find(content.get()).isPresent() ? content : Optional.empty();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public ImageInput next() {
        if (!hasNext()) {
            throw new NoSuchElementException();
        }
        ImageInput taken = next.orElseThrow();
        next = Optional.empty();
        return taken;
    }

    @Override
    public void encoded(ImageInput input, Embedding embedding) throws IOException {
        if (input instanceof ImageInput.Hashed hashed) {
            cache.put(hashed.content(), embedding);
        }
        tellOfKnown();
        listener.encoded(waiting.remove().input(), embedding);
    }

    @Override
    public void failed(ImageInput input, String reason) throws IOException {
        tellOfKnown();
        listener.failed(waiting.remove().input(), reason);
    }

    @Override
    public int others() {
        return told;
    }

    /** Tells of those behind the last that was encoded; how many of all were known. */
    public Tally end() throws IOException {
        tellOfKnown();
        return new Tally(told, 0);
    }

    private void tellOfKnown() throws IOException {
        for (Waiting first = waiting.peek(); first != null && first.known().isPresent(); first = waiting.peek()) {
            listener.encoded(first.input(), cache.find(first.known().get()).orElseThrow());
            waiting.remove();
            told++;
        }
    }
}
