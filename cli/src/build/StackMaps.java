import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.lang.classfile.ClassFile;
import java.lang.classfile.ClassFile.ClassHierarchyResolverOption;
import java.lang.classfile.ClassFile.StackMapsOption;
import java.lang.classfile.ClassFileVersion;
import java.lang.classfile.ClassHierarchyResolver;
import java.lang.classfile.ClassModel;
import java.lang.classfile.ClassTransform;
import java.lang.constant.ClassDesc;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Collections;
import java.util.zip.ZipEntry;
import java.util.zip.ZipFile;
import java.util.zip.ZipOutputStream;

/**
 * Writes a library's classes in a jar anew, as a compiler for Java 8 would have written them: {@code StackMaps JAR FOLDER}, as
 * {@code StackMaps clip.jar picocli}. Java puts no class of Java 5 into its archive of classes, and verifies each at every start in its
 * slow, old way. What the classes do stays as it is, and so do all other files of the jar, their order and their times.
 */
final class StackMaps {
    private static final int JAVA_6 = 50;

    private static final ClassTransform NEW_VERSION = (builder, element) -> {
        if (element instanceof ClassFileVersion) {
            builder.withVersion(ClassFile.JAVA_8_VERSION, 0);
        } else {
            builder.with(element);
        }
    };

    private final ZipFile jar;
    private final String folder;
    private final ClassFile classes;
    private int written;

    private StackMaps(ZipFile jar, String folder) {
        this.jar = jar;
        this.folder = folder;
        ClassHierarchyResolver resolver = ClassHierarchyResolver.ofResourceParsing(this::open)
                .orElse(ClassHierarchyResolver.defaultResolver());
        this.classes = ClassFile.of(StackMapsOption.GENERATE_STACK_MAPS, ClassHierarchyResolverOption.of(resolver));
    }

    public static void main(String[] args) throws IOException {
        Path file = Path.of(args[0]);
        Path made = Path.of(args[0] + ".made");
        try (ZipFile jar = new ZipFile(file.toFile());
                OutputStream out = Files.newOutputStream(made)) {
            new StackMaps(jar, args[1] + "/").write(out);
        }
        Files.move(made, file, StandardCopyOption.REPLACE_EXISTING);
    }

    private void write(OutputStream to) throws IOException {
        try (ZipOutputStream out = new ZipOutputStream(to)) {
            for (ZipEntry entry : Collections.list(jar.entries())) {
                ZipEntry same = new ZipEntry(entry.getName());
                same.setTimeLocal(entry.getTimeLocal());
                out.putNextEntry(same);
                try (InputStream in = jar.getInputStream(entry)) {
                    out.write(anew(entry.getName(), in.readAllBytes()));
                }
            }
        }
        if (written == 0) {
            throw new IllegalStateException(folder + ": no class is older than Java 6; this need not be run any more");
        }
    }

    private byte[] anew(String name, byte[] content) {
        if (!name.startsWith(folder) || !name.endsWith(".class")) {
            return content;
        }
        ClassModel model = classes.parse(content);
        if (model.majorVersion() >= JAVA_6) {
            return content;
        }
        written++;
        return classes.transformClass(
                model, ClassTransform.transformingMethodBodies((builder, element) -> builder.with(element)).andThen(NEW_VERSION));
    }

    private InputStream open(ClassDesc type) {
        String descriptor = type.descriptorString();
        ZipEntry entry = jar.getEntry(descriptor.substring(1, descriptor.length() - 1) + ".class");
        try {
            return entry == null ? null : jar.getInputStream(entry);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
