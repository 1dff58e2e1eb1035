package org.clipjava;

import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import org.clipjava.backend.Backends;
import org.clipjava.config.ClipConfig;
import org.clipjava.config.KernelChoice;
import org.clipjava.config.PatchMethod;
import org.clipjava.config.WeightType;
import org.clipjava.encoder.EncoderBackend;
import org.clipjava.encoder.Encoders;
import org.clipjava.encoder.ImageEncoder;
import org.clipjava.error.BackendUnavailableException;
import org.clipjava.image.ImageDecoder;
import org.clipjava.image.ImagePreprocessor;
import org.clipjava.image.PixelTensor;
import org.clipjava.image.RgbImage;
import org.clipjava.kernel.Compilation;
import org.clipjava.kernel.Kernels;
import org.clipjava.modelfile.ModelFile;
import org.clipjava.modelfile.ModelInfo;
import org.clipjava.safetensors.ModelFormatException;
import org.clipjava.text.PromptTemplate;
import org.clipjava.text.TokenSequence;
import org.clipjava.text.Tokenizer;
import org.clipjava.weights.StoredWeights;

/**
 * A CLIP model: turns pictures and texts into embeddings that can be compared.
 *
 * <pre>{@code
 * try (Clip clip = Clip.open(Path.of("vit-b-32.safetensors"))) {
 *     ZeroShotClassifier classifier = ZeroShotClassifier.of(clip, List.of("cat", "dog"));
 *     RgbImage photo = ImageDecoder.standard().decode(Path.of("photo.jpg"));
 *     System.out.println(classifier.classify(photo).best());
 * }
 * }</pre>
 *
 * <p>Immutable and thread-safe. Its weights lie outside the heap until it is closed; closing waits for calls that are under
 * way, and calls made afterwards are an {@link IllegalStateException}. A result depends on its own input alone, bit for
 * bit: neither on the batch it travels in nor on the number of threads.
 */
public final class Clip implements AutoCloseable {
    /** Pictures that are preprocessed before they are encoded together; bounds what a long list needs at once. */
    private static final int PICTURES_AT_ONCE = 32;

    private final ModelInfo info;
    private final String name;
    private final Optional<ImagePreprocessor> preprocessor;
    private final Optional<Tokenizer> tokenizer;
    private final PromptTemplate defaultTemplate;
    private final float logitScale;
    private final float logitBias;
    private final String backend;
    private final OptionalInt background;
    private final boolean draft;
    private final ImageDecoder imageDecoder;
    private final Encoders encoders;

    private Clip(ModelFile file, ClipOptions options) throws IOException {
        this.name = file.name();
        this.info = file.info();
        for (Tower tower : options.requiredTowers()) {
            require(tower);
        }
        boolean images = options.towers().contains(Tower.IMAGE);
        boolean texts = options.towers().contains(Tower.TEXT);
        StoredWeights weights = file.weights(images, texts, options.allowNonFinite());
        this.preprocessor =
                has(Tower.IMAGE) ? Optional.of(new ImagePreprocessor(info.preprocessing())) : Optional.empty();
        this.tokenizer = !has(Tower.TEXT) || (images && !texts) ? Optional.empty() : Optional.of(file.tokenizer());
        this.defaultTemplate = PromptTemplate.of(info.template());
        this.background = options.background();
        this.draft = options.draft();
        this.imageDecoder = options.imageDecoder();
        this.logitScale = (float) Math.exp(weights.logitScale());
        this.logitBias = weights.logitBias();
        if (!Float.isFinite(logitBias)) {
            throw new ModelFormatException(file.name() + ": logit_bias: expected a finite number, found " + logitBias);
        }
        // of one tower it is 1, and never asked for
        if (!(logitScale > 0) || Float.isInfinite(logitScale)) {
            throw new ModelFormatException(
                    file.name() + ": logit_scale: expected a logarithm of about 4.6, found " + weights.logitScale());
        }
        EncoderBackend chosen = Backends.choose(options.backend(), options.cpu());
        this.backend = chosen.name();
        this.encoders = chosen.open(weights);
        System.getLogger(Clip.class.getName())
                .log(System.Logger.Level.DEBUG, "backend: {0}, kernels: {1}", backend, encoders.description());
    }

    private IllegalStateException notLoaded(Tower tower) {
        return new IllegalStateException(
                has(tower)
                        ? "this Clip was opened without its tower " + tower
                        : MissingTowerException.message(name, tower));
    }

    /** Opens a model file with {@link ClipOptions#defaults()}. */
    public static Clip open(Path model) throws IOException {
        return open(model, ClipOptions.defaults());
    }

