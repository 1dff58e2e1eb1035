package org.clipjava.convert;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.zip.CRC32;

/** Puts a zip archive together byte by byte, and wrong where that is wanted. */
final class ZipBytes {
    private final ByteArrayOutputStream file = new ByteArrayOutputStream();
    private final ByteArrayOutputStream directory = new ByteArrayOutputStream();
    private final List<Entry> entries = new ArrayList<>();
    private boolean zip64;

    /** What the directory says of an entry; its own header says the same but for {@code ownName}. */
    record Entry(String name, String ownName, int method, int flags, long size, long inflated, int crc, long header) {
        Entry named(String other) {
            return new Entry(other, ownName, method, flags, size, inflated, crc, header);
        }

        Entry method(int other) {
            return new Entry(name, ownName, other, flags, size, inflated, crc, header);
        }

        Entry flags(int other) {
            return new Entry(name, ownName, method, other, size, inflated, crc, header);
        }

        Entry size(long other) {
            return new Entry(name, ownName, method, flags, other, other, crc, header);
        }

        Entry inflated(long other) {
            return new Entry(name, ownName, method, flags, size, other, crc, header);
        }

        Entry crc(int other) {
            return new Entry(name, ownName, method, flags, size, inflated, other, header);
        }

        Entry header(long other) {
            return new Entry(name, ownName, method, flags, size, inflated, crc, other);
        }
    }

    /** Changes what is said of an entry. */
    interface Change {
        Entry of(Entry entry);
    }

    /** An archive of a pickle and the values of one storage, {@code 0}. */
    static ZipBytes torch(byte[] pickle, byte[] storage) {
        return new ZipBytes().add("archive/data.pkl", pickle).add("archive/data/0", storage);
    }

    ZipBytes add(String name, byte[] bytes) {
        return add(name, bytes, entry -> entry);
    }

    ZipBytes add(String name, byte[] bytes, Change change) {
        CRC32 crc = new CRC32();
        crc.update(bytes);
        Entry entry =
                change.of(new Entry(name, name, 0, 0, bytes.length, bytes.length, (int) crc.getValue(), file.size()));
        byte[] own = entry.ownName().getBytes(StandardCharsets.UTF_8);
        file.writeBytes(numbers(30)
                .putInt(0x04034b50)
                .putShort((short) 20)
                .putShort((short) entry.flags())
                .putShort((short) entry.method())
                .putInt(0)
                .putInt(entry.crc())
                .putInt((int) entry.size())
                .putInt((int) entry.inflated())
                .putShort((short) own.length)
                .putShort((short) 0)
                .array());
        file.writeBytes(own);
        file.writeBytes(bytes);
        entries.add(entry);
        return this;
    }

    /** With a directory as archives beyond 4 GB have it. */
    ZipBytes zip64() {
        zip64 = true;
        return this;
    }

    byte[] toBytes() {
        return toBytes(entries.size());
    }

    /** @param count how many entries the directory's end says there are */
    byte[] toBytes(long count) {
        for (Entry entry : entries) {
            addToDirectory(entry);
        }
        long start = file.size();
        file.writeBytes(directory.toByteArray());
        long size = directory.size();
        if (zip64) {
            long end = file.size();
            file.writeBytes(numbers(56)
                    .putInt(0x06064b50)
                    .putLong(44)
                    .putShort((short) 45)
                    .putShort((short) 45)
                    .putInt(0)
                    .putInt(0)
                    .putLong(count)
                    .putLong(count)
                    .putLong(size)
                    .putLong(start)
                    .array());
            file.writeBytes(numbers(20)
                    .putInt(0x07064b50)
                    .putInt(0)
                    .putLong(end)
                    .putInt(1)
                    .array());
        }
        file.writeBytes(numbers(22)
                .putInt(0x06054b50)
                .putInt(0)
                .putShort((short) (zip64 ? 0xffff : count))
                .putShort((short) (zip64 ? 0xffff : count))
                .putInt(zip64 ? -1 : (int) size)
                .putInt(zip64 ? -1 : (int) start)
                .putShort((short) 0)
                .array());
        return file.toByteArray();
    }

    private void addToDirectory(Entry entry) {
        byte[] name = entry.name().getBytes(StandardCharsets.UTF_8);
        byte[] parts = new byte[0];
        if (zip64) {
            parts = numbers(28)
                    .putShort((short) 1)
                    .putShort((short) 24)
                    .putLong(entry.inflated())
                    .putLong(entry.size())
                    .putLong(entry.header())
                    .array();
        }
        directory.writeBytes(numbers(46)
                .putInt(0x02014b50)
                .putShort((short) 20)
                .putShort((short) 20)
                .putShort((short) entry.flags())
                .putShort((short) entry.method())
                .putInt(0)
                .putInt(entry.crc())
                .putInt(zip64 ? -1 : (int) entry.size())
                .putInt(zip64 ? -1 : (int) entry.inflated())
                .putShort((short) name.length)
                .putShort((short) parts.length)
                .putShort((short) 0)
                .putShort((short) 0)
                .putShort((short) 0)
                .putInt(0)
                .putInt(zip64 ? -1 : (int) entry.header())
                .array());
        directory.writeBytes(name);
        directory.writeBytes(parts);
    }

    private static ByteBuffer numbers(int bytes) {
        return ByteBuffer.allocate(bytes).order(ByteOrder.LITTLE_ENDIAN);
    }
}
