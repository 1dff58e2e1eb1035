package org.clipjava.convert;

import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/** In which files the families of checkpoints have their tokens. */
@SuppressWarnings("ImmutableEnumChecker") // the lists are List.of's
enum VocabularyFiles {
    /** Where there are none, CLIP's own are taken. */
    CLIP(
            Optional.empty(),
            List.of(
                    List.of(CheckpointFiles.TOKENIZER),
                    List.of(
                            CheckpointFiles.VOCABULARY,
                            CheckpointFiles.MERGES,
                            CheckpointFiles.ADDED_TOKENS,
                            CheckpointFiles.TOKENIZER_CONFIG))),
    /** Whichever of them counts, the config says what texts are filled up with. */
    SIGLIP(
            Optional.empty(),
            List.of(List.of(
                    CheckpointFiles.SENTENCE_PIECE, CheckpointFiles.TOKENIZER, CheckpointFiles.TOKENIZER_CONFIG))),
    META_CLIP_2(Optional.of("MetaCLIP 2's"), List.of(List.of(CheckpointFiles.TOKENIZER))),
    XLM_ROBERTA(
            Optional.of("XLM-RoBERTa's"),
            List.of(List.of(CheckpointFiles.TOKENIZER), List.of(CheckpointFiles.XLM_ROBERTA_PIECES))),
    ROBERTA(
            Optional.of("RoBERTa's"),
            List.of(
                    List.of(CheckpointFiles.TOKENIZER),
                    List.of(CheckpointFiles.VOCABULARY, CheckpointFiles.MERGES, CheckpointFiles.TOKENIZER_CONFIG))),
    BERT(
            Optional.of("BERT's"),
            List.of(
                    List.of(CheckpointFiles.TOKENIZER),
                    List.of(CheckpointFiles.WORD_PIECES, CheckpointFiles.TOKENIZER_CONFIG)));

    /** Whose they are, where nothing can be taken in their place. */
    private final Optional<String> whose;

    /** Files that go together, the best first. */
    private final List<List<String>> sets;

    VocabularyFiles(Optional<String> whose, List<List<String>> sets) {
        this.whose = whose;
        this.sets = sets;
    }

    /** Those that are to be taken of all that are there: of the best set of which there is one. */
    List<String> chosen(Set<String> there) {
        return sets.stream()
                .map(set -> set.stream().filter(there::contains).toList())
                .filter(set -> !set.isEmpty())
                .findFirst()
                .orElse(List.of());
    }

    /** What is missing, for a message behind "expected"; empty if nothing is. */
    Optional<String> missing(Set<String> there) {
        boolean some = sets.stream().map(List::getFirst).anyMatch(there::contains);
        return some ? Optional.empty() : whose.map(family -> family + " " + oneOf());
    }

    private String oneOf() {
        return sets.stream().map(List::getFirst).collect(Collectors.joining(" or "));
    }
}
