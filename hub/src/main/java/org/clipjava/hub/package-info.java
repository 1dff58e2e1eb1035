/**
 * Fetches checkpoints from the Hugging Face hub into the cache that Python's {@code huggingface_hub} keeps too, so that what
 * the one has downloaded the other finds.
 *
 * <p>{@link org.clipjava.hub.HubClient} speaks to the hub, {@link org.clipjava.hub.HubCache} knows the layout on disk, {@link
 * org.clipjava.hub.FileSelection}, which its caller gives, says which files of a repository are wanted, and {@link
 * org.clipjava.hub.Hub} puts them together. Nothing here knows what a checkpoint is made of.
 */
@NullMarked
package org.clipjava.hub;

import org.jspecify.annotations.NullMarked;
