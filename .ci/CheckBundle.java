import java.io.File;
import java.io.IOException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import java.util.zip.ZipFile;
import javax.xml.parsers.DocumentBuilderFactory;
import javax.xml.xpath.XPath;
import javax.xml.xpath.XPathFactory;
import org.w3c.dom.Document;

/**
 * Looks through a folder that is laid out as a Maven repository for what Maven Central refuses: POMs that lack something, jars without
 * sources or documentation, files without signature or with wrong checksums, snapshots. Then it breaks copies of the folder, each by
 * one rule, and wants to see each refused.
 *
 * <pre>java CheckBundle.java FOLDER CLIP_JAR</pre>
 */
final class CheckBundle {
    /** What each POM has to say, as central.sonatype.org/publish/requirements has it. */
    private static final List<String> WANTED = List.of(
            "groupId",
            "artifactId",
            "version",
            "name",
            "description",
            "url",
            "licenses/license/name",
            "licenses/license/url",
            "developers/developer/name",
            "scm/connection",
            "scm/developerConnection",
            "scm/url");

    private static final Map<String, String> DIGESTS = Map.of("md5", "MD5", "sha1", "SHA-1");

    private final Path root;
    private final List<String> wrong = new ArrayList<>();
    private int artifacts;

    private CheckBundle(Path root) {
        this.root = root;
    }

    public static void main(String[] args) throws Exception {
        Path folder = Path.of(args[0]);
        CheckBundle check = new CheckBundle(folder).run();
        check.notices(Path.of(args[1]));
        check.wrong.forEach(System.err::println);
        if (!check.wrong.isEmpty()) {
            System.err.println(check.wrong.size() + " faults in " + folder);
            System.exit(1);
        }
        refusesWhatIsBroken(folder);
        System.out.println(folder + ": " + check.artifacts + " artifacts, as Maven Central wants them");
    }

    private CheckBundle run() throws Exception {
        List<Path> poms;
        try (Stream<Path> files = Files.walk(root)) {
            poms = files.filter(file -> file.toString().endsWith(".pom"))
                    .sorted()
                    .toList();
        }
        if (poms.isEmpty()) {
            wrong.add(root + ": no artifact");
        }
        for (Path pom : poms) {
            artifacts++;
            artifact(pom);
        }
        try (Stream<Path> files = Files.walk(root)) {
            for (Path file : files.filter(Files::isRegularFile).toList()) {
                file(file);
            }
        }
        return this;
    }

    private void artifact(Path pom) throws Exception {
        Document document =
                DocumentBuilderFactory.newInstance().newDocumentBuilder().parse(pom.toFile());
        for (String path : WANTED) {
            if (text(document, path).isEmpty()) {
                wrong.add(pom + ": no " + path);
            }
        }
        String version = text(document, "version");
        String artifact = text(document, "artifactId");
        Path folder = root.resolve(text(document, "groupId").replace('.', '/'))
                .resolve(artifact)
                .resolve(version);
        if (!folder.equals(pom.getParent())) {
            wrong.add(pom + ": lies where " + folder + " should");
        }
        // a BOM may say that everything has its own version
        String all = Files.readString(pom).replace("${project.version}", version);
        if (all.contains("SNAPSHOT") || all.contains("${") || all.contains("<parent>")) {
            wrong.add(pom + ": has a snapshot, a property or a parent");
        }
        String jar = artifact + "-" + version;
        if (!text(document, "packaging").equals("pom")) {
            for (String name : List.of(".jar", "-sources.jar", "-javadoc.jar", "-cyclonedx.json")) {
                Path file = folder.resolve(jar + name);
                if (!Files.isRegularFile(file)) {
                    wrong.add(file + ": missing");
                } else if (name.endsWith(".jar")) {
                    try (ZipFile zip = new ZipFile(file.toFile())) {
                        if (zip.size() < 3) {
                            wrong.add(file + ": empty");
                        }
                    }
                }
            }
        }
    }

    private void file(Path file) throws Exception {
        String name = file.getFileName().toString();
        if (name.matches(".*\\.(asc|md5|sha1|sha256|sha512)") || name.startsWith("maven-metadata")) {
            return;
        }
        for (Map.Entry<String, String> digest : DIGESTS.entrySet()) {
            Path sum = file.resolveSibling(name + "." + digest.getKey());
            String expected = HexFormat.of()
                    .formatHex(MessageDigest.getInstance(digest.getValue()).digest(Files.readAllBytes(file)));
            if (!Files.isRegularFile(sum)) {
                wrong.add(sum + ": missing");
            } else if (!Files.readString(sum).strip().equals(expected)) {
                wrong.add(sum + ": expected " + expected + ", found "
                        + Files.readString(sum).strip());
            }
        }
        Path signature = file.resolveSibling(name + ".asc");
        if (!Files.isRegularFile(signature)) {
            wrong.add(signature + ": missing");
            return;
        }
        Process gpg = new ProcessBuilder("gpg", "--batch", "--verify", signature.toString(), file.toString())
                .redirectErrorStream(true)
                .redirectOutput(new File("/dev/null"))
                .start();
        if (gpg.waitFor() != 0) {
            wrong.add(signature + ": not the signature of " + name);
        }
    }

