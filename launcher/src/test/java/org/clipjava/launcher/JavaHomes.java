package org.clipjava.launcher;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** Makes folders that look like installed Javas. */
final class JavaHomes {
    private JavaHomes() {}

    static Path complete(Path folder, String version) throws IOException {
        return make(folder, "JAVA_VERSION=\"" + version + "\"\nMODULES=\"java.base jdk.incubator.vector jdk.zipfs\"\n");
    }

    static Path withoutVectors(Path folder, String version) throws IOException {
        return make(folder, "JAVA_VERSION=\"" + version + "\"\nMODULES=\"java.base\"\n");
    }

    static Path make(Path folder, String release) throws IOException {
        Files.createDirectories(folder.resolve("bin"));
        Path java = folder.resolve("bin/java");
        Files.writeString(java, "#!/bin/sh\n");
        if (!java.toFile().setExecutable(true)) {
            throw new IOException("can't make " + java + " executable");
        }
        Files.writeString(folder.resolve("release"), release);
        return folder;
    }
}
