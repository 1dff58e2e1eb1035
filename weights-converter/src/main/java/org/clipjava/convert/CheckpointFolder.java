package org.clipjava.convert;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.TreeSet;
import org.clipjava.io.FileKind;
import org.clipjava.io.Sha256;
import org.clipjava.io.Shown;
import org.clipjava.safetensors.ModelFormatException;

/** The files of a checkpoint: those that are there, those that went into the conversion, and where they come from. */
final class CheckpointFolder {
    private static final String BUILTIN_VOCABULARY = "builtin:clip-vocabulary";

    /** What was named; a link may not lead out of it. */
    private final Path root;

    /** Where the files are: the same, or a folder in it. */
    private final Path folder;

    /** The weights that were asked for by name. */
    private final Optional<String> named;

    /** What went into the conversion, by the name under which the model file records it. */
    private final SortedMap<String, Path> sources = new TreeMap<>();

    private final SortedMap<String, String> digests = new TreeMap<>();

    /** Whether a link may lead anywhere. */
    private final boolean linksFollowed;

    private CheckpointFolder(Path root, Path folder, Optional<String> named, boolean linksFollowed) {
        this.root = root;
        this.folder = folder;
        this.named = named;
        this.linksFollowed = linksFollowed;
    }

    /**
     * @param source the folder, or a file of weights in it; of a folder of sentence-transformers with a CLIP that CLIP is opened
     * @param linksFollowed whether links may lead out of the folder
     * @throws NoSuchFileException if there is neither
     */
    static CheckpointFolder open(Path source, boolean linksFollowed) throws IOException {
        if (!Files.exists(source)) {
            throw new NoSuchFileException(source.toString());
        }
        if (Files.isDirectory(source)) {
            CheckpointFolder whole = new CheckpointFolder(source, source, Optional.empty(), linksFollowed);
            Optional<String> inner = whole.clipModule();
            return inner.isPresent()
                    ? new CheckpointFolder(source, source.resolve(inner.get()), Optional.empty(), linksFollowed)
                    : whole;
        }
        Path folder = (source.getParent() == null ? source.toAbsolutePath() : source).resolveSibling("");
        return new CheckpointFolder(
                folder, folder, Optional.of(source.getFileName().toString()), linksFollowed);
    }

    /** The folder of the CLIP of sentence-transformers, where nothing else is here. */
    private Optional<String> clipModule() throws IOException {
        return has(SentenceTransformer.MODULES) && !has(CheckpointFiles.CONFIG) && !hasOpenClipConfig()
                ? modules(checked(SentenceTransformer.MODULES)).clip()
                : Optional.empty();
    }

    /** Whether one file of weights was named, and not a folder. */
    boolean isFile() {
        return named.isPresent();
    }

    /** Whether there is a config of Hugging Face's transformers; timm calls its own the same. */
    boolean hasConfig() throws IOException {
        if (!has(CheckpointFiles.CONFIG)) {
            return false;
        }
        JsonFields fields = JsonFields.read(checked(CheckpointFiles.CONFIG));
        return !fields.has("architecture") || fields.has("model_type");
    }

    /** Whether the config is one of a model of transformers that can be converted; beside OpenCLIP's files it need not be. */
    boolean hasKnownModelType() throws IOException {
        JsonFields fields = JsonFields.read(checked(CheckpointFiles.CONFIG));
        return CheckpointFamily.ofType(fields.string("model_type").orElse("clip"))
                .isPresent();
    }

    /** Whether it is a text tower of sentence-transformers. */
    boolean isSentenceTransformer() throws IOException {
        return has(SentenceTransformer.MODULES) && has(CheckpointFiles.CONFIG) && !hasKnownModelType();
    }

    /** What {@code modules.json} says, which is there. */
    SentenceTransformer sentenceTransformer() throws IOException {
        return modules(source(SentenceTransformer.MODULES));
    }

    private static SentenceTransformer modules(Path file) throws IOException {
        return SentenceTransformer.of(JsonFields.readList(file), file.toString());
    }

