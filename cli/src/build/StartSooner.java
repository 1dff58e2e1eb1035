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
 * Writes a jar anew so that its program starts sooner: {@code StartSooner clip.jar picocli safetensors}. The order of the files and their
 * times stay.
 *
 * <ul>
 *   <li>Classes in the folder that are of Java 5 become as a compiler for Java 8 would have written them, with stack maps. Java puts no
 *       such class into its archive of classes, and verifies each at every start in its slow, old way. What they do stays.
 *   <li>Files whose names end so are stored and not packed, for each start reads them, and it saves little: 8 % of a model.
 * </ul>
 */
final class StartSooner {
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
    private final String ending;
    private final ClassFile classes;
    private int written;

    private StartSooner(ZipFile jar, String folder, String ending) {
        this.jar = jar;
        this.folder = folder + "/";
        this.ending = "." + ending;
        ClassHierarchyResolver resolver = ClassHierarchyResolver.ofResourceParsing(this::open)
                .orElse(ClassHierarchyResolver.defaultResolver());
        this.classes = ClassFile.of(StackMapsOption.GENERATE_STACK_MAPS, ClassHierarchyResolverOption.of(resolver));
    }

    public static void main(String[] args) throws IOException {
        Path file = Path.of(args[0]);
        Path made = Path.of(args[0] + ".made");
        try (ZipFile jar = new ZipFile(file.toFile());
                OutputStream out = Files.newOutputStream(made)) {
            new StartSooner(jar, args[1], args[2]).write(out);
        }
        Files.move(made, file, StandardCopyOption.REPLACE_EXISTING);
    }

    private void write(OutputStream to) throws IOException {
        try (ZipOutputStream out = new ZipOutputStream(to)) {
            for (ZipEntry entry : Collections.list(jar.entries())) {
                ZipEntry same = new ZipEntry(entry.getName());
                same.setTimeLocal(entry.getTimeLocal());
                if (entry.getName().endsWith(ending)) {
                    same.setMethod(ZipEntry.STORED);
                    same.setSize(entry.getSize());
                    same.setCrc(entry.getCrc());
                }
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
