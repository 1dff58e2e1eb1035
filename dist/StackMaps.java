import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.lang.classfile.ClassFile;
import java.lang.classfile.ClassFile.ClassHierarchyResolverOption;
import java.lang.classfile.ClassFile.StackMapsOption;
import java.lang.classfile.ClassFileVersion;
import java.lang.classfile.ClassHierarchyResolver;
import java.lang.classfile.ClassTransform;
import java.lang.constant.ClassDesc;
import java.nio.file.FileSystem;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

/**
 * Writes a library's classes in a jar anew, as a compiler for Java 8 would have written them: {@code StackMaps JAR FOLDER}, as
 * {@code StackMaps clip.jar picocli}. Java puts no class of Java 5 into its archive of classes, and verifies each at every start in its
 * slow, old way. What the classes do stays as it is.
 */
final class StackMaps {
    private static final int JAVA_6 = 50;

    private StackMaps() {}

    public static void main(String[] args) throws IOException {
        try (FileSystem jar = FileSystems.newFileSystem(Path.of(args[0]))) {
            ClassHierarchyResolver resolver = ClassHierarchyResolver.ofResourceParsing(type -> open(jar, type))
                    .orElse(ClassHierarchyResolver.defaultResolver());
            ClassFile classes =
                    ClassFile.of(StackMapsOption.GENERATE_STACK_MAPS, ClassHierarchyResolverOption.of(resolver));
            ClassTransform newVersion = (builder, element) -> {
                if (element instanceof ClassFileVersion) {
                    builder.withVersion(ClassFile.JAVA_8_VERSION, 0);
                } else {
                    builder.with(element);
                }
            };
            ClassTransform anew = ClassTransform.transformingMethodBodies((builder, element) -> builder.with(element))
                    .andThen(newVersion);
            List<Path> files;
            try (Stream<Path> all = Files.walk(jar.getPath("/", args[1]))) {
                files = all.filter(file -> file.toString().endsWith(".class")).toList();
            }
            int written = 0;
            for (Path file : files) {
                var model = classes.parse(Files.readAllBytes(file));
                if (model.majorVersion() < JAVA_6) {
                    Files.write(file, classes.transformClass(model, anew));
                    written++;
                }
            }
            if (written == 0) {
                throw new IllegalStateException(
                        args[1] + ": no class is older than Java 6; this need not be run any more");
            }
        }
    }

    private static InputStream open(FileSystem jar, ClassDesc type) {
        String descriptor = type.descriptorString();
        Path file = jar.getPath("/", descriptor.substring(1, descriptor.length() - 1) + ".class");
        try {
            return Files.exists(file) ? Files.newInputStream(file) : null;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