    /** A config of one of sentence-transformers' modules. */
    JsonFields config(String name) throws IOException {
        return JsonFields.read(source(name));
    }

    /** How long texts of sentence-transformers may be, if that is said. */
    Optional<JsonFields> textLength() throws IOException {
        return has(SentenceTransformer.LENGTH) ? Optional.of(config(SentenceTransformer.LENGTH)) : Optional.empty();
    }

    /** @throws ModelFormatException if the folder holds a model of another kind, which is named with what to do */
    void refuseOtherKinds() throws IOException {
        Optional<String> other = FolderKind.of(folder);
        if (other.isPresent()) {
            throw new ModelFormatException(folder + ": expected a CLIP checkpoint, found " + other.get());
        }
    }

    boolean hasOpenClipConfig() {
        return has(CheckpointFiles.OPEN_CLIP_CONFIG);
    }

    /** Whether the folder has weights of Hugging Face's transformers. */
    boolean hasWeights() {
        return CheckpointFiles.HUGGING_FACE.stream().anyMatch(this::has);
    }

    JsonFields config() throws IOException {
        return JsonFields.read(source(CheckpointFiles.CONFIG));
    }

    JsonFields openClipConfig() throws IOException {
        return JsonFields.read(source(CheckpointFiles.OPEN_CLIP_CONFIG));
    }

    /** The image processor's fields, from its own file or, as newer versions write it, from the processor's. */
    Optional<JsonFields> preprocessor() throws IOException {
        if (has(CheckpointFiles.PREPROCESSOR_CONFIG)) {
            return Optional.of(JsonFields.read(source(CheckpointFiles.PREPROCESSOR_CONFIG)));
        }
        if (has(CheckpointFiles.PROCESSOR_CONFIG)) {
            Optional<JsonFields> inner =
                    JsonFields.read(checked(CheckpointFiles.PROCESSOR_CONFIG)).object("image_processor");
            if (inner.isPresent()) {
                source(CheckpointFiles.PROCESSOR_CONFIG);
            }
            return inner;
        }
        return Optional.empty();
    }

    boolean hasVocabulary() {
        return has(CheckpointFiles.TOKENIZER) || has(CheckpointFiles.VOCABULARY) || has(CheckpointFiles.MERGES);
    }

    /** SentencePiece's file, if there is one. */
    Optional<Path> sentencePieceModel() throws IOException {
        return optional(CheckpointFiles.SENTENCE_PIECE);
    }

    /** SentencePiece's file, as XLM-RoBERTa has it, if there is one. */
    Optional<Path> xlmRobertaPieces() throws IOException {
        return optional(CheckpointFiles.XLM_ROBERTA_PIECES);
    }

    private Optional<Path> optional(String name) throws IOException {
        return has(name) ? Optional.of(source(name)) : Optional.empty();
    }

    /** The file of a tokenizer of pieces beside one of weights, if there is one. */
    Optional<Path> pieces() throws IOException {
        for (String name :
                List.of(CheckpointFiles.SENTENCE_PIECE, CheckpointFiles.GEMMA_PIECES, CheckpointFiles.TOKENIZER)) {
            if (has(name)) {
                return Optional.of(source(name));
            }
        }
        return Optional.empty();
    }

    /** A file that was named, wherever it is, as one that went into the conversion. */
    Path named(Path file) throws IOException {
        Optional<String> other = FileKind.notAFile(file);
        if (other.isPresent()) {
            throw new ModelFormatException(file + ": expected a file, found " + other.get());
        }
        if (!Files.exists(file)) {
            throw new NoSuchFileException(file.toString());
        }
        sources.put(file.getFileName().toString(), file);
        return file;
    }

    /** BERT's pieces, a line each, if there are such. */
    Optional<Path> wordPieces() throws IOException {
        return optional(CheckpointFiles.WORD_PIECES);
    }

    /** The older files of a byte-pair encoding, if there is one of them: {@code vocab.json} and {@code merges.txt}. */
    Optional<Merges> merges() throws IOException {
        return has(CheckpointFiles.VOCABULARY) || has(CheckpointFiles.MERGES)
                ? Optional.of(new Merges(source(CheckpointFiles.VOCABULARY), source(CheckpointFiles.MERGES)))
                : Optional.empty();
    }

