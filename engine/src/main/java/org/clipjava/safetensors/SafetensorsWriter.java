package org.clipjava.safetensors;

import java.io.IOException;
import java.lang.System.Logger.Level;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.CharBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.WritableByteChannel;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.CodingErrorAction;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.SequencedMap;
import java.util.Set;
import java.util.UUID;

/**
 * Builds a safetensors file: the tensors in the order in which they were added, the same bytes for the same input.
 *
 * {@snippet :
 * SafetensorsWriter.aligned(64)
 *         .metadata("format", "pt")
 *         .tensor("logit_scale", DType.F32, List.of(), channel -> channel.write(bytes))
 *         .write(Path.of("model.safetensors"));
 * }
 *
 * <p>The data is asked for when the file is written, one tensor after the other, so a large model is never in memory
 * as a whole. Not thread-safe.
 */
public final class SafetensorsWriter {
    private static final String PADDING = "padding.";
    private static final int CHUNK = 1 << 20;

    private final int alignment;
    private final SequencedMap<String, String> metadata = new LinkedHashMap<>();
    private final List<Entry> entries = new ArrayList<>();
    private final Set<String> names = new LinkedHashSet<>();
    private long end;
    private int paddings;

    /** Gives the bytes of one tensor, when they are wanted. */
    @FunctionalInterface
    public interface TensorData {
        /**
         * Writes all bytes of the tensor, little-endian, row-major. The channel takes whatever it is given at once, and
         * must not be closed.
         */
        void writeTo(WritableByteChannel channel) throws IOException;
    }

    private record Entry(TensorInfo info, TensorData data) {}

    private SafetensorsWriter(int alignment) {
        this.alignment = alignment;
    }

    /** As other writers do it: the data section at a multiple of 8, the tensors one right after the other. */
    public static SafetensorsWriter packed() {
        return new SafetensorsWriter(1);
    }

    /**
     * The data section and each tensor start at a multiple of {@code alignment} bytes from the start of the file. Where
     * a tensor ends before the next may start, a {@code U8} tensor named {@code padding.0}, {@code padding.1}, …, all
     * zeros, fills the gap, because the format allows no holes.
     *
     * @param alignment a power of two, at least 8
     */
    public static SafetensorsWriter aligned(int alignment) {
        if (alignment < Long.BYTES || Integer.bitCount(alignment) != 1) {
            throw new IllegalArgumentException("expected a power of two, at least 8, found " + alignment);
        }
        return new SafetensorsWriter(alignment);
    }

    /** Adds an entry to the header's free-form part; each key once. */
    public SafetensorsWriter metadata(String key, String value) {
        if (metadata.putIfAbsent(key, value) != null) {
            throw new IllegalArgumentException("the metadata has " + key + " already");
        }
        return this;
    }

    /**
     * Adds a tensor whose bytes are copied when the file is written.
     *
     * @param data little-endian, row-major; stays the caller's and must live until then
     */
    public SafetensorsWriter tensor(String name, DType dtype, List<Long> shape, MemorySegment data) {
        if (data.byteSize() != dtype.bytes(shape)) {
            throw new IllegalArgumentException("%s: expected %d bytes for %s %s, found %d"
                    .formatted(name, dtype.bytes(shape), dtype, shape, data.byteSize()));
        }
        return tensor(name, dtype, shape, channel -> copy(data, channel));
    }

    /** Adds a tensor whose bytes are asked for when the file is written. */
    public SafetensorsWriter tensor(String name, DType dtype, List<Long> shape, TensorData data) {
        if (name.equals("__metadata__") || (alignment > 1 && name.startsWith(PADDING))) {
            throw new IllegalArgumentException("the name " + name + " is reserved");
        }
        int gap = (int) (-end & (alignment - 1));
        if (gap > 0) {
            ByteBuffer zeros = ByteBuffer.allocate(gap);
            add(PADDING + paddings++, DType.U8, List.of((long) gap), channel -> channel.write(zeros.duplicate()));
        }
        add(name, dtype, shape, data);
        return this;
    }

