package org.clipjava.server.api;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.CancellationException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Function;
import org.clipjava.Classification;
import org.clipjava.Embedding;
import org.clipjava.LinearClassifier;
import org.clipjava.NoDirectionException;
import org.clipjava.Tower;
import org.clipjava.config.PatchMethod;
import org.clipjava.encoder.ImageEncoder;
import org.clipjava.encoder.PatchStates;
import org.clipjava.image.ImageFormatException;
import org.clipjava.image.PixelTensor;
import org.clipjava.image.RgbImage;
import org.clipjava.server.http.ApiException;
import org.clipjava.server.http.ClientGoneException;
import org.clipjava.server.http.Exchange;
import org.clipjava.server.work.Picture;
import org.clipjava.server.work.ServedModel;
import org.clipjava.server.work.Ticket;
import org.clipjava.server.work.Work;
import org.clipjava.text.TokenSequence;

/** Has a request's inputs encoded, and gives up as soon as its client does. */
final class Encodings {
    private static final Duration LONGEST = Duration.ofMinutes(5);
    private static final Duration LOOK_AFTER_CLIENT = Duration.ofMillis(100);

    private final Work work;

    Encodings(Work work) {
        this.work = work;
    }

    /**
     * The embeddings of a request's inputs.
     *
     * @param embeddings in the order of the inputs, as the model gives them
     * @param tokens of all texts together, those that begin and end them included
     * @param truncated the indices of texts that were longer than the model reads
     */
    record Encoded(List<Embedding> embeddings, int tokens, List<Integer> truncated) {
        /** Refuses texts that were cut, unless they may be. */
        void checkCut(boolean mayCut) {
            if (!mayCut && !truncated.isEmpty()) {
                throw ApiException.invalid(
                        "truncate",
                        "input " + truncated.getFirst()
                                + ": longer than the model reads; allow it to be cut, or send less");
            }
        }

        /** The same of length 1. */
        List<Embedding> units() {
            return each(Embedding::normalized);
        }

        /** What a classifier takes them for. */
        List<Classification> classified(LinearClassifier classifier) {
            return each(classifier::classify);
        }

        private <T> List<T> each(Function<Embedding, T> made) {
            List<T> all = new ArrayList<>();
            for (int i = 0; i < embeddings.size(); i++) {
                try {
                    all.add(made.apply(embeddings.get(i)));
                } catch (NoDirectionException e) {
                    throw ApiException.of(500, "model_error", "input " + i + ": " + e.getMessage());
                }
            }
            return all;
        }
    }

    /**
     * Refuses a request as long as too much waits; to be asked before its body is read.
     *
     * @throws ApiException 429
     */
    void checkRoom() {
        work.checkRoom();
    }

    Encoded encode(Exchange exchange, ServedModel model, List<? extends Inputs.Input> inputs) {
        exchange.note(model.name(), inputs.size());
        List<Ticket<Embedding>> tickets = new ArrayList<>();
        List<String> names = new ArrayList<>();
        List<Integer> truncated = new ArrayList<>();
        int tokens = 0;
        try {
            for (int i = 0; i < inputs.size(); i++) {
                switch (inputs.get(i)) {
                    case Inputs.Text text -> {
                        require(model, Tower.TEXT);
                        TokenSequence sequence = model.clip().tokenizer().encode(text.text());
                        tokens += sequence.length();
                        if (sequence.truncated()) {
                            truncated.add(i);
                        }
                        names.add("text " + i);
                        tickets.add(work.text(model, sequence));
                    }
                    case Inputs.Image image -> {
                        require(model, Tower.IMAGE);
                        Picture picture = image.picture();
                        names.add(picture.name());
                        tickets.add(work.picture(model, picture));
                    }
                }
            }
            List<Embedding> embeddings = new ArrayList<>();
            Wait wait = new Wait(exchange);
            for (int i = 0; i < tickets.size(); i++) {
                embeddings.add(wait.await(tickets.get(i), names.get(i)));
            }
            return new Encoded(embeddings, tokens, truncated);
        } finally {
            tickets.forEach(ticket -> ticket.leave().run());
        }
    }

    /**
     * Refuses what a model of one tower can't do.
     *
     * @throws ApiException 400
     */
    static void require(ServedModel model, Tower tower) {
        if (!model.clip().has(tower)) {
            throw ApiException.invalid(
                    "model",
                    "model " + model.name()
                            + (tower == Tower.TEXT
                                    ? ": has an image tower alone and reads no texts; name another model, or send pictures"
                                    : ": has a text tower alone and reads no pictures; name another model, or send texts"));
        }
    }

    /**
     * A picture that was decoded, and what was made of it then.
     *
     * @param made as long as it is decoded; a refusal is its own {@link ApiException}
     */
    <D> D decoded(Exchange exchange, Inputs.Image image, Function<RgbImage, D> made) {
        Picture picture = image.picture();
        return new Wait(exchange)
                .awaitAll(List.of(work.decoded(picture, made)), picture.name())
                .getFirst();
    }

