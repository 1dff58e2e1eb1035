package org.clipjava.spring.ai;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.clipjava.Clip;
import org.clipjava.image.RgbImage;
import org.clipjava.spring.ClipEncoder;
import org.jspecify.annotations.Nullable;
import org.springframework.ai.content.Media;
import org.springframework.ai.document.Document;
import org.springframework.ai.embedding.BatchingStrategy;
import org.springframework.ai.embedding.DocumentEmbeddingModel;
import org.springframework.ai.embedding.Embedding;
import org.springframework.ai.embedding.EmbeddingModel;
import org.springframework.ai.embedding.EmbeddingOptions;
import org.springframework.ai.embedding.EmbeddingRequest;
import org.springframework.ai.embedding.EmbeddingResponse;
import org.springframework.ai.embedding.EmbeddingResponseMetadata;

/**
 * Spring AI's embedding model of texts and of documents, which hold a text or a picture: pictures are found by words.
 * {@link #ofDocuments} is the same for requests of documents. Embeddings have length 1. Thread-safe.
 *
 * <p>Spring AI's own vector stores (2.0) refuse documents with pictures before they ask for an embedding. Until they take them, put the
 * vectors into the database by its own client, or into the store of LangChain4j.
 */
public final class ClipEmbeddingModel implements EmbeddingModel {
    private final ClipEncoder encoder;

    /** The model that encodes. */
    public ClipEmbeddingModel(ClipEncoder encoder) {
        this.encoder = encoder;
    }

    @Override
    public EmbeddingResponse call(EmbeddingRequest request) {
        List<Embedding> results = new ArrayList<>();
        for (org.clipjava.Embedding text : encoder.texts(request.getInstructions())) {
            results.add(new Embedding(direction(text), results.size()));
        }
        EmbeddingResponseMetadata metadata = new EmbeddingResponseMetadata();
        metadata.setModel(name(encoder.clip()));
        return new EmbeddingResponse(results, metadata);
    }

    /**
     * Embeds a document's text or picture.
     *
     * @throws IllegalArgumentException if its picture can't be read
     */
    @Override
    public float[] embed(Document document) {
        return embedAll(List.of(document)).getFirst();
    }

    /** Embeds documents all at once: there are no tokens to be paid for, by which a strategy could divide them. */
    @Override
    public List<float[]> embed(List<Document> documents, @Nullable EmbeddingOptions options, BatchingStrategy batches) {
        return embedAll(documents);
    }

    List<float[]> embedAll(List<Document> documents) {
        List<String> texts = new ArrayList<>();
        List<RgbImage> pictures = new ArrayList<>();
        for (Document document : documents) {
            if (document.isText()) {
                texts.add(text(document));
            } else {
                pictures.add(picture(document));
            }
        }
        List<org.clipjava.Embedding> ofTexts = encoder.texts(texts);
        List<org.clipjava.Embedding> ofPictures = encoder.images(pictures);
        List<float[]> all = new ArrayList<>();
        int text = 0;
        int picture = 0;
        for (Document document : documents) {
            all.add(direction(document.isText() ? ofTexts.get(text++) : ofPictures.get(picture++)));
        }
        return all;
    }

    private static String text(Document document) {
        return Optional.ofNullable(document.getText()).orElse("");
    }

    private RgbImage picture(Document document) {
        String name = "document " + document.getId();
        Media media = Optional.ofNullable(document.getMedia())
                .orElseThrow(() -> new IllegalArgumentException(name + ": has neither text nor picture"));
        if (!media.getMimeType().getType().equals("image")) {
            throw new IllegalArgumentException(name + ": expected a picture, found " + media.getMimeType());
        }
        if (!(media.getData() instanceof byte[] bytes)) {
            throw new IllegalArgumentException(
                    name + ": addresses of pictures are not fetched; give the bytes, as a Resource or as byte[]");
        }
        try {
            return encoder.decode(bytes, name);
        } catch (IOException e) {
            throw new IllegalArgumentException(e.getMessage(), e);
        }
    }

    static float[] direction(org.clipjava.Embedding embedding) {
        return embedding.normalized().toArray();
    }

    static String name(Clip clip) {
        return clip.info().id().orElse("clip");
    }

    @Override
    public int dimensions() {
        return encoder.clip().config().embedDim();
    }

    /** The same for requests of documents. */
    public DocumentEmbeddingModel ofDocuments() {
        return new ClipDocumentEmbeddingModel(this, encoder.clip());
    }
}
