package org.clipjava.image;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.io.FileInputStream;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileSystemException;
import java.nio.file.FileSystemLoopException;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ImageFailureTest {
    @TempDir
    private Path folder;

    private static String reason(IOException cause) {
        return ImageFailure.reason(cause, "a/b.png");
    }

    @Test
    void doesNotRepeatThePicturesName() {
        assertEquals("truncated PNG", reason(new ImageFormatException("a/b.png: truncated PNG")));
        assertEquals("no a/b.png: there", reason(new IOException("no a/b.png: there")));
        assertEquals("c.png: truncated PNG", reason(new ImageFormatException("c.png: truncated PNG")));
    }

    @Test
    void saysInWordsWhatTheJdkSaysByItsExceptions() {
        IOException missing = assertThrows(IOException.class, () -> EncodedImage.open(folder.resolve("none")));
        assertEquals("no such file", reason(missing));
        IOException old = assertThrows(
                FileNotFoundException.class,
                () -> new FileInputStream(folder.resolve("none").toFile()).close());
        assertEquals("no such file", reason(old));
        assertEquals("permission denied", reason(new AccessDeniedException("a/b.png")));
        assertEquals("permission denied", reason(new FileNotFoundException("a/b.png (Permission denied)")));
        assertEquals("no such file", reason(new FileNotFoundException()));
        assertEquals("Too many open files", reason(new FileSystemException("a/b.png", null, "Too many open files")));
        assertEquals(
                "the link a/b.png leads back to a folder that it is in; remove it",
                reason(new FileSystemLoopException("a/b.png")));
    }

    @Test
    void saysSomethingOfAnExceptionThatSaysNothing() {
        assertEquals("IOException", reason(new IOException()));
        assertEquals("IOException", reason(new IOException("  ")));
    }

    @Test
    void isOneLineThatATerminalShowsAsItIs() {
        assertEquals("broken in two lines", reason(new IOException("a/b.png: broken\r\n  in two lines\n")));
        assertEquals("a\\u001b[31mred", reason(new IOException("a\u001b[31mred")));
    }
}
