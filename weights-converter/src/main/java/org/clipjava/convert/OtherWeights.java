package org.clipjava.convert;

import java.util.Set;
import java.util.function.Predicate;
import org.clipjava.safetensors.ModelFormatException;

/** Weights that people take for those of a CLIP that can be converted, told by their names. */
final class OtherWeights {
    private OtherWeights() {}

    /**
     * @param where what messages call the checkpoint
     * @throws ModelFormatException if they are such weights; the message says which, and what to do
     */
    static void refuse(Set<String> names, String where) throws ModelFormatException {
        if (any(names, name -> name.contains(".lora_A.") || name.contains(".lora_B.") || name.contains("lora_down."))) {
            throw new ModelFormatException(where
                    + ": expected the weights of a whole CLIP, found a LoRA adapter's; merge it into its model"
                    + " (PEFT: merge_and_unload()) and save that");
        }
        if (any(names, name -> name.contains("/")) && BigVisionNames.of(names).isEmpty()) {
            throw new ModelFormatException(where
                    + ": expected the towers of a SigLIP of big_vision, img/… and txt/…, found other weights of JAX's");
        }
        if (any(names, name -> name.startsWith("image_encoder.model."))) {
            throw new ModelFormatException(where
                    + ": expected OpenCLIP's names, found those of MobileCLIP's own code; take the weights in OpenCLIP's"
                    + " layout (timm/MobileCLIP2-B-OpenCLIP and its like on the Hugging Face hub)");
        }
        if (any(names, name -> name.contains("visual.attnpool.") || name.contains("visual.layer1."))) {
            throw new ModelFormatException(where
                    + ": expected a vision transformer, found a ResNet (RN50 and its like); take one of the"
                    + " ViT models");
        }
        boolean siglip =
                any(names, name -> name.endsWith(TimmNames.ANCHOR) || name.endsWith(TimmNames.ANY_SHAPE_ANCHOR))
                        && any(names, name -> name.endsWith("visual.trunk.attn_pool.latent"))
                        && !any(names, name -> name.endsWith("visual.trunk.cls_token"));
        boolean clip = any(names, name -> name.endsWith(TimmNames.ANCHOR))
                && any(names, name -> name.endsWith("visual.trunk.norm_pre.weight"))
                && any(names, name -> name.endsWith("visual.trunk.cls_token"))
                && !any(names, name -> name.contains("visual.trunk.attn_pool."));
        boolean pe = any(names, name -> name.endsWith("visual.trunk.norm_pre.weight"))
                && any(names, name -> name.endsWith("visual.trunk.attn_pool.latent"));
        boolean stem = any(names, name -> name.endsWith(TimmNames.STEM_ANCHOR));
        if (!siglip && !clip && !pe && !stem && any(names, name -> name.contains("visual.trunk."))) {
            throw new ModelFormatException(where
                    + ": expected CLIP's own vision transformer or SigLIP's, found an image tower of timm of another"
                    + " kind; see docs/models.md for what runs");
        }
    }

    private static boolean any(Set<String> names, Predicate<String> test) {
        return names.stream().anyMatch(test);
    }
}
