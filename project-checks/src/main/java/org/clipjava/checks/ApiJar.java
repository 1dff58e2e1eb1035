package org.clipjava.checks;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.lang.classfile.Attribute;
import java.lang.classfile.Attributes;
import java.lang.classfile.ClassElement;
import java.lang.classfile.ClassFile;
import java.lang.classfile.ClassFile.ConstantPoolSharingOption;
import java.lang.classfile.ClassModel;
import java.lang.classfile.CodeModel;
import java.lang.classfile.FieldModel;
import java.lang.classfile.MethodModel;
import java.lang.classfile.attribute.InnerClassInfo;
import java.lang.classfile.attribute.InnerClassesAttribute;
import java.lang.classfile.constantpool.ClassEntry;
import java.lang.constant.ClassDesc;
import java.lang.reflect.AccessFlag;
import java.nio.file.attribute.FileTime;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.Stream;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;

/**
 * A module's API as a jar: the classes that other modules may name, without the bodies of methods, without what is private
 * to a class or its package, and without what compilers and debuggers keep for themselves. Small enough to be committed,
 * and equal bytes for equal APIs.
 */
final class ApiJar {
    private static final ClassFile CLASS_FILE = ClassFile.of(ConstantPoolSharingOption.NEW_POOL);
    private static final int API = ClassFile.ACC_PUBLIC | ClassFile.ACC_PROTECTED;

    /** What says what a class or a member is. */
    private static final Set<String> KEPT = Set.of(
            Attributes.NAME_SIGNATURE,
            Attributes.NAME_EXCEPTIONS,
            Attributes.NAME_INNER_CLASSES,
            Attributes.NAME_CONSTANT_VALUE,
            Attributes.NAME_RECORD,
            Attributes.NAME_PERMITTED_SUBCLASSES,
            Attributes.NAME_DEPRECATED,
            Attributes.NAME_ANNOTATION_DEFAULT);

    private ApiJar() {}

    /** The jar of a module's API. */
    static byte[] of(ProjectModule module) throws IOException {
        SortedMap<String, byte[]> files = module.classFiles();
        Map<String, ClassModel> classes = new HashMap<>();
        files.forEach((name, bytes) -> classes.put(name, CLASS_FILE.parse(bytes)));

        SortedMap<String, byte[]> api = new TreeMap<>();
        Deque<String> open = new ArrayDeque<>();
        Set<String> exported = ProjectModule.exported(files);
        classes.forEach((name, model) -> {
            if (exported.contains(ProjectModule.packageOf(name)) && isAccessible(model)) {
                open.add(name);
            }
        });
        while (!open.isEmpty()) {
            String name = open.remove();
            ClassModel model = classes.get(name);
            if (model != null && !api.containsKey(name)) {
                api.put(name, stub(model));
                // What a class inherits is its API too, wherever it comes from.
                Stream.concat(model.superclass().stream(), model.interfaces().stream())
                        .forEach(type -> open.add(type.asInternalName() + ".class"));
            }
        }
        return zip(api);
    }

    private static boolean isAccessible(ClassModel model) {
        if (model.findAttribute(Attributes.enclosingMethod()).isPresent()) {
            return false; // a class inside a method
        }
        Optional<InnerClassInfo> inner = model.findAttribute(Attributes.innerClasses()).stream()
                .flatMap(attribute -> attribute.classes().stream())
                .filter(info -> info.innerClass().equals(model.thisClass()))
                .findFirst();
        return inner.map(info -> (info.flagsMask() & API) != 0)
                .orElseGet(() -> model.flags().has(AccessFlag.PUBLIC) && !model.isModuleInfo());
    }

    private static byte[] stub(ClassModel model) {
        return CLASS_FILE.build(model.thisClass().asSymbol(), stub -> {
            stub.withVersion(model.majorVersion(), model.minorVersion())
                    .withFlags(model.flags().flagsMask());
            model.superclass().map(ClassEntry::asSymbol).ifPresent(stub::withSuperclass);
            stub.withInterfaceSymbols(
                    model.interfaces().stream().map(ClassEntry::asSymbol).toArray(ClassDesc[]::new));
            for (Attribute<?> attribute : model.attributes()) {
                if (attribute instanceof InnerClassesAttribute inner) {
                    stub.with(InnerClassesAttribute.of(inner.classes().stream()
                            .filter(info -> isNamed(info, model))
                            .toList()));
                } else if (isKept(attribute)) {
                    stub.with((ClassElement) attribute);
                }
            }
            for (FieldModel field : model.fields()) {
                if ((field.flags().flagsMask() & API) != 0) {
                    stub.withField(field.fieldName().stringValue(), field.fieldTypeSymbol(), kept -> {
                        kept.withFlags(field.flags().flagsMask());
                        field.forEach(element -> {
                            if (element instanceof Attribute<?> attribute && isKept(attribute)) {
                                kept.with(element);
                            }
                        });
                    });
                }
            }
            for (MethodModel method : model.methods()) {
                if ((method.flags().flagsMask() & API) != 0) {
                    stub.withMethod(
                            method.methodName().stringValue(),
                            method.methodTypeSymbol(),
                            method.flags().flagsMask(),
                            kept -> method.forEach(element -> {
                                if (!(element instanceof CodeModel)
                                        && element instanceof Attribute<?> attribute
                                        && isKept(attribute)) {
                                    kept.with(element);
                                }
                            }));
                }
            }
        });
    }

    private static boolean isKept(Attribute<?> attribute) {
        return KEPT.contains(attribute.attributeName().stringValue());
    }

    /** Whether it is the class itself or one of its own that others may name. */
    private static boolean isNamed(InnerClassInfo info, ClassModel model) {
        return info.innerClass().equals(model.thisClass()) || (info.flagsMask() & API) != 0;
    }

    private static byte[] zip(SortedMap<String, byte[]> files) throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (ZipOutputStream zip = new ZipOutputStream(bytes)) {
            zip.setLevel(9);
            for (Map.Entry<String, byte[]> file : files.entrySet()) {
                ZipEntry entry = new ZipEntry(file.getKey());
                entry.setLastModifiedTime(FileTime.from(Instant.EPOCH));
                zip.putNextEntry(entry);
                zip.write(file.getValue());
                zip.closeEntry();
            }
        }
        return bytes.toByteArray();
    }
}
