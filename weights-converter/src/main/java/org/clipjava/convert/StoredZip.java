package org.clipjava.convert;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Optional;
import java.util.SequencedMap;
import java.util.zip.CRC32;
import org.clipjava.io.Shown;
import org.clipjava.safetensors.ModelFormatException;

/**
 * A zip archive in memory, whose entries are read where they lie: PyTorch and NumPy store tensors uncompressed. Nothing is
 * inflated and nothing is written anywhere.
 *
 * <p>One that exists is consistent: the directory ends where the file does, each entry's own header agrees with it, no
 * two entries share a byte, and no name is there twice or leads out of a folder.
 */
final class StoredZip {
    private static final ValueLayout.OfShort U16 = ValueLayout.JAVA_SHORT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);
    private static final ValueLayout.OfInt U32 = ValueLayout.JAVA_INT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);
    private static final ValueLayout.OfLong U64 = ValueLayout.JAVA_LONG_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);

    private static final int LOCAL = 0x04034b50;
    private static final int CENTRAL = 0x02014b50;
    private static final int END = 0x06054b50;
    private static final int END_64 = 0x06064b50;
    private static final int LOCATOR_64 = 0x07064b50;

    private static final int LOCAL_BYTES = 30;
    private static final int CENTRAL_BYTES = 46;
    private static final int END_BYTES = 22;
    private static final int END_64_BYTES = 56;
    private static final int LOCATOR_64_BYTES = 20;
    private static final int MAX_COMMENT = 0xffff;

    /** A field that is too small for its value holds this, and the value is in the entry's zip64 part. */
    private static final long IN_ZIP64 = 0xffff_ffffL;

    private static final int ZIP64_PART = 1;
    private static final int ENCRYPTED = 1;

    private final MemorySegment file;
    private final String name;
    private final String cure;
    private final SequencedMap<String, Entry> entries = new LinkedHashMap<>();

    /**
     * @param method how it is compressed; 0 is not at all
     * @param size in the archive
     * @param inflated size when unpacked
     * @param header where its own header starts
     * @param data where its bytes start
     */
    record Entry(String name, int method, long size, long inflated, int crc, long header, long data) {
        long end() {
            return data + size;
        }
    }

    private StoredZip(MemorySegment file, String name, String cure) {
        this.file = file;
        this.name = name;
        this.cure = cure;
    }

    /** Whether a file begins as a zip archive does. */
    static boolean isZip(MemorySegment file) {
        return file.byteSize() >= Integer.BYTES && file.get(U32, 0) == LOCAL;
    }

    /**
     * @param name what messages call the file
     * @param cure what to do about an entry that is compressed
     */
    static StoredZip read(MemorySegment file, String name, String cure) throws ModelFormatException {
        StoredZip zip = new StoredZip(file, name, cure);
        zip.readDirectory(zip.directory());
        zip.refuseOverlaps();
        return zip;
    }

    /** All entries by name, in the directory's order. */
    SequencedMap<String, Entry> entries() {
        return Collections.unmodifiableSequencedMap(entries);
    }

    Optional<Entry> entry(String entryName) {
        return Optional.ofNullable(entries.get(entryName));
    }

    /** An entry's bytes, where they lie in the file. Their checksum is not looked at. */
    MemorySegment bytes(Entry entry) throws ModelFormatException {
        if (entry.method() != 0) {
            throw new ModelFormatException(
                    "%s: %s: expected an entry that is stored as it is, found one compressed by method %d; %s"
                            .formatted(name, Shown.text(entry.name()), entry.method(), cure));
        }
        return file.asSlice(entry.data(), entry.size());
    }

    /** An entry's bytes, whose checksum is compared when they are first wanted. */
    SourceTensor.Data checked(Entry entry) {
        return new CheckedEntry(this, entry);
    }

    private static final class CheckedEntry implements SourceTensor.Data {
        private final StoredZip zip;
        private final Entry entry;
        private boolean checked;

        CheckedEntry(StoredZip zip, Entry entry) {
            this.zip = zip;
            this.entry = entry;
        }

        @Override
        public MemorySegment bytes() throws ModelFormatException {
            if (!checked) {
                zip.checkChecksum(entry);
                checked = true;
            }
            return zip.bytes(entry);
        }
    }

    void checkChecksum(Entry entry) throws ModelFormatException {
        CRC32 crc = new CRC32();
        MemorySegment bytes = bytes(entry);
        long step = 1L << 30;
        for (long at = 0; at < bytes.byteSize(); at += step) {
            crc.update(bytes.asSlice(at, Math.min(step, bytes.byteSize() - at)).asByteBuffer());
        }
        if ((int) crc.getValue() != entry.crc()) {
            throw new ModelFormatException(
                    "%s: %s: expected CRC-32 %08x, found %08x; the file is damaged: download it again"
                            .formatted(name, Shown.text(entry.name()), entry.crc(), (int) crc.getValue()));
        }
    }

    /** Where the directory lies, and how many entries it has. */
    private record Directory(long start, long end, long entries) {}

    private Directory directory() throws ModelFormatException {
        long end = endRecord();
        long entries = u16(end + 10);
        long size = u32(end + 12);
        long start = u32(end + 16);
        long directoryEnd = end;
        long locator = end - LOCATOR_64_BYTES;
        if (locator >= 0 && file.get(U32, locator) == LOCATOR_64) {
            directoryEnd = file.get(U64, locator + 8);
            if (directoryEnd < 0
                    || directoryEnd > locator - END_64_BYTES
                    || file.get(U32, directoryEnd) != END_64
                    || u32(locator + 16) != 1) {
                throw new ModelFormatException(name + ": expected the zip64 directory's end at byte " + directoryEnd
                        + ", found something else; the file is damaged: download it again");
            }
            entries = file.get(U64, directoryEnd + 32);
            size = file.get(U64, directoryEnd + 40);
            start = file.get(U64, directoryEnd + 48);
        } else if (u16(end + 4) != 0 || u16(end + 6) != 0 || u16(end + 8) != entries) {
            throw new ModelFormatException(name + ": expected a zip archive in one piece, found a part of several");
        }
        if (start < 0 || size < 0 || start > directoryEnd || directoryEnd - start != size) {
            throw new ModelFormatException(
                    "%s: expected the zip directory to end at byte %d, found it at %s of %s bytes; the file is damaged: download it again"
                            .formatted(name, directoryEnd, Long.toUnsignedString(start), Long.toUnsignedString(size)));
        }
        if (entries < 0 || entries > size / CENTRAL_BYTES) {
            throw new ModelFormatException("%s: expected at most %d entries in a zip directory of %d bytes, found %s"
                    .formatted(name, size / CENTRAL_BYTES, size, Long.toUnsignedString(entries)));
        }
        return new Directory(start, directoryEnd, entries);
    }

    private long endRecord() throws ModelFormatException {
        long last = file.byteSize() - END_BYTES;
        for (long at = last; at >= Math.max(0, last - MAX_COMMENT); at--) {
            if (file.get(U32, at) == END && at + END_BYTES + u16(at + 20) == file.byteSize()) {
                return at;
            }
        }
        throw new ModelFormatException(
                name
                        + ": expected a zip archive's directory at the end, found none; the file is cut short: download it again");
    }

    private void readDirectory(Directory directory) throws ModelFormatException {
        long at = directory.start();
        for (long i = 0; i < directory.entries(); i++) {
            at = readEntry(at, directory);
        }
        if (at != directory.end()) {
            throw new ModelFormatException(
                    "%s: expected %d entries in the zip directory, found more".formatted(name, directory.entries()));
        }
    }

    private long readEntry(long at, Directory directory) throws ModelFormatException {
        if (at > directory.end() - CENTRAL_BYTES || file.get(U32, at) != CENTRAL) {
            throw new ModelFormatException(
                    "%s: byte %d: expected an entry of the zip directory, found something else; the file is damaged: download it again"
                            .formatted(name, at));
        }
        int nameBytes = u16(at + 28);
        int partsBytes = u16(at + 30);
        long parts = at + CENTRAL_BYTES + nameBytes;
        long end = parts + partsBytes + u16(at + 32);
        if (end > directory.end()) {
            throw new ModelFormatException(
                    "%s: byte %d: expected an entry within the zip directory, found one that ends beyond it"
                            .formatted(name, at));
        }
        String entryName = text(at + CENTRAL_BYTES, nameBytes);
        checkName(entryName);
        if ((u16(at + 8) & ENCRYPTED) != 0) {
            throw refused(entryName, "an entry that is not encrypted", "an encrypted one");
        }
        long[] large = {u32(at + 24), u32(at + 20), u32(at + 42)};
        readZip64(entryName, parts, partsBytes, large);
        Entry entry = located(entryName, u16(at + 10), large[1], large[0], file.get(U32, at + 16), large[2], directory);
        if (entries.putIfAbsent(entryName, entry) != null) {
            throw refused(entryName, "each name once", "a second entry of this name");
        }
        return end;
    }

    /** @param large unpacked size, size, header's place, as the entry has them; those that do not fit are filled in */
    private void readZip64(String entryName, long parts, int partsBytes, long[] large) throws ModelFormatException {
        long partsEnd = parts + partsBytes;
        for (long part = parts; part <= partsEnd - 4; part += 4 + u16(part + 2)) {
            if (u16(part) != ZIP64_PART) {
                continue;
            }
            long value = part + 4;
            long valueEnd = Math.min(partsEnd, value + u16(part + 2));
            for (int i = 0; i < large.length; i++) {
                if (large[i] == IN_ZIP64) {
                    if (value > valueEnd - Long.BYTES) {
                        throw refused(entryName, "a zip64 part with the entry's sizes", "one that ends early");
                    }
                    large[i] = file.get(U64, value);
                    value += Long.BYTES;
                }
            }
            return;
        }
    }

    private Entry located(
            String entryName, int method, long size, long inflated, int crc, long header, Directory directory)
            throws ModelFormatException {
        if (size < 0 || inflated < 0 || header < 0 || header > directory.start() - LOCAL_BYTES) {
            throw refused(entryName, "an entry before the directory", "one at byte " + Long.toUnsignedString(header));
        }
        if (file.get(U32, header) != LOCAL) {
            throw refused(entryName, "its own header at byte " + header, "something else");
        }
        if (u16(header + 8) != method) {
            throw refused(entryName, "method " + method + " in its own header too", "method " + u16(header + 8));
        }
        int nameBytes = u16(header + 26);
        long data = header + LOCAL_BYTES + nameBytes + u16(header + 28);
        if (data > directory.start() || size > directory.start() - data) {
            throw refused(
                    entryName,
                    "its " + size + " bytes before the directory at byte " + directory.start(),
                    "them to start at byte " + data);
        }
        String own = text(header + LOCAL_BYTES, nameBytes);
        if (!own.equals(entryName)) {
            throw refused(entryName, "its name in its own header too", Shown.quoted(own));
        }
        if (method == 0 && size != inflated) {
            throw refused(entryName, "a stored entry's two sizes to be equal", size + " and " + inflated);
        }
        return new Entry(entryName, method, size, inflated, crc, header, data);
    }

    /** Nothing is unpacked, but a name that is meant to lead elsewhere tells what kind of archive this is. */
    private void checkName(String entryName) throws ModelFormatException {
        boolean leadsOut = entryName.isEmpty()
                || entryName.startsWith("/")
                || entryName.contains("\\")
                || entryName.contains(":")
                || List.of(entryName.split("/", -1)).contains("..");
        if (leadsOut || entryName.chars().anyMatch(c -> c < ' ' || c == 0xfffd)) {
            throw new ModelFormatException("%s: expected names of entries within the archive, found %s"
                    .formatted(name, Shown.quoted(entryName)));
        }
    }

    private void refuseOverlaps() throws ModelFormatException {
        List<Entry> sorted = new ArrayList<>(entries.values());
        sorted.sort(Comparator.comparingLong(Entry::header));
        for (int i = 1; i < sorted.size(); i++) {
            Entry before = sorted.get(i - 1);
            Entry entry = sorted.get(i);
            if (before.end() > entry.header()) {
                throw refused(
                        entry.name(),
                        "bytes of its own",
                        "bytes that belong to " + Shown.text(before.name()) + " as well");
            }
        }
    }

    private ModelFormatException refused(String entryName, String expected, String found) {
        return new ModelFormatException(
                "%s: %s: expected %s, found %s".formatted(name, Shown.text(entryName), expected, found));
    }

    private String text(long at, int bytes) {
        return new String(file.asSlice(at, bytes).toArray(ValueLayout.JAVA_BYTE), StandardCharsets.UTF_8);
    }

    private int u16(long at) {
        return Short.toUnsignedInt(file.get(U16, at));
    }

    private long u32(long at) {
        return Integer.toUnsignedLong(file.get(U32, at));
    }
}
