package org.clipjava.server.work;

import java.time.Instant;
import java.util.List;
import java.util.function.Supplier;
import org.clipjava.Clip;
import org.clipjava.Embedding;
import org.clipjava.encoder.PatchStates;
import org.clipjava.image.PixelTensor;
import org.clipjava.server.metrics.Metrics;
import org.clipjava.text.TokenSequence;

/** An open model under the name that requests know it by. Thread-safe. */
public final class ServedModel {
    /** A batch of texts takes about as long as one picture. */
    private static final int TEXTS_AT_ONCE = 32;

    /** More would gain a twentieth, and the first of a batch waits for the last. */
    private static final int PICTURES_AT_ONCE = 4;

    private final String name;
    private final Clip clip;
    private final Instant opened = Instant.now();
    private final Lane<TokenSequence, Embedding> texts;
    private final Lane<PixelTensor, Embedding> pictures;
    private final Lane<Supplier<PatchStates>, PatchStates> patches;

    ServedModel(String name, Clip clip, Metrics metrics) {
        this.name = name;
        this.clip = clip;
        this.texts = new Lane<>(name, "text", TEXTS_AT_ONCE, clip::encodeTokens, metrics);
        this.pictures = new Lane<>(name, "picture", PICTURES_AT_ONCE, clip::encodePixels, metrics);
        this.patches = new Lane<>(
                name, "patches", 1, passes -> passes.stream().map(Supplier::get).toList(), metrics);
    }

    /** What requests call it. */
    public String name() {
        return name;
    }

    public Clip clip() {
        return clip;
    }

    public Instant opened() {
        return opened;
    }

    Lane<TokenSequence, Embedding> texts() {
        return texts;
    }

    Lane<PixelTensor, Embedding> pictures() {
        return pictures;
    }

    /** Each input is the pass itself, of one picture or tile. */
    Lane<Supplier<PatchStates>, PatchStates> patches() {
        return patches;
    }

    List<Lane<?, ?>> lanes() {
        return List.of(texts, pictures, patches);
    }
}
