package org.clipjava.spring.ai;

import org.clipjava.spring.ClipAutoConfiguration;
import org.clipjava.spring.ClipEncoder;
import org.springframework.ai.embedding.DocumentEmbeddingModel;
import org.springframework.ai.embedding.EmbeddingModel;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.context.annotation.Bean;

/** The model as Spring AI's, unless the application has another one. */
@AutoConfiguration(after = ClipAutoConfiguration.class)
@ConditionalOnClass(EmbeddingModel.class)
public class ClipSpringAiAutoConfiguration {
    /** For Spring. */
    public ClipSpringAiAutoConfiguration() {}

    /** Of texts, and of documents with texts or pictures. */
    @Bean
    @ConditionalOnMissingBean(EmbeddingModel.class)
    public ClipEmbeddingModel clipEmbeddingModel(ClipEncoder encoder) {
        return new ClipEmbeddingModel(encoder);
    }

    /** Of requests of documents. */
    @Bean
    @ConditionalOnMissingBean(DocumentEmbeddingModel.class)
    public DocumentEmbeddingModel clipDocumentEmbeddingModel(ClipEncoder encoder) {
        return new ClipEmbeddingModel(encoder).ofDocuments();
    }
}
