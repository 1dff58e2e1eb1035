package org.clipjava.convert;

import java.util.Map;
import java.util.Optional;
import org.clipjava.safetensors.ModelFormatException;

/** The families of checkpoints that are read, known by their configs. */
enum CheckpointFamily {
    CLIP(VocabularyFiles.CLIP),
    /** CLIP's towers, with XLM-V's or mT5's pieces for texts. */
    META_CLIP_2(VocabularyFiles.META_CLIP_2),
    SIGLIP(VocabularyFiles.SIGLIP),
    /** OpenCLIP's, with CLIP's texts and a transformer of timm's for pictures. */
    MOBILE_CLIP(VocabularyFiles.CLIP),
    /** The same with PE-Core's. */
    PE_CORE(VocabularyFiles.CLIP),
    /** OpenCLIP's, with a RoBERTa for texts. */
    ROBERTA(VocabularyFiles.ROBERTA),
    /** The same with an XLM-RoBERTa. */
    XLM_ROBERTA(VocabularyFiles.XLM_ROBERTA),
    /** A text tower of sentence-transformers. */
    SENTENCE_TRANSFORMERS(VocabularyFiles.BERT);

    /** By transformers' {@code model_type}. An image tower alone of MetaCLIP 2 has no tokens, and so is a CLIP's. */
    private static final Map<String, CheckpointFamily> BY_TYPE = Map.ofEntries(
            Map.entry("clip", CLIP),
            Map.entry(CheckpointFiles.CLIP_VISION, CLIP),
            Map.entry(CheckpointFiles.CLIP_TEXT, CLIP),
            Map.entry(CheckpointFiles.SIGLIP, SIGLIP),
            Map.entry(CheckpointFiles.SIGLIP_VISION, SIGLIP),
            Map.entry(CheckpointFiles.SIGLIP_TEXT, SIGLIP),
            Map.entry(CheckpointFiles.SIGLIP_2, SIGLIP),
            Map.entry(CheckpointFiles.SIGLIP_2_VISION, SIGLIP),
            Map.entry(CheckpointFiles.SIGLIP_2_TEXT, SIGLIP),
            Map.entry(MetaClip2.WHOLE, META_CLIP_2),
            Map.entry(MetaClip2.TEXT, META_CLIP_2),
            Map.entry(MetaClip2.VISION, CLIP));

    private final VocabularyFiles tokenizer;

    CheckpointFamily(VocabularyFiles tokenizer) {
        this.tokenizer = tokenizer;
    }

    /** The files that its tokens are in. */
    VocabularyFiles tokenizer() {
        return tokenizer;
    }

    /** What transformers' {@code model_type} names; empty if it is none that is read. */
    static Optional<CheckpointFamily> ofType(String modelType) {
        return Optional.ofNullable(BY_TYPE.get(modelType));
    }

    /**
     * What an OpenCLIP config describes.
     *
     * @throws ModelFormatException if it is of another family, by that family's name
     */
    static CheckpointFamily ofOpenClip(JsonFields config) throws ModelFormatException {
        OtherFamilies.refuse(config);
        if (OpenClipSiglip.isOne(config)) {
            return SIGLIP;
        }
        Optional<CheckpointFamily> roberta = OpenClipRoberta.ofConfig(config);
        if (roberta.isPresent()) {
            return roberta.get();
        }
        Optional<JsonFields> vision = OpenClipConfig.model(config).object("vision_cfg");
        Optional<CheckpointFamily> timm = vision.isPresent() ? OpenClipTimm.family(vision.get()) : Optional.empty();
        if (timm.isPresent()) {
            return timm.get();
        }
        return OpenClipConfig.poolsAtItsEnd(config) ? META_CLIP_2 : CLIP;
    }
}
