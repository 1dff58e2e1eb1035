/**
 * What a model is made of: two towers, each described part by part (as OpenCLIP's configurations are) and not by the name of a family.
 * Values that exist are valid.
 *
 * <p>Symbols: W, H, F: a tower's width, heads and MLP width. S, P: side of a picture and of a patch. N: tokens of a picture. C: context
 * length. V: vocabulary entries. E: components of an embedding.
 */
@NullMarked
package org.clipjava.config;

import org.jspecify.annotations.NullMarked;
