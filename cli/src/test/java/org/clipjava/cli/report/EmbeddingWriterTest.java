package org.clipjava.cli.report;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;

class EmbeddingWriterTest {
    @Test
    void writesALineOfJsonForEachInput() throws IOException {
        assertEquals("""
                {"image":"a","embedding":[0.1,-2.5]}
                {"image":"b","error":"truncated"}
                {"image":"c","embedding":[1.0,3.4028235E38]}
                """, write(EmbeddingWriter.Format.JSONL).toString(UTF_8));
    }

    @Test
    void writesAColumnForEachComponent() throws IOException {
        assertEquals("""
                image,e0,e1
                a,0.1,-2.5
                c,1.0,3.4028235E38
                """, write(EmbeddingWriter.Format.CSV).toString(UTF_8));
    }

    @Test
    void writesAnArrayWithOneRowForEachInput() throws IOException {
        ByteBuffer bytes =
                ByteBuffer.wrap(write(EmbeddingWriter.Format.NPY).toByteArray()).order(ByteOrder.LITTLE_ENDIAN);
        byte[] magic = new byte[8];
        bytes.get(magic);
        assertArrayEquals(new byte[] {(byte) 0x93, 'N', 'U', 'M', 'P', 'Y', 1, 0}, magic);
        byte[] header = new byte[bytes.getShort()];
        bytes.get(header);
        assertEquals(0, bytes.position() % 64, "values begin at a multiple of 64");
        String text = new String(header, StandardCharsets.US_ASCII);
        assertEquals("{'descr': '<f4', 'fortran_order': False, 'shape': (3, 2), }", text.strip());
        assertEquals('\n', text.charAt(text.length() - 1));

        float[] values = new float[6];
        bytes.asFloatBuffer().get(values);
        assertArrayEquals(new float[] {0.1f, -2.5f, Float.NaN, Float.NaN, 1f, Float.MAX_VALUE}, values);
        assertEquals(6 * Float.BYTES, bytes.remaining());
    }

    private static ByteArrayOutputStream write(EmbeddingWriter.Format format) throws IOException {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        EmbeddingWriter writer = format.to(out, "image", 3, 2);
        writer.embedded("a", new float[] {0.1f, -2.5f});
        writer.failed("b", "truncated");
        writer.embedded("c", new float[] {1f, Float.MAX_VALUE});
        writer.end();
        return out;
    }
}
