package org.clipjava.index;

import java.io.IOException;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import org.clipjava.eval.PictureFolder;
import org.clipjava.io.FileFailure;

/**
 * The pictures of folders, at any depth.
 *
 * <ul>
 *   <li>A file is a picture if its name ends as those of pictures do.
 *   <li>Links are followed, but no folder is entered twice: a link that leads back, or to a folder that the walk has seen, is passed over.
 *   <li>Hidden files and folders, and those that systems keep for themselves, are passed over.
 *   <li>A file {@code .clipignore} leaves out what its lines name, as {@code .gitignore} does.
 *   <li>A folder that can't be read is told of, and the walk goes on.
 * </ul>
 *
 * @param pictures in the order in which they were found: a folder's own before those of the folders in it
 * @param entered folders that were read
 * @param unread folders, and a few files, that could not be read: of what is in them nothing is known
 * @param remarks a line for each thing that was passed over and may be missed
 */
public record PictureWalk(List<FileStamp> pictures, List<Path> entered, List<Path> unread, List<String> remarks) {
    private static final Set<String> OF_SYSTEMS = Set.of(
            "$recycle.bin",
            "system volume information",
            "@eadir",
            "#recycle",
            "#snapshot",
            "lost+found",
            "__macosx",
            "node_modules");

    /** What stands for a byte that is no UTF-8: Java can't open such a file by its name again. */
    private static final char REPLACED = '\uFFFD';

    /** Copies the lists. */
    public PictureWalk {
        pictures = List.copyOf(pictures);
        entered = List.copyOf(entered);
        unread = List.copyOf(unread);
        remarks = List.copyOf(remarks);
    }

    /**
     * Walks.
     *
     * @param folders absolute
     * @param hidden whether hidden files and folders are taken too
     */
    public static PictureWalk of(List<Path> folders, boolean hidden) {
        Walk walk = new Walk(hidden);
        folders.forEach(walk::start);
        return walk.result();
    }

    private static final class Walk {
        private final boolean hidden;
        private final List<FileStamp> pictures = new ArrayList<>();
        private final List<Path> read = new ArrayList<>();
        private final List<Path> unread = new ArrayList<>();
        private final List<String> remarks = new ArrayList<>();

        /** Folders without links that were entered. */
        private final Set<Path> entered = new HashSet<>();

        /** Links to folders, which wait until all others are done: a picture is to be known by its own path. */
        private final Deque<Folder> links = new ArrayDeque<>();

        private record Folder(Path path, List<IgnoreFile> ignored) {}

        Walk(boolean hidden) {
            this.hidden = hidden;
        }

        void start(Path folder) {
            enter(new Folder(folder, List.of()));
        }

        PictureWalk result() {
            while (!links.isEmpty()) {
                enter(links.remove());
            }
            return new PictureWalk(pictures, read, unread, remarks);
        }

        /** Iterative: a tree may be deeper than a stack. */
        private void enter(Folder first) {
            Deque<Folder> open = new ArrayDeque<>();
            open.push(first);
            while (!open.isEmpty()) {
                Folder folder = open.pop();
                try {
                    if (entered.add(folder.path.toRealPath())) {
                        List<Folder> inside = read(folder);
                        read.add(folder.path);
                        inside.reversed().forEach(open::push);
                    } else if (Files.isSymbolicLink(folder.path)) {
                        remarks.add(folder.path + ": passed over, a link to a folder that is there already");
                    }
                } catch (NoSuchFileException e) {
                    unread.add(folder.path); // it went while the walk ran, or is a root that is not mounted
                    remarks.add(folder.path + ": passed over: no such folder");
                } catch (IOException e) {
                    unread.add(folder.path);
                    remarks.add(folder.path + ": passed over: " + FileFailure.reason(e, folder.path.toString()));
                }
            }
        }

        private List<Folder> read(Folder folder) throws IOException {
            List<Path> entries = new ArrayList<>();
            try (DirectoryStream<Path> stream = Files.newDirectoryStream(folder.path)) {
                stream.forEach(entries::add);
            } catch (DirectoryIteratorException e) {
                throw e.getCause();
            }
            entries.sort(null);
            List<IgnoreFile> ignored = new ArrayList<>(folder.ignored);
            IgnoreFile.in(folder.path, remarks).ifPresent(ignored::add);
            List<Folder> inside = new ArrayList<>();
            for (Path entry : entries) {
                entry(entry, List.copyOf(ignored)).ifPresent(inside::add);
            }
            return inside;
        }

        /** Notes a picture; a folder is to be entered. */
        private Optional<Folder> entry(Path entry, List<IgnoreFile> ignored) {
            String name =
                    Optional.ofNullable(entry.getFileName()).map(Path::toString).orElse("");
            if (!hidden && name.startsWith(".")) {
                return Optional.empty();
            }
            BasicFileAttributes attributes;
            try {
                attributes = Files.readAttributes(entry, BasicFileAttributes.class);
            } catch (NoSuchFileException e) {
                if (isCalledAsPicture(name) && Files.isSymbolicLink(entry)) {
                    remarks.add(entry + ": passed over: a link to nothing");
                }
                return Optional.empty();
            } catch (IOException e) {
                unread.add(entry);
                if (isCalledAsPicture(name)) {
                    remarks.add(entry + ": passed over: " + FileFailure.reason(e, entry.toString()));
                }
                return Optional.empty();
            }
            if (IgnoreFile.ignores(ignored, entry, attributes.isDirectory())) {
                return Optional.empty();
            }
            if (attributes.isDirectory()) {
                return folder(entry, name, ignored);
            }
            if (attributes.isRegularFile() && isCalledAsPicture(name)) {
                if (name.indexOf(REPLACED) >= 0) {
                    remarks.add(entry + ": passed over: its name is not UTF-8; rename it (convmv)");
                } else {
                    pictures.add(FileStamp.of(entry, attributes));
                }
            }
            return Optional.empty();
        }

        private Optional<Folder> folder(Path entry, String name, List<IgnoreFile> ignored) {
            if (OF_SYSTEMS.contains(name.toLowerCase(Locale.ROOT)) || isOfTheKernel(entry)) {
                return Optional.empty();
            }
            Folder folder = new Folder(entry, ignored);
            if (Files.isSymbolicLink(entry)) {
                links.add(folder);
                return Optional.empty();
            }
            return Optional.of(folder);
        }

        private static boolean isOfTheKernel(Path folder) {
            return Set.of("/proc", "/sys", "/dev").contains(folder.toString())
                    && Files.isDirectory(folder, LinkOption.NOFOLLOW_LINKS);
        }

        private boolean isCalledAsPicture(String name) {
            return PictureFolder.isPicture(Path.of(hidden ? "x" + name : name));
        }
    }
}
