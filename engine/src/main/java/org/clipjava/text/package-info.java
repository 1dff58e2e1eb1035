/**
 * From a text to token ids: CLIP's byte-level BPE, with the ids that Hugging Face's {@code tokenizers} gives for CLIP's
 * {@code tokenizer.json}.
 *
 * <p>In order: the end token, and any other added token that is not normalized, is cut out where it is spelled out in the
 * raw text; what lies between goes through NFC, each run of whitespace becomes one space, and it is lower-cased character
 * by character; the start token, and any other added token that is normalized, is cut out of that; the rest is split into words (contractions, runs of letters, single numbers, runs of anything else that is not
 * whitespace); a word's UTF-8 bytes are merged pair by pair, the best rank first, its last byte carrying
 * {@code </w>}; start and end token go round the whole. So the end token is found as written only, the start token in
 * any case, as their entries in CLIP's {@code tokenizer.json} say ({@code normalized} is false for the one and true for
 * the other).
 *
 * <p>Nothing depends on the locale. Which characters are letters, numbers and whitespace is for the JDK to say, whose
 * Unicode 16 is the reference's too (a later JDK will know later letters); where the reference follows another version,
 * for NFC and lower case, that version is followed here. An unpaired surrogate counts as U+FFFD, for the reference's
 * strings are UTF-8 and can't hold one.
 */
@NullMarked
package org.clipjava.text;

import org.jspecify.annotations.NullMarked;