    /**
     * An encoder for the parts of a picture: each waits its turn among all that is encoded.
     *
     * @param name what messages call the picture
     * @param own the model's
     */
    ImageEncoder inTurn(Exchange exchange, ServedModel model, String name, ImageEncoder own) {
        return new InTurn(new Wait(exchange), model, name, own);
    }

    private final class InTurn implements ImageEncoder {
        private final Wait wait;
        private final ServedModel model;
        private final String name;
        private final ImageEncoder own;

        InTurn(Wait wait, ServedModel model, String name, ImageEncoder own) {
            this.wait = wait;
            this.model = model;
            this.name = name;
            this.own = own;
        }

        @Override
        public float[][] encode(List<PixelTensor> pictures) {
            List<Ticket<Embedding>> tickets =
                    pictures.stream().map(pixels -> work.pixels(model, pixels)).toList();
            return wait.awaitAll(tickets, name).stream().map(Embedding::toArray).toArray(float[][]::new);
        }

        @Override
        public List<PatchStates> encodePatches(List<PixelTensor> pictures, PatchMethod method) {
            List<Ticket<PatchStates>> tickets = pictures.stream()
                    .map(pixels -> work.patches(
                            model,
                            () -> own.encodePatches(List.of(pixels), method).getFirst()))
                    .toList();
            return wait.awaitAll(tickets, name);
        }
    }

    /** For a request's results, for so long and as long as its client waits, too. */
    private static final class Wait {
        private final Exchange exchange;
        private final long end = System.nanoTime() + LONGEST.toNanos();
        private long nextLook = System.nanoTime() + LOOK_AFTER_CLIENT.toNanos();

        Wait(Exchange exchange) {
            this.exchange = exchange;
        }

        <T> List<T> awaitAll(List<Ticket<T>> tickets, String name) {
            try {
                List<T> results = new ArrayList<>();
                for (Ticket<T> ticket : tickets) {
                    results.add(await(ticket, name));
                }
                return results;
            } finally {
                tickets.forEach(ticket -> ticket.leave().run());
            }
        }

        <T> T await(Ticket<T> ticket, String name) {
            while (System.nanoTime() - end < 0) {
                lookAfterClient(); // between results that come soon, too
                Optional<T> result = resultBeforeNextLook(ticket, name);
                if (result.isPresent()) {
                    return result.get();
                }
            }
            throw ApiException.unavailable(
                    "not encoded within " + LONGEST.toMinutes() + " min; send less at a time", Duration.ofSeconds(1));
        }

        private <T> Optional<T> resultBeforeNextLook(Ticket<T> ticket, String name) {
            try {
                return Optional.of(ticket.result().get(nextLook - System.nanoTime(), TimeUnit.NANOSECONDS));
            } catch (TimeoutException e) {
                return Optional.empty();
            } catch (ExecutionException e) {
                throw failed(name, Objects.requireNonNullElse(e.getCause(), e));
            } catch (CancellationException e) {
                throw new IllegalStateException("dropped, though it is waited for", e);
            } catch (InterruptedException e) {
                throw stopped();
            }
        }

        private void lookAfterClient() {
            if (System.nanoTime() - nextLook < 0) {
                return;
            }
            if (exchange.clientHasLeft()) {
                throw new ClientGoneException();
            }
            nextLook = System.nanoTime() + LOOK_AFTER_CLIENT.toNanos();
        }
    }

    private static ApiException stopped() {
        Thread.currentThread().interrupt();
        return ApiException.unavailable("the server is being stopped", Duration.ofSeconds(1));
    }

    /** Waits until there is room for one more of what takes much memory, as long as its client does. */
    static void acquire(Exchange exchange, Semaphore rooms) {
        try {
            while (!rooms.tryAcquire(LOOK_AFTER_CLIENT.toMillis(), TimeUnit.MILLISECONDS)) {
                if (exchange.clientHasLeft()) {
                    throw new ClientGoneException();
                }
            }
        } catch (InterruptedException e) {
            throw stopped();
        }
    }

    private static RuntimeException failed(String name, Throwable cause) {
        return switch (cause) {
            case ApiException e -> e;
            case ImageFormatException e -> ApiException.invalid(name, String.valueOf(e.getMessage()));
            case OutOfMemoryError e ->
                ApiException.unavailable(name + ": too little memory to encode it", Duration.ofSeconds(1));
            case UnsupportedOperationException e ->
                ApiException.invalid("method", "method: " + e.getMessage() + "; windows takes any model");
            case RuntimeException e -> new IllegalStateException("encoding failed", e);
            default -> new IllegalStateException("encoding failed", cause);
        };
    }
}
