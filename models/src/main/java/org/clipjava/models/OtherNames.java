package org.clipjava.models;

import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** What else people call a repository of the hub: OpenAI's and OpenCLIP's names of models, and addresses. */
final class OtherNames {
    private static final String OPEN_AI = "openai/clip-vit-";

    /** As OpenAI's code spells them, and OpenCLIP's. */
    private static final Map<String, String> REPOSITORIES = Map.ofEntries(
            Map.entry("ViT-B/32", OPEN_AI + "base-patch32"),
            Map.entry("ViT-B/16", OPEN_AI + "base-patch16"),
            Map.entry("ViT-L/14", OPEN_AI + "large-patch14"),
            Map.entry("ViT-L/14@336px", OPEN_AI + "large-patch14-336"),
            Map.entry("ViT-B-32/openai", OPEN_AI + "base-patch32"),
            Map.entry("ViT-B-16/openai", OPEN_AI + "base-patch16"),
            Map.entry("ViT-L-14/openai", OPEN_AI + "large-patch14"),
            Map.entry("ViT-L-14-336/openai", OPEN_AI + "large-patch14-336"),
            Map.entry("ViT-B-32/laion2b_s34b_b79k", "laion/CLIP-ViT-B-32-laion2B-s34B-b79K"),
            Map.entry("ViT-B-16/laion2b_s34b_b88k", "laion/CLIP-ViT-B-16-laion2B-s34B-b88K"),
            Map.entry("ViT-L-14/laion2b_s32b_b82k", "laion/CLIP-ViT-L-14-laion2B-s32B-b82K"),
            Map.entry("ViT-H-14/laion2b_s32b_b79k", "laion/CLIP-ViT-H-14-laion2B-s32B-b79K"),
            Map.entry("ViT-g-14/laion2b_s34b_b88k", "laion/CLIP-ViT-g-14-laion2B-s34B-b88K"),
            Map.entry("ViT-bigG-14/laion2b_s39b_b160k", "laion/CLIP-ViT-bigG-14-laion2B-39B-b160k"),
            Map.entry("ViT-B-32/datacomp_xl_s13b_b90k", "laion/CLIP-ViT-B-32-DataComp.XL-s13B-b90K"),
            Map.entry("ViT-B-16/datacomp_xl_s13b_b90k", "laion/CLIP-ViT-B-16-DataComp.XL-s13B-b90K"),
            Map.entry("ViT-L-14/datacomp_xl_s13b_b90k", "laion/CLIP-ViT-L-14-DataComp.XL-s13B-b90K"));

    private static final Pattern RESNET = Pattern.compile("RN(50|101)(x(4|16|64))?(-quickgelu)?(/.*)?");

    private static final Pattern ADDRESS = Pattern.compile(
            "(?:https?://(?:www\\.)?huggingface\\.co/|hf-hub:)([^/@:?#]+/[^/@:?#]+)(?:/(?:tree|resolve|blob)/([^/?#]+).*|/)?");

    private OtherNames() {}

    /** The repository that a name means, with the revision where it says one; empty if it is no other name. */
    static Optional<String> repository(String name) {
        String known = REPOSITORIES.get(name);
        if (known != null) {
            return Optional.of(known);
        }
        if (RESNET.matcher(name).matches()) {
            throw new IllegalArgumentException("'" + name
                    + "': expected a vision transformer, found a ResNet, which can't be run; take ViT-B/32 or"
                    + " another ViT");
        }
        Matcher address = ADDRESS.matcher(name);
        return address.matches()
                ? Optional.of(address.group(1) + (address.group(2) == null ? "" : "@" + address.group(2)))
                : Optional.empty();
    }
}
