package org.clipjava.modelfile;

import java.util.Collection;
import java.util.Collections;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.SequencedMap;
import java.util.SequencedSet;
import java.util.Set;
import java.util.stream.Collectors;
import org.clipjava.config.ClipConfig;
import org.clipjava.config.TokenizerConfig;
import org.clipjava.config.WeightType;
import org.clipjava.image.PreprocessorConfig;
import org.clipjava.io.Shown;
import org.clipjava.text.PromptTemplate;

/**
 * All that a model file says of its model, without the weights: what it is, where it comes from, how it is built. Immutable and
 * thread-safe.
 *
 * {@snippet :
 * ModelInfo info = ModelFile.info(Path.of("vit-b-32.safetensors"));
 * System.out.println(info.id().orElse("a model") + ", " + info.config().embedDim() + " components");
 * }
 */
public final class ModelInfo {
    /** The family of models that nobody names another of. */
    static final String CLIP = "clip";

    /** The prompt of Radford et al. (2021). */
    private static final String TEMPLATE = "a photo of a {}";

    private record Parts(
            Optional<String> id,
            Optional<String> revision,
            Optional<String> description,
            Optional<String> licence,
            String family,
            WeightType weightType,
            SequencedSet<String> wide,
            SequencedMap<String, String> sources,
            ClipConfig config,
            Optional<TokenizerConfig> tokenizer,
            Optional<PreprocessorConfig> preprocessing,
            String template) {}

    private final Parts parts;

    /** As the file has it, or empty for one that is to be written. */
    private final Optional<SequencedMap<String, String>> stored;

    private ModelInfo(Parts parts, Optional<SequencedMap<String, String>> stored) {
        this.parts = parts;
        this.stored = stored;
    }

    /**
     * A model that is about to be written, of unknown origin, with CLIP's own prompt template.
     *
     * @param weightType how its matrices are stored
     * @throws IllegalArgumentException if the parts do not fit together: a token that is outside the vocabulary, pictures of another
     *     size than the tower reads
     */
    public static ModelInfo of(
            ClipConfig config, TokenizerConfig tokenizer, PreprocessorConfig preprocessing, WeightType weightType) {
        return of(config, Optional.of(tokenizer), Optional.of(preprocessing), weightType);
    }

    /**
     * The same of an image tower alone, which reads no texts.
     *
     * @throws IllegalArgumentException if there is a text tower, or the pictures are of another size than the tower reads
     */
    public static ModelInfo ofVision(ClipConfig config, PreprocessorConfig preprocessing, WeightType weightType) {
        return of(config, Optional.empty(), Optional.of(preprocessing), weightType);
    }

    /**
     * The same of a text tower alone, which reads no pictures.
     *
     * @throws IllegalArgumentException if there is an image tower, or a token is outside the vocabulary
     */
    public static ModelInfo ofText(ClipConfig config, TokenizerConfig tokenizer, WeightType weightType) {
        return of(config, Optional.of(tokenizer), Optional.empty(), weightType);
    }

    private static ModelInfo of(
            ClipConfig config,
            Optional<TokenizerConfig> tokenizer,
            Optional<PreprocessorConfig> preprocessing,
            WeightType weightType) {
        if (config.hasVision() != preprocessing.isPresent() || config.hasText() != tokenizer.isPresent()) {
            throw new IllegalArgumentException(
                    "expected preprocessing for an image tower and a tokenizer for a text tower, found others: "
                            + config);
        }
        preprocessing.ifPresent(pixels -> PreprocessingFormat.checkGives(pixels, config.vision()));
        tokenizer.ifPresent(tokens -> checkTokens(tokens, config.text().vocabularySize()));
        return new ModelInfo(
                new Parts(
                        Optional.empty(),
                        Optional.empty(),
                        Optional.empty(),
                        Optional.empty(),
                        CLIP,
                        Objects.requireNonNull(weightType),
                        Collections.unmodifiableSequencedSet(new LinkedHashSet<>()),
                        new LinkedHashMap<>(),
                        config,
                        tokenizer,
                        preprocessing,
                        TEMPLATE),
                Optional.empty());
    }

    private static void checkTemplate(String template) {
        try {
            Objects.requireNonNull(PromptTemplate.of(template));
        } catch (IllegalArgumentException e) {
            throw new IllegalArgumentException("clip.template: " + e.getMessage(), e);
        }
    }

