package org.clipjava.checks;

import java.io.File;
import java.io.IOException;
import java.lang.module.FindException;
import java.lang.module.ModuleDescriptor;
import java.lang.module.ModuleDescriptor.Exports;
import java.lang.module.ModuleFinder;
import java.lang.module.ModuleReference;
import java.nio.ByteBuffer;
import java.nio.file.FileSystem;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * The modules, each with the folder that it is built in.
 *
 * <p>What is tested is what Maven put on the class path: a jar, or the folder of classes where nothing was packaged.
 */
enum ProjectModule {
    ENGINE("engine", "org.clipjava.engine", true),
    MACHINECODE("machinecode", "org.clipjava.machinecode", false),
    PICTOGRAM("pictogram", "org.clipjava.pictogram", false),
    MEASUREMENT("measurement", "org.clipjava.measure", false),
    WEIGHTS_CONVERTER("weights-converter", "org.clipjava.convert", true),
    HUB("hub", "org.clipjava.hub", true),
    MODELS("models", "org.clipjava.models", true),
    EVAL("eval", "org.clipjava.eval", true),
    INDEX("index", "org.clipjava.index", false),
    SERVER("server", "org.clipjava.server", true),
    LAUNCHER("launcher", "org.clipjava.launcher", false),
    CLI("cli", "org.clipjava.cli", false),
    SPARK("spark", "org.clipjava.spark", true),
    VECTORBENCH("vectorbench", "org.clipjava.bench", false);

    private static final Set<String> WITHOUT_DESCRIPTOR = Set.of("commons.math3", "metadata.extractor", "xmpcore");

    private final String folder;
    private final String moduleName;
    private final boolean library;

    ProjectModule(String folder, String moduleName, boolean library) {
        this.folder = folder;
        this.moduleName = moduleName;
        this.library = library;
    }

    /** The modules that it may use, as the table in {@code docs/architecture.md} has them. */
    Set<ProjectModule> dependencies() {
        return switch (this) {
            case ENGINE, MEASUREMENT, LAUNCHER -> Set.of();
            case MACHINECODE, PICTOGRAM, WEIGHTS_CONVERTER, HUB, EVAL -> Set.of(ENGINE);
            case INDEX -> Set.of(ENGINE, EVAL);
            case MODELS -> Set.of(ENGINE, WEIGHTS_CONVERTER, HUB);
            case SERVER -> Set.of(ENGINE, HUB, MODELS, INDEX);
            case SPARK -> Set.of(ENGINE, WEIGHTS_CONVERTER, HUB, MODELS);
            case CLI ->
                Set.of(
                        ENGINE,
                        PICTOGRAM,
                        MACHINECODE,
                        MEASUREMENT,
                        WEIGHTS_CONVERTER,
                        HUB,
                        MODELS,
                        EVAL,
                        INDEX,
                        SERVER);
            case VECTORBENCH -> Set.of(ENGINE, MACHINECODE, MEASUREMENT, INDEX, SERVER);
        };
    }

    /** The repository's folder. */
    static Path project() {
        return Path.of("..").toAbsolutePath().normalize();
    }

    static List<ProjectModule> libraries() {
        return Stream.of(values()).filter(module -> module.library).toList();
    }

    String folder() {
        return folder;
    }

    String moduleName() {
        return moduleName;
    }

    /** The jar or the folder of classes. */
    Path location() {
        Path built = project().resolve(folder).resolve("target");
        return classPath()
                .filter(entry -> entry.startsWith(built))
                .findFirst()
                .orElseThrow(() -> new AssertionError(folder + " is not on the class path"));
    }

    /**
     * Of the class path what a module of ours may require. Of the jars without a descriptor those are commons-math3,
     * metadata-extractor with what it needs, and Prometheus' client: to the JVM, who requires one such jar requires them all.
     */
    static List<Path> modulePath() {
        return classPath().filter(entry -> isModule(ModuleFinder.of(entry))).toList();
    }

    private static boolean isModule(ModuleFinder entry) {
        try {
            return entry.findAll().stream()
                    .map(ModuleReference::descriptor)
                    .anyMatch(module -> !module.isAutomatic()
                            || WITHOUT_DESCRIPTOR.contains(module.name())
                            || module.name().startsWith("io.prometheus."));
        } catch (FindException e) {
            return false; // a jar whose name gives no name of a module
        }
    }

    private static Stream<Path> classPath() {
        return Arrays.stream(System.getProperty("java.class.path").split(File.pathSeparator))
                .map(Path::of);
    }

    /** Its class files by their names in the jar, {@code module-info.class} among them if it has one. */
    SortedMap<String, byte[]> classFiles() throws IOException {
        Path location = location();
        if (Files.isDirectory(location)) {
            return classFiles(location);
        }
        try (FileSystem jar = FileSystems.newFileSystem(location)) {
            return classFiles(jar.getPath("/"));
        }
    }

    private static SortedMap<String, byte[]> classFiles(Path root) throws IOException {
        SortedMap<String, byte[]> files = new TreeMap<>();
        try (Stream<Path> paths = Files.walk(root)) {
            for (Path path :
                    paths.filter(file -> file.toString().endsWith(".class")).toList()) {
                files.put(root.relativize(path).toString().replace('\\', '/'), Files.readAllBytes(path));
            }
        }
        return files;
    }

    /** What {@code module-info} says. */
    static Optional<ModuleDescriptor> descriptor(SortedMap<String, byte[]> classFiles) {
        return Optional.ofNullable(classFiles.get("module-info.class"))
                .map(ByteBuffer::wrap)
                .map(ModuleDescriptor::read);
    }

    /** The packages that everyone may use; all of a module that has no descriptor. */
    static Set<String> exported(SortedMap<String, byte[]> classFiles) {
        return descriptor(classFiles)
                .map(module -> module.exports().stream()
                        .filter(exports -> !exports.isQualified())
                        .map(Exports::source)
                        .collect(Collectors.toSet()))
                .orElseGet(() -> classFiles.keySet().stream()
                        .filter(name -> name.contains("/"))
                        .map(ProjectModule::packageOf)
                        .collect(Collectors.toSet()));
    }

    /** The package of a class file. */
    static String packageOf(String classFile) {
        return classFile.substring(0, Math.max(0, classFile.lastIndexOf('/'))).replace('/', '.');
    }

    @Override
    public String toString() {
        return folder;
    }
}
