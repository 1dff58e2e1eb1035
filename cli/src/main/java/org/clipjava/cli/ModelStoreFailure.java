package org.clipjava.cli;

import java.io.IOException;
import java.nio.file.FileSystemException;
import java.util.Optional;

/** The model folder can't be used. */
final class ModelStoreFailure {
    private ModelStoreFailure() {}

    static CommandFailure of(ModelStore store, IOException e) {
        String file = Optional.of(e)
                .filter(FileSystemException.class::isInstance)
                .map(failure -> ((FileSystemException) failure).getFile())
                .orElse(store.root().toString());
        return new CommandFailure(
                ExitCode.INTERNAL, file + ": " + Reason.of(e, file) + "; CLIP_HOME names another model folder", e);
    }
}
