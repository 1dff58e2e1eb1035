/**
 * From what people call a model to an opened one: {@link org.clipjava.models.Models} takes a file, a checkpoint's folder or a
 * name of the hub, and keeps what it makes of checkpoints in a {@link org.clipjava.models.ModelStore}. Prints nothing: a
 * {@link org.clipjava.models.ModelListener} hears how it goes.
 */
@NullMarked
package org.clipjava.models;

import org.jspecify.annotations.NullMarked;