    private void add(String name, DType dtype, List<Long> shape, TensorData data) {
        TensorInfo info = new TensorInfo(name, dtype, shape, end, Math.addExact(end, dtype.bytes(shape)));
        if (!names.add(name)) {
            throw new IllegalArgumentException("there is a tensor " + name + " already");
        }
        entries.add(new Entry(info, data));
        end = info.end();
    }

    /** Size in bytes of all tensors, padding included. */
    public long dataSize() {
        return end;
    }

    /**
     * Writes the file as a whole or not at all: under a temporary name in the same folder first, which is flushed to the
     * disk and then takes the place of {@code target}. A process that has the old file mapped keeps the old one. Where
     * {@code target} is a link, the file that it leads to is replaced.
     *
     * @throws NoSuchFileException if the folder does not exist
     * @throws FileAlreadyExistsException if the target is a folder, a device or a pipe
     */
    public void write(Path target) throws IOException {
        if (Files.exists(target) && !Files.isRegularFile(target)) {
            // Renaming over a device, which root may do, would leave a machine without its /dev/null.
            String found = Files.isDirectory(target) ? "a folder" : "a device or pipe";
            throw new FileAlreadyExistsException(target.toString(), null, "expected a file's name, found " + found);
        }
        replace(Files.exists(target) ? target.toRealPath() : target.toAbsolutePath());
    }

    /** @param target absolute; a file, or nothing yet */
    private void replace(Path target) throws IOException {
        Path folder = target.resolveSibling("");
        if (!Files.isDirectory(folder)) {
            throw new NoSuchFileException(folder.toString());
        }
        // Not Files.createTempFile: that makes a file which only its owner may read, and the model would stay so.
        Path temporary = folder.resolve("." + target.getFileName() + "." + UUID.randomUUID() + ".tmp");
        // An interrupted program (Ctrl-C) runs no finally block, and must not leave gigabytes under a hidden name.
        Thread atExit = new Thread(() -> deleteAtExit(temporary), "delete " + temporary.getFileName());
        Runtime.getRuntime().addShutdownHook(atExit);
        try {
            try (FileChannel channel =
                    FileChannel.open(temporary, StandardOpenOption.WRITE, StandardOpenOption.CREATE_NEW)) {
                writeTo(channel);
                channel.force(true);
            }
            Files.move(temporary, target, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
        } finally {
            Files.deleteIfExists(temporary);
            forget(atExit);
        }
    }

    private static void deleteAtExit(Path temporary) {
        try {
            Files.deleteIfExists(temporary);
        } catch (IOException e) {
            System.getLogger(SafetensorsWriter.class.getName()).log(Level.WARNING, "can't delete " + temporary, e);
        }
    }

    private static void forget(Thread atExit) {
        try {
            Runtime.getRuntime().removeShutdownHook(atExit);
        } catch (IllegalStateException exiting) {
            System.getLogger(SafetensorsWriter.class.getName())
                    .log(Level.DEBUG, "the program ends while a file is being written", exiting);
        }
    }

    /** Writes the file's bytes to a channel, which stays open. */
    public void writeTo(WritableByteChannel channel) throws IOException {
        byte[] header = header();
        writeFully(
                channel,
                ByteBuffer.allocate(Long.BYTES + header.length)
                        .order(ByteOrder.LITTLE_ENDIAN)
                        .putLong(header.length)
                        .put(header)
                        .flip());
        for (Entry entry : entries) {
            TensorInfo info = entry.info();
            MeasuredChannel measured = new MeasuredChannel(channel, info);
            entry.data().writeTo(measured);
            if (measured.written != info.bytes()) {
                throw new IllegalStateException("%s: expected %d bytes of data, was given %d"
                        .formatted(info.name(), info.bytes(), measured.written));
            }
        }
    }

    byte[] header() {
        StringBuilder json = new StringBuilder("{");
        if (!metadata.isEmpty()) {
            json.append("\"__metadata__\":{");
            String separator = "";
            for (Map.Entry<String, String> entry : metadata.entrySet()) {
                json.append(separator);
                appendString(json, entry.getKey());
                json.append(':');
                appendString(json, entry.getValue());
                separator = ",";
            }
            json.append('}');
        }
        for (Entry entry : entries) {
            TensorInfo info = entry.info();
            if (json.length() > 1) {
                json.append(',');
            }
            appendString(json, info.name());
            json.append(":{\"dtype\":\"").append(info.dtype()).append("\",\"shape\":[");
            String separator = "";
            for (long dimension : info.shape()) {
                json.append(separator).append(dimension);
                separator = ",";
            }
            json.append("],\"data_offsets\":[")
                    .append(info.begin())
                    .append(',')
                    .append(info.end())
                    .append("]}");
        }
        json.append('}');
        return padded(json.toString());
    }

    /** UTF-8, and spaces up to where the data section may start. */
    private byte[] padded(String json) {
        ByteBuffer utf8;
        try {
            // getBytes would turn half a surrogate pair into a question mark, and two names into one.
            utf8 = StandardCharsets.UTF_8
                    .newEncoder()
                    .onMalformedInput(CodingErrorAction.REPORT)
                    .encode(CharBuffer.wrap(json));
        } catch (CharacterCodingException e) {
            throw new IllegalStateException("a name or a metadata value holds half of a surrogate pair", e);
        }
        int boundary = Math.max(alignment, Long.BYTES);
        int length = utf8.remaining();
        int start = Math.ceilDiv(Long.BYTES + length, boundary) * boundary;
        byte[] header = new byte[start - Long.BYTES];
        utf8.get(header, 0, length);
        Arrays.fill(header, length, header.length, (byte) ' ');
        if (header.length > SafetensorsFile.MAX_HEADER_BYTES) {
            throw new IllegalStateException("expected a header of at most " + SafetensorsFile.MAX_HEADER_BYTES
                    + " bytes, found " + header.length);
        }
        return header;
    }

    private static void appendString(StringBuilder json, String text) {
        json.append('"');
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (c == '"' || c == '\\') {
                json.append('\\').append(c);
            } else if (c < 0x20) {
                json.append("\\u%04x".formatted((int) c));
            } else {
                json.append(c);
            }
        }
        json.append('"');
    }

