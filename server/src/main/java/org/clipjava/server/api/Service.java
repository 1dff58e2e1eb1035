package org.clipjava.server.api;

import org.clipjava.server.work.Work;

/**
 * What all APIs have inputs read and encoded by.
 *
 * @param encodings of one server
 * @param inputs of one server
 */
public record Service(Encodings encodings, Inputs inputs) {
    public static Service of(Work work, RemotePictures remote) {
        return new Service(new Encodings(work), new Inputs(remote));
    }
}