    private static void checkTokens(TokenizerConfig tokenizer, int vocabularySize) {
        switch (tokenizer) {
            case TokenizerConfig.ClipBpe bpe -> {
                checkToken("start_token", bpe.startToken(), vocabularySize);
                checkToken("end_token", bpe.endToken(), vocabularySize);
                bpe.added().forEach(token -> checkToken("added_tokens", token.id(), vocabularySize));
            }
            case TokenizerConfig.Pieces pieces -> {
                pieces.begin().forEach(token -> checkToken("begin", token, vocabularySize));
                pieces.end().forEach(token -> checkToken("end", token, vocabularySize));
                checkToken("unknown_token", pieces.unknownToken(), vocabularySize);
                pieces.added().forEach(token -> checkToken("added_tokens", token.id(), vocabularySize));
            }
            case TokenizerConfig.WordPiece words -> {
                words.begin().forEach(token -> checkToken("begin", token, vocabularySize));
                words.end().forEach(token -> checkToken("end", token, vocabularySize));
                checkToken("unknown_token", words.unknownToken(), vocabularySize);
                words.added().forEach(token -> checkToken("added_tokens", token.id(), vocabularySize));
            }
        }
    }

    private static void checkToken(String name, int token, int vocabularySize) {
        if (token < 0 || token >= vocabularySize) {
            throw new IllegalArgumentException(name + ": expected 0 to " + (vocabularySize - 1) + ", found " + token);
        }
    }

    /** The same as it is stored in a file. */
    ModelInfo storedAs(SequencedMap<String, String> metadata) {
        return new ModelInfo(parts, Optional.of(Collections.unmodifiableSequencedMap(new LinkedHashMap<>(metadata))));
    }

    private ModelInfo with(
            Optional<String> id,
            Optional<String> revision,
            Optional<String> description,
            Optional<String> licence,
            SequencedMap<String, String> sources,
            String template) {
        return new ModelInfo(
                new Parts(
                        id,
                        revision,
                        description,
                        licence,
                        parts.family,
                        parts.weightType,
                        parts.wide,
                        sources,
                        parts.config,
                        parts.tokenizer,
                        parts.preprocessing,
                        template),
                Optional.empty());
    }

    /** The same from this repository, {@code openai/clip-vit-base-patch32}. */
    public ModelInfo withId(String id) {
        return with(Optional.of(id), parts.revision, parts.description, parts.licence, parts.sources, parts.template);
    }

    /** The same from this commit of its repository. */
    public ModelInfo withRevision(String revision) {
        return with(parts.id, Optional.of(revision), parts.description, parts.licence, parts.sources, parts.template);
    }

    /** The same with what its maker says of it. */
    public ModelInfo withDescription(String description) {
        return with(parts.id, parts.revision, Optional.of(description), parts.licence, parts.sources, parts.template);
    }

    /** The same with what its maker lets people do with it, as Hugging Face's model cards name it: {@code mit}. */
    public ModelInfo withLicence(String licence) {
        return with(parts.id, parts.revision, parts.description, Optional.of(licence), parts.sources, parts.template);
    }

    /**
     * The same of this family.
     *
     * @throws IllegalArgumentException if the name is not of up to 40 small letters, digits and hyphens
     */
    public ModelInfo withFamily(String family) {
        if (!family.matches("[a-z0-9-]{1,40}")) {
            throw new IllegalArgumentException(
                    "clip.family: expected small letters, digits and hyphens, found '" + Shown.text(family) + "'");
        }
        return changed(family, parts.wide);
    }

    /**
     * The same with some of its matrices and tables stored as f32, whatever the {@link #weightType}: those that narrow numbers would harm.
     *
     * @param tensors names, as {@link #narrowed} has them
     * @throws IllegalArgumentException if a name is none of those, is there twice, or the others are f32 too
     */
    public ModelInfo withWide(Collection<String> tensors) {
        Set<String> known = ModelTensors.of(parts.config).stream()
                .filter(tensor -> tensor.storage() != TensorSpec.Storage.FLOATS)
                .map(TensorSpec::name)
                .collect(Collectors.toCollection(LinkedHashSet::new));
        Set<String> asked = new HashSet<>();
        for (String tensor : tensors) {
            if (!known.contains(tensor) || !asked.add(tensor)) {
                throw new IllegalArgumentException("clip.wide: expected names of matrices or tables of this model,"
                        + " each once, found '" + Shown.text(tensor) + "'");
            }
        }
        if (parts.weightType == WeightType.F32 && !asked.isEmpty()) {
            throw new IllegalArgumentException(
                    "clip.wide: expected none where all weights are f32, found " + asked.size() + " tensors");
        }
        known.retainAll(asked);
        return changed(parts.family, Collections.unmodifiableSequencedSet(new LinkedHashSet<>(known)));
    }