    /** Through a buffer, since a segment may be larger than a buffer can be, or lie in an array of any type. */
    private static void copy(MemorySegment data, WritableByteChannel channel) throws IOException {
        ByteBuffer buffer = ByteBuffer.allocateDirect((int) Math.min(CHUNK, data.byteSize()));
        for (long offset = 0; offset < data.byteSize(); offset += buffer.capacity()) {
            int count = (int) Math.min(buffer.capacity(), data.byteSize() - offset);
            MemorySegment.copy(data, offset, MemorySegment.ofBuffer(buffer.clear()), 0, count);
            writeFully(channel, buffer.limit(count));
        }
    }

    private static void writeFully(WritableByteChannel channel, ByteBuffer bytes) throws IOException {
        while (bytes.hasRemaining()) {
            channel.write(bytes);
        }
    }

    /** Counts, takes everything at once, and refuses more than the tensor's size before it is written. */
    private static final class MeasuredChannel implements WritableByteChannel {
        private final WritableByteChannel target;
        private final TensorInfo info;
        private long written;

        MeasuredChannel(WritableByteChannel target, TensorInfo info) {
            this.target = target;
            this.info = info;
        }

        @Override
        public int write(ByteBuffer bytes) throws IOException {
            int count = bytes.remaining();
            if (count > info.bytes() - written) {
                throw new IllegalStateException(
                        "%s: expected %d bytes of data, was given more".formatted(info.name(), info.bytes()));
            }
            writeFully(target, bytes);
            written += count;
            return count;
        }

        @Override
        public boolean isOpen() {
            return target.isOpen();
        }

        @Override
        public void close() {
            throw new UnsupportedOperationException("the channel is the writer's");
        }
    }
}
