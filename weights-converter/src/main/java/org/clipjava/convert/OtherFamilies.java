package org.clipjava.convert;

import com.google.gson.JsonElement;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.clipjava.safetensors.ModelFormatException;

/** The families of models that people have where a CLIP is expected, known by their configs. */
final class OtherFamilies {
    private static final String READS =
            "expected a CLIP of OpenAI's parts or with RoBERTa or XLM-RoBERTa, a MobileCLIP with a ViT, PE-Core, MetaCLIP 2 or"
                    + " SigLIP, found %s; see docs/models.md for what runs";

    private record Named(String name, String family) {}

    /** Of {@code model_cfg}: a part that only these have. */
    private static final List<Named> BY_PART = List.of(
            new Named("audio_cfg", "a CLAP, of sounds and texts"),
            new Named("genlap_cfg", "a GenLAP, which writes texts about sounds"),
            new Named("genlip_cfg", "a GenLIP, which writes texts about pictures"),
            new Named("multimodal_cfg", "a CoCa, which writes texts about pictures"));

    /** By how timm calls the image tower; the first that fits. */
    private static final List<Named> BY_TOWER = List.of(
            new Named("eva_giant", "an EVA-01 CLIP"),
            new Named("eva02_", "an EVA-02 CLIP"),
            new Named("vit_pe_", "a Perception Encoder, but none of PE-Core's"),
            new Named("fastvit_mci", "a MobileCLIP, with a FastViT"),
            new Named("convnext_", "a CLIP with a ConvNeXt"),
            new Named("vitamin_", "a ViTamin"),
            new Named("swin_", "a CLIP with a Swin transformer"),
            new Named("naflexvit_", "a model for pictures of any shape (NaFlex)"),
            new Named("", "a CLIP with another image tower of timm"));

    /** By the name of the text tower's own model; the first that fits. */
    private static final List<Named> BY_TEXT = List.of(
            new Named("facebook/nllb-", "an NLLB-CLIP"),
            new Named("google/mt5-", "a CLIP with mT5 for texts"),
            new Named("", "a CLIP with another model's text tower"));

    /** Of transformers: {@code model_type}. */
    private static final Map<String, String> BY_TYPE = Map.ofEntries(
            Map.entry("align", "an ALIGN"),
            Map.entry("altclip", "an AltCLIP"),
            Map.entry("blip", "a BLIP"),
            Map.entry("blip-2", "a BLIP-2"),
            Map.entry("chinese_clip", "a Chinese-CLIP"),
            Map.entry("clap", "a CLAP, of sounds and texts"),
            Map.entry("clipseg", "a CLIPSeg"),
            Map.entry("clvp", "a CLVP, of speech"),
            Map.entry("flava", "a FLAVA"),
            Map.entry("groupvit", "a GroupViT"),
            Map.entry("jina_clip", "a jina-clip, with an EVA-02 and a JinaBERT or XLM-RoBERTa"),
            Map.entry("mobileclip", "a MobileCLIP"),
            Map.entry("owlv2", "an OWLv2"),
            Map.entry("owlvit", "an OWL-ViT"),
            Map.entry("vision-text-dual-encoder", "two towers of other models (VisionTextDualEncoder)"),
            Map.entry("xclip", "an X-CLIP, of videos"));

    private OtherFamilies() {}

    /** Refuses an OpenCLIP config of a family that is not read, by the family's name. */
    static void refuse(JsonFields config) throws ModelFormatException {
        JsonFields model = OpenClipConfig.model(config);
        Optional<String> family = of(model);
        if (family.isPresent()) {
            throw new ModelFormatException(model.where() + ": " + READS.formatted(family.get()));
        }
    }

    /** What transformers' {@code model_type} names, for a message behind "found"; empty if that is not known. */
    static Optional<String> ofType(String modelType) {
        return Optional.ofNullable(BY_TYPE.get(modelType)).map(READS::formatted);
    }

    private static Optional<String> of(JsonFields model) throws ModelFormatException {
        for (Named part : BY_PART) {
            if (model.has(part.name)) {
                return Optional.of(part.family);
            }
        }
        JsonFields text = part(model, "text_cfg");
        JsonFields vision = part(model, "vision_cfg");
        if (OpenClipRoberta.family(text).isEmpty()) {
            Optional<String> textModel = named(BY_TEXT, text.string("hf_model_name"));
            if (textModel.isPresent()) {
                return textModel;
            }
        }
        if (text.has("text_arch")) {
            return Optional.of("a CLIP with another text tower, text_arch " + text.shown("text_arch"));
        }
        if (vision.has("image_seq_len") && !OpenClipSiglip.isTower(vision)) {
            return Optional.of("a model for pictures of any shape (NaFlex)");
        }
        if (vision.has("timm_model_name")) {
            return OpenClipSiglip.isTower(vision) || OpenClipTimm.family(vision).isPresent()
                    ? Optional.empty()
                    : named(BY_TOWER, vision.string("timm_model_name"))
                            .map(family -> family + ", timm_model_name " + vision.shown("timm_model_name"));
        }
        if (vision.element("layers").filter(JsonElement::isJsonArray).isPresent()) {
            return Optional.of("a CLIP with a ResNet; take one of the ViT models");
        }
        if (vision.bool("no_ln_pre", false)) {
            return Optional.of("a CLIPA");
        }
        return vision.has("ls_init_value")
                ? Optional.of("a CLIP whose layers are scaled (ls_init_value)")
                : Optional.empty();
    }

    private static JsonFields part(JsonFields model, String name) throws ModelFormatException {
        return model.object(name).orElseGet(() -> JsonFields.empty(model.where() + ": " + name));
    }

    private static Optional<String> named(List<Named> families, Optional<String> name) {
        return name.map(own -> families.stream()
                .filter(named -> own.startsWith(named.name))
                .findFirst()
                .orElseThrow()
                .family);
    }
}
