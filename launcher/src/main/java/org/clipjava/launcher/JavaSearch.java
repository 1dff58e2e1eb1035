package org.clipjava.launcher;

import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.nio.file.Paths;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/**
 * Looks for an installed Java that fits: {@code CLIP_JAVA_HOME}, which is an order and must fit; {@code JAVA_HOME}, which is
 * a hint and may not; then whatever the {@code PATH} and the platform's usual folders hold, the newest first.
 */
final class JavaSearch {
    /** What was asked for or needed is not there; the message is one line. */
    static final class NoFittingJavaException extends Exception {
        private static final long serialVersionUID = 1L;

        NoFittingJavaException(String message) {
            super(message);
        }
    }

    /** A folder whose children, each followed by {@code tail}, may be Java homes. */
    static final class Place {
        private final Path parent;
        private final String tail;

        Place(Path parent, String tail) {
            this.parent = parent;
            this.tail = tail;
        }
    }

    private final Map<String, String> environment;
    private final List<Place> places;

    JavaSearch(Map<String, String> environment, List<Place> places) {
        this.environment = environment;
        this.places = places;
    }

    /** The search of this machine. */
    static JavaSearch ofThisMachine() {
        return new JavaSearch(
                System.getenv(),
                usualPlaces(
                        System.getProperty("os.name"),
                        UserFolders.ofThisProcess().home(),
                        System.getenv()));
    }

    static List<Place> usualPlaces(String system, Optional<Path> userHome, Map<String, String> environment) {
        String name = system.toLowerCase(Locale.ROOT);
        List<Place> places = new ArrayList<Place>();
        if (name.startsWith("windows")) {
            String programs = environment.get("ProgramFiles");
            if (programs != null) {
                String[] vendors = {
                    "Java", "Eclipse Adoptium", "Microsoft", "Zulu", "Amazon Corretto", "BellSoft", "SapMachine"
                };
                for (String vendor : vendors) {
                    places.add(new Place(Paths.get(programs, vendor), ""));
                }
            }
        } else if (name.startsWith("mac")) {
            places.add(new Place(Paths.get("/Library/Java/JavaVirtualMachines"), "Contents/Home"));
            if (userHome.isPresent()) {
                places.add(new Place(userHome.get().resolve("Library/Java/JavaVirtualMachines"), "Contents/Home"));
            }
            places.add(new Place(Paths.get("/opt/homebrew/opt"), "libexec/openjdk.jdk/Contents/Home"));
            places.add(new Place(Paths.get("/usr/local/opt"), "libexec/openjdk.jdk/Contents/Home"));
        } else {
            places.add(new Place(Paths.get("/usr/lib/jvm"), ""));
            places.add(new Place(Paths.get("/usr/java"), ""));
            places.add(new Place(Paths.get("/opt"), ""));
            places.add(new Place(Paths.get("/opt/java"), ""));
        }
        if (userHome.isPresent()) {
            places.add(new Place(userHome.get().resolve(".sdkman/candidates/java"), ""));
            places.add(new Place(userHome.get().resolve(".jdks"), ""));
        }
        return places;
    }

    /**
     * The Java to continue in.
     *
     * @throws NoFittingJavaException if {@code CLIP_JAVA_HOME} is set and does not fit, or nothing was found
     */
    JavaHome find() throws NoFittingJavaException {
        String ordered = environment("CLIP_JAVA_HOME");
        if (!ordered.isEmpty()) {
            return ordered(ordered);
        }
        Optional<JavaHome> hinted = home(environment("JAVA_HOME"));
        if (hinted.isPresent() && hinted.get().fits()) {
            return hinted.get();
        }
        JavaHome newest = null;
        for (Path candidate : candidates()) {
            Optional<JavaHome> home = JavaHome.in(candidate);
            if (home.isPresent()
                    && home.get().fits()
                    && (newest == null || JavaHome.compareVersions(home.get().version(), newest.version()) > 0)) {
                newest = home.get();
            }
        }
        if (newest == null) {
            throw new NoFittingJavaException("none found in " + whereItLooked());
        }
        return newest;
    }

    private static JavaHome ordered(String folder) throws NoFittingJavaException {
        Optional<JavaHome> home = home(folder);
        if (!home.isPresent()) {
            throw new NoFittingJavaException("CLIP_JAVA_HOME=" + folder + " is no Java home (it has no release file)");
        }
        if (!home.get().fits()) {
            throw new NoFittingJavaException(
                    "CLIP_JAVA_HOME=" + folder + " is " + home.get().unfitness());
        }
        return home.get();
    }

    private static Optional<JavaHome> home(String folder) {
        try {
            return folder.isEmpty() ? Optional.<JavaHome>empty() : JavaHome.in(Paths.get(folder));
        } catch (InvalidPathException e) {
            return Optional.empty();
        }
    }

    private List<Path> candidates() {
        List<Path> candidates = new ArrayList<Path>();
        for (String entry : environment("PATH").split(java.io.File.pathSeparator)) {
            try {
                Path java = Paths.get(entry, "java");
                if (!Files.isExecutable(java)) {
                    java = Paths.get(entry, "java.exe");
                }
                if (!entry.isEmpty() && Files.isExecutable(java)) {
                    // /usr/bin/java is a link to the home's bin/java
                    Path bin = java.toRealPath().getParent();
                    if (bin != null && bin.getParent() != null) {
                        candidates.add(bin.getParent());
                    }
                }
            } catch (IOException | InvalidPathException | SecurityException e) {
                continue; // a stale entry of PATH is nobody's error here
            }
        }
        for (Place place : places) {
            try (DirectoryStream<Path> children = Files.newDirectoryStream(place.parent)) {
                for (Path child : children) {
                    candidates.add(place.tail.isEmpty() ? child : child.resolve(place.tail));
                }
            } catch (IOException | java.nio.file.DirectoryIteratorException | SecurityException e) {
                continue; // most of the usual folders exist on few machines
            }
        }
        return candidates;
    }

    private String whereItLooked() {
        StringBuilder looked = new StringBuilder("CLIP_JAVA_HOME (not set), JAVA_HOME");
        String hint = environment("JAVA_HOME");
        if (hint.isEmpty()) {
            looked.append(" (not set)");
        } else {
            Optional<JavaHome> home = home(hint);
            looked.append(" (")
                    .append(home.isPresent() ? home.get().unfitness() : "no Java home")
                    .append(")");
        }
        looked.append(", PATH");
        for (Place place : places) {
            looked.append(", ").append(place.parent);
        }
        return looked.toString();
    }

    private String environment(String name) {
        String value = environment.get(name);
        return value == null ? "" : value;
    }
}
