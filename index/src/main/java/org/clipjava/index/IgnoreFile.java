package org.clipjava.index;

import java.io.IOException;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.PathMatcher;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.regex.PatternSyntaxException;
import org.clipjava.io.FileFailure;

/**
 * A {@code .clipignore}: a pattern a line, by the rules of {@code .gitignore}. {@code #} begins a remark, {@code !} takes back, a slash at
 * the end is for folders alone, and one before the end ties the pattern to the file's folder.
 */
final class IgnoreFile {
    private static final String NAME = ".clipignore";

    private final Path folder;
    private final List<Rule> rules;

    private record Rule(PathMatcher matcher, boolean byName, boolean foldersOnly, boolean takesBack) {}

    private IgnoreFile(Path folder, List<Rule> rules) {
        this.folder = folder;
        this.rules = rules;
    }

    /** That of a folder; what is wrong with it is a remark. */
    static Optional<IgnoreFile> in(Path folder, List<String> remarks) {
        Path file = folder.resolve(NAME);
        List<Rule> rules = new ArrayList<>();
        try {
            List<String> lines = Files.readAllLines(file);
            for (int i = 0; i < lines.size(); i++) {
                try {
                    rule(lines.get(i)).ifPresent(rules::add);
                } catch (PatternSyntaxException e) {
                    remarks.add(file + ": line " + (i + 1) + " is no pattern: " + e.getDescription());
                }
            }
        } catch (NoSuchFileException e) {
            return Optional.empty();
        } catch (IOException e) {
            remarks.add(file + ": passed over: " + FileFailure.reason(e, file.toString()));
            return Optional.empty();
        }
        return Optional.of(new IgnoreFile(folder, List.copyOf(rules)));
    }

    private static Optional<Rule> rule(String line) {
        String pattern = line.strip();
        if (pattern.isEmpty() || pattern.startsWith("#")) {
            return Optional.empty();
        }
        boolean takesBack = pattern.startsWith("!");
        pattern = takesBack ? pattern.substring(1) : pattern;
        boolean foldersOnly = pattern.endsWith("/");
        pattern = foldersOnly ? pattern.substring(0, pattern.length() - 1) : pattern;
        boolean byName = pattern.indexOf('/') < 0;
        pattern = pattern.startsWith("/") ? pattern.substring(1) : pattern;
        // In a glob of Java's, a pattern with **/ in front does not match what has no folder before it.
        String glob = pattern.startsWith("**/") ? "{" + pattern.substring(3) + "," + pattern + "}" : pattern;
        return Optional.of(
                new Rule(FileSystems.getDefault().getPathMatcher("glob:" + glob), byName, foldersOnly, takesBack));
    }

    /** Whether files of several folders, the outermost first, leave a path out: the last line that speaks of it decides. */
    static boolean ignores(List<IgnoreFile> files, Path path, boolean isFolder) {
        boolean ignored = false;
        for (IgnoreFile file : files) {
            Path inside = file.folder.relativize(path);
            Path name = Optional.ofNullable(path.getFileName()).orElse(inside);
            for (Rule rule : file.rules) {
                if ((isFolder || !rule.foldersOnly) && rule.matcher.matches(rule.byName ? name : inside)) {
                    ignored = !rule.takesBack;
                }
            }
        }
        return ignored;
    }
}
