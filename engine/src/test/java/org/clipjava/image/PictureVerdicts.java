package org.clipjava.image;

import java.io.BufferedInputStream;
import java.io.BufferedOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import org.clipjava.testdata.AllocatedBytes;
import org.clipjava.testdata.CpuTime;
import org.clipjava.testdata.Refusal;

/**
 * The engine's side of {@code fuzz_pictures.py}. In: how many files, and of each its length and its bytes. Out, for each: the verdict,
 * which is {@code ok}, {@code refused} or {@code fault}; width and height, as the decoded picture has them or else the header; what
 * was allocated, in bytes; the processor's time, in microseconds; the SHA-256 of the pixels, or the message.
 */
final class PictureVerdicts {
    private static final ImageDecoder DECODER = ImageDecoder.standard();

    private PictureVerdicts() {}

    public static void main(String[] args) throws IOException {
        DataInputStream in = new DataInputStream(new BufferedInputStream(System.in, 1 << 16));
        DataOutputStream out = new DataOutputStream(new BufferedOutputStream(System.out, 1 << 16));
        for (int files = in.readInt(); files > 0; files = in.readInt()) {
            byte[][] encoded = new byte[files][];
            for (int i = 0; i < files; i++) {
                encoded[i] = in.readNBytes(in.readInt());
            }
            for (byte[] file : encoded) {
                answer(file, out);
            }
            out.flush();
        }
    }

    private static void answer(byte[] file, DataOutputStream out) throws IOException {
        long allocated = AllocatedBytes.ofThisThread();
        double begun = CpuTime.seconds();
        String verdict;
        String what;
        long width = 0;
        long height = 0;
        byte[] rgb = {};
        try {
            RgbImage image = DECODER.decode(file, "in");
            width = image.width();
            height = image.height();
            rgb = image.rgb();
            verdict = "ok";
            what = "";
        } catch (ImageFormatException e) {
            boolean meant = !(e.getCause() instanceof RuntimeException); // which is caught for plugins' sake
            verdict = meant ? "refused" : "fault";
            what = String.valueOf(e.getMessage());
            Refusal.check(e, "in: ");
        } catch (IOException | RuntimeException | Error e) {
            verdict = "fault";
            what = e.toString();
        }
        double seconds = CpuTime.seconds() - begun;
        allocated = AllocatedBytes.ofThisThread() - allocated;
        if (verdict.equals("ok")) {
            what = Goldens.sha256(rgb);
        } else {
            width = EncodedImage.of(file, "in").pixels().orElse(0);
            height = 1;
        }
        out.writeUTF(verdict);
        out.writeLong(width);
        out.writeLong(height);
        out.writeLong(allocated);
        out.writeLong(Math.round(seconds * 1e6));
        out.writeUTF(what.length() > 400 ? what.substring(0, 400) : what);
    }
}