    /**
     * Opens a model file, as {@code clip.jar convert} writes it. The weights are copied; the file is not needed afterwards.
     *
     * @throws java.nio.file.NoSuchFileException if there is no such file
     * @throws ModelFormatException if it is no valid model file
     * @throws BackendUnavailableException if kernels or a backend are asked for that can't be had; the message says what is
     *     missing
     */
    public static Clip open(Path model, ClipOptions options) throws IOException {
        try (ModelFile file = ModelFile.open(model)) {
            return new Clip(file, options);
        }
    }

    /** Opens a model that is in memory with {@link ClipOptions#defaults()}. */
    public static Clip open(MemorySegment model) throws IOException {
        return open(model, ClipOptions.defaults());
    }

    /**
     * Opens a model that is in memory. The weights are copied; the memory is not needed afterwards.
     *
     * @throws ModelFormatException if it is no valid model
     * @throws BackendUnavailableException if kernels or a backend are asked for that can't be had; the message says what is
     *     missing
     */
    public static Clip open(MemorySegment model, ClipOptions options) throws IOException {
        try (ModelFile file = ModelFile.of(model, "model in memory")) {
            return new Clip(file, options);
        }
    }

    /**
     * Has the JVM compile what {@link ClipOptions#quickStart} needs, by running it on next to nothing until it is fast. To be
     * called on another thread while a model is opened, in a program that lives for a handful of pictures. Scalar kernels need
     * no such help.
     *
     * @param type of the model's weights
     * @param milliseconds how long at the most
     */
    public static void warmUp(KernelChoice choice, WeightType type, int milliseconds) {
        if (choice == KernelChoice.VECTOR || (choice == KernelChoice.AUTO && Kernels.vectorPays())) {
            Compilation.run(Compilation.Stage.QUICK, type, milliseconds);
        }
    }

    /**
     * What can run the encoders, the CPU first, then each provider on the class or module path, whether it has what it needs or not.
     *
     * @param options with the kernels and threads that the CPU is to use
     * @throws BackendUnavailableException if a provider can't be loaded
     */
    public static List<EncoderBackend> backends(ClipOptions options) throws BackendUnavailableException {
        return Backends.all(options.cpu());
    }

    /** What the model file says of the model. */
    public ModelInfo info() {
        return info;
    }

    /** Whether the model has this tower; whether it was loaded is the options' matter. */
    public boolean has(Tower tower) {
        return switch (tower) {
            case IMAGE -> config().hasVision();
            case TEXT -> config().hasText();
        };
    }

    /**
     * For a program that takes any model, before it asks for what a model of one tower can't do.
     *
     * @throws MissingTowerException if the model has not this tower
     */
    public void require(Tower tower) throws MissingTowerException {
        if (!has(tower)) {
            throw new MissingTowerException(name, tower);
        }
    }

    /** The architecture. */
    public ClipConfig config() {
        return info.config();
    }

    /**
     * Tells models apart: a SHA-256, in hexadecimal, of all that the model file says of itself but the type its weights are
     * stored in. Embeddings of models of the same fingerprint can be compared.
     */
    public String fingerprint() {
        return info.fingerprint();
    }

    /** What decodes files of pictures, as {@link ClipOptions#withBackground} and {@link ClipOptions#withDraft} say. */
    public ImageDecoder imageDecoder() {
        return imageDecoder;
    }

    /** What is seen through transparent pixels, 0xRRGGBB; empty: the colours that are stored. */
    public OptionalInt background() {
        return background;
    }

    /** Whether large JPEGs are decoded smaller. */
    public boolean draft() {
        return draft;
    }

    /**
     * What makes pixels of a picture, as this model wants them.
     *
     * @throws IllegalStateException if the model has no image tower
     */
    public ImagePreprocessor preprocessor() {
        return preprocessor.orElseThrow(() -> notLoaded(Tower.IMAGE));
    }

    /**
     * What makes tokens of a text, as this model wants them.
     *
     * @throws IllegalStateException if only the image tower was loaded, or the model has no other
     */
    public Tokenizer tokenizer() {
        return tokenizer.orElseThrow(() -> notLoaded(Tower.TEXT));
    }

    /** The prompt that the model file suggests. */
    public PromptTemplate defaultTemplate() {
        return defaultTemplate;
    }

    /**
     * What a cosine is multiplied with to become a logit: about 100. The exponential of what was trained.
     *
     * @throws IllegalStateException if the model has one tower, which compares nothing
     */
    public float logitScale() {
        if (!config().isWhole()) {
            throw notLoaded(has(Tower.IMAGE) ? Tower.TEXT : Tower.IMAGE);
        }
        return logitScale;
    }

    /** What is added to make a logit of that: about -13 where labels are scored each by itself, 0 for CLIP and for one tower. */
    public float logitBias() {
        return logitBias;
    }

