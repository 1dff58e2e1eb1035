package org.clipjava.io;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.EOFException;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.nio.charset.MalformedInputException;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.FileSystemLoopException;
import java.nio.file.NoSuchFileException;
import org.junit.jupiter.api.Test;

class FileFailureTest {
    @Test
    void saysInWordsWhatTheJdkHasInClasses() {
        assertReason("no such file", new NoSuchFileException("a"));
        assertReason("permission denied", new AccessDeniedException("a"));
        assertReason("no such file", new FileNotFoundException("a (No such file or directory)"));
        assertReason("permission denied", new FileNotFoundException("a (Permission denied)"));
        assertReason("not UTF-8", new MalformedInputException(1));
    }

    @Test
    void saysWhatAnExceptionKnowsBesides() {
        assertReason("no folder /b", new NoSuchFileException("a", null, "no folder /b"));
        assertReason(
                "the folder /b is not writable", new AccessDeniedException("a", null, "the folder /b is not writable"));
        assertReason(
                "the link a/b leads back to a folder that it is in; remove it", new FileSystemLoopException("a/b"));
        assertReason("No space left on device", new FileSystemException("a", null, "No space left on device"));
    }

    @Test
    void namesTheClassWhereItKnowsNothing() {
        assertReason("FileAlreadyExistsException", new FileAlreadyExistsException("a"));
        assertReason("EOFException", new EOFException());
        assertReason("IOException", new IOException("  "));
    }

    @Test
    void doesNotRepeatTheName() {
        assertReason("expected a picture", new IOException("a: expected a picture"));
        assertReason("b: expected a picture", new IOException("b: expected a picture"));
    }

    @Test
    void isOneLineThatATerminalShowsAsItIs() {
        assertReason("one two \\u001b[2J", new IOException("one\n  two \u001b[2J"));
    }

    private static void assertReason(String expected, IOException cause) {
        assertEquals(expected, FileFailure.reason(cause, "a"));
    }
}
