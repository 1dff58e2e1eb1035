package org.clipjava.testdata;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** Holds the pages for people to what their readers rely on. */
class DocumentationTest {
    private static final Path ROOT = TestData.projectRoot();

    /** Where the README's text ends and its list of pages begins. */
    private static final String LIST_OF_PAGES = "## Documentation";

    /** What picocli's annotations name. */
    private static final Pattern COMMAND = Pattern.compile("@Command\\(\\s*name = \"([a-z]+)\"");

    private static final Pattern OPTION = Pattern.compile("\\bnames = (\\{[^}]*\\}|\"[^\"]*\")");
    private static final Pattern LONG_NAME = Pattern.compile("--[a-z-]+");

    /** {@code FaultTest}, {@code MainTest.namesIt}, or {@code .namesIt} of the class that stands before it in its line. */
    private static final Pattern TEST = Pattern.compile("`([A-Z]\\w*(?:Test|IT))?(?:\\.([a-z]\\w{7,}))?(…)?`");

    private static final int WORDS_OF_THE_README = 450;
    private static final int LONGEST_LINE = 120;

    @Test
    void everyLinkLeadsSomewhere() throws IOException {
        List<String> dead = new ArrayList<>();
        for (MarkdownPage page : pages()) {
            for (String link : page.links()) {
                if (!link.contains("://") && !link.startsWith("mailto:") && !leadsSomewhere(page, link)) {
                    dead.add(ROOT.relativize(page.file()) + ": " + link);
                }
            }
        }
        assertEquals(List.of(), dead, "links without a target");
    }

    @Test
    void theReadmeIsShort() {
        List<String> lines = readme().lines();
        int end = lines.indexOf(LIST_OF_PAGES);
        assertTrue(end >= 0, "README.md has no line " + LIST_OF_PAGES);
        long words = lines.subList(0, end).stream()
                .flatMap(line -> Stream.of(line.split("\\s+")))
                .filter(word -> !word.isEmpty())
                .count();
        assertTrue(
                words <= WORDS_OF_THE_README,
                () -> "README.md has " + words + " words before its list of pages, at most " + WORDS_OF_THE_README
                        + " are read; move some to a page of docs");
    }

    @Test
    void theReadmeListsEveryPageOfDocs() throws IOException {
        Set<Path> linked = readme().links().stream()
                .filter(link -> !link.contains("://"))
                .map(link -> ROOT.resolve(withoutAnchor(link)).normalize())
                .collect(Collectors.toSet());
        try (Stream<Path> pages = Files.list(ROOT.resolve("docs"))) {
            List<Path> missing = pages.filter(page -> page.toString().endsWith(".md"))
                    .filter(page -> !linked.contains(page.normalize()))
                    .toList();
            assertEquals(List.of(), missing, "pages that README.md does not list");
        }
    }

    @Test
    void linesAreShort() throws IOException {
        List<String> longLines = new ArrayList<>();
        for (MarkdownPage page : pages()) {
            List<String> lines = page.lines();
            for (int i = 0; i < lines.size(); i++) {
                String line = lines.get(i);
                boolean row = line.startsWith("|"); // Markdown has no way to break a table's row
                if (!row && line.codePointCount(0, line.length()) > LONGEST_LINE) {
                    longLines.add(ROOT.relativize(page.file()) + ":" + (i + 1));
                }
            }
        }
        assertEquals(List.of(), longLines, "lines of more than " + LONGEST_LINE + " characters");
    }

    @Test
    void longPagesBeginWithTheirContents() throws IOException {
        List<String> missing = new ArrayList<>();
        for (MarkdownPage page : pages()) {
            if (!page.file().getParent().equals(ROOT.resolve("docs"))) {
                continue;
            }
            List<String> sections = page.headings().stream()
                    .filter(heading -> heading.level() == 2)
                    .map(heading -> "#" + heading.anchor())
                    .toList();
            int first = page.lines().stream()
                    .filter(line -> line.startsWith("## "))
                    .findFirst()
                    .map(page.lines()::indexOf)
                    .orElse(page.lines().size());
            List<String> contents = new MarkdownPage(page.file(), page.lines().subList(0, first)).links();
            for (String section : sections) {
                if (sections.size() > 3 && !contents.contains(section)) {
                    missing.add(ROOT.relativize(page.file()) + ": " + section);
                }
            }
        }
        assertEquals(List.of(), missing, "sections that their page's table of contents lacks");
    }

    @Test
    void continuousIntegrationRunsTheReadmesTestCommand() throws IOException {
        String command = "mvn -B -ntp verify";
        for (String file : List.of("README.md", "CONTRIBUTING.md", ".ci/run", ".github/workflows/build.yml")) {
            assertTrue(Files.readString(ROOT.resolve(file)).contains(command), file + " lacks " + command);
        }
    }

