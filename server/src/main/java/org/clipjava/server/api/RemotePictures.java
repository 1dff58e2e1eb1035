package org.clipjava.server.api;

import org.clipjava.server.http.ApiException;

/** Pictures that a request names by address. */
public interface RemotePictures extends AutoCloseable {
    /**
     * The bytes of a picture.
     *
     * @param name what messages call it
     * @throws org.clipjava.server.http.ApiException if it may not or can't be had
     */
    byte[] fetch(String name, String address);

    @Override
    void close();

    /** Fetches nothing. */
    RemotePictures NONE = new RemotePictures() {
        @Override
        public byte[] fetch(String name, String address) {
            throw ApiException.invalid(
                    name,
                    name
                            + ": expected the picture itself, as a data URI or in base64, found an address; the server fetches from"
                            + " hosts alone that it is started with, as --allow-urls images.example.org");
        }

        @Override
        public void close() {}
    };
}
