/** The model file: one safetensors file with weights, configuration, preprocessing and vocabulary. {@code docs/model-file.md} is its specification. */
@NullMarked
package org.clipjava.modelfile;

import org.jspecify.annotations.NullMarked;
