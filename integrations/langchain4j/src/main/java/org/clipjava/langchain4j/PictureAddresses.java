package org.clipjava.langchain4j;

import java.io.IOException;
import java.net.URI;

/**
 * Fetches pictures for a {@link ClipEmbeddingModel}. Whoever may send it requests may have it ask any address that this allows, also one
 * of the network that the program runs in: {@link AllowedHosts} allows few.
 */
@FunctionalInterface
public interface PictureAddresses {
    /**
     * The bytes of a picture.
     *
     * @throws IOException if they can't be had, or are not to be; the message names the address
     */
    byte[] fetch(URI address) throws IOException;
}