    @Test
    void everyTestThatIsNamedIsThere() throws IOException {
        Map<String, String> tests = new HashMap<>();
        try (Stream<Path> sources = Files.walk(ROOT)) {
            for (Path source : sources.filter(file -> file.toString().endsWith(".java") && isTest(file))
                    .toList()) {
                String name = String.valueOf(source.getFileName());
                tests.merge(name.substring(0, name.length() - 5), Files.readString(source), String::concat);
            }
        }
        List<String> missing = new ArrayList<>();
        int named = 0;
        for (String line : Files.readAllLines(ROOT.resolve("docs/reliability.md"))) {
            String type = "";
            for (MatchResult found : TEST.matcher(line).results().toList()) {
                type = Optional.ofNullable(found.group(1)).orElse(type);
                String method = Optional.ofNullable(found.group(2)).orElse("");
                if (!type.isEmpty() && !tests.getOrDefault(type, "").contains(" " + method)) {
                    missing.add(found.group());
                }
                named++;
            }
        }
        assertEquals(List.of(), missing, "tests that docs/reliability.md names");
        assertTrue(named > 100, "found only " + named);
    }

    private static boolean isTest(Path source) {
        String path = source.toString();
        return path.contains("/src/test/java/") && !path.contains("/target/");
    }

    @Test
    void everyCommandAndOptionIsDescribed() throws IOException {
        StringBuilder pages = new StringBuilder();
        for (String page : List.of(
                "cli.md", "models.md", "checkpoints.md", "evaluation.md", "search.md", "server.md", "locate.md")) {
            pages.append(Files.readString(ROOT.resolve("docs").resolve(page)));
        }
        Set<String> names = new TreeSet<>();
        try (Stream<Path> sources = Files.walk(ROOT.resolve("cli/src/main/java"))) {
            for (Path source :
                    sources.filter(file -> file.toString().endsWith(".java")).toList()) {
                String java = Files.readString(source);
                COMMAND.matcher(java).results().map(found -> found.group(1)).forEach(names::add);
                OPTION.matcher(java)
                        .results()
                        .flatMap(found -> LONG_NAME.matcher(found.group()).results())
                        .map(MatchResult::group)
                        .forEach(names::add);
            }
        }
        assertTrue(names.containsAll(List.of("classify", "rm", "--labels", "--output")), () -> "found only " + names);
        List<String> missing = names.stream()
                .filter(name -> !Pattern.compile("(?<![a-z-])" + name + "(?![a-z-])")
                        .matcher(pages)
                        .find())
                .toList();
        assertEquals(List.of(), missing, "commands and options that no page of docs describes");
    }

    @Test
    void aDeadLinkIsNoticed() {
        MarkdownPage page = new MarkdownPage(
                ROOT.resolve("README.md"),
                List.of("## Two `words`, [linked](LICENSE)", "```", "[in code](nowhere)", "```", "[a](pom.xml#x)"));
        assertEquals(List.of("LICENSE", "pom.xml#x"), page.links());
        assertEquals("two-words-linked", page.headings().getFirst().anchor());
        assertTrue(leadsSomewhere(page, "#two-words-linked") && leadsSomewhere(page, "docs"));
        assertTrue(!leadsSomewhere(page, "#three-words") && !leadsSomewhere(page, "nowhere.md"));
    }

    private static boolean leadsSomewhere(MarkdownPage page, String link) {
        String path = URLDecoder.decode(withoutAnchor(link), StandardCharsets.UTF_8);
        Path target = path.isEmpty() ? page.file() : page.file().resolveSibling(path);
        if (!Files.exists(target)) {
            return false;
        }
        int hash = link.indexOf('#');
        if (hash < 0 || !target.toString().endsWith(".md")) {
            return true;
        }
        MarkdownPage pointedTo = path.isEmpty() ? page : MarkdownPage.read(target);
        return pointedTo.headings().stream()
                .anyMatch(heading -> heading.anchor().equals(link.substring(hash + 1)));
    }

    private static String withoutAnchor(String link) {
        int hash = link.indexOf('#');
        return hash < 0 ? link : link.substring(0, hash);
    }

    private static MarkdownPage readme() {
        return MarkdownPage.read(ROOT.resolve("README.md"));
    }

    /** The pages of the project's root, of docs, and the README of each folder beside them. */
    private static List<MarkdownPage> pages() throws IOException {
        List<Path> files = new ArrayList<>();
        try (Stream<Path> docs = Files.walk(ROOT.resolve("docs"));
                Stream<Path> root = Files.list(ROOT);
                Stream<Path> folders = Files.list(ROOT)) {
            Stream.of(docs, root, folders.map(folder -> folder.resolve("README.md")))
                    .flatMap(paths -> paths)
                    .filter(path -> path.toString().endsWith(".md") && Files.isRegularFile(path))
                    .forEach(files::add);
        }
        return files.stream().sorted().map(MarkdownPage::read).toList();
    }
}