    /** Tokens and their ids, and which of them are merged, a line each. */
    record Merges(Path vocabulary, Path lines) {}

    boolean hasTokenizerJson() {
        return has(CheckpointFiles.TOKENIZER);
    }

    Optional<JsonFields> tokenizerJson() throws IOException {
        return has(CheckpointFiles.TOKENIZER)
                ? Optional.of(JsonFields.read(source(CheckpointFiles.TOKENIZER)))
                : Optional.empty();
    }

    Optional<JsonFields> tokenizerConfig() throws IOException {
        return has(CheckpointFiles.TOKENIZER_CONFIG)
                ? Optional.of(JsonFields.read(source(CheckpointFiles.TOKENIZER_CONFIG)))
                : Optional.empty();
    }

    /** The checkpoint's vocabulary, or CLIP's own where it has none. */
    ClipVocabulary vocabulary() throws IOException {
        if (has(CheckpointFiles.TOKENIZER)) {
            return ClipVocabulary.ofTokenizerJson(source(CheckpointFiles.TOKENIZER));
        }
        if (hasVocabulary()) {
            return ClipVocabulary.ofVocabAndMerges(
                    source(CheckpointFiles.VOCABULARY),
                    source(CheckpointFiles.MERGES),
                    has(CheckpointFiles.ADDED_TOKENS)
                            ? Optional.of(source(CheckpointFiles.ADDED_TOKENS))
                            : Optional.empty(),
                    has(CheckpointFiles.TOKENIZER_CONFIG)
                            ? Optional.of(JsonFields.read(source(CheckpointFiles.TOKENIZER_CONFIG)))
                            : Optional.empty());
        }
        return ClipVocabulary.builtin();
    }

    /** The weights, opened; the caller closes them. */
    Checkpoint weights() throws IOException {
        return named.isPresent() ? open(named.get()) : firstOf(CheckpointFiles.HUGGING_FACE);
    }

    /** The weights that OpenCLIP's config describes, opened; the caller closes them. */
    Checkpoint openClipWeights() throws IOException {
        return named.isPresent() ? open(named.get()) : firstOf(CheckpointFiles.OPEN_CLIP);
    }

    /** The weights of a text tower of sentence-transformers and of what projects its states, opened; the caller closes them. */
    Checkpoint weights(SentenceTransformer modules) throws IOException {
        String dense = nameOf(modules.denseWeights());
        String own = named.isPresent() ? named.get() : nameOf(CheckpointFiles.WHOLE);
        return Checkpoint.open(source(own), BertNames.DENSE, source(dense));
    }

    private Checkpoint firstOf(List<String> names) throws IOException {
        return open(nameOf(names));
    }

    /** The first of these that is there. */
    private String nameOf(List<String> names) throws NoSuchFileException {
        return names.stream()
                .filter(this::has)
                .findFirst()
                .orElseThrow(() ->
                        new NoSuchFileException(folder.resolve(names.getFirst()).toString()));
    }

    private Checkpoint open(String name) throws IOException {
        Path file = source(name);
        if (!name.endsWith(CheckpointFiles.INDEX)) {
            return Checkpoint.open(file);
        }
        SortedMap<String, String> shardOfTensor = CheckpointFiles.shardOfTensor(JsonFields.read(file), name);
        SortedMap<String, Path> shards = new TreeMap<>();
        for (String shard : new TreeSet<>(shardOfTensor.values())) {
            shards.put(shard, source(shard));
        }
        return Checkpoint.open(file, shards, shardOfTensor);
    }

    /** The files that were asked for so far; those of the built-in vocabulary are not among them. */
    SortedMap<String, Path> sources() {
        return sources;
    }

    /** SHA-256 of the file of weights that was named. */
    String digest() throws IOException {
        String name = named.orElseThrow();
        Path file = source(name);
        String known = digests.get(name);
        if (known != null) {
            return known;
        }
        String digest = Sha256.of(file);
        digests.put(name, digest);
        return digest;
    }

