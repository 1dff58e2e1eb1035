package org.clipjava.cli.output;

import java.io.IOException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Optional;

/** Pictures in one folder, as copies or as links. No file is ever replaced: where another has the name, a number is added. */
public final class PictureCopies {
    private final Path folder;
    private final boolean links;

    /** Makes nothing yet. */
    public PictureCopies(Path folder, boolean links) {
        this.folder = folder;
        this.links = links;
    }

    /** Puts a picture there, unless it is there already. */
    public void put(Path picture) throws IOException {
        Files.createDirectories(folder);
        String name = Optional.ofNullable(picture.getFileName()).orElseThrow().toString();
        int dot = name.lastIndexOf('.') > 0 ? name.lastIndexOf('.') : name.length();
        for (int number = 1; ; number++) {
            String own = number == 1 ? name : name.substring(0, dot) + " (" + number + ")" + name.substring(dot);
            Path target = folder.resolve(own);
            if (isThere(picture, target) || isPut(picture, target)) {
                return;
            }
        }
    }

    private boolean isThere(Path picture, Path target) throws IOException {
        return Files.exists(target)
                && (Files.isSameFile(picture, target) || (!links && Files.mismatch(picture, target) < 0));
    }

    private boolean isPut(Path picture, Path target) throws IOException {
        try {
            if (links) {
                Files.createSymbolicLink(target, picture.toAbsolutePath());
            } else {
                Files.copy(picture, target, StandardCopyOption.COPY_ATTRIBUTES);
            }
            return true;
        } catch (FileAlreadyExistsException e) {
            return false;
        }
    }
}
