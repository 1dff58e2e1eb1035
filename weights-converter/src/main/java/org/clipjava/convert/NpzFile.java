package org.clipjava.convert;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Optional;
import java.util.SequencedMap;
import org.clipjava.config.Activation;
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
    @SuppressWarnings("MustBeClosedChecker") // the arena lives as long as what is returned
    static NpzFile open(Path path) throws IOException {
        Optional<String> other = FileKind.notAFile(path);
        if (other.isPresent()) {
            throw new ModelFormatException(path + ": expected a file, found " + other.get());
        }
        try (FileChannel channel = FileChannel.open(path, StandardOpenOption.READ)) {
            Arena arena = Arena.ofShared();
            try {
                MemorySegment file = channel.map(FileChannel.MapMode.READ_ONLY, 0, channel.size(), arena);
                return read(file, path.toString(), arena::close);
            } catch (Throwable t) {
                arena.close();
                throw t;
            }
        }
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
    public Optional<Activation> activation() {
        return Optional.empty();
    }

    @Override
    public List<String> path() {
        return List.of();
    }

    @Override
    public void close() {
        release.run();
    }
}
