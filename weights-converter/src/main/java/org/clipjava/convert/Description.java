package org.clipjava.convert;

import java.io.IOException;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import org.clipjava.config.Activation;
import org.clipjava.config.ClipConfig;
import org.clipjava.config.ImagePool;
import org.clipjava.config.Projection;
import org.clipjava.config.TextCleaning;
import org.clipjava.config.TextConfig;
import org.clipjava.config.VisionConfig;
import org.clipjava.config.WeightType;
import org.clipjava.convert.ConversionOptionException.Property;
import org.clipjava.modelfile.ModelInfo;
import org.clipjava.safetensors.ModelFormatException;

/**
 * A checkpoint and everything that it takes to make a model of its weights, put together from its files, what is known of it,
 * and what its user tells.
 *
 * @param preprocessing of an image tower
 * @param tokens of a text tower
 * @param checkpoint open; closed with this
 * @param modelId where it comes from, as {@code openai/clip-vit-base-patch32}, if that is known
 * @param about what its maker says of it, for people
 */
record Description(
        Family family,
        ClipConfig architecture,
        Optional<Preprocessing> preprocessing,
        Optional<CheckpointTokens> tokens,
        Checkpoint checkpoint,
        Optional<String> modelId,
        Optional<String> about)
        implements AutoCloseable {

    private static final String META_CLIP_2S = "MetaCLIP 2's";

    /**
     * A name for people, and the prompt that its makers put labels into.
     */
    enum Family {
        CLIP("clip", "a photo of a {}"),
        /** As Hugging Face's pipeline does it. */
        SIGLIP("siglip", "This is a photo of {}.");

        private final String spelling;
        private final String template;

        Family(String spelling, String template) {
            this.spelling = spelling;
            this.template = template;
        }
    }

    /**
     * What the model file says of its model, but for the hashes of the files that it is made of.
     *
     * @throws ModelFormatException if the checkpoint describes what no model file can hold
     */
    ModelInfo info(WeightType weightType, CheckpointFolder folder) throws IOException {
        ModelInfo info = bareInfo(weightType, folder);
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

    /** The same without where it comes from. */
    ModelInfo bareInfo(WeightType weightType, CheckpointFolder folder) throws ModelFormatException {
        try {
            ModelInfo info;
            if (architecture.isWhole()) {
                info = ModelInfo.of(
                        architecture,
                        tokens.orElseThrow().config(),
                        preprocessing.orElseThrow().config(),
                        weightType);
            } else if (architecture.hasText()) {
                info = ModelInfo.ofText(architecture, tokens.orElseThrow().config(), weightType);
            } else {
                info = ModelInfo.ofVision(
                        architecture, preprocessing.orElseThrow().config(), weightType);
            }
            return info.withFamily(family.spelling).withTemplate(family.template);
        } catch (IllegalArgumentException e) {
            throw new ModelFormatException(folder + ": " + e.getMessage(), e);
        }
    }

    /**
     * The image tower of this with the text tower of another, which gives its scores where this has none.
     *
     * @throws ModelFormatException if one of them has not its tower, or their embeddings can't be compared
     */
    Description joined(Description text, String where, String textWhere) throws ModelFormatException {
        if (!architecture.hasVision()) {
            throw new ModelFormatException(
                    where + ": expected an image tower to join a text tower to, found a text tower alone");
        }
        if (!text.architecture.hasText()) {
            throw new ModelFormatException(textWhere + ": expected a text tower, found an image tower alone");
        }
        checkProjected(
                architecture.vision().projection() == Projection.NONE
                        && architecture.vision().pool() instanceof ImagePool.ClassToken,
                where);
        checkProjected(text.architecture.text().projection() == Projection.NONE, textWhere);
        if (architecture.embedDim() != text.architecture.embedDim() || family != text.family) {
            throw new ModelFormatException(
                    "%s: expected the text tower of a model like %s, with embeddings of %d components (%s), found %d (%s)"
                            .formatted(
                                    textWhere,
                                    where,
                                    architecture.embedDim(),
                                    family.spelling,
                                    text.architecture.embedDim(),
                                    text.family.spelling));
        }
        return new Description(
                family,
                ClipConfig.of(architecture.vision(), text.architecture.text(), architecture.embedDim())
                        .withScoring(architecture.scoring()),
                preprocessing,
                text.tokens,
                checkpoint,
                Optional.empty(),
                Optional.empty());
    }

    private static void checkProjected(boolean bare, String where) throws ModelFormatException {
        if (bare) {
            throw new ModelFormatException(
                    where + ": expected a tower with a projection, whose embeddings can be compared with the other's,"
                            + " found one without; take one that was saved WithProjection");
        }
    }

    static Description of(CheckpointFolder folder, ConversionOptions options) throws IOException {
        Description description = described(folder, options);
        try {
            description.confirm(folder, options);
            return description;
        } catch (Throwable t) {
            description.close();
            throw t;
        }
    }

    /** What only a few checkpoints leave open, the others tell. */
    private void confirm(CheckpointFolder folder, ConversionOptions options) throws ConversionOptionException {
        Answers answers = new Answers(folder.toString());
        if (architecture.hasVision()) {
            answers.confirm(Property.IMAGE_SIZE, architecture.vision().imageSize(), options.imageSize());
        }
        boolean bringsIts = options.text().isEmpty() && !(checkpoint.names() instanceof BigVisionNames);
        if (options.tokenizer().isPresent() && bringsIts) {
            throw new ConversionOptionException(
                    folder + ": expected no option tokenizer, as its own is in its folder, found "
                            + options.tokenizer().get(),
                    List.of());
        }
    }

    private static Description described(CheckpointFolder folder, ConversionOptions options) throws IOException {
        if (folder.isFile()) {
            return ofFile(folder, options);
        }
        if (folder.isSentenceTransformer()) {
            return sentenceTransformer(folder, options);
        }
        boolean huggingFace = folder.hasConfig() && folder.hasWeights();
        if (!folder.hasOpenClipConfig() && !huggingFace) {
            folder.refuseOtherKinds();
        }
        // A repository often has both; transformers' files tell more, and are what most people take.
        boolean openClip = folder.hasOpenClipConfig() && !(huggingFace && folder.hasKnownModelType());
        return openClip ? openClip(folder, options) : huggingFace(folder, options);
    }

    private static Description ofFile(CheckpointFolder folder, ConversionOptions options) throws IOException {
        boolean openAi;
        try (Checkpoint checkpoint = folder.weights()) {
            if (checkpoint.names() instanceof BigVisionNames) {
                return bigVision(folder, options);
            }
            openAi = !(checkpoint.names() instanceof TensorNames.HuggingFace);
        }
        // A known file is what it is, whatever lies beside it.
        Optional<String> known = openAi ? KnownCheckpoints.openAi(folder.digest()) : Optional.empty();
        if (known.isEmpty() && openAi && folder.hasOpenClipConfig()) {
            return openClip(folder, options);
        }
        if (known.isEmpty() && folder.isSentenceTransformer()) {
            return sentenceTransformer(folder, options);
        }
        if (known.isEmpty() && folder.hasConfig()) {
            return huggingFace(folder, options);
        }
        return bare(folder, known, options);
    }

    private static Description huggingFace(CheckpointFolder folder, ConversionOptions options) throws IOException {
        JsonFields fields = folder.config();
        Optional<CheckpointFamily> family =
                CheckpointFamily.ofType(fields.string("model_type").orElse("clip"));
        if (family.equals(Optional.of(CheckpointFamily.SIGLIP))) {
            return siglip(folder, fields, options);
        }
        CheckpointConfig whole = CheckpointConfig.of(fields);
        Checkpoint checkpoint = folder.weights();
        try {
            return huggingFace(folder, fields, whole.only(checkpoint), checkpoint, options);
        } catch (Throwable t) {
            checkpoint.close();
            throw t;
        }
    }

    private static Description huggingFace(
            CheckpointFolder folder,
            JsonFields fields,
            CheckpointConfig config,
            Checkpoint checkpoint,
            ConversionOptions options)
            throws IOException {
        Answers answers = new Answers(fields.where());
        Optional<Preprocessing> preprocessing = Optional.empty();
        if (config.imageTower().isPresent()) {
            answers.confirm(Property.ACTIVATION, config.visionLayers().activation(), options.activation());
            answers.confirm(Property.VISION_HEADS, config.vision().heads(), options.visionHeads());
            int imageSize = config.vision().imageSize();
            Optional<JsonFields> preprocessor = folder.preprocessor();
            Preprocessing pixels = preprocessor.isPresent()
                    ? Preprocessing.of(preprocessor.get(), imageSize)
                    : Preprocessing.of(imageSize, options);
            pixels.confirm(options, answers);
            preprocessing = Optional.of(pixels);
        }
        Optional<CheckpointTokens> tokens = Optional.empty();
        OptionalInt pooled = OptionalInt.empty();
        CheckpointConfig fitted = config;
        if (config.textTower().isPresent()) {
            answers.confirm(Property.ACTIVATION, config.textLayers().activation(), options.activation());
            answers.confirm(Property.TEXT_HEADS, config.text().heads(), options.textHeads());
            if (MetaClip2.isOne(fields)) {
                CheckpointTokens.OfPieces pieces = MetaClip2.tokens(folder, META_CLIP_2S, TextCleaning.NONE);
                answers.confirm(Property.TEXT_CLEANING, pieces.file().config().cleaning(), options.textCleaning());
                checkSize(folder, config.text().vocabularySize(), pieces);
                pooled = OptionalInt.of(MetaClip2.pooled(fields, pieces));
                tokens = Optional.of(pieces);
            } else {
                ClipVocabulary vocabulary = vocabulary(folder, config);
                pooled = OptionalInt.of(vocabulary.endToken());
                tokens = Optional.of(new CheckpointTokens.Clip(
                        vocabulary, options.textCleaning().orElse(TextCleaning.NONE)));
            }
            int size = tokens.orElseThrow().size();
            fitted = config.withVocabulary(size);
            cut(checkpoint, config.text().vocabularySize(), size);
        }
        ClipConfig architecture = fitted.architecture(pooled, checkpoint.isProjected(), folder.toString());
        checkPromised(fields, architecture, checkpoint);
        return new Description(
                Family.CLIP,
                architecture,
                preprocessing,
                tokens,
                checkpoint,
                modelId(folder, fields),
                fields.string("description"));
    }

    /** Who saved a tower with its projection has lost it on the way, if it is not there. */
    private static void checkPromised(JsonFields fields, ClipConfig architecture, Checkpoint checkpoint)
            throws ModelFormatException {
        boolean bare = !architecture.isWhole()
                && (architecture.hasText()
                                ? architecture.text().projection()
                                : architecture.vision().projection())
                        == Projection.NONE;
        if (bare && fields.shown("architectures").contains("WithProjection")) {
            throw new ModelFormatException(
                    checkpoint.file() + ": expected the projection that config.json's architectures name, found none;"
                            + " download the weights again");
        }
    }

    private static Optional<String> modelId(CheckpointFolder folder, JsonFields fields) throws ModelFormatException {
        Optional<String> modelId = folder.repository();
        return modelId.isPresent()
                ? modelId
                : fields.string("_name_or_path")
                        // Unless it is somebody's path.
                        .filter(id -> id.matches("[A-Za-z0-9][A-Za-z0-9._-]*/[A-Za-z0-9][A-Za-z0-9._-]*"));
    }

    private static Description sentenceTransformer(CheckpointFolder folder, ConversionOptions options)
            throws IOException {
        JsonFields fields = folder.config();
        SentenceTransformer modules = folder.sentenceTransformer();
        SentenceTransformerText model = SentenceTransformerText.of(
                fields,
                folder.textLength(),
                folder.config(modules.poolingConfig()),
                folder.config(modules.denseConfig()));
        TextConfig text = model.text();
        Answers answers = new Answers(fields.where());
        answers.confirm(Property.ACTIVATION, text.tower().activation(), options.activation());
        answers.confirm(Property.TEXT_HEADS, text.tower().heads(), options.textHeads());
        answers.confirm(Property.TEXT_CLEANING, TextCleaning.NONE, options.textCleaning());
        CheckpointTokens.OfWordPieces pieces = new CheckpointTokens.OfWordPieces(WordPieceFile.of(folder));
        checkSize(folder, text.vocabularySize(), pieces);
        Checkpoint checkpoint = folder.weights(modules);
        try {
            cut(checkpoint, text.vocabularySize(), pieces.size());
            checkpoint.keepRows(
                    BertNames.POSITIONS, model.positions(), text.tower().width(), 0, text.contextLength());
            return new Description(
                    Family.CLIP,
                    model.architecture(pieces.size()),
                    Optional.empty(),
                    Optional.of(pieces),
                    checkpoint,
                    folder.repository(),
                    Optional.empty());
        } catch (Throwable t) {
            checkpoint.close();
            throw t;
        }
    }

    private static Description siglip(CheckpointFolder folder, JsonFields fields, ConversionOptions options)
            throws IOException {
        SiglipConfig config = SiglipConfig.of(fields);
        Answers answers = new Answers(fields.where());
        Optional<Preprocessing> preprocessing = Optional.empty();
        if (config.vision().isPresent()) {
            VisionConfig vision = config.vision().get();
            answers.confirm(Property.ACTIVATION, vision.tower().activation(), options.activation());
            answers.confirm(Property.VISION_HEADS, vision.tower().heads(), options.visionHeads());
            Optional<JsonFields> preprocessor = folder.preprocessor();
            Preprocessing pixels = preprocessor.isPresent()
                    ? Preprocessing.ofSiglip(preprocessor.get(), vision)
                    : Preprocessing.ofSiglip(vision, fields.where());
            pixels.confirm(options, answers);
            preprocessing = Optional.of(pixels);
        }
        Optional<CheckpointTokens.OfPieces> tokens = Optional.empty();
        if (config.text().isPresent()) {
            TextConfig text = config.text().get();
            answers.confirm(Property.ACTIVATION, text.tower().activation(), options.activation());
            answers.confirm(Property.TEXT_HEADS, text.tower().heads(), options.textHeads());
            CheckpointTokens.OfPieces pieces = SiglipTokens.huggingFace(folder);
            answers.confirm(Property.TEXT_CLEANING, pieces.file().config().cleaning(), options.textCleaning());
            checkSize(folder, text.vocabularySize(), pieces);
            tokens = Optional.of(pieces);
        }
        ClipConfig architecture = config.architecture(tokens);
        Checkpoint checkpoint = folder.weights();
        try {
            if (tokens.isPresent()) {
                cut(
                        checkpoint,
                        config.text().orElseThrow().vocabularySize(),
                        tokens.get().size());
            }
            return new Description(
                    Family.SIGLIP,
                    architecture,
                    preprocessing,
                    tokens.map(pieces -> pieces),
                    checkpoint,
                    modelId(folder, fields),
                    fields.string("description"));
        } catch (Throwable t) {
            checkpoint.close();
            throw t;
        }
    }

    private static void checkSize(CheckpointFolder folder, int rows, CheckpointTokens pieces)
            throws ModelFormatException {
        if (pieces.size() > rows) {
            throw new ModelFormatException(
                    "%s: expected a vocabulary of %d tokens as the model's vocab_size says, found %d; put the model's own there"
                            .formatted(folder, rows, pieces.size()));
        }
    }

    private static Description openClipSiglip(CheckpointFolder folder, JsonFields fields, ConversionOptions options)
            throws IOException {
        Answers answers = new Answers(fields.where());
        CheckpointTokens.OfPieces pieces = SiglipTokens.openClip(folder);
        answers.confirm(Property.TEXT_CLEANING, pieces.file().config().cleaning(), options.textCleaning());
        Checkpoint checkpoint = folder.openClipWeights();
        try {
            SiglipConfig config = OpenClipSiglip.of(fields, checkpoint);
            VisionConfig vision = config.vision().orElseThrow();
            TextConfig text = config.text().orElseThrow();
            answers.confirm(Property.ACTIVATION, vision.tower().activation(), options.activation());
            answers.confirm(Property.ACTIVATION, text.tower().activation(), options.activation());
            answers.confirm(Property.VISION_HEADS, vision.tower().heads(), options.visionHeads());
            answers.confirm(Property.TEXT_HEADS, text.tower().heads(), options.textHeads());
            checkSize(folder, text.vocabularySize(), pieces);
            Preprocessing preprocessing = OpenClipSiglip.preprocessing(fields, vision, options, answers);
            answers.check();
            return new Description(
                    Family.SIGLIP,
                    config.architecture(Optional.of(pieces)),
                    Optional.of(preprocessing),
                    Optional.of(pieces),
                    cut(checkpoint, text.vocabularySize(), pieces.size()),
                    folder.repository(),
                    Optional.empty());
        } catch (Throwable t) {
            checkpoint.close();
            throw t;
        }
    }

    private static Description bigVision(CheckpointFolder folder, ConversionOptions options) throws IOException {
        Checkpoint checkpoint = folder.weights();
        try {
            Optional<CheckpointTokens.OfPieces> tokens = Optional.empty();
            if (checkpoint.hasText()) {
                int rows = new TensorSizes(checkpoint).of(BertNames.TOKENS, 0, 2);
                tokens = Optional.of(SiglipTokens.bigVision(folder, options.tokenizer(), rows));
                new Answers(checkpoint.file().toString())
                        .confirm(Property.TEXT_CLEANING, TextCleaning.LOWER_ASCII, options.textCleaning());
            }
            BigVision model = BigVision.of(checkpoint, tokens, options);
            return new Description(
                    Family.SIGLIP,
                    model.model().architecture(tokens),
                    model.preprocessing(),
                    tokens.map(pieces -> pieces),
                    checkpoint,
                    Optional.empty(),
                    Optional.empty());
        } catch (Throwable t) {
            checkpoint.close();
            throw t;
        }
    }

    private static Description openClip(CheckpointFolder folder, ConversionOptions options) throws IOException {
        JsonFields fields = folder.openClipConfig();
        return switch (CheckpointFamily.ofOpenClip(fields)) {
            case SIGLIP -> openClipSiglip(folder, fields, options);
            case ROBERTA -> openClipRoberta(folder, fields, options, RobertaTokens::roberta);
            case XLM_ROBERTA -> openClipRoberta(folder, fields, options, RobertaTokens::xlmRoberta);
            case META_CLIP_2 -> openClipMetaClip2(folder, fields, options);
            case MOBILE_CLIP, PE_CORE -> openClipTimm(folder, fields, options);
            case CLIP, SENTENCE_TRANSFORMERS -> openClip(folder, fields, options);
        };
    }

    /** Finds tokens in a folder. */
    private interface Tokens {
        CheckpointTokens.OfPieces of(CheckpointFolder folder, TextCleaning cleaning) throws IOException;
    }

    private static Description openClipRoberta(
            CheckpointFolder folder, JsonFields fields, ConversionOptions options, Tokens tokens) throws IOException {
        OpenClipConfig config = OpenClipConfig.of(fields, folder.repository(), options);
        JsonFields textFields = OpenClipConfig.required(OpenClipConfig.model(fields), "text_cfg");
        CheckpointTokens.OfPieces pieces = tokens.of(folder, OpenClipConfig.cleaning(textFields));
        Answers answers = new Answers(fields.where());
        answers.confirm(Property.TEXT_CLEANING, pieces.file().config().cleaning(), options.textCleaning());
        Checkpoint checkpoint = folder.openClipWeights();
        try {
            int rows = new TensorSizes(checkpoint).of(BertNames.TOKENS, 0, 2);
            checkSize(folder, rows, pieces);
            cut(checkpoint, rows, pieces.size());
            TextConfig text = OpenClipRoberta.of(textFields, checkpoint, pieces);
            answers.confirm(Property.TEXT_HEADS, text.tower().heads(), options.textHeads());
            return new Description(
                    Family.CLIP,
                    ClipConfig.of(
                            config.model().visionPart(), text, config.model().projection()),
                    Optional.of(config.preprocessing()),
                    Optional.of(pieces),
                    checkpoint,
                    folder.repository(),
                    Optional.empty());
        } catch (IllegalArgumentException e) {
            checkpoint.close();
            throw new ModelFormatException(fields.where() + ": " + e.getMessage(), e);
        } catch (Throwable t) {
            checkpoint.close();
            throw t;
        }
    }

    private static Description openClipMetaClip2(CheckpointFolder folder, JsonFields fields, ConversionOptions options)
            throws IOException {
        OpenClipConfig config = OpenClipConfig.of(fields, folder.repository(), options);
        JsonFields textFields = OpenClipConfig.required(OpenClipConfig.model(fields), "text_cfg");
        CheckpointTokens.OfPieces pieces = MetaClip2.tokens(folder, META_CLIP_2S, OpenClipConfig.cleaning(textFields));
        Answers answers = new Answers(fields.where());
        answers.confirm(Property.TEXT_CLEANING, pieces.file().config().cleaning(), options.textCleaning());
        int rows = config.model().text().vocabularySize();
        checkSize(folder, rows, pieces);
        OptionalInt pooled = OptionalInt.of(MetaClip2.pooledOpenClip(textFields, pieces));
        Checkpoint checkpoint = folder.openClipWeights();
        try {
            return new Description(
                    Family.CLIP,
                    config.model().withVocabulary(pieces.size()).architecture(pooled, true, folder.toString()),
                    Optional.of(config.preprocessing()),
                    Optional.of(pieces),
                    cut(checkpoint, rows, pieces.size()),
                    folder.repository(),
                    Optional.empty());
        } catch (Throwable t) {
            checkpoint.close();
            throw t;
        }
    }

    private static Description openClip(CheckpointFolder folder, JsonFields fields, ConversionOptions options)
            throws IOException {
        OpenClipConfig config = OpenClipConfig.of(fields, folder.repository(), options);
        ClipVocabulary vocabulary = vocabulary(folder, fields, config.needsTokenizer(), config.model());
        CheckpointConfig fitted =
                config.model().withVocabulary(vocabulary.tokens().size());
        Checkpoint checkpoint = folder.openClipWeights();
        try {
            return new Description(
                    Family.CLIP,
                    fitted.architecture(OptionalInt.of(vocabulary.endToken()), true, folder.toString()),
                    Optional.of(config.preprocessing()),
                    // a tokenizer of Hugging Face's, where one is named, is run as that is
                    Optional.of(new CheckpointTokens.Clip(
                            vocabulary,
                            options.textCleaning()
                                    .orElse(config.needsTokenizer() ? TextCleaning.NONE : TextCleaning.ORIGINAL))),
                    cut(
                            checkpoint,
                            config.model().text().vocabularySize(),
                            fitted.text().vocabularySize()),
                    folder.repository(),
                    Optional.empty());
        } catch (Throwable t) {
            checkpoint.close();
            throw t;
        }
    }

    private static Description openClipTimm(CheckpointFolder folder, JsonFields fields, ConversionOptions options)
            throws IOException {
        OpenClipTimm config = OpenClipTimm.of(fields, options);
        ClipVocabulary vocabulary = vocabulary(folder, fields, config.needsTokenizer(), config.text());
        int tokens = vocabulary.tokens().size();
        Checkpoint checkpoint = folder.openClipWeights();
        try {
            VisionConfig vision = OpenClipTimm.vision(fields, checkpoint);
            new Answers(fields.where())
                    .confirm(Property.VISION_HEADS, vision.tower().heads(), options.visionHeads());
            return new Description(
                    Family.CLIP,
                    ClipConfig.of(
                            vision,
                            config.textTower(tokens, vocabulary.endToken()),
                            config.text().projection()),
                    Optional.of(config.preprocessing()),
                    Optional.of(new CheckpointTokens.Clip(
                            vocabulary,
                            options.textCleaning()
                                    .orElse(config.needsTokenizer() ? TextCleaning.NONE : TextCleaning.ORIGINAL))),
                    cut(checkpoint, config.text().text().vocabularySize(), tokens),
                    folder.repository(),
                    Optional.empty());
        } catch (IllegalArgumentException e) {
            checkpoint.close();
            throw new ModelFormatException(fields.where() + ": " + e.getMessage(), e);
        } catch (Throwable t) {
            checkpoint.close();
            throw t;
        }
    }

    /** CLIP's tokens, as OpenCLIP reads them. */
    private static ClipVocabulary vocabulary(
            CheckpointFolder folder, JsonFields fields, boolean needsTokenizer, CheckpointConfig config)
            throws IOException {
        if (needsTokenizer && !folder.hasVocabulary()) {
            throw new ModelFormatException(fields.where()
                    + ": text_cfg: hf_tokenizer_name: expected the tokenizer.json of that tokenizer in the"
                    + " folder, found none; put it there");
        }
        ClipVocabulary vocabulary = vocabulary(folder, config);
        // OpenCLIP pools at the highest id of a text, where that is the end token's for all but such tokens.
        if (vocabulary.added().stream().anyMatch(token -> token.id() > vocabulary.endToken())) {
            throw new ModelFormatException(folder
                    + ": expected the end token to have the highest id, as OpenCLIP pools there, found added"
                    + " tokens behind it");
        }
        return vocabulary;
    }

    private static Description bare(CheckpointFolder folder, Optional<String> known, ConversionOptions options)
            throws IOException {
        Checkpoint checkpoint = folder.weights();
        try {
            String file = checkpoint.file().toString();
            if (checkpoint.names() instanceof BertNames) {
                throw new ModelFormatException(file
                        + ": expected the weights of a CLIP's own towers, found a text tower of RoBERTa, XLM-RoBERTa or DistilBERT,"
                        + " which they don't describe; put its config and its tokenizer beside it");
            }
            if (checkpoint.names() instanceof TimmNames) {
                throw new ModelFormatException(file
                        + ": expected the weights of a CLIP's own towers, found an image tower of timm's, which they don't"
                        + " describe; put its open_clip_config.json beside it");
            }
            BareCheckpoint bare = BareCheckpoint.of(
                    checkpoint,
                    known.isPresent()
                            ? KnownCheckpoints.ofOpenAi(options, file)
                            : withKnownActivation(checkpoint, folder.repository(), options));
            Optional<ClipVocabulary> vocabulary = Optional.empty();
            if (bare.model().textTower().isPresent()) {
                vocabulary = Optional.of(ClipVocabulary.builtin());
                checkSize(vocabulary.get(), bare.model(), file, "put the model's config and tokenizer.json beside it");
            }
            TextCleaning cleaning = options.textCleaning()
                    .orElse(
                            checkpoint.names() instanceof TensorNames.OpenAi
                                    ? TextCleaning.ORIGINAL
                                    : TextCleaning.NONE);
            OptionalInt pooled =
                    vocabulary.stream().mapToInt(ClipVocabulary::endToken).findFirst();
            return new Description(
                    Family.CLIP,
                    bare.model().architecture(pooled, checkpoint.isProjected(), folder.toString()),
                    bare.preprocessing(),
                    vocabulary.map(tokens -> new CheckpointTokens.Clip(tokens, cleaning)),
                    checkpoint,
                    known.or(folder::repository),
                    Optional.empty());
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

    private static Checkpoint cut(Checkpoint checkpoint, int rows, int kept) {
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
