package org.clipjava.safetensors;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Objects;
import java.util.Optional;
import java.util.SequencedMap;
import java.util.concurrent.atomic.AtomicBoolean;
import org.clipjava.io.FileKind;

/**
 * One safetensors file, its header read and checked.
 *
 * <p>The tensors' values are not looked at. They lie in the file as they please: the format promises no alignment, so
 * read them with {@link ValueLayout#JAVA_FLOAT_UNALIGNED} and its like, in little-endian order.
 *
 * <p>Immutable and safe for use by several threads. After {@link #close()} the segments it gave out are gone.
 */
public final class SafetensorsFile implements AutoCloseable {
    /** The reference's limit. */
    static final long MAX_HEADER_BYTES = 100_000_000;

    private static final ValueLayout.OfLong U64 = ValueLayout.JAVA_LONG_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);

    /** "version ", which begins the small text file that Git LFS leaves where it did not fetch the large one. */
    private static final long LFS_POINTER = 0x206e6f6973726576L;

    /** "PK" and two numbers, which begin the first entry of an archive. */
    private static final int ZIP = 0x04034b50;

    private final String name;
    private final MemorySegment file;
    private final long dataOffset;
    private final HeaderParser.Header header;
    private final Source source;
    private final AtomicBoolean closed = new AtomicBoolean();

    /** Where the bytes come from. */
    private interface Source {
        /** Fills the target with what stands from {@code position} on in the file. */
        void read(long position, MemorySegment target) throws IOException;

        void close();
    }

    private SafetensorsFile(MemorySegment file, String name, Source source) throws IOException {
        this.name = name;
        this.file = file.asReadOnly();
        this.source = source;
        byte[] bytes = headerBytes();
        this.dataOffset = (long) Long.BYTES + bytes.length;
        this.header = new HeaderParser(bytes, file.byteSize() - dataOffset, name).parse();
    }

    /**
     * Maps a file and reads its header.
     *
     * <p>The data stays in the file: while this is open, shrinking the file makes reads of its tensors fail with an
     * {@link InternalError}.
     *
     * @throws java.nio.file.NoSuchFileException if there is none
     * @throws ModelFormatException if it is not a well-formed safetensors file
     */
    @SuppressWarnings("MustBeClosedChecker") // arena and channel live as long as what is returned
    public static SafetensorsFile open(Path path) throws IOException {
        // A folder can be opened, and a pipe blocks: neither gives an error that helps.
        Optional<String> other = FileKind.notAFile(path);
        if (other.isPresent()) {
            throw new ModelFormatException(path + ": expected a file, found " + other.get());
        }
        OpenFile opened = new OpenFile(path, FileChannel.open(path, StandardOpenOption.READ), Arena.ofShared());
        try {
            return new SafetensorsFile(opened.map(), path.toString(), opened);
        } catch (Throwable t) {
            opened.close();
            throw t;
        }
    }

    /** A file that is mapped, and can be read too: what is read takes no room but its target. */
    private record OpenFile(Path path, FileChannel channel, Arena arena) implements Source {
        MemorySegment map() throws IOException {
            return channel.map(FileChannel.MapMode.READ_ONLY, 0, channel.size(), arena);
        }

        @Override
        public void read(long position, MemorySegment target) throws IOException {
            ByteBuffer buffer = target.asByteBuffer();
            while (buffer.hasRemaining()) {
                if (channel.read(buffer, position + buffer.position()) < 0) {
                    throw new ModelFormatException(path + ": the file became shorter while it was read; open it again");
                }
            }
        }

        @Override
        public void close() {
            arena.close();
            try {
                channel.close();
            } catch (IOException e) {
                // nothing was written that could be lost
                System.getLogger(SafetensorsFile.class.getName())
                        .log(System.Logger.Level.DEBUG, "can't close " + path, e);
            }
        }
    }

    /** Memory of the caller's. */
    private record InMemory(MemorySegment data) implements Source {
        @Override
        public void read(long position, MemorySegment target) {
            MemorySegment.copy(data, position, target, 0, target.byteSize());
        }

        @Override
        public void close() {
            // it was not opened here
        }
    }

    /**
     * A file that is in memory already. The memory stays the caller's, and must not change.
     *
     * @param data the whole file
     * @param name what messages call it
     * @throws ModelFormatException if it is not a well-formed safetensors file
     */
    public static SafetensorsFile of(MemorySegment data, String name) throws ModelFormatException {
        try {
            return new SafetensorsFile(data, name, new InMemory(data));
        } catch (ModelFormatException e) {
            throw e;
        } catch (IOException e) {
            throw new IllegalStateException("memory can always be read", e);
        }
    }

    /** Read and not looked at in the mapping, where a file that shrinks meanwhile is a fault. */
    private byte[] headerBytes() throws IOException {
        long size = file.byteSize();
        if (size < Long.BYTES) {
            throw new ModelFormatException(name + ": expected a safetensors file, found " + size
                    + " bytes: not even the 8 of the header's length; download or convert it again");
        }
        MemorySegment first = MemorySegment.ofArray(new byte[Long.BYTES]);
        source.read(0, first);
        long length = first.get(U64, 0);
        if (length == LFS_POINTER) {
            throw new ModelFormatException(
                    name + ": expected a safetensors file, found a Git LFS pointer to one; fetch it with git lfs pull");
        }
        if (length < 0 || length > MAX_HEADER_BYTES) {
            Optional<String> other = otherKind(length);
            if (other.isPresent()) {
                throw new ModelFormatException(name + ": expected a safetensors file, found " + other.get());
            }
            throw new ModelFormatException(
                    "%s: byte 0: expected a header of at most %d bytes, found %s; is it a safetensors file?"
                            .formatted(name, MAX_HEADER_BYTES, Long.toUnsignedString(length)));
        }
        if (length > size - Long.BYTES) {
            throw new ModelFormatException(
                    "%s: byte 0: the header takes %d bytes, but the file ends after %d; it is cut short: download or convert it again"
                            .formatted(name, length, size - Long.BYTES));
        }
        byte[] header = new byte[(int) length];
        source.read(Long.BYTES, MemorySegment.ofArray(header));
        return header;
    }

    /** What people take for a model now and then, by its first eight bytes; as lengths these are all far beyond the limit. */
    private static Optional<String> otherKind(long beginning) {
        int first = (int) beginning & 0xff;
        int second = (int) beginning >>> 8 & 0xff;
        if ((int) beginning == ZIP) {
            return Optional.of("a zip archive, as PyTorch writes it; convert it first: clip convert FILE -o MODEL");
        }
        if (first == 0x80 && second >= 2 && second <= 5) {
            return Optional.of("a pickle, as PyTorch writes it; convert it first: clip convert FILE -o MODEL");
        }
        return FileKind.notAModel(beginning);
    }

    /** What messages call the file: its path, or the name it was given. */
    public String name() {
        return name;
    }

    /** The free-form part of the header, in the header's order; empty where there is none. */
    public SequencedMap<String, String> metadata() {
        return header.metadata();
    }

    /** All tensors by name, in the order in which their data lies in the file. */
    public SequencedMap<String, TensorInfo> tensors() {
        return header.tensors();
    }

    /** The tensor of that name, if there is one. */
    public Optional<TensorInfo> tensor(String tensorName) {
        return Optional.ofNullable(header.tensors().get(tensorName));
    }

    /**
     * The bytes of a tensor, read-only and without copying. Little-endian; only {@code *_UNALIGNED} layouts are sure to
     * be able to read them.
     *
     * @throws IllegalArgumentException if the tensor is not one of this file's
     * @throws IllegalStateException if the file has been closed
     */
    public MemorySegment data(TensorInfo tensor) {
        // mostly the very same, which this sees first: to compare records is slow in a cold JVM
        if (!Objects.equals(tensor, header.tensors().get(tensor.name()))) {
            throw new IllegalArgumentException(name + " has no tensor " + tensor);
        }
        if (closed.get()) {
            throw new IllegalStateException(name + " has been closed");
        }
        return file.asSlice(dataOffset + tensor.begin(), tensor.bytes());
    }

    /**
     * Copies bytes of a tensor. Other than looking at {@link #data}, this brings nothing but the target into memory, and a file
     * that has shrunk is an exception and no fault.
     *
     * @param tensor one of this file's
     * @param offset of the first byte, in the tensor
     * @param target as long as what is to be copied, less than 2 GB
     * @throws ModelFormatException if the file has become shorter
     * @throws IOException if it can't be read
     */
    public void read(TensorInfo tensor, long offset, MemorySegment target) throws IOException {
        Objects.checkFromIndexSize(offset, target.byteSize(), data(tensor).byteSize());
        source.read(dataOffset + tensor.begin() + offset, target);
    }

    /** Whether several threads may read at once; memory of a caller's confined arena is its owner's alone. */
    public boolean isShared() {
        return file.isAccessibleBy(new Thread(() -> {}));
    }

    /** Copies a whole tensor, less than 2 GB, to the heap; see {@link #read(TensorInfo, long, MemorySegment)}. */
    public byte[] read(TensorInfo tensor) throws IOException {
        byte[] bytes = new byte[Math.toIntExact(tensor.bytes())];
        read(tensor, 0, MemorySegment.ofArray(bytes));
        return bytes;
    }

    /** Where the data section starts in the file, in bytes. */
    public long dataOffset() {
        return dataOffset;
    }

    /** Unmaps the file. Closing twice does nothing. */
    @Override
    public void close() {
        if (!closed.getAndSet(true)) {
            source.close();
        }
    }

    @Override
    public String toString() {
        return "SafetensorsFile[" + name + ", " + header.tensors().size() + " tensors]";
    }
}
