package org.clipjava.locate;

/**
 * A label at a place, as Hugging Face's object detection has it. Immutable.
 *
 * @param score how much of the softmax over the label and the background's words the label has where it fits best: 0 to 1
 */
public record Detection(String label, float score, Box box) {}
