package org.clipjava.convert;

import java.io.IOException;
import java.util.Optional;
import org.clipjava.config.Activation;
import org.clipjava.config.ClipConfig;
import org.clipjava.config.TextCleaning;
import org.clipjava.config.TokenizerConfig;
import org.clipjava.config.WeightType;
import org.clipjava.convert.ConversionOptionException.Property;
import org.clipjava.modelfile.ModelInfo;
import org.clipjava.safetensors.ModelFormatException;
import org.clipjava.text.Vocabulary;

/**
 * A checkpoint and everything that it takes to make a model of its weights, put together from its files, what is known of it,
 * and what its user tells.
 *
 * @param checkpoint open; closed with this
 * @param modelId where it comes from, as {@code openai/clip-vit-base-patch32}, if that is known
 * @param about what its maker says of it, for people
 * @param cleaning what its maker's tokenizer does to texts first
 */
record Description(
        CheckpointConfig model,
        Preprocessing preprocessing,
        ClipVocabulary vocabulary,
        Checkpoint checkpoint,
        Optional<String> modelId,
        Optional<String> about,
        TextCleaning cleaning)
        implements AutoCloseable {

    /**
     * What the model file says of its model, but for the hashes of the files that it is made of.
     *
     * @throws ModelFormatException if the checkpoint describes what no model file can hold
     */
    ModelInfo info(WeightType weightType, CheckpointFolder folder) throws IOException {
        // Its own list of added tokens says how Hugging Face's tokenizer finds them.
        boolean original =
                cleaning == TextCleaning.ORIGINAL && vocabulary.added().size() == 2;
        TokenizerConfig.ClipBpe tokenizer = original
                ? new TokenizerConfig.ClipBpe(vocabulary.startToken(), vocabulary.endToken(), cleaning)
                : new TokenizerConfig.ClipBpe(
                        vocabulary.startToken(), vocabulary.endToken(), cleaning, vocabulary.added());
        ClipConfig architecture = model.architecture(vocabulary, folder.toString());
        ModelInfo info;
        try {
            info = ModelInfo.of(architecture, tokenizer, preprocessing.config(), weightType);
        } catch (IllegalArgumentException e) {
            throw new ModelFormatException(folder + ": " + e.getMessage(), e);
        }
        if (modelId.isPresent()) {
            info = info.withId(modelId.get());
        }
        if (about.isPresent()) {
            info = info.withDescription(about.get());
        }
        Optional<String> licence = folder.licence();
        if (licence.isPresent()) {
            info = info.withLicence(licence.get());
        }
        Optional<String> revision = folder.revision();
        return revision.isPresent() ? info.withRevision(revision.get()) : info;
    }

    /**
     * The vocabulary as the engine reads it from the model file.
     *
     * @throws ModelFormatException if it would refuse that
     */
    Vocabulary tokens(CheckpointFolder folder) throws ModelFormatException {
        try {
            return Vocabulary.parse(
                    vocabulary.tokenLines(), vocabulary.mergeLines(), vocabulary.startToken(), vocabulary.endToken());
        } catch (ModelFormatException e) {
            throw new ModelFormatException(folder + ": " + e.getMessage(), e);
        }
    }

    static Description of(CheckpointFolder folder, ConversionOptions options) throws IOException {
        if (folder.isFile()) {
            return ofFile(folder, options);
        }
        if (!folder.hasOpenClipConfig() && !(folder.hasConfig() && folder.hasWeights())) {
            folder.refuseOtherKinds();
        }
        // A repository often has both; transformers' files tell more, and are what most people take.
        boolean openClip = folder.hasOpenClipConfig() && !(folder.hasConfig() && folder.hasWeights());
        return openClip ? openClip(folder, options) : huggingFace(folder, options);
    }

    private static Description ofFile(CheckpointFolder folder, ConversionOptions options) throws IOException {
        boolean openAi;
        try (Checkpoint checkpoint = folder.weights()) {
            openAi = checkpoint.names() instanceof TensorNames.OpenAi;
        }
        // A known file is what it is, whatever lies beside it.
        Optional<String> known = openAi ? KnownCheckpoints.openAi(folder.digest()) : Optional.empty();
        if (known.isEmpty() && openAi && folder.hasOpenClipConfig()) {
            return openClip(folder, options);
        }
        if (known.isEmpty() && folder.hasConfig()) {
            return huggingFace(folder, options);
        }
        return bare(folder, known, options);
    }

    private static Description huggingFace(CheckpointFolder folder, ConversionOptions options) throws IOException {
        JsonFields fields = folder.config();
        CheckpointConfig config = CheckpointConfig.of(fields);
        Answers answers = new Answers(fields.where());
        int imageSize = config.vision().imageSize();
        answers.confirm(Property.ACTIVATION, config.visionLayers().activation(), options.activation());
        answers.confirm(Property.ACTIVATION, config.textLayers().activation(), options.activation());
        answers.confirm(Property.VISION_HEADS, config.vision().heads(), options.visionHeads());
        answers.confirm(Property.TEXT_HEADS, config.text().heads(), options.textHeads());
        Optional<JsonFields> preprocessor = folder.preprocessor();
        Preprocessing preprocessing = preprocessor.isPresent()
                ? Preprocessing.of(preprocessor.get(), imageSize)
                : Preprocessing.of(imageSize, options);
        preprocessing.confirm(options, answers);
        ClipVocabulary vocabulary = vocabulary(folder, config);
        CheckpointConfig fitted = config.withVocabulary(vocabulary.tokens().size());
        Optional<String> modelId = folder.repository();
        if (modelId.isEmpty()) {
            modelId = fields.string("_name_or_path")
                    // Unless it is somebody's path.
                    .filter(id -> id.matches("[A-Za-z0-9][A-Za-z0-9._-]*/[A-Za-z0-9][A-Za-z0-9._-]*"));
        }
        return new Description(
                fitted,
                preprocessing,
                vocabulary,
                cut(folder.weights(), config, fitted),
                modelId,
                fields.string("description"),
                options.textCleaning().orElse(TextCleaning.NONE));
    }

    private static Description openClip(CheckpointFolder folder, ConversionOptions options) throws IOException {
        JsonFields fields = folder.openClipConfig();
        OpenClipConfig config = OpenClipConfig.of(fields, folder.repository(), options);
        if (config.needsTokenizer() && !folder.hasVocabulary()) {
            throw new ModelFormatException(fields.where()
                    + ": text_cfg: hf_tokenizer_name: expected the tokenizer.json of that tokenizer in the"
                    + " folder, found none; put it there");
        }
        ClipVocabulary vocabulary = vocabulary(folder, config.model());
        // OpenCLIP pools at the highest id of a text, where that is the end token's for all but such tokens.
        if (vocabulary.added().stream().anyMatch(token -> token.id() > vocabulary.endToken())) {
            throw new ModelFormatException(folder
                    + ": expected the end token to have the highest id, as OpenCLIP pools there, found added"
                    + " tokens behind it");
        }
        CheckpointConfig fitted =
                config.model().withVocabulary(vocabulary.tokens().size());
        return new Description(
                fitted,
                config.preprocessing(),
                vocabulary,
                cut(folder.openClipWeights(), config.model(), fitted),
                folder.repository(),
                Optional.empty(),
                // a tokenizer of Hugging Face's, where one is named, is run as that is
                options.textCleaning().orElse(config.needsTokenizer() ? TextCleaning.NONE : TextCleaning.ORIGINAL));
    }

    private static Description bare(CheckpointFolder folder, Optional<String> known, ConversionOptions options)
            throws IOException {
        Checkpoint checkpoint = folder.weights();
        try {
            String file = checkpoint.file().toString();
            BareCheckpoint bare = BareCheckpoint.of(
                    checkpoint,
                    known.isPresent()
                            ? KnownCheckpoints.ofOpenAi(options, file)
                            : withKnownActivation(checkpoint, folder.repository(), options));
            ClipVocabulary vocabulary = ClipVocabulary.builtin();
            checkSize(vocabulary, bare.model(), file, "put the model's config and tokenizer.json beside it");
            return new Description(
                    bare.model(),
                    bare.preprocessing(),
                    vocabulary,
                    checkpoint,
                    known.or(folder::repository),
                    Optional.empty(),
                    options.textCleaning()
                            .orElse(
                                    checkpoint.names() instanceof TensorNames.OpenAi
                                            ? TextCleaning.ORIGINAL
                                            : TextCleaning.NONE));
        } catch (Throwable t) {
            checkpoint.close();
            throw t;
        }
    }

    /** Where neither the weights nor the user tell, the repository's name may. */
    private static ConversionOptions withKnownActivation(
            Checkpoint checkpoint, Optional<String> repository, ConversionOptions options) {
        Optional<Activation> known = repository.flatMap(KnownCheckpoints::activation);
        boolean told =
                checkpoint.activation().isPresent() || options.activation().isPresent();
        return told || known.isEmpty() ? options : options.with(known.get());
    }

    private static ClipVocabulary vocabulary(CheckpointFolder folder, CheckpointConfig config) throws IOException {
        ClipVocabulary vocabulary = folder.vocabulary();
        // Training pads the embedding; the rows beyond the checkpoint's own vocabulary are nobody's.
        boolean padded = folder.hasVocabulary()
                && vocabulary.tokens().size() < config.text().vocabularySize();
        if (!padded) {
            checkSize(vocabulary, config, folder.toString(), "put the model's own tokenizer.json there");
        }
        return vocabulary;
    }

    private static Checkpoint cut(Checkpoint checkpoint, CheckpointConfig config, CheckpointConfig fitted) {
        int rows = config.text().vocabularySize();
        int kept = fitted.text().vocabularySize();
        if (kept < rows) {
            checkpoint.cutRows("text_model.embeddings.token_embedding.weight", rows, kept);
        }
        return checkpoint;
    }

    private static void checkSize(ClipVocabulary vocabulary, CheckpointConfig config, String where, String cure)
            throws ModelFormatException {
        int expected = config.text().vocabularySize();
        if (vocabulary.tokens().size() != expected) {
            throw new ModelFormatException(
                    "%s: expected a vocabulary of %d tokens as the model's vocab_size says, found %d; %s"
                            .formatted(where, expected, vocabulary.tokens().size(), cure));
        }
    }

    @Override
    public void close() {
        checkpoint.close();
    }
}