    /** SHA-256 of each source, the built-in vocabulary's merges included. */
    SortedMap<String, String> digests(Optional<CheckpointTokens> tokens, Progress progress) throws IOException {
        if (!sources.containsKey(CheckpointFiles.TOKENIZER) && !sources.containsKey(CheckpointFiles.VOCABULARY)) {
            tokens.flatMap(CheckpointTokens::builtin)
                    .ifPresent(merges -> digests.put(BUILTIN_VOCABULARY, Sha256.of(merges)));
        }
        for (Map.Entry<String, Path> source : sources.entrySet()) {
            if (digests.containsKey(source.getKey())) {
                progress.add(Files.size(source.getValue()));
            } else {
                digests.put(source.getKey(), Sha256.of(source.getValue(), progress::add));
            }
        }
        return digests;
    }

    /**
     * Where the checkpoint comes from: the repository that Hugging Face's cache names in the folders above
     * ({@code models--openai--clip-vit-base-patch32/snapshots/<revision>}). The name of any other folder says nothing about
     * origin and is not taken for it.
     */
    Optional<String> repository() {
        Path snapshot = absolute();
        int names = snapshot.getNameCount();
        if (names < 3
                || !snapshot.getName(names - 2).toString().equals("snapshots")
                || !snapshot.getName(names - 1).toString().matches("[0-9a-f]{40}")) {
            return Optional.empty();
        }
        String[] parts = snapshot.getName(names - 3).toString().split("--", -1);
        return parts.length == 3 && parts[0].equals("models")
                ? Optional.of(parts[1] + "/" + parts[2])
                : Optional.empty();
    }

    /** What the model card says of the licence. It is not among the sources: it says nothing of the model's numbers. */
    Optional<String> licence() throws IOException {
        Path card = root.resolve(CheckpointFiles.MODEL_CARD);
        return Files.isRegularFile(card) && !leadsOut(card) ? ModelCard.licence(card) : Optional.empty();
    }

    Optional<String> revision() {
        return repository().isPresent() ? Optional.of(absolute().getFileName().toString()) : Optional.empty();
    }

    private Path absolute() {
        return root.toAbsolutePath().normalize();
    }

    @Override
    public String toString() {
        return folder.toString();
    }

    private boolean has(String name) {
        return Files.exists(folder.resolve(name));
    }

    private Path source(String name) throws IOException {
        Path file = checked(name);
        sources.put(name, file);
        return file;
    }

    /**
     * A file of the folder. A link is followed within the folder and, as Hugging Face's cache keeps files, to the {@code blobs}
     * beside it or beside its parent; elsewhere it could lead to anything, since who made the folder made its links.
     */
    private Path checked(String name) throws IOException {
        Path file = folder.resolve(name);
        if (!Files.exists(file)) {
            throw new NoSuchFileException(file.toString());
        }
        if (leadsOut(file)) {
            throw new ModelFormatException(
                    "%s: expected a file of the checkpoint's folder, found a link that leads out of it, to %s; put the file itself there, or let links lead out: clip convert --follow-links"
                            .formatted(file, Shown.text(file.toRealPath().toString())));
        }
        return file;
    }

    /** Whether it, or a folder between it and the checkpoint's, is a link. */
    private boolean isLinked(Path file) {
        for (Path path = file; path != null && !path.equals(root); path = path.getParent()) {
            if (Files.isSymbolicLink(path)) {
                return true;
            }
        }
        return false;
    }

    private boolean leadsOut(Path file) throws IOException {
        if (linksFollowed || !isLinked(file)) {
            return false;
        }
        Path target = file.toRealPath();
        Path home = root.toRealPath();
        boolean inCache = target.getParent() != null
                && (target.getParent().equals(home.resolveSibling("blobs"))
                        || (home.getParent() != null
                                && target.getParent().equals(home.getParent().resolveSibling("blobs"))));
        return !target.startsWith(home) && !inCache;
    }
}
