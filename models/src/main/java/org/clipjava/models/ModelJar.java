package org.clipjava.models;

import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.lang.classfile.ClassFile;
import java.lang.classfile.attribute.ModuleAttribute;
import java.lang.constant.ClassDesc;
import java.lang.constant.ConstantDescs;
import java.lang.constant.MethodTypeDesc;
import java.lang.constant.ModuleDesc;
import java.nio.channels.Channels;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.LocalDateTime;
import java.util.List;
import java.util.Locale;
import java.util.regex.Pattern;
import java.util.zip.CRC32;
import java.util.zip.CheckedInputStream;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;
import org.clipjava.PackagedModel;
import org.clipjava.io.AtomicFile;

/**
 * Makes a library of a model file: a jar that {@link org.clipjava.ClipModels} finds by the model's name, on the class path and on the
 * module path, with the POM that Maven and Gradle want. The same model and coordinates give the same bytes.
 *
 * @param group as {@code com.example}
 * @param artifact as {@code clip-model-vit-b-32}
 * @param version as {@code 1.0}
 */
public record ModelJar(String group, String artifact, String version) {
    private static final Pattern PART = Pattern.compile("[A-Za-z0-9_][A-Za-z0-9_.-]*");
    private static final LocalDateTime TIME = LocalDateTime.of(1980, 2, 1, 0, 0);
    private static final ClassDesc BASE =
            PackagedModel.class.describeConstable().orElseThrow();
    private static final String SERVICE = PackagedModel.class.getName();
    private static final String ENGINE = "org.clipjava.engine";

    /** Checks the coordinates. */
    public ModelJar {
        for (String part : List.of(group, artifact, version)) {
            if (!PART.matcher(part).matches()) {
                throw new IllegalArgumentException("'" + part + "': expected letters, digits, dots and dashes");
            }
        }
    }

    /**
     * Coordinates as Maven and Gradle write them, {@code GROUP:ARTIFACT:VERSION}.
     *
     * @throws IllegalArgumentException if they are none; the message says what was expected
     */
    public static ModelJar of(String coordinates) {
        String[] parts = coordinates.split(":", -1);
        if (parts.length != 3) {
            throw new IllegalArgumentException(
                    "'" + coordinates + "': expected GROUP:ARTIFACT:VERSION, as com.example:clip-model-vit-b-32:1.0");
        }
        return new ModelJar(parts[0], parts[1], parts[2]);
    }

    /** {@code ARTIFACT-VERSION.jar}. */
    public String fileName() {
        return artifact + "-" + version + ".jar";
    }

    /** The module's name and that of its package, {@code GROUP.ARTIFACT} with what Java allows in it. */
    public String moduleName() {
        StringBuilder name = new StringBuilder();
        for (String part : (group + "." + artifact).split("[^A-Za-z0-9_]+", -1)) {
            if (!part.isEmpty()) {
                name.append(name.isEmpty() ? "" : ".");
                name.append(Character.isDigit(part.charAt(0)) ? "_" : "").append(part.toLowerCase(Locale.ROOT));
            }
        }
        return name.toString();
    }

    /**
     * Writes the jar, whole or not at all. The model is not compressed in it: weights hardly get smaller, and are read faster so.
     *
     * @param model a model file
     * @param name what {@link org.clipjava.ClipModels#load} is to be asked for
     * @throws java.nio.file.NoSuchFileException if there is no such model file
     * @throws org.clipjava.safetensors.ModelFormatException if it is no valid model file
     */
    public void write(Path model, String name, Path jar) throws IOException {
        ModelHeader.read(model);
        String className = moduleName() + ".PackedModel";
        AtomicFile.write(jar, channel -> write(model, name, className, Channels.newOutputStream(channel)));
    }

    private void write(Path model, String name, String className, OutputStream to) throws IOException {
        // Not closed: that would close the channel, which is the file's.
        ZipOutputStream zip = new ZipOutputStream(new BufferedOutputStream(to));
        text(zip, "META-INF/MANIFEST.MF", "Manifest-Version: 1.0\r\n\r\n");
        text(zip, "META-INF/services/" + SERVICE, className + "\n");
        text(zip, "META-INF/maven/" + group + "/" + artifact + "/pom.xml", pom(name));
        text(
                zip,
                "META-INF/maven/" + group + "/" + artifact + "/pom.properties",
                "artifactId=" + artifact + "\ngroupId=" + group + "\nversion=" + version + "\n");
        bytes(zip, "module-info.class", moduleInfo(className));
        bytes(zip, className.replace('.', '/') + ".class", provider(className, name));
        stored(zip, PackagedModel.entry(name), model);
        zip.finish();
        zip.flush();
    }

    private static byte[] provider(String className, String name) {
        MethodTypeDesc ofName = MethodTypeDesc.of(ConstantDescs.CD_void, ConstantDescs.CD_String);
        return ClassFile.of()
                .build(
                        ClassDesc.of(className),
                        type -> type.withVersion(ClassFile.JAVA_25_VERSION, 0)
                                .withFlags(ClassFile.ACC_PUBLIC | ClassFile.ACC_FINAL | ClassFile.ACC_SUPER)
                                .withSuperclass(BASE)
                                .withMethodBody(
                                        ConstantDescs.INIT_NAME,
                                        ConstantDescs.MTD_void,
                                        ClassFile.ACC_PUBLIC,
                                        code -> code.aload(0)
                                                .loadConstant(name)
                                                .invokespecial(BASE, ConstantDescs.INIT_NAME, ofName)
                                                .return_()));
    }

    private byte[] moduleInfo(String className) {
        // No version of what is required: of our own there is none that the jar could be tied to.
        ModuleAttribute module = ModuleAttribute.of(
                ModuleDesc.of(moduleName()),
                info -> info.requires(ModuleDesc.of("java.base"), ClassFile.ACC_MANDATED, null)
                        .requires(ModuleDesc.of(ENGINE), 0, null)
                        .provides(BASE, ClassDesc.of(className)));
        return ClassFile.of().buildModule(module, type -> type.withVersion(ClassFile.JAVA_25_VERSION, 0));
    }

    private String pom(String name) {
        return """
                <?xml version="1.0" encoding="UTF-8"?>
                <project xmlns="http://maven.apache.org/POM/4.0.0">
                  <modelVersion>4.0.0</modelVersion>
                  <groupId>%s</groupId>
                  <artifactId>%s</artifactId>
                  <version>%s</version>
                  <description>The model %s for clip-java</description>
                </project>
                """.formatted(group, artifact, version, name);
    }

    private static void text(ZipOutputStream zip, String entry, String text) throws IOException {
        bytes(zip, entry, text.getBytes(StandardCharsets.UTF_8));
    }

    private static void bytes(ZipOutputStream zip, String name, byte[] bytes) throws IOException {
        ZipEntry entry = new ZipEntry(name);
        entry.setTimeLocal(TIME);
        zip.putNextEntry(entry);
        zip.write(bytes);
        zip.closeEntry();
    }

    private static void stored(ZipOutputStream zip, String name, Path file) throws IOException {
        ZipEntry entry = new ZipEntry(name);
        entry.setTimeLocal(TIME);
        entry.setMethod(ZipEntry.STORED);
        CRC32 crc = new CRC32();
        try (InputStream in = new CheckedInputStream(Files.newInputStream(file), crc)) {
            entry.setSize(in.transferTo(OutputStream.nullOutputStream()));
        }
        entry.setCrc(crc.getValue());
        zip.putNextEntry(entry);
        Files.copy(file, zip);
        zip.closeEntry();
    }
}
