package org.clipjava.spring.ai;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.clipjava.Clip;
import org.springframework.ai.document.Document;
import org.springframework.ai.embedding.DocumentEmbeddingModel;
import org.springframework.ai.embedding.DocumentEmbeddingRequest;
import org.springframework.ai.embedding.Embedding;
import org.springframework.ai.embedding.EmbeddingResponse;
import org.springframework.ai.embedding.EmbeddingResponseMetadata;
import org.springframework.ai.embedding.EmbeddingResultMetadata;
import org.springframework.ai.embedding.EmbeddingResultMetadata.ModalityType;
import org.springframework.util.MimeType;
import org.springframework.util.MimeTypeUtils;

/** Spring AI's embedding model of documents, each with a text or a picture. Thread-safe. */
final class ClipDocumentEmbeddingModel implements DocumentEmbeddingModel {
    private final ClipEmbeddingModel model;
    private final Clip clip;

    ClipDocumentEmbeddingModel(ClipEmbeddingModel model, Clip clip) {
        this.model = model;
        this.clip = clip;
    }

    @Override
    public EmbeddingResponse call(DocumentEmbeddingRequest request) {
        List<Document> documents = request.getInstructions();
        List<float[]> vectors = model.embedAll(documents);
        List<Embedding> results = new ArrayList<>();
        for (int i = 0; i < documents.size(); i++) {
            results.add(new Embedding(vectors.get(i), i, metadata(documents.get(i))));
        }
        EmbeddingResponseMetadata metadata = new EmbeddingResponseMetadata();
        metadata.setModel(ClipEmbeddingModel.name(clip));
        return new EmbeddingResponse(results, metadata);
    }

    private static EmbeddingResultMetadata metadata(Document document) {
        MimeType type = Optional.ofNullable(document.getMedia())
                .map(media -> media.getMimeType())
                .orElse(MimeTypeUtils.TEXT_PLAIN);
        ModalityType modality = document.isText() ? ModalityType.TEXT : ModalityType.IMAGE;
        Object data = Optional.<Object>ofNullable(document.getText()).orElse("");
        return new EmbeddingResultMetadata(document.getId(), modality, type, data);
    }

    @Override
    public int dimensions() {
        return model.dimensions();
    }
}
