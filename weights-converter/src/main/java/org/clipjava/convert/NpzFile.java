package org.clipjava.convert;

import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Optional;
import java.util.SequencedMap;
import org.clipjava.io.FileKind;
import org.clipjava.io.Shown;
import org.clipjava.safetensors.ModelFormatException;

/** What {@code numpy.savez} wrote: a zip archive with one array in each entry. The tensors are views of the file. */
record NpzFile(String name, Runnable release, SequencedMap<String, SourceTensor> tensors) implements WeightsFile {
    private static final ValueLayout.OfLong FIRST = ValueLayout.JAVA_LONG_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);
    private static final String SUFFIX = ".npy";

    /**
     * @throws java.nio.file.NoSuchFileException if there is no such file
     * @throws ModelFormatException if it is no such file, or is damaged
     */
    static NpzFile open(Path path) throws IOException {
        return MappedFile.open(path, NpzFile::read);
    }

    /** A file that is in memory already. */
    static NpzFile of(MemorySegment file, String name) throws ModelFormatException {
        return read(file, name, () -> {});
    }

    private static NpzFile read(MemorySegment file, String name, Runnable release) throws ModelFormatException {
        if (!StoredZip.isZip(file)) {
            Optional<String> other =
                    file.byteSize() < Long.BYTES ? Optional.empty() : FileKind.notAModel(file.get(FIRST, 0));
            throw new ModelFormatException(name + ": expected what numpy.savez writes (a zip archive), found "
                    + other.orElse("something else; download it again"));
        }
        StoredZip zip = StoredZip.read(file, name, "numpy.savez stores: save the arrays again");
        SequencedMap<String, SourceTensor> tensors = new LinkedHashMap<>();
        for (StoredZip.Entry entry : zip.entries().values()) {
            String where = name + ": " + Shown.text(entry.name());
            if (!entry.name().endsWith(SUFFIX)) {
                throw new ModelFormatException(where + ": expected arrays alone, called ….npy, found another entry");
            }
            String array = entry.name().substring(0, entry.name().length() - SUFFIX.length());
            NpyHeader header = NpyHeader.read(zip.bytes(entry), where);
            SourceTensor.Data checked = zip.checked(entry);
            SourceTensor.Data values = () -> checked.bytes().asSlice(header.bytes());
            String shown = Shown.text(array);
            tensors.put(
                    array,
                    header.columnMajor()
                            ? SourceTensor.columnMajor(name, shown, header.dtype(), header.shape(), values)
                            : SourceTensor.rowMajor(name, shown, header.dtype(), header.shape(), values));
        }
        return new NpzFile(name, release, tensors);
    }

    @Override
    public void close() {
        release.run();
    }
}