    private ModelInfo changed(String family, SequencedSet<String> wide) {
        Parts p = parts;
        return new ModelInfo(
                new Parts(
                        p.id,
                        p.revision,
                        p.description,
                        p.licence,
                        family,
                        p.weightType,
                        wide,
                        p.sources,
                        p.config,
                        p.tokenizer,
                        p.preprocessing,
                        p.template),
                Optional.empty());
    }

    /** The same with the SHA-256, in hexadecimal, of each file that it was made of, by the file's name. */
    public ModelInfo withSources(Map<String, String> sources) {
        SequencedMap<String, String> kept = Collections.unmodifiableSequencedMap(new LinkedHashMap<>(sources));
        return with(parts.id, parts.revision, parts.description, parts.licence, kept, parts.template);
    }

    /**
     * The same with another default prompt, a sentence with one slot for the label.
     *
     * @throws IllegalArgumentException if it has not exactly one
     */
    public ModelInfo withTemplate(String template) {
        checkTemplate(template);
        return with(
                parts.id,
                parts.revision,
                parts.description,
                parts.licence,
                parts.sources,
                Objects.requireNonNull(template));
    }

    /** The repository that it comes from, {@code openai/clip-vit-base-patch32}; empty if that is not known. */
    public Optional<String> id() {
        return parts.id;
    }

    /** The commit of that repository; empty if that is not known. */
    public Optional<String> revision() {
        return parts.revision;
    }

    /** What its maker says of it, for people. */
    public Optional<String> description() {
        return parts.description;
    }

    /** What its maker lets people do with it, as Hugging Face's model cards name it; empty if that is not known. */
    public Optional<String> licence() {
        return parts.licence;
    }

    /** Which family of models it is of, for people: {@code clip}, {@code siglip}. How it is built is told by its parts alone. */
    public String family() {
        return parts.family;
    }

    /** How its matrices are stored, but for those of {@link #wide}. */
    public WeightType weightType() {
        return parts.weightType;
    }

    /** Names of the matrices and tables that are f32 whatever the {@link #weightType}, in the file's order; mostly none. */
    public SequencedSet<String> wide() {
        return parts.wide;
    }

    /** Names of the matrices and tables that have the {@link #weightType}, in the file's order; the bulk of the file. */
    public List<String> narrowed() {
        return ModelTensors.of(parts.config).stream()
                .filter(tensor -> tensor.storage() != TensorSpec.Storage.FLOATS)
                .map(TensorSpec::name)
                .filter(tensor -> !parts.wide.contains(tensor))
                .toList();
    }

    /** How a matrix or table is stored. */
    WeightType typeOf(String tensor) {
        return parts.wide.contains(tensor) ? WeightType.F32 : parts.weightType;
    }

    /** SHA-256, in hexadecimal, of each file that it was made of, by the file's name. */
    public SequencedMap<String, String> sources() {
        return parts.sources;
    }

    /** The architecture. */
    public ClipConfig config() {
        return parts.config;
    }

    /** How many weights it has, as published figures count them. */
    public long parameters() {
        return ModelTensors.of(parts.config).stream()
                .mapToLong(tensor -> (long) tensor.rows() * tensor.columns())
                .sum();
    }

    /**
     * What makes tokens of a text.
     *
     * @throws IllegalStateException if there is no text tower
     */
    public TokenizerConfig tokenizer() {
        return parts.tokenizer.orElseThrow(() -> new IllegalStateException("this model has no text tower"));
    }

    /**
     * What makes pixels of a picture.
     *
     * @throws IllegalStateException if there is no image tower
     */
    public PreprocessorConfig preprocessing() {
        return parts.preprocessing.orElseThrow(() -> new IllegalStateException("this model has no image tower"));
    }

    /** The default prompt, a sentence with one slot, {@code {}}, for the label. */
    public String template() {
        return parts.template;
    }

    /** The file's metadata as they are, for people; {@code docs/model-file.md} describes them. */
    public SequencedMap<String, String> metadata() {
        return stored.orElseGet(() -> MetadataFormat.write(this));
    }

    /**
     * Tells models apart: a SHA-256, in hexadecimal, of all that the model file says of itself but the type its weights are stored in
     * and the version of the format. Embeddings of models of the same fingerprint can be compared.
     */
    public String fingerprint() {
        return Fingerprint.of(MetadataFormat.canonical(this));
    }

    @Override
    public String toString() {
        return "ModelInfo[" + parts.id.orElse("unknown") + ", " + parts.weightType.spelling() + "]";
    }
}