    /** Each library that clip.jar holds is named in it with its licence. */
    private void notices(Path clipJar) throws IOException {
        Path sbom;
        try (Stream<Path> files = Files.walk(root)) {
            sbom = files.filter(file -> file.getFileName().toString().matches("clip-cli-.*-cyclonedx\\.json"))
                    .findFirst()
                    .orElseThrow();
        }
        String notices;
        try (ZipFile zip = new ZipFile(clipJar.toFile())) {
            notices = new String(
                    zip.getInputStream(zip.getEntry("META-INF/THIRD-PARTY.txt")).readAllBytes());
        }
        Matcher purl =
                Pattern.compile("\"purl\" : \"pkg:maven/([^/]+)/([^@]+)@").matcher(Files.readString(sbom));
        TreeSet<String> groups = new TreeSet<>();
        while (purl.find()) {
            groups.add(purl.group(1));
        }
        // annotations that are not in the jar
        groups.removeIf(
                group -> List.of("org.jspecify", "com.google.errorprone").contains(group)
                        || notices.contains("(" + group + ")"));
        groups.removeIf(group -> group.equals(ownGroup()));
        groups.forEach(group -> wrong.add(clipJar + ": META-INF/THIRD-PARTY.txt does not name (" + group + ")"));
    }

    private String ownGroup() {
        try (Stream<Path> files = Files.walk(root)) {
            Path engine = files.filter(file -> file.endsWith("clip-engine"))
                    .findFirst()
                    .orElseThrow();
            return root.relativize(engine.getParent()).toString().replace(File.separatorChar, '.');
        } catch (IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
    }

    private static String text(Document document, String path) throws Exception {
        XPath xpath = XPathFactory.newInstance().newXPath();
        return xpath.evaluate("/project/" + path, document).strip();
    }

    /** What breaks a copy. */
    private interface Fault {
        void make(Path folder, String artifact) throws IOException;
    }

    private static void refusesWhatIsBroken(Path folder) throws Exception {
        Path pom;
        try (Stream<Path> files = Files.walk(folder)) {
            pom = files.filter(file -> file.getFileName().toString().matches("clip-measurement-.*\\.pom"))
                    .findFirst()
                    .orElseThrow();
        }
        String name = pom.getFileName().toString().replace(".pom", "");
        Map<String, Fault> faults = Map.of(
                "-sources.jar: missing", (at, artifact) -> Files.delete(at.resolve(artifact + "-sources.jar")),
                "-javadoc.jar: missing", (at, artifact) -> Files.delete(at.resolve(artifact + "-javadoc.jar")),
                ".jar.asc: missing", (at, artifact) -> Files.delete(at.resolve(artifact + ".jar.asc")),
                ".jar.asc: not the signature",
                        (at, artifact) -> Files.copy(
                                at.resolve(artifact + ".pom.asc"),
                                at.resolve(artifact + ".jar.asc"),
                                StandardCopyOption.REPLACE_EXISTING),
                ".pom.sha1: missing", (at, artifact) -> Files.delete(at.resolve(artifact + ".pom.sha1")),
                ".jar.md5: expected", (at, artifact) -> Files.writeString(at.resolve(artifact + ".jar.md5"), "0"),
                ": no licenses/license/name",
                        (at, artifact) -> edit(at.resolve(artifact + ".pom"), "license>", "licence>"),
                ": has a snapshot",
                        (at, artifact) ->
                                edit(at.resolve(artifact + ".pom"), "</description>", " SNAPSHOT</description>"));
        for (Map.Entry<String, Fault> fault : faults.entrySet()) {
            Path copy = Files.createTempDirectory("bundle");
            try {
                Path at = copy.resolve(folder.relativize(pom.getParent()));
                Files.createDirectories(at);
                try (Stream<Path> files = Files.list(pom.getParent())) {
                    for (Path file : files.toList()) {
                        Files.copy(file, at.resolve(file.getFileName()));
                    }
                }
                fault.getValue().make(at, name);
                List<String> said = new CheckBundle(copy).run().wrong;
                if (said.stream().noneMatch(line -> line.contains(fault.getKey()))) {
                    throw new AssertionError("expected " + fault.getKey() + " of a broken bundle, found " + said);
                }
            } finally {
                delete(copy);
            }
        }
    }

    private static void edit(Path file, String from, String to) throws IOException {
        Files.writeString(file, Files.readString(file).replace(from, to));
    }

    private static void delete(Path folder) throws IOException {
        Files.walkFileTree(folder, new SimpleFileVisitor<>() {
            @Override
            public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) throws IOException {
                Files.delete(file);
                return FileVisitResult.CONTINUE;
            }

            @Override
            public FileVisitResult postVisitDirectory(Path visited, IOException e) throws IOException {
                Files.delete(visited);
                return FileVisitResult.CONTINUE;
            }
        });
    }
}