    /** What runs the encoders: {@code cpu}, or the name of an {@link EncoderBackend}. */
    public String backend() {
        return backend;
    }

    /** The kernels that are in use, for people: {@code scalar}, {@code vector, 512 bits}, or what another backend runs on. */
    public String kernels() {
        return encoders.description();
    }

    /**
     * Decodes and encodes a file, by {@link #imageDecoder}. The embedding, [E], is not normalised.
     *
     * @throws org.clipjava.image.ImageFormatException if it is unsupported, corrupt, truncated or too large
     * @throws IOException if it can't be read
     */
    public Embedding encodeImage(Path image) throws IOException {
        return encodePixels(imageDecoder.decodePixels(image, preprocessor(), Runnable::run));
    }

    /** Encodes a picture. The embedding, [E], is not normalised. */
    public Embedding encodeImage(RgbImage image) {
        return encodePixels(preprocessor().preprocess(image));
    }

    /** Encodes pictures, in their order; faster than one by one. */
    public List<Embedding> encodeImages(List<RgbImage> images) {
        List<Embedding> embeddings = new ArrayList<>();
        for (int i = 0; i < images.size(); i += PICTURES_AT_ONCE) {
            List<RgbImage> some = images.subList(i, Math.min(i + PICTURES_AT_ONCE, images.size()));
            embeddings.addAll(
                    encodePixels(some.stream().map(preprocessor()::preprocess).toList()));
        }
        return embeddings;
    }

    /** Encodes a picture that is preprocessed already: [3, S, S], normalised. */
    public Embedding encodePixels(PixelTensor pixels) {
        return encodePixels(List.of(pixels)).getFirst();
    }

    /** Encodes pictures that are preprocessed already, in their order; faster than one by one. */
    public List<Embedding> encodePixels(List<PixelTensor> pixels) {
        return embeddings(imageEncoder().encode(pixels));
    }

    /**
     * Encodes a picture's patches, all of it: nothing is cropped, and the sides change to whole patches. As their embeddings can be
     * compared with those of texts, they tell where in the picture something is.
     *
     * @throws IllegalArgumentException if there are more than {@link ImageEncoder#MAX_PATCHES}
     * @throws UnsupportedOperationException if this backend, or the model's pool, has no embeddings of patches; the message says which
     * @throws NoDirectionException if the model gives a patch no direction
     */
    public PatchEmbeddings encodePatches(RgbImage image, PatchOptions options) {
        PatchReader reader = patchReader(options);
        return reader.read(reader.resize(image));
    }

    /** What {@link #encodePatches(RgbImage, PatchOptions)} reads pictures by. */
    public PatchReader patchReader(PatchOptions options) {
        return new PatchReader(imageEncoder(), config().vision(), preprocessor().config(), options);
    }

    /**
     * Encodes the patches of a picture that is preprocessed already: [3, height, width], normalised. What is left over of a patch at the
     * right and bottom is not seen.
     *
     * @throws IllegalArgumentException if it is smaller than a patch, or there are more than {@link ImageEncoder#MAX_PATCHES}
     * @throws UnsupportedOperationException if this backend, or the model's pool, has no embeddings of patches; the message says which
     * @throws NoDirectionException if the model gives a patch no direction
     */
    public PatchEmbeddings encodePatches(PixelTensor pixels, PatchMethod method) {
        return PatchEmbeddings.of(
                imageEncoder().encodePatches(List.of(pixels), method).getFirst());
    }

    private ImageEncoder imageEncoder() {
        return encoders.image().orElseThrow(() -> notLoaded(Tower.IMAGE));
    }

    /** Encodes a text; what is beyond the context length is cut off. The embedding, [E], is not normalised. */
    public Embedding encodeText(String text) {
        return encodeTexts(List.of(text)).getFirst();
    }

    /** Encodes texts, in their order; faster than one by one. */
    public List<Embedding> encodeTexts(List<String> texts) {
        return encodeTokens(texts.stream().map(tokenizer()::encode).toList());
    }

    /** Encodes texts that are tokens already, in their order. */
    public List<Embedding> encodeTokens(List<TokenSequence> texts) {
        return embeddings(
                encoders.text().orElseThrow(() -> notLoaded(Tower.TEXT)).encode(texts));
    }

    /** The model's id or fingerprint, its type of weights and what it runs on, for people. */
    @Override
    public String toString() {
        return "Clip[" + info.id().orElse(fingerprint()) + ", "
                + info.weightType().spelling() + ", " + backend + ", " + kernels() + "]";
    }

    /** Waits for calls that are under way, then frees the weights and ends the threads. Closing again does nothing. */
    @Override
    public void close() {
        encoders.close();
    }

    private static List<Embedding> embeddings(float[][] rows) {
        return Arrays.stream(rows).map(Embedding::of).toList();
    }
}
